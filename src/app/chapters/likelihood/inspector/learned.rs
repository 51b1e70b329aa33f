//! The controls of a schedule that is learned, and its numbers beside those of two that are not.

use egui::{Button, ProgressBar, Ui, vec2};
use i18n_embed_fl::fl;

use super::super::LikelihoodView;
use super::super::commands::LikelihoodCommand;
use crate::app::chapters::training::{TrainingCommand, kept_trainings};
use crate::app::widgets::{caption, fact, number, primary, section};
use crate::app::workshop::RunState;

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>) {
    let words = view.words;
    section(ui, &fl!(words, "likelihood-learned-training"));
    buttons(ui, view);
    progress(ui, view);
    let workshop = view.room.learned.workshop().clone();
    kept_trainings(ui, view.shared, &workshop, |spec| spec.settings.gamma_rate.is_some());
    let seen = view.room.learned.seen();
    section(ui, &fl!(words, "likelihood-learned-variances"));
    let text =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number(value).trim().to_owned());
    let names = ways(view);
    for (i, name) in names.iter().enumerate() {
        let variance = seen.as_ref().and_then(|seen| seen.ways[i].moments).map(|[_, variance]| variance);
        fact(ui, words, "learned-schedule", name, &text(variance));
    }
    let least = seen.as_ref().and_then(|seen| seen.least);
    fact(ui, words, "learned-schedule", &fl!(words, "likelihood-learned-least"), &text(least));
    section(ui, &fl!(words, "likelihood-learned-numbers"));
    let ends = seen.as_ref().map(|seen| seen.ends);
    let mean = seen.as_ref().and_then(|seen| seen.ways[0].moments).map(|[mean, _]| mean);
    fact(ui, words, "log-snr", &fl!(words, "likelihood-end-max"), &text(ends.map(|[max, _]| max)));
    fact(ui, words, "log-snr", &fl!(words, "likelihood-end-min"), &text(ends.map(|[_, min]| min)));
    fact(ui, words, "continuous-loss", &fl!(words, "likelihood-learned-loss"), &text(mean));
}

/// The names of the three schedules, each with its number.
pub fn ways(view: &LikelihoodView<'_, '_>) -> [String; 3] {
    let words = view.words;
    [
        format!("1 {}", fl!(words, "likelihood-learned-way")),
        format!("2 {}", fl!(words, "likelihood-schedule-linear-log-snr")),
        format!("3 {}", fl!(words, "likelihood-schedule-cosine")),
    ]
}

fn buttons(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>) {
    let words = view.words;
    let state = view.room.learned.training().filter(|training| training.spec.settings.gamma_rate.is_some());
    let state = state.map(|training| training.state);
    let begin = LikelihoodCommand::LearnSchedule.order();
    let (label, hint, order) = match state {
        Some(RunState::Running) => {
            (fl!(words, "training-pause"), fl!(words, "training-pause", "about"), TrainingCommand::Go.order())
        }
        Some(RunState::Paused) => {
            (fl!(words, "training-go-on"), fl!(words, "training-go-on", "about"), TrainingCommand::Go.order())
        }
        _ => (fl!(words, "likelihood-learned-begin"), fl!(words, "likelihood-learned-begin", "about"), begin),
    };
    let (known, open) = (view.room.learned.seen().is_some(), state.is_some_and(RunState::is_open));
    ui.horizontal_wrapped(|ui| {
        let main = Button::new(primary(view.theme, label)).fill(view.theme.accent).min_size(vec2(84.0, 26.0));
        if ui.add(main).on_hover_text(hint).clicked() {
            view.order(order);
        }
        let stop = ui.add_enabled(open, Button::new(fl!(words, "training-stop")).min_size(vec2(0.0, 26.0)));
        if stop.on_hover_text(fl!(words, "training-stop", "about")).clicked() {
            view.order(TrainingCommand::Stop.order());
        }
        let take = Button::new(fl!(words, "likelihood-learned-use")).min_size(vec2(0.0, 26.0));
        let hint = fl!(words, "likelihood-learned-use", "about");
        if ui.add_enabled(known, take).on_hover_text(hint).clicked() {
            view.order(LikelihoodCommand::UseLearned.order());
        }
    });
}

/// How far the training is.
fn progress(ui: &mut Ui, view: &LikelihoodView<'_, '_>) {
    let words = view.words;
    let Some(training) = view.room.learned.training() else {
        caption(ui, fl!(words, "likelihood-learned-hint"));
        return;
    };
    if training.spec.settings.gamma_rate.is_none() {
        caption(ui, fl!(words, "likelihood-learned-other"));
        return;
    }
    let share = training.iteration() as f32 / training.total.max(1) as f32;
    ui.add(ProgressBar::new(share.min(1.0)).desired_height(4.0));
    let made = fl!(words, "training-iterations-made", done = training.iteration(), total = training.total);
    caption(ui, made);
}
