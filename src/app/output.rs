//! Kinds of files that the window writes where the user says.

use std::path::Path;

use i18n_embed_fl::fl;

use super::dialogs::Filter;
use super::words::Words;
use crate::background::Progress;
use crate::export::{ExportError, TableFormat};
use crate::imaging::FilmFormat;

/// Endings of scenes.
pub const SCENES: &[&str] = &["diffuscope"];

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
#[derive(Clone, Debug)]
pub struct Work {
    /// The title of the dialog that asks where to.
    pub title: String,
    /// What its files are called.
    pub filter: Filter,
    /// What the work is called while it goes on.
    pub name: String,
}

/// Writes to a place, and tells how far it is.
pub type Write = Box<dyn FnOnce(&Path, &Progress) -> Result<(), ExportError> + Send>;

/// What films are called.
pub fn film_filter(format: FilmFormat) -> Filter {
    match format {
        FilmFormat::Gif => Filter::of("GIF", &["gif"]),
        FilmFormat::Apng => Filter::of("APNG", &["png", "apng"]),
    }
}

impl Output {
    /// The title of the dialog that asks where to.
    pub fn title(&self, words: &Words) -> String {
        match self {
            Self::Scene => fl!(words, "dialog-save-scene"),
            Self::Picture(..) => fl!(words, "dialog-save-picture"),
            Self::Figure => fl!(words, "dialog-export-figure"),
            Self::Film(_) => fl!(words, "dialog-export-film"),
            Self::Table(_) => fl!(words, "dialog-export-table"),
            Self::Work(work, _) => work.title.clone(),
        }
    }

    /// What its files are called.
    pub fn filter(&self, words: &Words) -> Filter {
        match self {
            Self::Scene => Filter::of(fl!(words, "files-scenes"), SCENES),
            Self::Picture(..) | Self::Figure => Filter::of("PNG", &["png"]),
            Self::Film(format) => film_filter(*format),
            Self::Table(TableFormat::Csv) => Filter::of("CSV", &["csv"]),
            Self::Table(TableFormat::Json | TableFormat::Diffusers) => Filter::of("JSON", &["json"]),
            Self::Work(work, _) => work.filter.clone(),
        }
    }

    /// The file name that is proposed: a stem with the usual ending.
    pub fn proposed(stem: &str, filter: &Filter) -> String {
        format!("{stem}.{}", filter.endings[0])
    }
}
