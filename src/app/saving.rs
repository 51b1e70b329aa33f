//! Writing files where the user chooses, and the question before a file is replaced.

use std::path::Path;

use i18n_embed_fl::fl;

use super::dialogs::with_ending;
use super::output::Output;
use super::overlays;
use super::shell::{Pending, Shell};
use crate::export::{self, ExportError};
use crate::imaging::{self, PixelBytes};
use crate::lesson;
use crate::scene;

impl Shell {
    /// Asks where to write. The proposed name is `stem` with the usual extension.
    pub(super) fn ask_save(&mut self, ctx: &egui::Context, output: Output, stem: &str) {
        let (title, filter) = (output.title(&self.words), output.filter(&self.words));
        let name = Output::proposed(stem, &filter);
        self.dialogs.ask_save(ctx, title, name, filter, Pending::Save(output));
    }

    /// Writes to the chosen path, with the kind's extension added if it is missing. The dialog has asked before
    /// replacing the path as it was typed; before replacing the one with the added extension, the window asks.
    pub(super) fn save_at(&mut self, ctx: &egui::Context, typed: &Path, output: Output) {
        let path = with_ending(typed, &output.filter(&self.words));
        // `symlink_metadata` also finds a link whose target does not exist.
        if path != typed && path.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir()) {
            self.replacing = Some((path, output));
        } else {
            self.write(ctx, &path, output);
        }
    }

    /// Shows the question whether a file is to be replaced, if it is open, and acts on the answer.
    pub(super) fn ask_replace(&mut self, ctx: &egui::Context) {
        let Some((path, output)) = self.replacing.take() else { return };
        match overlays::replace(ctx, &self.words, &path) {
            None => self.replacing = Some((path, output)),
            Some(true) => self.write(ctx, &path, output),
            Some(false) => {}
        }
    }

    /// Shows a notice that a file was written.
    pub(super) fn tell_saved(&mut self, ctx: &egui::Context, path: &Path) {
        let text = fl!(self.words, "saved", path = path.display().to_string());
        self.notices.tell(ctx, text);
    }

    fn write(&mut self, ctx: &egui::Context, path: &Path, output: Output) {
        let written = match output {
            Output::Scene => scene::save(path, self.history.scene()).map_err(ExportError::from),
            Output::Lesson(lesson) => lesson::save(path, &lesson).map_err(ExportError::from),
            Output::Picture(rgba, width, height) => {
                let saved = imaging::save_png(path, PixelBytes::Rgba(&rgba), width as u32, height as u32);
                saved.map_err(ExportError::from)
            }
            Output::Table(format) => {
                let schedule = &self.stage.derived.side(self.scene().active).schedule;
                export::save_table(path, format, schedule)
            }
            Output::Film(format) => return self.export_film(ctx, path.to_owned(), format),
            Output::Figure => return self.export_figure(ctx, path.to_owned()),
            Output::Work(work, write) => return self.export(ctx, work.name, path.to_owned(), write),
        };
        match written {
            Ok(()) => self.tell_saved(ctx, path),
            Err(error) => self.fail(ctx, &error),
        }
    }
}
