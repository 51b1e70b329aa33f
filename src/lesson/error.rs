//! What can be wrong with a lesson.

use std::path::PathBuf;

use crate::files::FileError;

/// Why a lesson cannot be read or played.
#[derive(Debug, thiserror::Error)]
pub enum LessonError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] FileError),
    /// The text is not a lesson.
    #[error("{0}")]
    Form(String),
    /// There are no steps, or too many.
    #[error("a lesson has 1 to {} steps, this one has {steps}", super::MAX_STEPS)]
    Steps {
        /// The number of steps.
        steps: usize,
    },
    /// A step is not valid.
    #[error("step {number}: {reason}")]
    Step {
        /// The number of the step, counted from 1.
        number: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A formula has a term that there is not.
    #[error("step {number}: its formula has {term:?}, and there is no such term")]
    Term {
        /// The number of the step, counted from 1.
        number: usize,
        /// The name of the term.
        term: String,
    },
    /// A claim cannot be checked.
    #[error("a claim {0}")]
    Claim(String),
    /// A scene is impossible.
    #[error("{0}")]
    Scene(String),
    /// There is something wrong with a file.
    #[error("{path} is not a lesson: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<LessonError>,
    },
}

impl LessonError {
    /// The text does not have the form of a lesson: the line, and what is wrong there, in one line.
    pub(super) fn form(text: &str, error: &toml::de::Error) -> Self {
        let what = error.message().lines().next().unwrap_or_default();
        let before = error.span().and_then(|span| text.get(..span.start));
        Self::Form(match before {
            Some(before) => format!("line {}: {what}", before.matches('\n').count() + 1),
            None => what.to_owned(),
        })
    }
}
