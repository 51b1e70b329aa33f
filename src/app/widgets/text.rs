//! Lines of text that are fitted into their room: a text that is too long ends in "…" and is shown as a whole when the
//! pointer rests on it.

use std::borrow::Cow;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align, Align2, Color32, FontId, Pos2, Rect, Sense, Ui, pos2, vec2};

use super::rich::append;
use crate::app::formula::{sentence, sentence_width};
use crate::app::theme::caption_font;

/// Space at each side of a paragraph, in points.
const MARGIN: f32 = 8.0;

/// A line of text in `rect`, aligned as `align` says. Returns its rectangle.
pub fn fitted_line(ui: &Ui, rect: Rect, align: Align2, text: &str, font: FontId, color: Color32) -> Rect {
    let (place, whole) = cut_line(ui, rect, align, text, font, color);
    if !whole {
        explain(ui, place, text);
    }
    place
}

/// A line of text in `rect`, as [`fitted_line`] draws it, that does not explain itself: for what has an explanation of
/// its own, to which a text that is cut off belongs. Returns its rectangle, and whether the whole text is there.
pub fn cut_line(
    ui: &Ui,
    rect: Rect,
    align: Align2,
    text: &str,
    font: FontId,
    color: Color32,
) -> (Rect, bool) {
    let mut job = LayoutJob { break_on_newline: false, ..LayoutJob::default() };
    append(&mut job, text, font, color);
    job.wrap = TextWrapping::truncate_at_width(rect.width().max(0.0));
    let galley = ui.painter().layout_job(job);
    let (place, elided) = (align.align_size_within_rect(galley.size(), rect), galley.elided);
    ui.painter().galley(place.min, galley, color);
    (place, !elided)
}

/// A sentence in the caption's size from `left_top` on, with its symbols typeset. Only as many words are shown as fit
/// into `room` points. Returns the width.
pub fn fitted_sentence(ui: &Ui, left_top: Pos2, room: f32, text: &str, color: Color32) -> f32 {
    let shown = shortened(text, |text| sentence_width(ui, text) <= room);
    let width = sentence(ui, left_top, &shown, color);
    if shown != text {
        explain(ui, Rect::from_min_size(left_top, vec2(width, caption_font().size + 4.0)), text);
    }
    width
}

/// The whole text where it fits into this width, in the caption's size; else the short one.
pub fn fitting<'a>(ui: &Ui, width: f32, whole: &'a str, short: &'a str) -> &'a str {
    if sentence_width(ui, whole) <= width { whole } else { short }
}

/// A few words in the middle of `rect`, broken into as many lines as they need.
pub fn paragraph(ui: &Ui, rect: Rect, text: &str, font: FontId, color: Color32) {
    let mut job = LayoutJob::simple(text.to_owned(), font, color, (rect.width() - 2.0 * MARGIN).max(0.0));
    job.halign = Align::Center;
    let galley = ui.painter().layout_job(job);
    let top = rect.center().y - galley.size().y / 2.0;
    ui.painter().galley(pos2(rect.center().x, top), galley, color);
}

/// Shows the whole text when the pointer rests on its visible part.
fn explain(ui: &Ui, place: Rect, text: &str) {
    // Where there is hardly any room, several lines may begin at the same place.
    let at = place.min.round();
    let id = ui.scope_id().with(("line", at.x as i32, at.y as i32, text));
    ui.interact(place, id, Sense::hover()).on_hover_text(text);
}

/// The text, if it fits; else as many of its words as fit, or the first letters of a single word that does not.
fn shortened(text: &str, fits: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if fits(text) {
        return text.into();
    }
    let first = text.split(' ').next().unwrap_or_default();
    let words = text.rmatch_indices(' ').map(|(end, _)| format!("{} …", &text[..end]));
    let ends = first.char_indices().map(|(end, _)| end).chain([first.len()]);
    let letters = ends.rev().map(|end| format!("{}…", &text[..end]));
    words.chain(letters).find(|text| fits(text)).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn texts_end_at_a_word_where_one_has_room() {
        let in_letters = |most| shortened("score of the class", move |text| text.chars().count() <= most);
        assert_eq!(in_letters(18), "score of the class");
        assert_eq!(in_letters(17), "score of the …");
        assert_eq!(in_letters(9), "score …");
        assert_eq!(in_letters(6), "score…");
        assert_eq!(in_letters(3), "sc…");
        assert_eq!(in_letters(0), "");
    }
}
