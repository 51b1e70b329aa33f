//! The kinds of files that the window writes to a place that the user chooses.

use std::path::Path;

use i18n_embed_fl::fl;

use super::dialogs::Filter;
use super::figure::{FigureFormat, Still};
use super::words::Words;
use crate::background::Progress;
use crate::export::{ExportError, TableFormat};
use crate::imaging::FilmFormat;
use crate::lesson::{self, Lesson};

/// File name extensions of scenes.
pub const SCENES: &[&str] = &["diffuscope"];
/// File name extensions of scenes and lessons, which are opened by the same dialog.
pub const SCENES_AND_LESSONS: &[&str] = &["diffuscope", lesson::ENDING];

/// Something that is written to a file.
pub enum Output {
    /// The scene.
    Scene,
    /// A lesson.
    Lesson(Box<Lesson>),
    /// One picture as PNG: its RGBA bytes, row by row, then its width and height in pixels.
    Picture(Vec<u8>, usize, usize),
    /// A figure.
    Figure(Box<Still>, FigureFormat),
    /// The forward process as a film.
    Film(FilmFormat),
    /// The active schedule, or its curves.
    Table(TableFormat),
    /// A file of a chapter's own, which is written in the background.
    Work(Work, Write),
}

/// The description of a file that a chapter writes.
#[derive(Clone, Debug)]
pub struct Work {
    /// The title of the dialog that asks where to write.
    pub title: String,
    /// The kind of file.
    pub filter: Filter,
    /// The name of the work while it is under way, as the status bar shows it.
    pub name: String,
}

/// A function that writes to a path and reports its progress.
pub type Write = Box<dyn FnOnce(&Path, &Progress) -> Result<(), ExportError> + Send>;

/// The kind of file of a film.
pub fn film_filter(format: FilmFormat) -> Filter {
    match format {
        FilmFormat::Gif => Filter::of("GIF", &["gif"]),
        FilmFormat::Apng => Filter::of("APNG", &["png", "apng"]),
    }
}

/// The kind of file of a figure.
fn figure_filter(format: FigureFormat) -> Filter {
    let name = match format {
        FigureFormat::Png => "PNG",
        FigureFormat::Svg => "SVG",
    };
    Filter::of(name, format.endings())
}

impl Output {
    /// The title of the dialog that asks where to write.
    pub fn title(&self, words: &Words) -> String {
        match self {
            Self::Scene => fl!(words, "dialog-save-scene"),
            Self::Lesson(_) => fl!(words, "dialog-save-lesson"),
            Self::Picture(..) => fl!(words, "dialog-save-picture"),
            Self::Figure(..) => fl!(words, "dialog-export-figure"),
            Self::Film(_) => fl!(words, "dialog-export-film"),
            Self::Table(_) => fl!(words, "dialog-export-table"),
            Self::Work(work, _) => work.title.clone(),
        }
    }

    /// The kind of file, for the dialog.
    pub fn filter(&self, words: &Words) -> Filter {
        match self {
            Self::Scene => Filter::of(fl!(words, "files-scenes"), SCENES),
            Self::Lesson(_) => Filter::of(fl!(words, "files-lessons"), &[lesson::ENDING]),
            Self::Picture(..) => Filter::of("PNG", &["png"]),
            Self::Figure(_, format) => figure_filter(*format),
            Self::Film(format) => film_filter(*format),
            Self::Table(TableFormat::Csv) => Filter::of("CSV", &["csv"]),
            Self::Table(TableFormat::Json | TableFormat::Diffusers) => Filter::of("JSON", &["json"]),
            Self::Work(work, _) => work.filter.clone(),
        }
    }

    /// The file name that the dialog proposes: a stem with the kind's usual extension.
    pub fn proposed(stem: &str, filter: &Filter) -> String {
        format!("{stem}.{}", filter.endings[0])
    }
}
