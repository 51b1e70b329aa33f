//! The inspector: the scene's controls, and the live numbers at t.

use egui::{Align2, DragValue, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::schedule_editor;
use crate::app::chapters::Chapter;
use crate::app::command::Command;
use crate::app::settings::Section;
use crate::app::theme::{caption_font, heading_font};
use crate::app::view::View;
use crate::app::widgets::{
    button_width, choose, combo_width, fitted_line, section, segmented, segmented_width, side_by_side,
    value_column, value_row,
};
use crate::diffusion::noise::NoiseMode;
use crate::imaging::{FitMode, FitOptions};
use crate::quantity::Quantity;
use crate::scene::{Action, Interpolation, ShowAs, Side};

/// The least width of the list of picture sizes, in points.
const SIZE: f32 = 84.0;

/// A function that takes a number from a transition.
type ValueOf = fn(&crate::diffusion::Step) -> f64;

/// Draws the controls of a chapter: its own, then those that all chapters share, which can be folded away.
pub fn show(ui: &mut Ui, view: &mut View<'_>, room: &mut dyn Chapter) {
    let panels = room.panels(view.scene);
    room.inspector(ui, view);
    if panels.both_schedules {
        schedules(ui, view, true);
    }
    if fold(ui, view, Section::Scene, &fl!(view.words, "section-scene")) {
        noise(ui, view, panels.noise_mode);
        if panels.schedules && !panels.both_schedules {
            schedules(ui, view, false);
        }
        if panels.pictures {
            pictures(ui, view);
        }
    }
    ui.add_space(12.0);
}

/// Draws the numbers at t, which stay at the lower end of the inspector, and the chapter's measurements.
pub fn measurements(ui: &mut Ui, view: &mut View<'_>, room: &mut dyn Chapter) {
    let title = if at_equal_snr(view) {
        fl!(view.words, "values-at-equal-snr")
    } else {
        fl!(view.words, "values-at", t = view.scene.t)
    };
    if fold(ui, view, Section::Values, &title) {
        values(ui, view);
        room.measurements(ui, view);
    }
    ui.add_space(6.0);
}

/// Whether the two schedules are compared at different timesteps.
fn at_equal_snr(view: &View<'_>) -> bool {
    view.scene.compare && Side::BOTH.iter().any(|side| view.step(*side).t != view.scene.t)
}

/// Draws the editors of the schedules: of those that are shown, or of both.
fn schedules(ui: &mut Ui, view: &mut View<'_>, both: bool) {
    for side in Side::BOTH {
        if side == view.scene.active || view.scene.compare || both {
            schedule_editor::show(ui, view, side);
        }
    }
    schedule_editor::steps(ui, view);
}

/// Draws the heading of a section that can be folded away. Returns whether it is open.
fn fold(ui: &mut Ui, view: &mut View<'_>, section: Section, title: &str) -> bool {
    let open = view.sections.is_open(section);
    ui.add_space(8.0);
    let theme = view.theme;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, open, title));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), 4.0, theme.raised);
    }
    let tip = pos2(rect.right() - 8.0, rect.center().y);
    let points = if open {
        [vec2(-4.0, -2.5), vec2(4.0, -2.5), vec2(0.0, 3.0)]
    } else {
        [vec2(-2.5, -4.0), vec2(-2.5, 4.0), vec2(3.0, 0.0)]
    };
    let points = points.map(|offset| tip + offset).to_vec();
    ui.painter().add(Shape::convex_polygon(points, theme.weak, Stroke::NONE));
    let line = rect.with_max_x(tip.x - 8.0);
    fitted_line(ui, line, Align2::LEFT_CENTER, title, heading_font(), theme.ink);
    if response.clicked() {
        view.command(Command::Fold(section, !open));
    }
    open
}

fn noise(ui: &mut Ui, view: &mut View<'_>, has_modes: bool) {
    section(ui, &fl!(view.words, "noise"));
    if has_modes {
        noise_mode(ui, view);
    }
    ui.horizontal(|ui| {
        let label = ui.label(fl!(view.words, "noise-seed"));
        // The button keeps its place at the right, however long the seed is.
        let new = fl!(view.words, "noise-new");
        let mut seed = view.scene.seed;
        let room = ui.available_width() - button_width(ui, &new);
        let size = vec2(room.max(40.0), ui.spacing().interact_size.y);
        let drag = DragValue::new(&mut seed).speed(0.1);
        if ui.add_sized(size, drag).labelled_by(label.id).changed() {
            view.act(Action::Seed(seed));
        }
        if ui.button(new).on_hover_text(fl!(view.words, "noise-new", "about")).clicked() {
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
    let steps: Vec<_> = sides.iter().map(|&side| view.step(side)).collect();
    if sides.len() > 1 {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
        let column = value_column(rect.width(), sides.len());
        for (side, i) in sides.iter().rev().zip(0_u8..) {
            let right = pos2(rect.right() - column * f32::from(i), rect.center().y);
            let head = if at_equal_snr(view) {
                format!("{} t = {}", side.letter(), view.step(*side).t)
            } else {
                side.letter().to_owned()
            };
            ui.painter().text(right, Align2::RIGHT_CENTER, head, caption_font(), view.theme.weak);
        }
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
        value_row(ui, view, quantity, &steps.iter().map(value).collect::<Vec<f64>>());
    }
}
