//! Why the bound of a picture cannot be computed.

use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::ConfigError;
use crate::eval::nll::LikelihoodError;
use crate::imaging::ImagingError;
use crate::memory::Shortage;
use crate::model::ModelError;

/// Why the bound of a picture cannot be computed.
#[derive(Debug, thiserror::Error)]
pub enum BoundError {
    /// The network cannot be opened, or takes no such picture or class.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The scheduler file in the network's folder cannot be read.
    #[error("the network's scheduler_config.json: {0}")]
    Scheduler(#[from] ConfigError),
    /// The network's schedule is not possible.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The chain has no finite bound, or the network fails.
    #[error(transparent)]
    Likelihood(#[from] LikelihoodError),
    /// The network takes a number of channels that no picture has.
    #[error("the network takes {channels} channels, which no picture has")]
    Channels {
        /// The number of channels.
        channels: usize,
    },
    /// The data set beside the loaded picture cannot be read.
    #[error(transparent)]
    Data(#[from] DatasetError),
    /// A picture beside the loaded one cannot be read.
    #[error(transparent)]
    Picture(#[from] ImagingError),
    /// There is too little memory for the network's pictures.
    #[error(transparent)]
    Memory(#[from] Shortage),
    /// The threads of the network cannot be started.
    #[error("the network's threads cannot be started: {0}")]
    Threads(String),
}
