//! The parameters of one schedule.

use egui::{DragValue, RichText, Ui};
use i18n_embed_fl::fl;

use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::app::widgets::{NUMBER, caption, labelled, section, segmented, switch};
use crate::app::words::{Words, parameter_label, schedule_count, schedule_label};
use crate::diffusion::schedule::{Drawn, DrawnCurve, Parameter, Scale};
use crate::diffusion::{ScheduleKind, ScheduleSpec};
use crate::scene::{Action, Side};

/// The number of control points of a drawn curve that is started from another schedule.
const POINTS: usize = 6;

/// Draws the editor of one side.
pub fn show(ui: &mut Ui, view: &mut View<'_>, side: Side) {
    let spec = view.scene.schedule(side).clone();
    let (words, kind) = (view.words, schedule_label(view.words, &spec.kind));
    section(ui, &fl!(words, "schedule-of-kind", side = side.letter(), kind = kind));
    let mut edited = spec.clone();
    ui.push_id(side, |ui| {
        parameters(ui, words, &mut edited.kind);
        let (label, hint) = (fl!(words, "schedule-zero-signal"), fl!(words, "schedule-zero-signal", "about"));
        if let Some(on) = switch(ui, edited.zero_terminal_snr, &label, &hint) {
            edited.zero_terminal_snr = on;
        }
        if !matches!(spec.kind, ScheduleKind::Drawn(_)) {
            let hint = fl!(words, "schedule-draw", "about");
            if ui.button(fl!(words, "schedule-draw")).on_hover_text(hint).clicked() {
                let curve = DrawnCurve::sampled_from(&view.derived.side(side).schedule, POINTS);
                edited =
                    ScheduleSpec { kind: Drawn(curve).into(), zero_terminal_snr: false, ..edited.clone() };
                view.act(Action::Active(side));
            }
        }
    });
    if edited != spec {
        view.act(Action::Schedule(side, edited));
    }
}

/// Draws the number of steps, which both sides share.
pub fn steps(ui: &mut Ui, view: &mut View<'_>) {
    ui.add_space(4.0);
    let mut steps = view.scene.steps();
    labelled(ui, fl!(view.words, "schedule-steps"), NUMBER, |ui, label| {
        let speed = (steps as f64 * 0.01).max(0.1);
        let drag = DragValue::new(&mut steps).range(crate::diffusion::schedule::STEPS).speed(speed);
        ui.add(drag).labelled_by(label);
    });
    if steps != view.scene.steps() {
        view.act(Action::Steps(steps));
    }
    let presets = [(10, "10", ""), (50, "50", ""), (100, "100", ""), (1000, "1000", "")];
    if let Some(preset) = segmented(ui, &fl!(view.words, "schedule-steps"), view.scene.steps(), &presets) {
        view.act(Action::Steps(preset));
    }
    for side in view.scene.sides().collect::<Vec<_>>() {
        signal_left(ui, view, side);
    }
}

/// Warns where much of the picture is left at T, and offers a remedy.
fn signal_left(ui: &mut Ui, view: &mut View<'_>, side: Side) {
    let Some(left) = view.derived.side(side).schedule.signal_left() else { return };
    let amplitude = format!("{:.3}", left.amplitude);
    let text = if view.scene.compare {
        fl!(view.words, "signal-left-of-side", side = side.letter(), amplitude = amplitude.as_str())
    } else {
        fl!(view.words, "signal-left", amplitude = amplitude.as_str())
    };
    let percent = 100.0 * left.amplitude;
    let percent = format!("{percent:.digits$}", digits = usize::from(percent < 10.0));
    let about = fl!(
        view.words,
        "signal-left",
        "about",
        percent = percent,
        steps = left.steps,
        amplitude = amplitude.as_str()
    );
    let warn = RichText::new(text).font(caption_font()).color(view.theme.warn);
    ui.label(warn).on_hover_text(about);
    let spec = view.scene.schedule(side);
    if let Some(scaled) = spec.with_scaled_betas().filter(|scaled| scaled != spec) {
        let hint = fl!(view.words, "schedule-scale", "about");
        let name = if view.scene.compare {
            fl!(view.words, "schedule-scale-of-side", side = side.letter())
        } else {
            fl!(view.words, "schedule-scale")
        };
        if ui.button(name).on_hover_text(hint).clicked() {
            view.act(Action::Schedule(side, scaled));
        }
    }
}

fn parameters(ui: &mut Ui, words: &Words, kind: &mut ScheduleKind) {
    if let Some(count) = kind.kind().count() {
        caption(ui, schedule_count(words, kind, count));
    }
    for Parameter { name, value, range, scale } in kind.kind_mut().parameters() {
        let (speed, decimals) = match scale {
            // A drag changes the value in proportion to it, so that 0.0001 and 0.02 are equally easy to set.
            Scale::Beta => ((*value * 0.01).max(1e-7), 7),
            Scale::Linear { step, decimals } => (step, decimals),
        };
        labelled(ui, parameter_label(words, name), NUMBER, |ui, label| {
            ui.add(DragValue::new(value).range(range).speed(speed).max_decimals(decimals)).labelled_by(label);
        });
    }
}
