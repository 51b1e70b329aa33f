//! The chapter's formula, typeset, each term in its quantity's colour with its numbers under it.

use egui::{Align2, Color32, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{Part, Set, Term};
use crate::app::glossary::define;
use crate::app::theme::{Theme, caption_font, figures};
use crate::app::view::View;
use crate::app::widgets::fitted_line;

/// Height of the strip, in points.
pub const HEIGHT: f32 = 100.0;
/// Size of the formula: points per em.
const EM: f32 = 20.0;
const LINE: f32 = 14.0;
/// Space between the formula and the numbers under it, in points.
const NUMBERS: f32 = 6.0;

/// Height of the footnotes with the space below them, in points.
const FOOTNOTE: f32 = 22.0;

/// Draws the strip into `rect`.
pub fn show(ui: &mut Ui, view: &mut View<'_>, formula: &Formula, rect: Rect) {
    let theme = view.theme;
    let parts = &formula.parts;
    let em = fitting_em(parts, rect.width() - 180.0);
    let width = total_width(parts, em);
    let left = rect.center().x - width / 2.0;
    let mut x = left;
    let [ascent, descent] = extent(parts, em);
    let lines = parts.iter().map(|part| part.lines.len()).max().unwrap_or(0);
    // Formula and numbers together are centred; where the numbers stand does not depend on their values.
    let height = ascent + descent + NUMBERS + LINE * lines.max(1) as f32;
    let baseline = rect.top() + (rect.height() - height) / 2.0 + ascent;
    for (part, i) in parts.iter().zip(0..) {
        let width = paint(ui, theme, part, pos2(x, baseline), em, baseline + descent + NUMBERS);
        if let Some(quantity) = part.quantity {
            let place = Rect::from_min_max(
                pos2(x, baseline - ascent),
                pos2(x + width, baseline + descent + NUMBERS + LINE * lines.max(1) as f32),
            );
            let id = ui.scope_id().with(("term", i));
            let response = ui.interact(place, id, Sense::focusable_noninteractive() | Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, quantity.name(view.words)));
            define(view, &response, quantity);
        }
        x += width + gap(em);
    }
    // Where the numbers reach down to the footnotes, these end beside them.
    let numbers_end = baseline + descent + NUMBERS + LINE * lines.max(1) as f32;
    let reach = numbers_end > rect.bottom() - FOOTNOTE;
    footnotes(ui, view, formula, (rect, if reach { left - 12.0 } else { rect.right() }));
}

fn gap(em: f32) -> f32 {
    em * 0.6
}

/// The largest extent of the parts' ink above and below the baseline, in points.
fn extent(parts: &[Part], em: f32) -> [f32; 2] {
    parts.iter().filter_map(|part| Term::find(Set::Tall, &part.term)).fold([0.0_f32; 2], |most, term| {
        let [ascent, descent] = term.ink(em);
        [most[0].max(ascent), most[1].max(descent)]
    })
}

fn column_width(part: &Part, em: f32) -> f32 {
    let term = Term::find(Set::Tall, &part.term).map_or(em, |term| term.size(em).x);
    let longest = part.lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    // Digits of the monospaced font at 12 pt are 7.2 pt wide.
    term.max(longest as f32 * 7.2)
}

fn total_width(parts: &[Part], em: f32) -> f32 {
    parts.iter().map(|p| column_width(p, em)).sum::<f32>() + gap(em) * (parts.len() as f32 - 1.0)
}

fn fitting_em(parts: &[Part], room: f32) -> f32 {
    let mut em = EM;
    while em > 13.0 && total_width(parts, em) > room {
        em -= 1.0;
    }
    em
}

fn paint(ui: &Ui, theme: Theme, part: &Part, origin: egui::Pos2, em: f32, numbers: f32) -> f32 {
    let width = column_width(part, em);
    let color = part.quantity.map_or(theme.weak, |quantity| theme.color(quantity));
    let color = if part.dimmed { color.gamma_multiply(0.3) } else { color };
    if let Some(term) = Term::find(Set::Tall, &part.term) {
        let left = origin.x + (width - term.size(em).x) / 2.0;
        term.paint(ui, pos2(left, origin.y), em, color);
    }
    let channels = part.lines.len();
    for (i, line) in part.lines.iter().enumerate() {
        let ink: Color32 = if channels == 3 { theme.channel(i, 3) } else { color };
        let at = pos2(origin.x + width / 2.0, numbers + LINE * i as f32);
        ui.painter().text(at, Align2::CENTER_TOP, line, figures(12.0), ink);
    }
    width
}

/// Draws the footnotes; the one at the left ends at `end`.
fn footnotes(ui: &Ui, view: &View<'_>, formula: &Formula, (rect, end): (Rect, f32)) {
    let (theme, words) = (view.theme, view.words);
    let text = match formula.pixel {
        Pixel::At([x, y]) => fl!(words, "formula-pixel", x = x, y = y),
        Pixel::Never => String::new(),
        Pixel::Wanted => fl!(words, "formula-hover"),
    };
    let row = rect.shrink2(vec2(16.0, 8.0));
    let right = fitted_line(ui, row, Align2::RIGHT_BOTTOM, &text, caption_font(), theme.weak);
    let rest = row.with_max_x((right.left() - 24.0).min(end));
    fitted_line(ui, rest, Align2::LEFT_BOTTOM, &formula.footnote, caption_font(), theme.weak);
}
