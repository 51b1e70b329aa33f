//! Lessons as files.

use std::io::Write as _;
use std::path::Path;

use super::{Lesson, LessonError};
use crate::files;
use crate::imaging::{ImagingError, write_atomically};

/// The ending of a lesson's file.
pub const ENDING: &str = "toml";

/// Whether a file is a lesson, by its name.
pub fn looks_like_lesson(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING))
}

/// Reads a lesson.
///
/// # Errors
/// Names the file, and says what is wrong with it.
pub fn load(path: &Path) -> Result<Lesson, LessonError> {
    let text = files::read_text(path, files::MAX_CONFIG_BYTES)?;
    let lesson = Lesson::parse(&text).and_then(|lesson| lesson.complete().map(|()| lesson));
    lesson.map_err(|source| LessonError::File { path: path.to_owned(), source: Box::new(source) })
}

/// Writes a lesson.
///
/// # Errors
/// Names the file; nothing is left behind then.
pub fn save(path: &Path, lesson: &Lesson) -> Result<(), ImagingError> {
    write_atomically(path, |writer| {
        let text = toml::to_string(lesson).map_err(std::io::Error::other)?;
        writer.write_all(text.as_bytes())
    })
}
