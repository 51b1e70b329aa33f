//! The letter of a schedule, on the pictures that belong to it.

use egui::{Color32, Pos2, Rect, Ui, vec2};

use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::app::words::schedule_label;
use crate::scene::Side;

/// Distance of a tag from the edges of its picture, and of the text from the edges of the tag, in points.
const OUTSIDE: f32 = 3.0;
const INSIDE: egui::Vec2 = vec2(5.0, 2.0);

/// Writes a side's letter into the upper left `corner` of a picture, followed by the name of its schedule if that fits
/// into so much `room`, in points.
pub fn tag(ui: &Ui, view: &View<'_>, corner: Pos2, side: Side, room: f32) {
    let letter = side.letter();
    let name = format!("{letter} {}", schedule_label(view.words, &view.scene.schedule(side).kind));
    let layout = |text: String| ui.painter().layout_no_wrap(text, caption_font(), Color32::WHITE);
    let text = Some(layout(name)).filter(|text| text.size().x + 2.0 * (INSIDE.x + OUTSIDE) <= room);
    let text = text.unwrap_or_else(|| layout(letter.to_owned()));
    let chip = Rect::from_min_size(corner + vec2(OUTSIDE, OUTSIDE), text.size() + 2.0 * INSIDE);
    ui.painter().rect_filled(chip, 4.0, Color32::from_black_alpha(190));
    ui.painter().galley(chip.min + INSIDE, text, Color32::WHITE);
}
