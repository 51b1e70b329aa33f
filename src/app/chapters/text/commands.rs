//! The commands of the Text chapter.

use egui::Key;
use i18n_embed_fl::fl;

use super::Text;
use crate::app::chapters::{Host, Order};
use crate::app::entry::{Entry, Menu, NONE, key};
use crate::app::words::Words;
use crate::model::ModelRef;
use crate::scene::{Action, ChapterId, Scene, TextOptions};

/// A command to the Text chapter.
#[derive(Clone, Debug, PartialEq)]
pub enum TextCommand {
    /// Ask for the folder of a text-to-image pipeline.
    Ask,
    /// Use this pipeline, and show the chapter.
    Take(ModelRef),
    /// Write a text: the keys go to its field.
    Write,
    /// Draw what is set up.
    Draw,
    /// Stop drawing.
    Stop,
}

impl TextCommand {
    /// The command as an order that is addressed to the chapter.
    pub fn order(self) -> Order {
        Order::new(ChapterId::Text, self)
    }
}

/// The chapter's entries in menus, palette and keys.
pub fn entries(room: &Text, scene: &Scene, words: &Words) -> Vec<Entry> {
    if scene.chapter != ChapterId::Text {
        return Vec::new();
    }
    let open = fl!(words, "command-open-text-pipeline");
    let write =
        Entry::order(Menu::Edit, fl!(words, "text-write"), key(NONE, Key::Space), TextCommand::Write.order());
    let mut entries = vec![Entry::order(Menu::File, open, None, TextCommand::Ask.order()), write];
    if room.share().is_some() {
        let stop = fl!(words, "text-stop");
        entries.push(Entry::order(Menu::Edit, stop, None, TextCommand::Stop.order()));
    }
    entries
}

/// Carries out a command.
pub fn carry_out(room: &mut Text, command: TextCommand, host: &mut Host<'_>) {
    match command {
        TextCommand::Ask => {
            let title = fl!(host.words(), "text-dialog-pipeline");
            host.ask_folder(title, |path| {
                let path = std::path::absolute(&path).unwrap_or(path);
                TextCommand::Take(ModelRef::Folder(path)).order()
            });
        }
        TextCommand::Take(pipeline) => {
            // What cannot be opened is not taken, so that what is on show stays.
            if let Err(error) = pipeline.parts().and_then(|parts| parts.check()) {
                return host.fail_with(&error);
            }
            host.apply(Action::Chapter(ChapterId::Text));
            let options = host.scene().chapters.text.clone();
            host.apply(Action::options(TextOptions { pipeline, layer: None, head: None, ..options }));
        }
        TextCommand::Write => room.writing = true,
        TextCommand::Draw => room.ask(),
        TextCommand::Stop => room.stop(),
    }
}
