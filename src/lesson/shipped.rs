//! The lessons that come with the program.

use super::{Lesson, LessonError};

/// The files, in the order in which they are meant to be read.
const FILES: [&str; 0] = [];

/// The lessons that come with the program, in order.
///
/// # Errors
/// Never for the files that are built in, which the tests read.
pub fn shipped() -> Result<Vec<Lesson>, LessonError> {
    FILES.iter().map(|text| Lesson::parse(text)).collect()
}

/// The lesson of this name that comes with the program; `None` if there is none.
pub fn shipped_named(name: &str) -> Option<Lesson> {
    shipped().ok()?.into_iter().find(|lesson| lesson.name == name)
}
