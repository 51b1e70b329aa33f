//! Search: one field that finds commands, chapters, terms, lessons, samples, recent files and models.

mod items;
mod rank;

use egui::{Align2, Area, Button, Id, Key, Modal, RichText, ScrollArea, TextEdit, Ui, vec2};
use i18n_embed_fl::fl;

pub use self::items::{Sources, items};
use self::rank::{Found, found};
use super::command::{Command, Intent};
use super::theme::{Theme, caption_font};
use super::words::{Language, Words, words};
use i18n_embed::LanguageLoader as _;

/// The width of the search, its distance from the top of the window, and the height of the list, in points.
const WIDTH: f32 = 520.0;
const TOP: f32 = 64.0;
const LIST: f32 = 380.0;
/// Space below the list, in points.
const BELOW: f32 = 110.0;

/// Something that can be found.
pub struct Item {
    /// What it is called.
    pub label: String,
    /// Of what kind it is, or the key that does the same.
    pub note: String,
    /// More words for which it is found.
    pub words: String,
    /// What happens when it is chosen.
    pub intent: Intent,
}

/// The search.
#[derive(Default)]
pub struct Search {
    open: bool,
    /// The words of the other language, while the search is open.
    other: Option<Words>,
    query: String,
    chosen: usize,
    /// Whether only terms of the glossary are listed.
    terms: bool,
}

impl Search {
    /// Opens or closes the search.
    pub fn toggle(&mut self) {
        *self = Self { open: !self.open, ..Self::default() };
    }

    /// Opens the search among the terms of the glossary.
    pub fn open_glossary(&mut self) {
        *self = Self { open: true, terms: true, ..Self::default() };
    }

    /// The words of the language that the window does not speak now: a command is found by its name in either.
    pub fn other(&mut self, spoken: &Words) -> &Words {
        let spoken = spoken.current_language().language;
        let other = Language::ALL.into_iter().find(|language| spoken.as_str() != language.tag());
        self.other.get_or_insert_with(|| words(other.unwrap_or_default()))
    }

    /// Whether the search is open and receives the keys.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Closes the search.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// Draws the search; the intent of the chosen item goes to `intents`.
    pub fn show(&mut self, ctx: &egui::Context, words: &Words, items: &[Item], intents: &mut Vec<Intent>) {
        if !self.open {
            return;
        }
        // It hangs from the top, so that the field stays where it is while the list changes.
        let id = Id::unique("palette");
        let area = Area::new(id).kind(egui::UiKind::Modal).order(egui::Order::Foreground).interactable(true);
        let area = area.anchor(Align2::CENTER_TOP, vec2(0.0, TOP));
        let modal = Modal::new(id).area(area).show(ctx, |ui| {
            ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 48.0));
            self.field(ui, words);
            self.list(ui, words, items, intents)
        });
        if modal.should_close() || modal.inner {
            self.open = false;
        }
    }

    fn field(&mut self, ui: &mut Ui, words: &Words) {
        let hint = if self.terms { fl!(words, "glossary-hint") } else { fl!(words, "palette-hint") };
        let field = TextEdit::singleline(&mut self.query)
            .hint_text(hint)
            .font(egui::FontId::proportional(16.0))
            .desired_width(f32::INFINITY);
        let response = ui.add(field);
        // To ask for the focus ends the composition of a syllable, so it is asked for only where it was lost.
        if !response.has_focus() {
            response.request_focus();
        }
        if response.changed() {
            self.chosen = 0;
        }
    }

    /// Draws what is found. Returns whether something was chosen.
    fn list(&mut self, ui: &mut Ui, words: &Words, items: &[Item], intents: &mut Vec<Intent>) -> bool {
        let theme = Theme::of(ui.ctx());
        let is_term = |item: &Item| matches!(item.intent, Intent::Do(Command::Term(_)));
        let listed = items.iter().filter(|item| !self.terms || is_term(item));
        let found = found(listed, &self.query);
        let shown = match &found {
            Found::Some(shown) => shown,
            Found::Near(near) => {
                let text =
                    if near.is_empty() { fl!(words, "search-nothing") } else { fl!(words, "search-near") };
                ui.label(RichText::new(text).color(theme.weak));
                near
            }
        };
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let (down, up, enter) = (pressed(Key::ArrowDown), pressed(Key::ArrowUp), pressed(Key::Enter));
        let last = shown.len().saturating_sub(1);
        self.chosen = (self.chosen + usize::from(down)).saturating_sub(usize::from(up)).min(last);
        let mut done = false;
        let height = LIST.min(ui.ctx().content_rect().height() - TOP - BELOW);
        ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .auto_shrink([false, false])
            .show(ui, |ui| {
                for (item, i) in shown.iter().zip(0..) {
                    let selected = i == self.chosen;
                    let response = row(ui, theme, item, selected);
                    if selected && (down || up) {
                        response.scroll_to_me(None);
                    }
                    if response.clicked() || (selected && enter) {
                        intents.push(item.intent.clone());
                        done = true;
                    }
                }
            });
        ui.label(RichText::new(fl!(words, "palette-keys")).font(caption_font()).color(theme.weak));
        done
    }
}

/// Draws an item; the chosen one is filled with the colour of selections.
fn row(ui: &mut Ui, theme: Theme, item: &Item, selected: bool) -> egui::Response {
    let ink = if selected { theme.canvas } else { theme.ink };
    let note = RichText::new(&item.note).color(if selected { theme.canvas } else { theme.weak });
    let mut button = Button::new(RichText::new(&item.label).color(ink))
        .truncate()
        .selected(selected)
        .frame_when_inactive(false)
        .right_text(note)
        .min_size(vec2(ui.available_width(), 24.0));
    if selected {
        button = button.fill(theme.accent);
    }
    ui.add(button)
}
