//! Why a run ended early.

use super::MAX_SIDE;
use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::{ConfigError, SamplerError};
use crate::imaging::ImagingError;
use crate::model::ModelError;
use crate::train::TrainError;

/// Why something that the worker was asked for could not be done.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The network.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The sampler, or what the network answered.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The scheduler's file beside the network.
    #[error("the network's scheduler_config.json: {0}")]
    Scheduler(#[from] ConfigError),
    /// The schedule.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The pictures of the ideal denoiser.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A picture.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// Training on the picture.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// An oracle without a picture.
    #[error("there is no picture to know; open one")]
    NoPicture,
    /// Nothing was trained on the picture yet.
    #[error("no network has been trained on this picture yet; press Train on this picture")]
    NotTrained,
    /// A network that takes another shape than the run has.
    #[error("the network takes {expected} channels, the run has {found}")]
    Channels {
        /// Of the network.
        expected: usize,
        /// Of the run.
        found: usize,
    },
    /// A network for pictures that are too large to be kept and shown.
    #[error(
        "the network makes pictures of {width}×{height}, the window shows up to {MAX_SIDE}×{MAX_SIDE}; the command \
         diffuscope sample makes them"
    )]
    TooLarge {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// No thread could be started.
    #[error("the worker's threads cannot be started: {0}")]
    Threads(String),
    /// A panic, which is a mistake in the program.
    #[error("the worker stopped by an internal error and was started again ({0})")]
    Panic(String),
}
