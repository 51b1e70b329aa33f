//! The commands of the Latent chapter.

use i18n_embed_fl::fl;

use super::Latent;
use crate::app::chapters::{Host, Order};
use crate::app::entry::{Entry, Menu};
use crate::app::words::Words;
use crate::model::ModelRef;
use crate::scene::{Action, ChapterId, LatentOptions, Scene};

/// A command to the Latent chapter.
#[derive(Clone, Debug, PartialEq)]
pub enum LatentCommand {
    /// Ask for the folder of an autoencoder, or of a pipeline with one.
    Ask,
    /// Use this autoencoder, and show the chapter.
    Take(ModelRef),
    /// Draw the run, also where that takes long.
    Draw,
    /// Stop drawing it.
    Stop,
}

impl LatentCommand {
    /// The command as an order that is addressed to the chapter.
    pub fn order(self) -> Order {
        Order::new(ChapterId::Latent, self)
    }
}

/// The chapter's entries in menus, palette and keys.
pub fn entries(scene: &Scene, words: &Words) -> Vec<Entry> {
    if scene.chapter != ChapterId::Latent {
        return Vec::new();
    }
    let open = fl!(words, "command-open-autoencoder");
    vec![Entry::order(Menu::File, open, None, LatentCommand::Ask.order())]
}

/// Carries out a command.
pub fn carry_out(room: &mut Latent, command: LatentCommand, host: &mut Host<'_>) {
    match command {
        LatentCommand::Ask => {
            let title = fl!(host.words(), "latent-dialog-autoencoder");
            host.ask_folder(title, |path| {
                let path = std::path::absolute(&path).unwrap_or(path);
                LatentCommand::Take(ModelRef::Folder(path)).order()
            });
        }
        LatentCommand::Draw => room.run.ask(),
        LatentCommand::Stop => room.run.stop(),
        LatentCommand::Take(autoencoder) => {
            // What cannot be opened is not taken, so that what is on show stays.
            if let Err(error) = autoencoder.parts().and_then(|parts| parts.vae_config()) {
                return host.fail_with(&error);
            }
            host.apply(Action::Chapter(ChapterId::Latent));
            let options = host.scene().chapters.latent.clone();
            host.apply(Action::options(LatentOptions { autoencoder, ..options }));
        }
    }
}
