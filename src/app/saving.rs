//! What the window writes where the user says, and the question before a file is replaced.

use std::path::Path;

use super::dialogs::{Filter, with_ending};
use super::jobs::Progress;
use super::overlays;
use super::shell::{Pending, Shell};
use crate::export::{self, ExportError, TableFormat};
use crate::imaging::{self, FilmFormat, PixelBytes};
use crate::scene;

/// Scenes, for dialogs that open and that save.
pub const SCENES: Filter = ("Scenes", &["diffuscope"]);

/// A kind of file that is written.
pub enum Output {
    /// The scene.
    Scene,
    /// One picture: red, green, blue, alpha; columns; rows.
    Picture(Vec<u8>, usize, usize),
    /// The chapter as a figure.
    Figure,
    /// The forward process as a film.
    Film(FilmFormat),
    /// The active schedule, or its curves.
    Table(TableFormat),
    /// What a chapter writes, in the background.
    Work(Work, Write),
}

/// What a chapter writes.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// The title of the dialog that asks where to.
    pub title: &'static str,
    /// What its files are called.
    pub filter: Filter,
    /// What the work is called while it goes on.
    pub name: &'static str,
}

/// Writes to a place, and tells how far it is.
pub type Write = Box<dyn FnOnce(&Path, &Progress) -> Result<(), ExportError> + Send>;

/// What films are called.
pub fn film_filter(format: FilmFormat) -> Filter {
    match format {
        FilmFormat::Gif => ("GIF", &["gif"]),
        FilmFormat::Apng => ("Animated PNG", &["png", "apng"]),
    }
}

impl Output {
    /// The title of the dialog that asks where to.
    fn title(&self) -> &'static str {
        match self {
            Self::Scene => "Save scene",
            Self::Picture(..) => "Save picture",
            Self::Figure => "Export figure",
            Self::Film(_) => "Export film",
            Self::Table(_) => "Export",
            Self::Work(work, _) => work.title,
        }
    }

    /// What its files are called.
    fn filter(&self) -> Filter {
        match self {
            Self::Scene => SCENES,
            Self::Picture(..) | Self::Figure => ("PNG", &["png"]),
            Self::Film(format) => film_filter(*format),
            Self::Table(TableFormat::Csv) => ("CSV", &["csv"]),
            Self::Table(TableFormat::Json | TableFormat::Diffusers) => ("JSON", &["json"]),
            Self::Work(work, _) => work.filter,
        }
    }

    /// The file name that is proposed: a stem with the usual ending.
    fn proposed(&self, stem: &str) -> String {
        format!("{stem}.{}", self.filter().1[0])
    }
}

impl Shell {
    /// Asks where to write, proposing a name without an ending.
    pub(super) fn ask_save(&mut self, ctx: &egui::Context, output: Output, stem: &str) {
        let (title, name, filter) = (output.title(), output.proposed(stem), output.filter());
        self.dialogs.ask_save(ctx, title, name, filter, Pending::Save(output));
    }

    /// Writes where the user said. The dialog has asked about the name as it was typed; a file that has it
    /// with the ending is asked about here.
    pub(super) fn save_at(&mut self, ctx: &egui::Context, typed: &Path, output: Output) {
        let path = with_ending(typed, output.filter());
        // A link that leads nowhere is there too.
        if path != typed && path.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir()) {
            self.replacing = Some((path, output));
        } else {
            self.write(ctx, &path, output);
        }
    }

    /// Shows the question whether a file is to be replaced, where there is one, and does what was answered.
    pub(super) fn ask_replace(&mut self, ctx: &egui::Context) {
        let Some((path, output)) = self.replacing.take() else { return };
        match overlays::replace(ctx, &path) {
            None => self.replacing = Some((path, output)),
            Some(true) => self.write(ctx, &path, output),
            Some(false) => {}
        }
    }

    fn write(&mut self, ctx: &egui::Context, path: &Path, output: Output) {
        let written = match output {
            Output::Scene => scene::save(path, self.history.scene()).map_err(ExportError::from),
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
            Ok(()) => self.notices.tell(ctx, format!("Saved {}", path.display())),
            Err(error) => self.notices.fail(ctx, error.to_string()),
        }
    }
}
