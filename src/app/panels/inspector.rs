//! The inspector: the scene's controls, and the live numbers at t.

use egui::{DragValue, Ui};
use i18n_embed_fl::fl;

use super::schedule_editor;
use crate::app::chapters::Chapter;
use crate::app::command::Command;
use crate::app::view::View;
use crate::app::widgets::{
    caption, choose, combo_width, section, segmented, segmented_width, side_by_side, value_row,
};
use crate::diffusion::noise::NoiseMode;
use crate::imaging::{FitMode, FitOptions};
use crate::quantity::Quantity;
use crate::scene::{Action, Interpolation, ShowAs, Side};

/// The least width of the list of picture sizes, in points.
const SIZE: f32 = 84.0;

/// A function that takes a number from a transition.
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
    section(ui, &fl!(view.words, "noise"));
    if has_modes {
        noise_mode(ui, view);
    }
    ui.horizontal_wrapped(|ui| {
        let mut seed = view.scene.seed;
        let label = ui.label(fl!(view.words, "noise-seed"));
        let drag = DragValue::new(&mut seed).speed(0.1);
        if ui.add(drag).labelled_by(label.id).changed() {
            view.act(Action::Seed(seed));
        }
        if ui
            .button(fl!(view.words, "noise-new"))
            .on_hover_text(fl!(view.words, "noise-new", "about"))
            .clicked()
        {
            view.command(Command::NewSeed);
        }
    });
}

fn noise_mode(ui: &mut Ui, view: &mut View<'_>) {
    let words = view.words;
    let options = [
        (NoiseMode::Jump, fl!(words, "noise-jump"), fl!(words, "noise-jump", "about")),
        (NoiseMode::Walk, fl!(words, "noise-walk"), fl!(words, "noise-walk", "about")),
    ];
    if let Some(mode) = segmented(ui, &fl!(words, "noise"), view.scene.noise, &options) {
        view.act(Action::Noise(mode));
    }
}

fn pictures(ui: &mut Ui, view: &mut View<'_>) {
    let words = view.words;
    section(ui, &fl!(words, "pictures"));
    let options = [
        (ShowAs::Clip, fl!(words, "show-as-clip"), fl!(words, "show-as-clip", "about")),
        (ShowAs::Rescale, fl!(words, "show-as-rescale"), fl!(words, "show-as-rescale", "about")),
        (ShowAs::Signed, fl!(words, "show-as-signed"), fl!(words, "show-as-signed", "about")),
    ];
    if let Some(show_as) = segmented(ui, &fl!(words, "show-as"), view.scene.show_as, &options) {
        view.act(Action::ShowAs(show_as));
    }
    let options = [
        (Interpolation::Sharp, fl!(words, "pixels-sharp"), fl!(words, "pixels-sharp", "about")),
        (Interpolation::Smooth, fl!(words, "pixels-smooth"), fl!(words, "pixels-smooth", "about")),
    ];
    if let Some(zoom) = segmented(ui, &fl!(words, "pixels"), view.scene.zoom, &options) {
        view.act(Action::Interpolation(zoom));
    }
    let fit = view.scene.fit;
    let sizes = [32, 64, 128, 256, 512, 1024, 2048];
    let sizes = sizes.map(|size: u32| (size, fl!(words, "picture-pixels", size = size)));
    let options = [
        (FitMode::Crop, fl!(words, "fit-crop"), fl!(words, "fit-crop", "about")),
        (FitMode::Fit, fl!(words, "fit-whole"), fl!(words, "fit-whole", "about")),
    ];
    let modes = segmented_width(ui, &options);
    let width = combo_width(ui, &fl!(words, "picture-pixels", size = fit.size)).max(SIZE);
    side_by_side(ui, width, modes + ui.spacing().item_spacing.x, |ui, _| {
        let size = choose(ui, &fl!(words, "picture-size"), width, fit.size, &sizes).unwrap_or(fit.size);
        let mode = segmented(ui, &fl!(words, "fit"), fit.mode, &options).unwrap_or(fit.mode);
        if (size, mode) != (fit.size, fit.mode) {
            view.act(Action::Fit(FitOptions { size, mode }));
        }
    });
}

fn values(ui: &mut Ui, view: &mut View<'_>) {
    let sides: Vec<Side> = view.scene.sides().collect();
    section(ui, &fl!(view.words, "values-at", t = view.scene.t));
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
        value_row(ui, view.words, quantity, &steps.iter().map(value).collect::<Vec<f64>>());
    }
}
