//! What a picture is, on the picture: the letter of its schedule, or a few words.

use egui::{Align2, Color32, Rect, Ui, pos2, vec2};

use super::chip::{Chip, ground};
use crate::app::formula::{sentence, sentence_width};
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

/// Height of the words of a sentence on a picture, in points.
const WORDS: f32 = 14.0;

/// Writes the first of these sentences that fits into the upper left corner of a picture. Symbols in it are typeset.
pub fn tag_of(ui: &Ui, picture: Rect, texts: &[String]) {
    let place =
        |text: &str| Chip::SMALL.place(picture, Align2::LEFT_TOP, vec2(sentence_width(ui, text), WORDS));
    let fits = |text: &&str| picture.contains_rect(place(text));
    if let Some(text) = texts.iter().map(|text| text.trim()).find(fits) {
        let chip = place(text);
        ground(ui, chip);
        let left = chip.center().x - sentence_width(ui, text) / 2.0;
        sentence(ui, pos2(left, chip.center().y - WORDS / 2.0), text, Color32::WHITE);
    }
}
