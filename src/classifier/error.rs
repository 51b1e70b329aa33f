//! What can go wrong with a classifier, each told in one line that a person can act on.

use crate::files::FileError;
use crate::imaging::ImagingError;
use crate::model::ModelError;

/// A classifier could not be opened, built or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClassifierError {
    /// The pictures cannot be classified.
    #[error("the pictures cannot be classified: {reason}")]
    Pictures {
        /// Why not, and what to do.
        reason: String,
    },
    /// The file is not a classifier, or is damaged.
    #[error(
        "{name}: not a classifier that can be read ({reason}); make one with diffuscope train-classifier"
    )]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] ImagingError),
    /// The classifier could not be computed.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl From<FileError> for ClassifierError {
    fn from(error: FileError) -> Self {
        Self::File(error.into())
    }
}
