//! The canvases of the Text chapter, one for each part.

mod cascade;
mod field;
mod guidance;
mod swap;
mod tiles;
mod words;

use egui::{Align2, Rect, Ui};
use i18n_embed_fl::fl;

use super::TextView;
use crate::analysis::text::Drawing;
use crate::app::drawings::{FilmFrame, film};
use crate::app::theme::{body_font, caption_font};
use crate::app::widgets::{fitted_line, paragraph};
use crate::app::words::missing_text;
use crate::quantity::Quantity;
use crate::scene::TextPart;

/// Height of a field for a text, and the space below it, in points.
const FIELD: f32 = 30.0;
const GAP: f32 = 8.0;

pub fn show(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect) {
    let part = view.scene.chapters.text.part;
    let fields = if part == TextPart::Swap { 2 } else { 1 };
    let height = fields as f32 * (FIELD + GAP);
    let [above, below] = [rect.with_max_y(rect.top() + height), rect.with_min_y(rect.top() + height)];
    field::show(ui, view, above, fields);
    if let Some(text) = view.room.missing().and_then(|missing| missing_text(view.words, missing)) {
        let why = fl!(view.words, "text-nothing-drawn", reason = text);
        return paragraph(ui, below, &why, body_font(15.0), view.theme.weak);
    }
    match part {
        TextPart::Words => words::show(ui, view, below),
        TextPart::Guidance => guidance::show(ui, view, below),
        TextPart::Swap => swap::show(ui, view, below),
        TextPart::Cascade => cascade::show(ui, view, below),
    }
}

/// Says in the place of pictures what is awaited: an order to draw, or the end of what is under way.
fn waiting(ui: &Ui, view: &TextView<'_, '_>, rect: Rect) {
    let words = view.words;
    let text = match view.room.share() {
        _ if view.room.waits() => fl!(words, "text-press-draw"),
        Some(share) => fl!(words, "text-under-way", percent = format!("{:.0}", 100.0 * share)),
        None => fl!(words, "text-opening"),
    };
    fitted_line(ui, rect, Align2::CENTER_CENTER, &text, caption_font(), view.theme.weak);
}

/// Draws what the network took the end of a run to be, step by step.
fn run_film(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect, (name, drawing): (&str, &Drawing)) {
    let shown = drawing.film().filter_map(|step| Some(FilmFrame { t: step.t, values: step.shown.as_ref()? }));
    let frames: Vec<FilmFrame<'_>> = shown.collect();
    film(ui, view, rect, (name, Quantity::X0Hat, drawing), (&frames, drawing.facts.picture, false));
}
