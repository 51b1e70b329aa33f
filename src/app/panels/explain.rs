//! What one sees in a chapter, what to try, and what to notice.

use egui::{Align, Label, Layout, Rect, RichText, Ui, UiBuilder, pos2, vec2};
use i18n_embed_fl::fl;

use crate::app::chapters::Chapter;
use crate::app::highlight::Lit;
use crate::app::theme::{Theme, body_font, heading_font};
use crate::app::view::View;
use crate::app::widgets::rich;

/// Height of the strip, in points.
pub const HEIGHT: f32 = 104.0;
/// Space between two columns, in points.
const GAP: f32 = 20.0;

/// Draws the strip into `rect`.
pub fn show(ui: &mut Ui, view: &View<'_>, room: &dyn Chapter, rect: Rect) {
    let theme = Theme { lit: Lit::ALL, ..view.theme };
    let words = view.words;
    let message = format!("explain-{}", room.id().name());
    let columns = [
        (fl!(words, "explain-see"), "see", 1.2),
        (fl!(words, "explain-try"), "try", 1.0),
        (fl!(words, "explain-notice"), "notice", 1.0),
    ];
    let total: f32 = columns.iter().map(|column| column.2).sum();
    let inner = rect.shrink2(vec2(16.0, 8.0));
    let room = inner.width() - GAP * 2.0;
    let mut left = inner.left();
    for (title, attribute, weight) in columns {
        let width = room * weight / total;
        let column = Rect::from_min_size(pos2(left, inner.top()), vec2(width, inner.height()));
        left += width + GAP;
        let mut child = ui.new_child(UiBuilder::new().max_rect(column).layout(Layout::top_down(Align::LEFT)));
        child.spacing_mut().item_spacing.y = 2.0;
        child.add(Label::new(RichText::new(title).font(heading_font()).color(theme.accent)));
        let text = words.get_attr(&message, attribute);
        egui::ScrollArea::vertical().id_salt(attribute).show(&mut child, |ui| {
            ui.add(Label::new(rich(&text, theme, &body_font(12.5), theme.ink)).wrap());
        });
    }
}
