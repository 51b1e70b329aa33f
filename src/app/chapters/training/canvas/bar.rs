//! The row of buttons above the pictures, and how far the training is.

use egui::{Align, Align2, Button, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use i18n_embed_fl::fl;

use crate::app::chapters::training::TrainingView;
use crate::app::chapters::training::commands::{TrainingCommand, main_label};
use crate::app::chapters::training::words::{data_label, network_names};
use crate::app::theme::{caption_font, figures};
use crate::app::widgets::primary;
use crate::app::words::Words;
use crate::app::workshop::{RunState, Training};

pub fn show(ui: &mut Ui, view: &mut TrainingView<'_, '_>, rect: Rect) {
    let training = view.room.workshop.training();
    let state = training.as_ref().map(|training| training.state);
    let row = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
    let buttons = ui.scope_builder(row, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let words = view.words;
        let (label, hint) = main_label(words, state);
        let main = Button::new(primary(view.theme, label)).fill(view.theme.accent).min_size(vec2(84.0, 26.0));
        if ui.add(main).on_hover_text(hint).clicked() {
            view.order(TrainingCommand::Go.order());
        }
        let open = state.is_some_and(RunState::is_open);
        let learned = training.as_ref().is_some_and(|training| training.iteration() > 0);
        let (on, saved) = (view.room.can_go_on(), view.room.can_be_saved());
        for (label, hint, enabled, command) in [
            (fl!(words, "training-stop"), fl!(words, "training-stop", "about"), open, TrainingCommand::Stop),
            (fl!(words, "training-more"), fl!(words, "training-more", "about"), on, TrainingCommand::TrainOn),
            (fl!(words, "training-save"), fl!(words, "training-save", "about"), saved, TrainingCommand::Save),
            (
                fl!(words, "training-denoise"),
                fl!(words, "training-denoise", "about"),
                learned,
                TrainingCommand::Denoise,
            ),
        ] {
            let button = ui.add_enabled(enabled, Button::new(label).min_size(vec2(0.0, 26.0)));
            if button.on_hover_text(hint).clicked() {
                view.order(command.order());
            }
        }
    });
    status(ui, view, rect.with_min_x(buttons.response.rect.right() + 12.0), training.as_deref());
    if let Some(training) = training.filter(|training| training.is_open()) {
        progress(ui, view, rect, &training);
    }
}

/// A thin line below the buttons that grows with the iterations.
fn progress(ui: &Ui, view: &TrainingView<'_, '_>, rect: Rect, training: &Training) {
    let share = (training.iteration() as f32 / training.total.max(1) as f32).min(1.0);
    let line = Rect::from_min_max(pos2(rect.left(), rect.bottom()), pos2(rect.right(), rect.bottom() + 2.0));
    ui.painter().rect_filled(line, 1.0, view.theme.line);
    let done = line.with_max_x(line.left() + line.width() * share);
    ui.painter().rect_filled(done, 1.0, view.theme.accent);
}

/// Draws at the right how far the training is. What does not fit is shown in a hint when the pointer rests on the part
/// that is drawn.
fn status(ui: &Ui, view: &TrainingView<'_, '_>, rect: Rect, training: Option<&Training>) {
    let lines = match training {
        Some(training) => lines(view.words, training),
        None => vec![fl!(view.words, "training-hint-begin")],
    };
    let painter = ui.painter();
    let (mut right, mut left_out) = (rect.right(), Vec::new());
    for (i, text) in lines.into_iter().enumerate() {
        let (font, color) = if i == 0 && training.is_some() {
            (figures(12.0), view.theme.ink)
        } else {
            (caption_font(), view.theme.weak)
        };
        let galley = painter.layout_no_wrap(text, font, color);
        if galley.size().x > right - rect.left() {
            left_out.push(galley.text().to_owned());
            continue;
        }
        let place = Align2::RIGHT_CENTER.anchor_size(pos2(right, rect.center().y), galley.size());
        right = place.left() - 12.0;
        painter.galley(place.min, galley, color);
    }
    if !left_out.is_empty() {
        let there = rect.with_min_x((right + 12.0).min(rect.right() - 12.0));
        let response = ui.interact(there, ui.scope_id().with("training-status"), Sense::hover());
        response.on_hover_text(left_out.join("\n"));
    }
}

/// The number of iterations made, and further facts about a training, the most important first.
fn lines(words: &Words, training: &Training) -> Vec<String> {
    let Some(begun) = training.begun() else { return vec![fl!(words, "training-preparing")] };
    let made = fl!(words, "training-iterations-made", done = training.iteration(), total = training.total);
    let state = match training.state {
        RunState::Running => None,
        RunState::Paused => Some(fl!(words, "training-paused")),
        RunState::Done => Some(fl!(words, "training-done")),
        RunState::Stopped => Some(fl!(words, "training-stopped")),
    };
    let left = training.left().map(|left| left.as_secs()).filter(|_| training.state == RunState::Running);
    let left = left.map(|seconds| {
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        fl!(
            words,
            "training-left",
            minutes = minutes,
            time = format!("{minutes}:{seconds:02}"),
            seconds = seconds
        )
    });
    let rate = training.rate().map(|rate| fl!(words, "training-rate", rate = format!("{rate:.1}")));
    let names = network_names(words, &begun.settings);
    let what = format!("{} · {}", data_label(words, &training.spec.data), names.join(" / "));
    let (millions, shape) =
        (begun.parameters as f64 / 1e6, begun.shape.map(|side| side.to_string()).join("×"));
    let size = fl!(words, "training-network-size", millions = format!("{millions:.2}"), shape = shape);
    [Some(made), state, left, rate, Some(what), Some(size)].into_iter().flatten().collect()
}
