//! Recovery in the window: offers the scene of a window that ended unexpectedly, and writes the scene before a panic
//! ends the program.

use i18n_embed_fl::fl;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::super::App;
use super::super::command::Command;
use super::super::settings::unwritable;
use super::super::shell::Shell;
use crate::scene::{Action, ImageRef};

impl Shell {
    /// Asks whether the scene of a window that ended unexpectedly is to be restored, if there is one.
    pub(in crate::app) fn offer_found(&mut self, ctx: &egui::Context) {
        if self.recovery.has_found() {
            let recovered = Command::Recovered;
            let answers = vec![
                (fl!(self.words, "recovery-take"), recovered(true)),
                (fl!(self.words, "recovery-dismiss"), recovered(false)),
            ];
            let text = fl!(self.words, "recovery-found");
            self.notices.ask(ctx, text, answers);
        }
    }

    /// Restores that scene, or discards it, and asks about the next one.
    pub(in crate::app) fn recovered(&mut self, ctx: &egui::Context, take_back: bool) {
        match self.recovery.found().filter(|_| take_back) {
            Some(Ok(mut scene)) => {
                if matches!(scene.image, ImageRef::Pasted(_)) {
                    // A pasted picture does not outlive the program.
                    scene.image = self.scene().image.clone();
                }
                self.apply(ctx, Action::Replace(Box::new(scene)));
                // The scene is kept as this window's before the old file is removed, so that it is always on disk.
                self.recovery.keep_now(self.history.scene());
                self.recovery.let_go();
            }
            Some(Err(error)) => return self.fail(ctx, &error),
            None => self.recovery.let_go(),
        }
        self.offer_found(ctx);
    }
}

impl App {
    /// Runs a part of a frame. A panic ends the program; before it does, the scene and the settings are
    /// written.
    pub(in crate::app) fn guarded(&mut self, part: impl FnOnce(&mut Self)) {
        let Err(panic) = catch_unwind(AssertUnwindSafe(|| part(self))) else { return };
        self.shell.recovery.keep_now(self.shell.history.scene());
        // The scene is not saved in the settings: if it caused the panic, the next window must not start with it.
        if let Some(Err(reason)) = self.shell.store.as_mut().map(|store| store.save(&self.shell.settings)) {
            self.shell.parting.say(unwritable(&self.shell.words, &reason));
        }
        resume_unwind(panic)
    }
}
