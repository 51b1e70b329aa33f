//! The canvas: from noise to a picture, network call by network call.

mod film;
mod plots;
mod race;
mod transport;

use egui::{Rect, Ui, vec2};
use i18n_embed_fl::fl;

use crate::app::chapters::layout::pictures_film_plots;
use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::state::PARTS;
use crate::app::chapters::reverse::words::{LATER_STATE, timestep};
use crate::app::widgets::{Frame, Item, picture_row, picture_row_height};
use crate::quantity::Quantity;

/// Height of the row of buttons, in points.
const BAR: f32 = 30.0;

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) {
    let mut below = rect;
    if !view.presenting {
        let bar = Rect::from_min_size(rect.min, vec2(rect.width(), BAR));
        transport::show(ui, view, bar);
        below.min.y = bar.bottom() + 4.0;
    }
    if view.scene.chapters.reverse.rivals.is_empty() {
        alone(ui, view, below);
    } else {
        race::show(ui, view, below);
    }
}

/// Draws a run without rivals: its pictures, its film strip and its plots.
fn alone(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) {
    let items = items(view);
    let natural = picture_row_height(view, rect.width(), &items);
    let one = film::height(view, rect.width());
    let [pictures, film, plots] = pictures_film_plots(rect, (natural, 2.0 * one, 1), view.with_plots());
    picture_row(ui, view, pictures, &items);
    film::show(ui, view, film, 0);
    if view.with_plots() {
        plots::show(ui, view, plots);
    }
}

/// The pictures of the step at t, in the order in which they are computed.
fn items(view: &mut ReverseView<'_, '_>) -> Vec<Item> {
    let words = view.words;
    let step = view.room.shown(view.scene, 0).cloned();
    let stale = !view.room.differences(words, view.scene, view.image).is_empty();
    let skips = view.room.skips(view.scene);
    let mut items = Vec::new();
    for quantity in PARTS {
        let pixels = view.room.pixels(view.shared, 0, step.as_ref().map(|step| step.index), quantity);
        let detail = match (&step, quantity) {
            (Some(step), Quantity::Xt) => format!("t = {}", timestep(step.t)),
            (Some(step), Quantity::EpsHat) => {
                fl!(words, "reverse-detail-rms", rms = format!("{:.3}", step.rms_eps))
            }
            (Some(step), Quantity::XPrev) if step.t_prev < 0.5 => fl!(words, "reverse-detail-end"),
            (Some(step), Quantity::XPrev) => {
                format!("{} = {}", if skips { "s" } else { "t" }, timestep(step.t_prev))
            }
            (Some(step), Quantity::MuTheta) if step.sigma > 0.0 => format!("σ = {:.4}", step.sigma),
            (Some(_), Quantity::MuTheta) => fl!(words, "reverse-detail-no-noise"),
            (None, Quantity::Xt) => fl!(words, "reverse-detail-start"),
            _ => String::new(),
        };
        let mut frame = Frame::new(quantity, detail, pixels);
        if quantity == Quantity::XPrev && skips {
            frame.symbol = LATER_STATE;
        }
        frame.stale = stale;
        frame.dimmed = !view.room.slow().lights(quantity);
        items.push(Item::from(frame));
    }
    items
}
