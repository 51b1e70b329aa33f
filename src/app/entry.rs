//! Entries of the menus, the palette and the key help.

use egui::{Key, KeyboardShortcut, Modifiers};
use i18n_embed_fl::fl;

use super::chapters::Order;
use super::command::{Command, Intent};
use super::words::Words;

/// One entry of the menus, the palette and the key help.
pub struct Entry {
    /// The menu that holds the entry.
    pub menu: Menu,
    /// The entry's text.
    pub label: String,
    /// The key with its modifiers; `None` if the entry has no key.
    pub shortcut: Option<KeyboardShortcut>,
    /// What the entry asks for when it is chosen.
    pub intent: Intent,
    /// Whether the entry begins a new section of its menu.
    pub begins_section: bool,
    /// The heading above the entry, if there is one.
    pub heading: Option<String>,
    /// Whether the entry has a tick: what it stands for is on, chosen or done; `None` if it never has.
    pub ticked: Option<bool>,
}

impl Entry {
    /// An entry that changes the scene or carries out a command.
    pub fn new(
        menu: Menu,
        label: impl Into<String>,
        shortcut: Option<KeyboardShortcut>,
        intent: Intent,
    ) -> Self {
        let (begins_section, heading, ticked) = (false, None, None);
        Self { menu, label: label.into(), shortcut, intent, begins_section, heading, ticked }
    }

    /// The entry as the first one of a new section of its menu.
    #[must_use]
    pub fn in_new_section(self) -> Self {
        Self { begins_section: true, ..self }
    }

    /// An entry for a command of a chapter.
    pub fn order(
        menu: Menu,
        label: impl Into<String>,
        shortcut: Option<KeyboardShortcut>,
        order: Order,
    ) -> Self {
        Self::new(menu, label, shortcut, Intent::Do(Command::Order(order)))
    }
}

/// The menus of the top bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Files.
    File,
    /// Undo, redo and noise.
    Edit,
    /// Chapters, panels and theme.
    View,
    /// Playing, and moving t.
    Time,
    /// Lessons and keys.
    Help,
}

impl Menu {
    /// All menus in order.
    pub const ALL: [Self; 5] = [Self::File, Self::Edit, Self::View, Self::Time, Self::Help];

    /// The menu's title.
    pub fn title(self, words: &Words) -> String {
        match self {
            Self::File => fl!(words, "menu-file"),
            Self::Edit => fl!(words, "menu-edit"),
            Self::View => fl!(words, "menu-view"),
            Self::Time => fl!(words, "menu-time"),
            Self::Help => fl!(words, "menu-help"),
        }
    }
}

/// The sign of what is on, chosen or done.
pub const TICK: &str = "✓";

/// A key with its modifiers, as people know it.
pub fn shortcut_text(ctx: &egui::Context, shortcut: KeyboardShortcut) -> String {
    if shortcut.logical_key == Key::Questionmark {
        return "?".to_owned();
    }
    ctx.format_shortcut(&shortcut)
}

/// No modifier.
pub const NONE: Modifiers = Modifiers::NONE;
/// Shift.
pub const SHIFT: Modifiers = Modifiers::SHIFT;
/// Control, or Command on a Mac.
pub const COMMAND: Modifiers = Modifiers::COMMAND;

#[expect(clippy::unnecessary_wraps, reason = "keeps the table of entries narrow")]
/// The shortcut of a key with modifiers.
pub const fn key(modifiers: Modifiers, key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(modifiers, key))
}
