//! The row of buttons above the pictures, and the progress of the run.

use egui::{Align, Align2, Button, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use i18n_embed_fl::fl;

use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::commands::ReverseCommand;
use crate::app::chapters::reverse::state::{Reverse, Run, RunState};
use crate::app::chapters::reverse::words::{predictor_label, sampler_short_label, unusual};
use crate::app::formula::sentence_width;
use crate::app::theme::{caption_font, figures};
use crate::app::widgets::primary;
use crate::app::words::{Words, model_label, schedule_label};
use crate::scene::StartAt;
use crate::worker::{PredictorKind, Start};

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) {
    // A figure says who made the run, and has no buttons.
    let right = if view.hints { buttons(ui, view, rect) + 12.0 } else { rect.left() };
    status(ui, view, rect.with_min_x(right));
}

/// Draws the buttons; returns their right edge.
fn buttons(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) -> f32 {
    let state = view.room.run().map(|run| run.state);
    let row = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
    let buttons = ui.scope_builder(row, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let words = view.words;
        let (label, hint, command) = match state {
            Some(RunState::Running) => {
                (fl!(words, "reverse-pause"), fl!(words, "reverse-pause", "about"), ReverseCommand::Go)
            }
            Some(RunState::Paused) => {
                (fl!(words, "reverse-go-on"), fl!(words, "reverse-go-on", "about"), ReverseCommand::Go)
            }
            _ => (fl!(words, "reverse-denoise"), fl!(words, "reverse-denoise", "about"), ReverseCommand::Run),
        };
        let text = primary(view.theme, label);
        let main = Button::new(text).fill(view.theme.accent).min_size(vec2(84.0, 26.0));
        if ui.add(main).on_hover_text(hint).clicked() {
            view.order(command.order());
        }
        let open = matches!(state, Some(RunState::Running | RunState::Paused));
        for (label, hint, enabled, command) in [
            (
                fl!(words, "reverse-one-call"),
                fl!(words, "reverse-one-call", "about"),
                true,
                ReverseCommand::Step,
            ),
            (
                fl!(words, "reverse-again"),
                fl!(words, "reverse-again", "about"),
                state.is_some(),
                ReverseCommand::Again,
            ),
            (
                fl!(words, "reverse-other-noise"),
                fl!(words, "reverse-other-noise", "about"),
                true,
                ReverseCommand::NewNoise,
            ),
            (fl!(words, "reverse-stop"), fl!(words, "reverse-stop", "about"), open, ReverseCommand::Stop),
        ] {
            let button = ui.add_enabled(enabled, Button::new(label).min_size(vec2(0.0, 26.0)));
            if button.on_hover_text(hint).clicked() {
                view.order(command.order());
            }
        }
    });
    buttons.response.rect.right()
}

/// Draws at the right the calls made, the calls per second and the memory. What does not fit is shown in a
/// hint when the pointer rests on the part that is drawn.
fn status(ui: &Ui, view: &ReverseView<'_, '_>, rect: Rect) {
    let (line, hints) = match view.room.run() {
        Some(run) => run_lines(view.words, run, view.hints),
        None => (String::new(), vec![first_hint(view)]),
    };
    let right = pos2(rect.right(), rect.center().y);
    let room = rect.width();
    let painter = ui.painter();
    let (mut at, mut left_out) = (right, Vec::new());
    let numbers = painter.layout_no_wrap(line.clone(), figures(12.0), view.theme.ink).size().x;
    let other = other_settings(ui, view, room - numbers - 24.0);
    let hints = hints.into_iter().map(|hint| (hint, caption_font(), view.theme.weak));
    let first = [(line, figures(12.0), view.theme.ink), (other, caption_font(), view.theme.warn)];
    for (text, font, color) in first.into_iter().chain(hints) {
        if text.is_empty() {
            continue;
        }
        let galley = painter.layout_no_wrap(text, font, color);
        if galley.size().x > room - (right.x - at.x) {
            left_out.push(galley.text().to_owned());
            continue;
        }
        let rect = Align2::RIGHT_CENTER.anchor_size(at, galley.size());
        at.x = rect.left() - 12.0;
        painter.galley(rect.min, galley, color);
    }
    if !left_out.is_empty() {
        let there = rect.with_min_x(at.x.min(rect.right() - 12.0));
        let response = ui.interact(there, ui.scope_id().with("run-status"), Sense::hover());
        response.on_hover_text(left_out.join("\n"));
    }
}

/// The settings of the run on show that differ from those of the scene, shortened to fit into the width
/// `room`.
fn other_settings(ui: &Ui, view: &ReverseView<'_, '_>, room: f32) -> String {
    let words = view.words;
    let differences = view.room.differences(words, view.scene, view.image);
    let Some(first) = differences.first() else { return String::new() };
    let all = fl!(words, "reverse-shown", settings = differences.join(" · "));
    let some = fl!(words, "reverse-shown-first", setting = first.as_str());
    let fits = |text: &String| sentence_width(ui, text) <= room;
    [all, some].into_iter().find(fits).unwrap_or_else(|| fl!(words, "reverse-shown-other"))
}

/// The number of calls made, and further facts about a run, the most important first.
fn run_lines(words: &Words, run: &Run, hints: bool) -> (String, Vec<String>) {
    let who = who_made(words, run);
    let calls = fl!(words, "reverse-run-calls", made = run.made(), total = run.total());
    let state = match run.state {
        RunState::Running | RunState::Done => None,
        RunState::Paused => Some(fl!(words, "reverse-run-paused")),
        RunState::Stopped => Some(fl!(words, "reverse-run-stopped")),
    };
    let rate = run.rate().map(|rate| fl!(words, "reverse-run-rate", calls = format!("{rate:.1}")));
    let kept = fl!(words, "reverse-run-kept", megabytes = format!("{:.1}", run.bytes() as f64 / 1e6));
    // What it costs is of no interest in a figure.
    let speed: Vec<String> = rate.into_iter().chain([kept]).filter(|_| hints).collect();
    let speed = (!speed.is_empty()).then(|| speed.join(" · "));
    (calls, state.into_iter().chain([who]).chain(speed).collect())
}

/// Who made the run: model, predictor, sampler and steps, what is unusual about them, schedule and start.
fn who_made(words: &Words, run: &Run) -> String {
    let spec = &run.spec;
    let mut parts = Vec::new();
    if spec.lanes.iter().any(|lane| lane.predictor == PredictorKind::Network) {
        parts.push(model_label(words, &spec.model));
    }
    if let [lane] = &spec.lanes[..] {
        parts.push(predictor_label(words, lane.predictor));
        let steps = lane.sampler.num_inference_steps;
        parts.push(format!("{} {steps}", sampler_short_label(words, lane.sampler.kind)));
        parts.extend(unusual(words, &lane.sampler));
    } else {
        parts.push(fl!(words, "reverse-setting-lanes", lanes = spec.lanes.len()));
    }
    parts.push(schedule_label(words, &spec.schedule.kind));
    parts.push(match spec.start {
        Start::Noise => fl!(words, "reverse-from-noise"),
        Start::Noised { t } => fl!(words, "reverse-from-picture", t = t),
    });
    parts.join(" · ")
}

/// A hint that says what pressing the main button would do.
fn first_hint(view: &ReverseView<'_, '_>) -> String {
    if view.room.is_opening() {
        return fl!(view.words, "reverse-hint-opening");
    }
    match view.scene.chapters.reverse.start {
        StartAt::Noise => fl!(view.words, "reverse-hint-noise"),
        StartAt::Picture => fl!(view.words, "reverse-hint-picture", t = Reverse::start_t(view.scene)),
    }
}
