//! Why a picture cannot be turned into a latent.

use crate::imaging::ImagingError;
use crate::memory::Shortage;
use crate::model::ModelError;

/// Why a picture cannot be turned into a latent.
#[derive(Debug, thiserror::Error)]
pub enum EncodingError {
    /// The autoencoder cannot be opened, or fails.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The autoencoder takes, or makes, a number of channels that no picture has.
    #[error("the autoencoder has pictures with {channels} channels, which no picture has")]
    Channels {
        /// The number of channels.
        channels: usize,
    },
    /// What the autoencoder gives is not a number somewhere: its weights are damaged.
    #[error("what the autoencoder gives is not finite; copy or download its weights again")]
    NotFinite,
    /// No picture of this name comes with the program.
    #[error("{name}: no such picture comes with the program")]
    Sample {
        /// The name.
        name: String,
    },
    /// A picture that comes with the program cannot be read.
    #[error(transparent)]
    Picture(#[from] ImagingError),
    /// There is too little memory for pictures of this size.
    #[error(transparent)]
    Memory(#[from] Shortage),
    /// The threads of the network cannot be started.
    #[error("the network's threads cannot be started: {0}")]
    Threads(String),
}

impl From<candle_core::Error> for EncodingError {
    fn from(error: candle_core::Error) -> Self {
        Self::Model(error.into())
    }
}
