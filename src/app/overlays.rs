//! What is drawn over the window for a while: notices, the list of keys, the hint for dropping
//! files.

use std::path::Path;

use egui::{Align2, Area, Color32, Frame, Id, Modal, Order, RichText, ScrollArea, TextStyle, Ui, Vec2, vec2};
use i18n_embed_fl::fl;

use super::command::Command;
use super::command::Intent;
use super::entry::{Entry, Menu, shortcut_text};
use super::present::blanks;
use super::theme::{Theme, caption_font, heading_font, title_font};
use super::widgets::{button_width, labelled, text_width};
use super::words::Words;
use crate::files::{message, plain, shortened};

/// How long a notice stays that is neither an error nor a question, and how long a presentation shows an error, which
/// nobody can close there, in seconds.
const SECONDS: f64 = 6.0;
const PRESENTED_SECONDS: f64 = 10.0;
/// The most failures that are shown at a time.
const MOST_FAILURES: usize = 2;
/// Height of the space above and below the list of keys, in points.
const AROUND_KEYS: f32 = 86.0;

/// A message to the user.
struct Notice {
    text: String,
    error: bool,
    since: f64,
    /// Whether the next message of this kind takes its place.
    passing: bool,
    /// The possible answers with their commands. A notice that has any stays until one is chosen.
    answers: Vec<(String, Command)>,
}

impl Notice {
    fn stays(&self) -> bool {
        self.error || !self.answers.is_empty()
    }
}

/// The notices on show.
#[derive(Default)]
pub struct Notices {
    list: Vec<Notice>,
}

impl Notices {
    /// Shows a message.
    pub fn tell(&mut self, ctx: &egui::Context, text: impl Into<String>) {
        self.push(ctx, &text.into(), false, Vec::new());
    }

    /// Shows a message in place of the last one of its kind, for actions that are repeated quickly.
    pub fn replace_last_told(&mut self, ctx: &egui::Context, text: impl Into<String>) {
        self.list.retain(|notice| !notice.passing);
        self.tell(ctx, text);
        if let Some(last) = self.list.last_mut() {
            last.passing = true;
        }
    }

    /// Shows a question, which stays until one of the answers is chosen.
    pub fn ask(&mut self, ctx: &egui::Context, text: impl Into<String>, answers: Vec<(String, Command)>) {
        self.push(ctx, &text.into(), false, answers);
    }

    /// Takes a message or a question away.
    pub fn withdraw(&mut self, text: &str) {
        let text = message(text);
        self.list.retain(|notice| notice.text != text);
    }

    /// Closes the last failure. Returns whether there was one.
    pub fn close_last_failure(&mut self) -> bool {
        let last = self.list.iter().rposition(|notice| notice.error && notice.answers.is_empty());
        last.map(|last| self.list.remove(last)).is_some()
    }

    /// Shows a failure, which stays until the user closes it.
    pub fn fail(&mut self, ctx: &egui::Context, text: impl Into<String>) {
        let text = text.into();
        log::warn!("{}", message(&text));
        self.push(ctx, &text, true, Vec::new());
    }

    fn push(&mut self, ctx: &egui::Context, text: &str, error: bool, answers: Vec<(String, Command)>) {
        let text = message(text);
        self.list.retain(|notice| notice.text != text);
        // Old failures would cover what one looks at; the log has them.
        let failures = |notice: &Notice| notice.error && notice.answers.is_empty();
        if error
            && self.list.iter().filter(|notice| failures(notice)).count() >= MOST_FAILURES
            && let Some(first) = self.list.iter().position(failures)
        {
            self.list.remove(first);
        }
        self.list.push(Notice { text, error, since: ctx.input(|i| i.time), passing: false, answers });
        if self.list.len() > 4
            && let Some(first) = self.list.iter().position(|notice| notice.answers.is_empty())
        {
            self.list.remove(first);
        }
    }

