//! Definitions where terms stand: under the pointer, and with the keyboard's focus.

use egui::{FontId, Response, RichText, Tooltip, Ui, vec2};

use super::{Term, of};
use crate::app::formula::{row, row_width};
use crate::app::highlight::Lit;
use crate::app::theme::{Theme, caption_font, heading_font};
use crate::app::view::View;
use crate::app::words::Words;
use crate::quantity::Quantity;

/// Size of formulas in definitions: points per em.
const EM: f32 = 15.0;

/// Says what a quantity is while the pointer or the focus is on `response`, and lights it.
pub fn define(view: &mut View<'_>, response: &Response, quantity: Quantity) {
    define_here(view, response, quantity, "");
}

/// Says what a quantity is, as [`define`] does, and below it what is to be said of it here: its value, or a text for
/// which there was no room. Two hints at one place would cover each other.
pub fn define_here(view: &mut View<'_>, response: &Response, quantity: Quantity, here: &str) {
    // A click may have changed what is below the pointer: that lights up when the pointer moves, as it is pointed at then.
    let rests =
        response.ctx.input(|i| i.pointer.time_since_last_movement() >= i.pointer.time_since_last_click());
    if (response.hovered() && !rests) || response.has_focus() {
        view.pointed.point(quantity);
    }
    let words = view.words;
    tip(response, |ui| {
        if let Some(term) = of(quantity) {
            body(ui, words, term);
        } else {
            let (symbol, name) = (quantity.symbol(), quantity.name(words));
            ui.label(format!("{symbol} · {name}\n{}", quantity.about(words)));
        }
        if !here.is_empty() {
            ui.label(here);
        }
    });
}

/// Says what a term means while the pointer or the focus is on `response`.
pub fn define_term(words: &Words, response: &Response, term: &Term) {
    tip(response, |ui| body(ui, words, term));
}

/// Shows a hint at a control under the pointer or with the focus.
fn tip(response: &Response, content: impl FnOnce(&mut Ui)) {
    if response.has_focus() && !response.hovered() {
        Tooltip::always_open(
            response.ctx.clone(),
            response.layer_id,
            response.id.with("definition"),
            response.rect,
        )
        .show(content);
    } else {
        response.clone().on_hover_ui(content);
    }
}

/// The name, the sentence, the formula and the source of a term.
pub fn body(ui: &mut Ui, words: &Words, term: &Term) {
    let theme = Theme { lit: Lit::ALL, ..Theme::of(ui.ctx()) };
    ui.set_max_width(340.0);
    ui.label(RichText::new(term.name(words)).font(heading_font()).color(theme.ink));
    ui.label(RichText::new(term.about(words)).font(FontId::proportional(13.0)).color(theme.ink));
    if !term.formula.is_empty() {
        let em = EM * (320.0 / row_width(&term.formula, EM)).min(1.0);
        let (rect, _) =
            ui.allocate_exact_size(vec2(row_width(&term.formula, em), 3.0 * em), egui::Sense::hover());
        row(ui, theme, &term.formula, em, rect.left_center());
    }
    if !term.source.is_empty() {
        ui.label(RichText::new(&term.source).font(caption_font()).color(theme.weak));
    }
}
