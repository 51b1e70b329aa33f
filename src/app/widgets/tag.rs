//! The letter of a schedule, on the pictures that belong to it.

use egui::{Align2, Color32, Rect, Ui};

use super::chip::Chip;
use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::app::words::schedule_label;
use crate::scene::Side;

/// Writes a side's letter into the upper left corner of a picture, followed by the name of its schedule if that fits into
/// so much `room`, in points.
pub fn tag(ui: &Ui, view: &View<'_>, area: Rect, side: Side, room: f32) {
    let letter = side.letter();
    let name = format!("{letter} {}", schedule_label(view.words, &view.scene.schedule(side).kind));
    let layout = |text: String| ui.painter().layout_no_wrap(text, caption_font(), Color32::WHITE);
    let text = Some(layout(name)).filter(|text| Chip::SMALL.width(text) <= room);
    let text = text.unwrap_or_else(|| layout(letter.to_owned()));
    Chip::SMALL.text(ui, area, Align2::LEFT_TOP, text, Color32::WHITE);
}