    /// Draws the notices in the lower right corner of the canvas; `corner` is the distance of that corner from the
    /// lower right corner of the window. The command of a chosen answer goes to `intents`; without `enabled`, none can
    /// be chosen. Of a presentation's, only failures are shown.
    pub fn show(
        &mut self,
        ctx: &egui::Context,
        (theme, words): (Theme, &Words),
        (corner, enabled, presenting): (Vec2, bool, bool),
        intents: &mut Vec<Intent>,
    ) {
        let now = ctx.input(|i| i.time);
        let before = self.list.len();
        self.list.retain(|notice| notice.stays() || now - notice.since < SECONDS);
        if self.list.len() != before {
            // The notices that are left find their place by the size of all of them, in a frame of its own.
            ctx.request_repaint();
        }
        // A presentation shows what has failed; all else waits for its end.
        let is_shown =
            |notice: &Notice| !presenting || (notice.error && now - notice.since < PRESENTED_SECONDS);
        if !self.list.iter().any(is_shown) {
            return;
        }
        if presenting || self.list.iter().any(|notice| !notice.stays()) {
            ctx.request_repaint_after_secs(0.5);
        }
        let mut closed = None;
        // They lie over the panels, and below all that opens over the window.
        Area::new(Id::unique("notices"))
            .order(Order::Middle)
            .anchor(Align2::RIGHT_BOTTOM, -corner - vec2(16.0, 12.0))
            .show(ctx, |ui| {
                if !enabled {
                    rest(ui);
                }
                for (i, notice) in self.list.iter().enumerate().filter(|(_, notice)| is_shown(notice)) {
                    let ink = if notice.error { theme.error } else { theme.accent };
                    Frame::popup(ui.style()).stroke(egui::Stroke::new(1.0, ink)).show(ui, |ui| {
                        ui.set_max_width(420.0);
                        ui.horizontal_top(|ui| {
                            let close = button_width(ui, &fl!(words, "notice-close")).max(64.0);
                            let width = (ui.available_width() - close).max(0.0);
                            ui.allocate_ui(vec2(width, 0.0), |ui| {
                                ui.add(egui::Label::new(RichText::new(&notice.text).color(theme.ink)).wrap());
                            });
                            if notice.answers.is_empty()
                                && ui.small_button(fl!(words, "notice-close")).clicked()
                            {
                                closed = Some(i);
                            }
                        });
                        if notice.answers.is_empty() {
                            return;
                        }
                        ui.horizontal_wrapped(|ui| {
                            for (label, command) in &notice.answers {
                                if ui.button(label).clicked() {
                                    intents.push(Intent::Do(command.clone()));
                                    closed = Some(i);
                                }
                            }
                        });
                    });
                    ui.add_space(6.0);
                }
            });
        if let Some(i) = closed {
            self.list.remove(i);
        }
    }
}

/// Lets what is drawn next look as it always does, but react to nothing, as something lies over it. No hint that was
/// there before stays.
pub fn rest(ui: &mut Ui) {
    ui.visuals_mut().disabled_alpha = 1.0;
    ui.disable();
}

/// Draws the list of keys, of which a few mean something else in a presentation. Returns whether it stays open.
pub fn keys(ctx: &egui::Context, words: &Words, entries: &[Entry], presenting: bool) -> bool {
    let modal = Modal::new(Id::unique("keys")).show(ctx, |ui| {
        ui.set_width(640.0);
        let theme = Theme::of(ui.ctx());
        ui.label(RichText::new(fl!(words, "keys")).font(title_font()).color(theme.ink));
        ui.add_space(8.0);
        let height = (ui.ctx().content_rect().height() - AROUND_KEYS).max(0.0);
        let most = vec2(ui.available_width(), height);
        ui.allocate_ui(most, |ui| {
            ScrollArea::vertical().show(ui, |ui| {
                key_columns(ui, (theme, words), entries, presenting);
                let mouse = fl!(words, "keys-mouse");
                ui.label(RichText::new(mouse).font(caption_font()).color(theme.weak));
            });
        });
        ui.add_space(8.0);
        ui.button(fl!(words, "keys-close")).clicked()
    });
    !(modal.should_close() || modal.inner)
}

