//! The inspector: the scene's controls, and the live numbers at t.

use egui::{ComboBox, DragValue, Ui};

use super::schedule_editor;
use crate::app::chapters::Chapter;
use crate::app::commands::Command;
use crate::app::view::View;
use crate::app::widgets::{caption, section, segmented, value_row};
use crate::diffusion::noise::NoiseMode;
use crate::imaging::{FitMode, FitOptions};
use crate::quantity::Quantity;
use crate::scene::{Action, Interpolation, ShowAs, Side};

/// Reads a number off a transition.
type ValueOf = fn(&crate::diffusion::Step) -> f64;

/// Draws the inspector of a chapter.
pub fn show(ui: &mut Ui, view: &mut View<'_>, room: &mut dyn Chapter) {
    let panels = room.panels(view.scene);
    room.inspector(ui, view);
    noise(ui, view, panels.noise_mode);
    for side in Side::BOTH {
        if side == view.scene.active || view.scene.compare || panels.both_schedules {
            schedule_editor::show(ui, view, side);
        }
    }
    schedule_editor::steps(ui, view);
    if panels.pictures {
        pictures(ui, view);
    }
    values(ui, view);
    room.measurements(ui, view);
    ui.add_space(12.0);
}

fn noise(ui: &mut Ui, view: &mut View<'_>, has_modes: bool) {
    section(ui, "Noise");
    if has_modes {
        noise_mode(ui, view);
    }
    ui.horizontal(|ui| {
        let mut seed = view.scene.seed;
        let label = ui.label("Seed");
        let drag = DragValue::new(&mut seed).speed(0.1);
        if ui.add(drag).labelled_by(label.id).changed() {
            view.act(Action::Seed(seed));
        }
        if ui.button("New").on_hover_text("Another realisation of the noise (N)").clicked() {
            view.command(Command::NewSeed);
        }
    });
}

fn noise_mode(ui: &mut Ui, view: &mut View<'_>) {
    let options = [
        (NoiseMode::Jump, "Jump", "One ε for every t: xₜ = √ᾱₜ x₀ + √(1−ᾱₜ) ε"),
        (
            NoiseMode::Walk,
            "Walk",
            "A true Markov chain: each step keeps the old noise, faded, and adds its own",
        ),
    ];
    if let Some(mode) = segmented(ui, "Noise", view.scene.noise, &options) {
        view.act(Action::Noise(mode));
    }
}

fn pictures(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Pictures");
    let options = [
        (ShowAs::Clip, "Clip", "[−1, 1] to black … white; what lies outside is clipped"),
        (ShowAs::Rescale, "Rescale", "Divided by the standard deviation, so that nothing saturates"),
        (ShowAs::Signed, "Signed", "Below zero blue, above zero orange; the mean of the channels"),
    ];
    if let Some(show_as) = segmented(ui, "Show as", view.scene.show_as, &options) {
        view.act(Action::ShowAs(show_as));
    }
    let options = [
        (Interpolation::Sharp, "Sharp", "Each pixel a square"),
        (Interpolation::Smooth, "Smooth", "Interpolated when enlarged, averaged when reduced"),
    ];
    if let Some(zoom) = segmented(ui, "Pixels", view.scene.zoom, &options) {
        view.act(Action::Interpolation(zoom));
    }
    let fit = view.scene.fit;
    ui.horizontal(|ui| {
        let mut size = fit.size;
        let combo = ComboBox::from_id_salt("size").selected_text(format!("{size} px")).width(84.0);
        let response = combo.show_ui(ui, |ui| {
            for choice in [32, 64, 128, 256, 512, 1024, 2048] {
                ui.selectable_value(&mut size, choice, format!("{choice} px"));
            }
        });
        response.response.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Picture size");
            info.current_text_value = Some(format!("{} px", fit.size));
            info
        });
        let options = [
            (FitMode::Crop, "Crop", "The middle square of the picture"),
            (FitMode::Fit, "Fit", "The whole picture, its longer side that long"),
        ];
        let mode = segmented(ui, "Fit", fit.mode, &options).unwrap_or(fit.mode);
        if (size, mode) != (fit.size, fit.mode) {
            view.act(Action::Fit(FitOptions { size, mode }));
        }
    });
}

fn values(ui: &mut Ui, view: &mut View<'_>) {
    let sides: Vec<Side> = view.scene.sides().collect();
    section(ui, &format!("At t = {}", view.scene.t));
    let steps: Vec<_> = sides.iter().map(|&side| view.step(side)).collect();
    if sides.len() > 1 {
        let heads: Vec<&str> = sides.iter().map(|side| side.letter()).collect();
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                caption(ui, heads[1]);
                ui.add_space(78.0);
                caption(ui, heads[0]);
            });
        });
    }
    let rows: [(Quantity, ValueOf); 8] = [
        (Quantity::Beta, |s| s.beta),
        (Quantity::Alpha, |s| s.alpha),
        (Quantity::AlphaBar, |s| s.alpha_bar),
        (Quantity::NoiseVariance, crate::diffusion::Step::noise_variance),
        (Quantity::Snr, crate::diffusion::Step::snr),
        (Quantity::LogSnr, crate::diffusion::Step::log_snr),
        (Quantity::NewShare, crate::diffusion::Step::new_share),
        (Quantity::PosteriorVariance, crate::diffusion::Step::posterior_variance),
    ];
    for (quantity, value) in rows {
        value_row(ui, quantity, &steps.iter().map(value).collect::<Vec<f64>>());
    }
}
