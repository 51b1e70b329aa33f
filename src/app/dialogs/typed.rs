//! A question for a path that is answered in the window itself: where the system's file dialog did not open.

use std::path::{MAIN_SEPARATOR, PathBuf};

use egui::{Id, Key, Label, Modal, RichText, TextEdit, Ui};
use i18n_embed_fl::fl;

use super::{Purpose, Question};
use crate::app::theme::{Theme, caption_font, title_font};
use crate::app::words::Words;
use crate::imaging;

/// Width of the question, in points.
const WIDTH: f32 = 480.0;
/// The longest path that can be typed, in characters.
const LONGEST: usize = 4096;

/// The answer to a question for a path: the path, or none if the user thought better of it.
pub type Reply = Option<PathBuf>;

/// A question for a path that is being answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    question: Question,
    /// Why the system's dialog did not open, in words.
    reason: String,
    text: String,
    /// Whether it has been drawn before.
    drawn: bool,
}

impl Typed {
    /// The question, with the path that was typed last, or the user's own folder and the proposed name, to begin with.
    pub fn new(question: Question, reason: String, last: Option<&str>) -> Self {
        if let (Purpose::Open | Purpose::Folder, Some(last)) = (&question.purpose, last) {
            return Self { question, reason, text: last.to_owned(), drawn: false };
        }
        let folder = std::env::home_dir().unwrap_or_else(|| PathBuf::from(MAIN_SEPARATOR.to_string()));
        let name = if let Purpose::Save(name) = &question.purpose { name.as_str() } else { "" };
        let text = folder.join(name).display().to_string();
        Self { question, reason, text, drawn: false }
    }

    /// The path, once there is a whole one.
    fn path(&self) -> Option<PathBuf> {
        let [path] = imaging::paths(&self.text).try_into().ok()?;
        Some(path)
    }

    /// The path as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Draws the question. Returns the reply; `None` while there is none.
    pub fn show(&mut self, ctx: &egui::Context, words: &Words) -> Option<Reply> {
        let modal = Modal::new(Id::unique("typed-path")).show(ctx, |ui| {
            ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 48.0));
            self.contents(ui, words)
        });
        self.drawn = true;
        let closed = modal.should_close();
        modal.inner.or(closed.then_some(None))
    }

    fn contents(&mut self, ui: &mut Ui, words: &Words) -> Option<Reply> {
        let theme = Theme::of(ui.ctx());
        let title = RichText::new(&self.question.title).font(title_font()).color(theme.ink);
        ui.add(Label::new(title).wrap());
        ui.add_space(4.0);
        let why = match &self.question.purpose {
            Purpose::Save(_) => fl!(words, "dialog-typed-save", reason = self.reason.as_str()),
            Purpose::Folder => fl!(words, "dialog-typed-folder", reason = self.reason.as_str()),
            Purpose::Open => fl!(words, "dialog-typed-open", reason = self.reason.as_str()),
        };
        ui.add(Label::new(RichText::new(why).color(theme.weak)).wrap());
        ui.add_space(10.0);
        let label = ui.label(RichText::new(fl!(words, "dialog-typed-path")).font(caption_font()));
        let field = TextEdit::singleline(&mut self.text).char_limit(LONGEST).desired_width(f32::INFINITY);
        let field = ui.add(field).labelled_by(label.id);
        if !self.drawn {
            field.request_focus();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let path = self.path();
        ui.add_space(10.0);
        ui.horizontal_wrapped(|ui| {
            let label = match self.question.purpose {
                Purpose::Save(_) => fl!(words, "dialog-typed-save", "do"),
                Purpose::Folder => fl!(words, "dialog-typed-folder", "do"),
                Purpose::Open => fl!(words, "dialog-typed-open", "do"),
            };
            let go = ui.add_enabled(path.is_some(), egui::Button::new(label)).clicked() || entered;
            let cancel = ui.button(fl!(words, "replace-cancel")).clicked();
            match path {
                Some(path) if go => Some(Some(path)),
                _ => cancel.then_some(None),
            }
        })
        .inner
    }
}
