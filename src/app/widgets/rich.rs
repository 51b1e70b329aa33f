//! Text in which some words have the colour of a quantity: `[the noise](epsilon)`.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, FontId};

use crate::app::theme::Theme;
use crate::quantity::Quantity;

/// The size of a subscript's letters, as a fraction of that of the others.
const SUBSCRIPT: f32 = 0.68;

/// The text as egui lays it out. Signs stay in one line with the numbers beside them.
pub fn rich(text: &str, theme: Theme, font: &FontId, ink: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    append_rich(&mut job, text, theme, font, ink);
    job
}

/// Appends the text to others, as [`rich`] lays it out.
pub fn append_rich(job: &mut LayoutJob, text: &str, theme: Theme, font: &FontId, ink: Color32) {
    for (words, quantity) in pieces(text) {
        let color = quantity.map_or(ink, |quantity| theme.color(quantity));
        append(job, &unbroken(words), font.clone(), color);
    }
}

/// Appends a text to others. `_T` becomes a subscript, which Unicode does not have.
pub fn append(job: &mut LayoutJob, text: &str, font: FontId, color: Color32) {
    let below = FontId::new(SUBSCRIPT * font.size, font.family.clone());
    let format = TextFormat::simple(font, color);
    let below = TextFormat { valign: Align::BOTTOM, ..TextFormat::simple(below, color) };
    let mut parts = text.split("_T");
    job.append(parts.next().unwrap_or_default(), 0.0, format.clone());
    for part in parts {
        job.append("T", 0.0, below.clone());
        job.append(part, 0.0, format.clone());
    }
}

/// The text with no-break spaces around `=` and before `%`.
pub fn unbroken(text: &str) -> String {
    text.replace(" = ", "\u{a0}=\u{a0}").replace(" %", "\u{a0}%").replace("N(0, ", "N(0,\u{a0}")
}

/// The text without its marks.
pub fn unmarked(text: &str) -> String {
    pieces(text).into_iter().map(|(words, _)| words).collect()
}

/// The parts of a text, each with the quantity whose colour it has.
pub fn pieces(text: &str) -> Vec<(&str, Option<Quantity>)> {
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some(open) = rest[from..].find('[').map(|at| at + from) {
        match marked(&rest[open..]) {
            Some((words, quantity, length)) => {
                pieces.push((&rest[..open], None));
                pieces.push((words, Some(quantity)));
                rest = &rest[open + length..];
                from = 0;
            }
            None => from = open + 1,
        }
    }
    pieces.push((rest, None));
    pieces.retain(|(words, _)| !words.is_empty());
    pieces
}

/// The words, the quantity and the length in bytes of a mark with which the text begins.
fn marked(text: &str) -> Option<(&str, Quantity, usize)> {
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (name, _) = rest.split_once(')')?;
    if words.contains('[') {
        return None;
    }
    let quantity = serde_json::from_value(name.into()).ok()?;
    Some((words, quantity, words.len() + name.len() + "[]()".len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, texts};

    #[test]
    fn marked_words_have_their_quantity() {
        let text = "At t = 0 [the noise](epsilon) is [nothing] new; xₜ = [x₀](x0).";
        let expected = [
            ("At t = 0 ", None),
            ("the noise", Some(Quantity::Epsilon)),
            (" is [nothing] new; xₜ = ", None),
            ("x₀", Some(Quantity::X0)),
            (".", None),
        ];
        assert_eq!(pieces(text), expected);
        assert_eq!(unmarked("[a](no-quantity) [b](x0)"), "[a](no-quantity) b");
    }

    #[test]
    fn no_message_marks_words_with_what_is_no_quantity() {
        for language in Language::ALL {
            let mut marks = 0;
            for text in texts(language) {
                for line in text.lines().filter(|line| !line.starts_with('#')) {
                    marks += line.matches("](").count();
                    assert!(!unmarked(line).contains("]("), "{line}");
                }
            }
            assert!(marks > 200, "{marks}");
        }
    }
}
