//! The parameters of one schedule.

use egui::{DragValue, RichText, Ui};

use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::app::widgets::{caption, section, segmented, switch};
use crate::diffusion::schedule::DrawnCurve;
use crate::diffusion::{ScheduleKind, ScheduleSpec};
use crate::scene::{Action, Side};

/// Control points of a curve that starts from another schedule.
const POINTS: usize = 6;

/// Draws the editor of one side.
pub fn show(ui: &mut Ui, view: &mut View<'_>, side: Side) {
    let spec = view.scene.schedule(side).clone();
    section(ui, &format!("Schedule {} · {}", side.letter(), spec.kind.label()));
    let mut edited = spec.clone();
    ui.push_id(side, |ui| {
        parameters(ui, &mut edited.kind);
        let hint = "Shift and stretch √ᾱ so that no signal is left at T (Lin et al. 2023)";
        if let Some(on) = switch(ui, edited.zero_terminal_snr, "Zero signal at T", hint) {
            edited.zero_terminal_snr = on;
        }
        if !matches!(spec.kind, ScheduleKind::Drawn(_)) {
            let hint =
                "Turn this schedule into a curve with control points that you can drag in chapter Schedules";
            if ui.button("Draw from here").on_hover_text(hint).clicked() {
                let curve = DrawnCurve::sampled_from(&view.derived.side(side).schedule, POINTS);
                edited = ScheduleSpec {
                    kind: ScheduleKind::Drawn(curve),
                    zero_terminal_snr: false,
                    ..edited.clone()
                };
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
    ui.horizontal(|ui| {
        let mut steps = view.scene.steps();
        let label = ui.label("Steps T");
        let speed = (steps as f64 * 0.01).max(0.1);
        let drag = DragValue::new(&mut steps).range(crate::diffusion::schedule::STEPS).speed(speed);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add(drag).labelled_by(label.id);
        });
        if steps != view.scene.steps() {
            view.act(Action::Steps(steps));
        }
    });
    let presets = [(10, "10", ""), (50, "50", ""), (100, "100", ""), (1000, "1000", "")];
    if let Some(preset) = segmented(ui, "Steps T", view.scene.steps(), &presets) {
        view.act(Action::Steps(preset));
    }
    for side in view.scene.sides().collect::<Vec<_>>() {
        signal_left(ui, view, side);
    }
}

/// Says so where much of the picture is left at T, and offers what helps.
fn signal_left(ui: &mut Ui, view: &mut View<'_>, side: Side) {
    let Some(left) = view.derived.side(side).schedule.signal_left() else { return };
    let which = if view.scene.compare { format!("{}: ", side.letter()) } else { String::new() };
    let text = format!("{which}√ᾱ at T is {:.3}, not near 0", left.amplitude);
    let warn = RichText::new(text).font(caption_font()).color(view.theme.warn);
    ui.label(warn).on_hover_text(left.to_string());
    let spec = view.scene.schedule(side);
    if let Some(scaled) = spec.with_scaled_betas().filter(|scaled| scaled != spec) {
        let hint = "Multiply the betas, which are made for T = 1000, by 1000/T (at most to 0.999)";
        let name = format!("{which}Scale β to T");
        if ui.button(name).on_hover_text(hint).clicked() {
            view.act(Action::Schedule(side, scaled));
        }
    }
}

fn parameters(ui: &mut Ui, kind: &mut ScheduleKind) {
    match kind {
        ScheduleKind::Linear { beta_start, beta_end }
        | ScheduleKind::ScaledLinear { beta_start, beta_end }
        | ScheduleKind::Sigmoid { beta_start, beta_end } => {
            beta(ui, "β from", beta_start);
            beta(ui, "β to", beta_end);
        }
        ScheduleKind::Cosine { s } => parameter(ui, "offset s", s, 0.0..=1.0, 0.0005, 5),
        ScheduleKind::LogSnr { logsnr_max, logsnr_min } => {
            let (low, high) = (*logsnr_min, *logsnr_max);
            parameter(ui, "log SNR at 1", logsnr_max, (low + 0.1)..=14.0, 0.05, 3);
            parameter(ui, "log SNR at T", logsnr_min, -30.0..=(high - 0.1), 0.05, 3);
        }
        ScheduleKind::Constant { beta: value } => beta(ui, "β", value),
        ScheduleKind::Drawn(curve) => {
            caption(ui, format!("{} control points; drag them in chapter Schedules", curve.points().len()));
        }
        ScheduleKind::Trained { betas } => {
            caption(ui, format!("{} betas from a file", betas.len()));
        }
    }
}

fn beta(ui: &mut Ui, name: &str, value: &mut f64) {
    // A drag moves by a share of the value, so that 0.0001 and 0.02 are equally easy to set.
    let speed = (*value * 0.01).max(1e-7);
    parameter(ui, name, value, 1e-6..=0.999, speed, 7);
}

fn parameter(
    ui: &mut Ui,
    name: &str,
    value: &mut f64,
    range: std::ops::RangeInclusive<f64>,
    speed: f64,
    decimals: usize,
) {
    ui.horizontal(|ui| {
        let label = ui.label(name);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add(DragValue::new(value).range(range).speed(speed).max_decimals(decimals))
                .labelled_by(label.id);
        });
    });
}