/// Draws the question whether a file is to be replaced. Returns the answer; `None` while there is none.
pub fn replace(ctx: &egui::Context, words: &Words, path: &Path) -> Option<bool> {
    let name = plain(&path.file_name().unwrap_or_default().to_string_lossy());
    let folder = plain(&path.parent().unwrap_or(Path::new("")).display().to_string());
    let id = Id::unique("replace");
    let began = ctx.data_mut(|data| !std::mem::replace(data.get_temp_mut_or(id, false), true));
    let frame = Frame::popup(&ctx.global_style()).inner_margin(16.0);
    let modal = Modal::new(id).frame(frame).show(ctx, |ui| {
        ui.set_width(420.0);
        let theme = Theme::of(ui.ctx());
        let title = fl!(words, "replace-title", name = shortened(&name, 80));
        ui.add(egui::Label::new(RichText::new(title).font(title_font()).color(theme.ink)).wrap());
        ui.add_space(4.0);
        let text = fl!(words, "replace-text", folder = folder);
        ui.add(egui::Label::new(RichText::new(text).color(theme.weak)).wrap());
        ui.add_space(12.0);
        ui.horizontal_wrapped(|ui| {
            let cancel = ui.button(fl!(words, "replace-cancel"));
            if began {
                // The focus is on the harmless button, in case Enter is pressed too soon.
                cancel.request_focus();
            }
            let replace = ui.button(fl!(words, "replace")).clicked();
            if replace { Some(true) } else { cancel.clicked().then_some(false) }
        })
        .inner
    });
    let answer = modal.inner.or(modal.should_close().then_some(false));
    if answer.is_some() {
        ctx.data_mut(|data| data.remove::<bool>(id));
    }
    answer
}

/// The keys of all commands that have any, by menu.
fn key_columns(ui: &mut Ui, (theme, words): (Theme, &Words), entries: &[Entry], presenting: bool) {
    let black = fl!(words, "keys-black-screen");
    ui.columns(2, |columns| {
        for (i, menu) in Menu::ALL.into_iter().enumerate() {
            let ui = &mut columns[usize::from(i % 3 != 0)];
            ui.label(RichText::new(menu.title(words)).font(heading_font()).color(theme.ink));
            for entry in entries.iter().filter(|entry| entry.menu == menu) {
                if let Some(shortcut) = entry.shortcut {
                    let black_now = presenting && blanks(shortcut);
                    let label = if black_now { &black } else { &entry.label };
                    key_row(ui, theme, label, &shortcut_text(ui.ctx(), shortcut));
                }
            }
            ui.add_space(10.0);
        }
    });
}

fn key_row(ui: &mut Ui, theme: Theme, label: &str, key: &str) {
    let room = text_width(ui, key, &TextStyle::Body);
    labelled(ui, RichText::new(label).color(theme.weak), room, |ui, _| {
        ui.label(RichText::new(key).color(theme.ink));
    });
}

/// Draws a hint while a file is dragged over the window.
pub fn drop_hint(ctx: &egui::Context, theme: Theme, words: &Words) {
    if ctx.input(|i| i.raw.hovered_files.is_empty()) {
        return;
    }
    let painter = ctx.layer_painter(egui::LayerId::new(Order::Foreground, Id::unique("drop")));
    let rect = ctx.content_rect();
    painter.rect_filled(rect, 0.0, Color32::from_black_alpha(160));
    let text = fl!(words, "drop-hint");
    painter.text(rect.center(), Align2::CENTER_CENTER, text, title_font(), Color32::WHITE);
    painter.rect_stroke(
        rect.shrink(12.0),
        8.0,
        egui::Stroke::new(2.0, theme.accent),
        egui::StrokeKind::Inside,
    );
}
