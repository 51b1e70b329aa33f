//! Why something cannot be computed for what is on show.

use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::{ConfigError, SamplerError};
use crate::eval::nll::LikelihoodError;
use crate::imaging::ImagingError;
use crate::memory::Shortage;
use crate::model::ModelError;

/// Why something cannot be computed with a network.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// A network cannot be opened, or takes no such picture, text or class.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The scheduler file in the network's folder cannot be read.
    #[error("the network's scheduler_config.json: {0}")]
    Scheduler(#[from] ConfigError),
    /// The network's schedule is not possible.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// A run cannot be made, or leads to what is no number.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The chain has no finite bound, or the network fails.
    #[error(transparent)]
    Likelihood(#[from] LikelihoodError),
    /// The network takes, or makes, a number of channels that no picture has.
    #[error("the network has {channels} channels, which no picture has")]
    Channels {
        /// The number of channels.
        channels: usize,
    },
    /// The network enlarges pictures, and draws none by itself.
    #[error("{name} enlarges pictures, and draws none by itself; choose the pipeline that draws small ones")]
    Enlarges {
        /// The pipeline.
        name: String,
    },
    /// The pipeline has no second stage.
    #[error("{name} draws in one stage; choose a pipeline with a folder super_resolution, which enlarges")]
    OneStage {
        /// The pipeline.
        name: String,
    },
    /// What a network gives is not a number somewhere: its weights are damaged.
    #[error("what the network gives is not finite; copy or download its weights again")]
    NotFinite,
    /// The data set beside the loaded picture cannot be read.
    #[error(transparent)]
    Data(#[from] DatasetError),
    /// No picture of this name comes with the program.
    #[error("{name}: no such picture comes with the program")]
    Sample {
        /// The name.
        name: String,
    },
    /// A picture cannot be read.
    #[error(transparent)]
    Picture(#[from] ImagingError),
    /// There is too little memory for pictures of this size.
    #[error(transparent)]
    Memory(#[from] Shortage),
    /// The threads of the network cannot be started.
    #[error("the network's threads cannot be started: {0}")]
    Threads(String),
}

impl From<candle_core::Error> for AnalysisError {
    fn from(error: candle_core::Error) -> Self {
        Self::Model(error.into())
    }
}
