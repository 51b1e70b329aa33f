//! What one sees in a chapter, what to try, and what to notice. It stands beside the canvas, where it takes no room from
//! pictures.

use egui::{Label, RichText, Role, Sense, Ui, WidgetInfo};
use i18n_embed_fl::fl;

use crate::app::chapters::Chapter;
use crate::app::highlight::Lit;
use crate::app::theme::{Theme, body_font, heading_font};
use crate::app::view::View;
use crate::app::widgets::{rich, unmarked};

/// Draws the explanation of a chapter.
pub fn show(ui: &mut Ui, view: &View<'_>, room: &dyn Chapter) {
    let theme = Theme { lit: Lit::ALL, ..view.theme };
    let words = view.words;
    let message = room.explanation(view.scene);
    ui.spacing_mut().item_spacing.y = 2.0;
    for (title, attribute) in [
        (fl!(words, "explain-see"), "see"),
        (fl!(words, "explain-try"), "try"),
        (fl!(words, "explain-notice"), "notice"),
    ] {
        ui.add_space(6.0);
        ui.label(RichText::new(title).font(heading_font()).color(theme.accent));
        let text = words.get_attr(&message, attribute);
        // Each paragraph takes the focus, so that without a mouse, too, all of them come into view.
        let paragraph = Label::new(rich(&text, theme, &body_font(12.5), theme.ink)).wrap();
        let sense = Sense::focusable_noninteractive() | Sense::hover();
        let response = ui.add(paragraph.sense(sense));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, unmarked(&text)));
    }
    ui.add_space(8.0);
}
