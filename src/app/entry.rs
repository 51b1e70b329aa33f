//! An entry of menus, palette and key help.

use egui::{Key, KeyboardShortcut, Modifiers};
use i18n_embed_fl::fl;

use super::chapters::Order;
use super::command::{Command, Intent};
use super::words::Words;

/// One entry of menus, palette and key help.
pub struct Entry {
    /// Menu that holds it.
    pub menu: Menu,
    /// What it says.
    pub label: String,
    /// Its key.
    pub shortcut: Option<KeyboardShortcut>,
    /// What it does.
    pub intent: Intent,
}

impl Entry {
    /// One that changes the scene or does something with the program.
    pub fn new(
        menu: Menu,
        label: impl Into<String>,
        shortcut: Option<KeyboardShortcut>,
        intent: Intent,
    ) -> Self {
        Self { menu, label: label.into(), shortcut, intent }
    }

    /// One that a chapter does.
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
    /// Undo and noise.
    Edit,
    /// What is on show.
    View,
    /// Time.
    Time,
}

impl Menu {
    /// All menus in order.
    pub const ALL: [Self; 4] = [Self::File, Self::Edit, Self::View, Self::Time];

    /// Its name.
    pub fn title(self, words: &Words) -> String {
        match self {
            Self::File => fl!(words, "menu-file"),
            Self::Edit => fl!(words, "menu-edit"),
            Self::View => fl!(words, "menu-view"),
            Self::Time => fl!(words, "menu-time"),
        }
    }
}

/// No modifier.
pub const NONE: Modifiers = Modifiers::NONE;
/// Shift.
pub const SHIFT: Modifiers = Modifiers::SHIFT;
/// Control, or Command on a Mac.
pub const COMMAND: Modifiers = Modifiers::COMMAND;

#[expect(clippy::unnecessary_wraps, reason = "keeps the table of entries narrow")]
/// A key with modifiers.
pub const fn key(modifiers: Modifiers, key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(modifiers, key))
}
