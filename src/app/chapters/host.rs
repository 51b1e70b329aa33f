//! The window as chapters see it: what they can request from it.

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

/// The part of the window that a chapter can use.
pub struct Host<'a> {
    /// The window's egui context.
    pub ctx: &'a egui::Context,
    shell: &'a mut Shell,
}

impl<'a> Host<'a> {
    /// The host of the rooms of a window.
    pub fn new(ctx: &'a egui::Context, shell: &'a mut Shell) -> Self {
        Self { ctx, shell }
    }

    /// The words of the window.
    pub fn words(&self) -> &Words {
        &self.shell.words
    }

    /// The present scene.
    pub fn scene(&self) -> &Scene {
        self.shell.scene()
    }

    /// The schedules and curves that follow from the scene.
    pub fn derived(&self) -> &Derived {
        &self.shell.stage.derived
    }

    /// The picture at the size at which the program works on it.
    pub fn image(&self) -> &Raster {
        &self.shell.stage.images.shown().raster
    }

    /// Changes the scene. If that is not possible, a notice says why.
    pub fn apply(&mut self, action: Action) {
        self.shell.apply(self.ctx, action);
    }

    /// Draws other noise, by giving the scene another seed.
    pub fn new_seed(&mut self) {
        self.shell.new_seed(self.ctx);
    }

    /// Shows a message.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.shell.notices.tell(self.ctx, text);
    }

    /// Shows a failure.
    pub fn fail(&mut self, text: impl Into<String>) {
        self.shell.notices.fail(self.ctx, text);
    }

    /// Shows a failure of a layer below the window, in the window's language.
    pub fn fail_with(&mut self, error: &(dyn Error + 'static)) {
        self.shell.fail(self.ctx, error);
    }

    /// Shows why a value is missing, unless its computation was stopped.
    pub fn fail_for(&mut self, missing: &Missing) {
        if let Some(text) = missing_text(self.words(), missing) {
            self.fail(text);
        }
    }

    /// Pauses playing through time.
    pub fn pause(&mut self) {
        self.shell.playback.pause();
    }

    /// Has a command carried out when the chapter has returned.
    pub fn later(&mut self, command: Command) {
        self.shell.later.push(command);
    }

    /// Has the next frame drawn in two passes, the first of which is discarded, as there may be new controls,
    /// whose sizes are only known after a pass.
    pub fn show_anew(&mut self) {
        self.shell.show_anew(self.ctx);
    }

    /// Remembers a network's folder for the next run.
    pub fn remember_model(&mut self, path: PathBuf) {
        self.shell.settings.remember_model(path);
    }

    /// Asks the user for a folder, which `order` then turns into an order to the chapter.
    pub fn ask_folder(&mut self, title: impl Into<String>, order: fn(PathBuf) -> Order) {
        self.shell.dialogs.ask_folder(self.ctx, title.into(), Pending::Order(order));
    }

    /// Asks where to write, with a proposed name without a file name extension, and writes there in the
    /// background.
    pub fn ask_save(
        &mut self,
        what: Work,
        stem: &str,
        write: impl FnOnce(&Path, &Progress) -> Result<(), ExportError> + Send + 'static,
    ) {
        self.shell.ask_save(self.ctx, Output::Work(what, Box::new(write)), stem);
    }
}
