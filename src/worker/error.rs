//! Why a request to the worker failed.

use super::MAX_SIDE;
use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::{ConfigError, SamplerError};
use crate::imaging::ImagingError;
use crate::model::ModelError;
use crate::train::TrainError;

/// Why a request to the worker failed.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The network cannot be opened or run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The sampler's settings are not valid, or it cannot go on with the network's answer.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The scheduler file in the network's folder cannot be read.
    #[error("the network's scheduler_config.json: {0}")]
    Scheduler(#[from] ConfigError),
    /// The schedule is not valid.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The data of the ideal denoiser cannot be opened, or the crops of the picture are not valid data.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A picture cannot be decoded.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// The training on the picture failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The run needs a picture and there is none.
    #[error("there is no picture to know; open one")]
    NoPicture,
    /// Nothing was trained on the picture yet.
    #[error("no network has been trained on this picture yet; press Train on this picture")]
    NotTrained,
    /// There is no training to save or to go on with.
    #[error("nothing has been trained yet; begin a training")]
    NothingTrained,
    /// The network takes another number of channels than the run has.
    #[error("the network takes {expected} channels, the run has {found}")]
    Channels {
        /// The number of channels that the network takes.
        expected: usize,
        /// The number of channels of the run.
        found: usize,
    },
    /// The network makes pictures that are too large to be kept and shown.
    #[error(
        "the network makes pictures of {width}×{height}, the window shows up to {MAX_SIDE}×{MAX_SIDE}; the command \
         diffuscope sample makes them"
    )]
    TooLarge {
        /// Width of the network's pictures, in pixels.
        width: usize,
        /// Height of the network's pictures, in pixels.
        height: usize,
    },
    /// No thread could be started.
    #[error("the worker's threads cannot be started: {0}")]
    Threads(String),
    /// The worker panicked, which is a mistake in the program.
    #[error("the worker stopped by an internal error and was started again ({0})")]
    Panic(String),
}
