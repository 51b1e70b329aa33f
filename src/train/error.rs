//! What can go wrong in training, each told in one line that a person can act on.

use crate::classifier::ClassifierError;
use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::{ConfigError, SamplerError};
use crate::diffusion::vdm::VdmError;
use crate::files::FileError;
use crate::imaging::ImagingError;
use crate::model::ModelError;

/// A run could not begin, continue or be saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A setting is out of range, or contradicts another one.
    #[error("{setting} must be {expected}, got {found}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// The values that it may have.
        expected: String,
        /// The value that it has.
        found: String,
    },
    /// The network cannot be trained here.
    #[error("the network cannot be trained: {reason}")]
    Network {
        /// Why not.
        reason: String,
    },
    /// A number is NaN or infinite. If it is the loss or the gradient, the weights are as they were before
    /// this iteration; if it is in the state after it, nothing was saved.
    #[error(
        "iteration {iteration}: the {what} is {found}; the training has diverged: lower the learning rate, \
         or clip the gradient, and go on from the last checkpoint"
    )]
    Diverged {
        /// The iteration, from 1.
        iteration: u64,
        /// "loss", "gradient", "weight", …
        what: &'static str,
        /// The value of that number.
        found: f64,
    },
    /// A checkpoint that cannot be used.
    #[error("{name}: {reason}; {advice}")]
    Checkpoint {
        /// The file.
        name: String,
        /// What is wrong with the checkpoint.
        reason: String,
        /// What the user can do.
        advice: &'static str,
    },
    /// Another process trains into the folder.
    #[error(
        "{name}: a training is running in it{process}; wait for its end, stop it, or choose another folder"
    )]
    Locked {
        /// The folder.
        name: String,
        /// " (process N)", or empty if the process is not known.
        process: String,
    },
    /// The data could not be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The network could not be opened or computed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The classifier does not fit the data.
    #[error(transparent)]
    Classifier(Box<ClassifierError>),
    /// What was learned of the noise schedule does not make one.
    #[error(transparent)]
    Gamma(#[from] VdmError),
    /// The schedule cannot be built.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// There is no sampler for this prediction type and schedule.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The scheduler cannot be written as a file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file could not be read or written. What was there before is unchanged.
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
