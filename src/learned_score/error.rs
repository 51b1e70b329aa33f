//! What can go wrong with a learned score, each told in one line that a person can act on.

use crate::files::FileError;
use crate::imaging::ImagingError;

/// A score could not be learned, saved or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// A setting is out of range.
    #[error("{setting} must be {expected}, got {found}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// The values that it may have.
        expected: &'static str,
        /// The value that it has.
        found: String,
    },
    /// The loss is NaN or infinite.
    #[error("iteration {iteration}: the loss is {loss}; the training has diverged: choose another target")]
    Diverged {
        /// The iteration, from 1.
        iteration: u64,
        /// The loss of that iteration.
        loss: f64,
    },
    /// A tensor of the network is not finite, so the network was not saved.
    #[error(
        "the network's {tensor} is not finite: the training has diverged, and nothing was saved; choose another target"
    )]
    NotFinite {
        /// The name of the tensor.
        tensor: String,
    },
    /// The file does not hold a learned score.
    #[error("{name}: no learned score ({reason}); make one with diffuscope toy-train")]
    Model {
        /// The file.
        name: String,
        /// What is wrong with the file.
        reason: String,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] ImagingError),
    /// candle failed.
    #[error("the tensor library failed: {}", .0.to_string().lines().next().unwrap_or_default())]
    Tensor(#[from] candle_core::Error),
}

impl From<FileError> for ScoreError {
    fn from(error: FileError) -> Self {
        Self::File(error.into())
    }
}
