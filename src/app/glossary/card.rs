//! The card of a term: its definition, what it is related to, and *Show me*.

use egui::{Id, Modal, RichText, Ui};
use i18n_embed_fl::fl;

use super::define::body;
use super::{Term, find};
use crate::app::command::{Command, Intent};
use crate::app::theme::{Theme, caption_font};
use crate::app::words::Words;

/// The card that is open, if any.
#[derive(Default)]
pub struct Card(Option<&'static Term>);

impl Card {
    /// Opens the card of a term.
    pub fn open(&mut self, id: &str) {
        self.0 = find(id);
    }

    /// Whether a card is open and receives the keys.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Closes the card.
    pub fn close(&mut self) {
        self.0 = None;
    }

    /// Draws the card that is open; what it asks for goes to `intents`.
    pub fn show(&mut self, ctx: &egui::Context, words: &Words, intents: &mut Vec<Intent>) {
        let Some(term) = self.0 else { return };
        let modal = Modal::new(Id::unique("term")).show(ctx, |ui| {
            ui.set_width(380.0);
            body(ui, words, term);
            let next = related(ui, words, term);
            ui.add_space(8.0);
            let closed = ui
                .horizontal(|ui| {
                    if term.show.is_some() && ui.button(fl!(words, "term-show-me")).clicked() {
                        intents.push(Intent::Do(Command::ShowTerm(term.id.clone())));
                        return true;
                    }
                    ui.button(fl!(words, "keys-close")).clicked()
                })
                .inner;
            (next, closed)
        });
        let (next, closed) = modal.inner;
        if modal.should_close() || closed {
            self.0 = None;
        } else if next.is_some() {
            self.0 = next;
        }
    }
}

/// Draws the related terms. Returns the one that was clicked.
fn related(ui: &mut Ui, words: &Words, term: &Term) -> Option<&'static Term> {
    let mut next = None;
    if term.see.is_empty() {
        return None;
    }
    let theme = Theme::of(ui.ctx());
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(fl!(words, "term-see")).font(caption_font()).color(theme.weak));
        for other in term.see.iter().filter_map(|id| find(id)) {
            if ui.link(RichText::new(other.name(words)).font(caption_font())).clicked() {
                next = Some(other);
            }
        }
    });
    next
}
