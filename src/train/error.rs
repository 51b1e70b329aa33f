//! What can go wrong in training, each in one line a person can act on.

use crate::classifier::ClassifierError;
use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::{ConfigError, SamplerError};
use crate::files::FileError;
use crate::imaging::ImagingError;
use crate::model::ModelError;

/// A run could not begin, go on or be saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A setting out of range, or that does not go with another.
    #[error("{setting} must be {expected}, got {found}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What it must be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The network cannot be trained here.
    #[error("the network cannot be trained: {reason}")]
    Network {
        /// Why not.
        reason: String,
    },
    /// The loss or the gradient is NaN or infinite, and the weights are those before this iteration; or a
    /// weight is after it, and nothing was saved.
    #[error(
        "iteration {iteration}: the {what} is {found}; the training has diverged: lower the learning rate, \
         or clip the gradient, and go on from the last checkpoint"
    )]
    Diverged {
        /// The iteration, from 1.
        iteration: u64,
        /// "loss", "gradient", "weight", …
        what: &'static str,
        /// Its value.
        found: f64,
    },
    /// A checkpoint that cannot be used.
    #[error("{name}: {reason}; {advice}")]
    Checkpoint {
        /// The file.
        name: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
    /// Somebody else trains into the folder.
    #[error(
        "{name}: a training is running in it{process}; wait for its end, stop it, or choose another folder"
    )]
    Locked {
        /// The folder.
        name: String,
        /// " (process N)", or nothing where that is not known.
        process: String,
    },
    /// The data.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The network, or the computation.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The classifier does not go with the data.
    #[error(transparent)]
    Classifier(Box<ClassifierError>),
    /// The schedule.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The prediction does not go with the schedule.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The scheduler has no form in a file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file could not be read or written. What was there before is still there, unchanged.
    #[error(transparent)]
    File(#[from] ImagingError),
}

impl From<FileError> for TrainError {
    fn from(error: FileError) -> Self {
        Self::File(error.into())
    }
}

impl From<candle_core::Error> for TrainError {
    fn from(error: candle_core::Error) -> Self {
        Self::Model(error.into())
    }
}
