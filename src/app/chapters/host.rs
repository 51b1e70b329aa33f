//! What the window does for a chapter.

use std::error::Error;
use std::path::{Path, PathBuf};

use super::Order;
use crate::app::command::Command;
use crate::app::output::{Output, Work};
use crate::app::shell::{Pending, Shell};
use crate::app::words::{Words, missing_text};
use crate::background::{Missing, Progress};
use crate::diffusion::Raster;
use crate::export::ExportError;
use crate::scene::{Action, Derived, Scene};

/// The window, as a chapter knows it.
pub struct Host<'a> {
    /// egui.
    pub ctx: &'a egui::Context,
    shell: &'a mut Shell,
}

impl<'a> Host<'a> {
    /// For a room of the window.
    pub fn new(ctx: &'a egui::Context, shell: &'a mut Shell) -> Self {
        Self { ctx, shell }
    }

    /// The words of the window.
    pub fn words(&self) -> &Words {
        &self.shell.words
    }

    /// The scene as it is.
    pub fn scene(&self) -> &Scene {
        self.shell.scene()
    }

    /// What follows from it.
    pub fn derived(&self) -> &Derived {
        &self.shell.stage.derived
    }

    /// The picture at its working size.
    pub fn image(&self) -> &Raster {
        &self.shell.stage.images.shown().raster
    }

    /// Changes the scene; why that cannot be, the user is told.
    pub fn apply(&mut self, action: Action) {
        self.shell.apply(self.ctx, action);
    }

    /// Has another realisation of the noise.
    pub fn new_seed(&mut self) {
        self.shell.new_seed(self.ctx);
    }

    /// Tells something.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.shell.notices.tell(self.ctx, text);
    }

    /// Tells of a failure.
    pub fn fail(&mut self, text: impl Into<String>) {
        self.shell.notices.fail(self.ctx, text);
    }

    /// Tells of a failure that came about below the window.
    pub fn fail_with(&mut self, error: &(dyn Error + 'static)) {
        self.shell.fail(self.ctx, error);
    }

    /// Tells why a value is missing.
    pub fn fail_for(&mut self, missing: &Missing) {
        if let Some(text) = missing_text(self.words(), missing) {
            self.fail(text);
        }
    }

    /// The timestep stands still.
    pub fn pause(&mut self) {
        self.shell.playback.pause();
    }

    /// Has something done when this is over.
    pub fn later(&mut self, command: Command) {
        self.shell.later.push(command);
    }

    /// Draws once more, as there may be other controls now.
    pub fn show_anew(&mut self) {
        self.shell.show_anew(self.ctx);
    }

    /// Remembers a network's folder for the next run.
    pub fn remember_model(&mut self, path: PathBuf) {
        self.shell.settings.remember_model(path);
    }

    /// Asks for a folder; the answer becomes an order.
    pub fn ask_folder(&mut self, title: impl Into<String>, order: fn(PathBuf) -> Order) {
        self.shell.dialogs.ask_folder(self.ctx, title.into(), Pending::Order(order));
    }

    /// Asks where to write, proposing a name without an ending, and writes there in the background.
    pub fn ask_save(
        &mut self,
        what: Work,
        stem: &str,
        write: impl FnOnce(&Path, &Progress) -> Result<(), ExportError> + Send + 'static,
    ) {
        self.shell.ask_save(self.ctx, Output::Work(what, Box::new(write)), stem);
    }
}
