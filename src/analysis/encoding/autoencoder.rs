//! The autoencoder that is open.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::analysis::picture::numbers;
use crate::analysis::{AnalysisError, OpenedLast};
use crate::memory;
use crate::model::{AutoencoderKl, Compute, ModelRef, Precision};

/// How many numbers a call keeps at a time for each pixel and each channel of its finest level, as a generous guess.
const KEPT: usize = 12;

/// What is known of an autoencoder before it is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct AutoencoderFacts {
    /// The autoencoder.
    pub model: ModelRef,
    /// Channels of its pictures.
    pub channels: usize,
    /// Channels of its latents.
    pub latent_channels: usize,
    /// How much smaller height and width of a latent are.
    pub factor: usize,
    /// Latents are the encoder's mean times this.
    pub scaling_factor: f64,
    /// The number of parameters.
    pub parameters: usize,
    /// Channels of the finest level.
    width: usize,
}

/// An autoencoder that is open.
#[derive(Clone)]
pub(super) struct Open {
    pub facts: Arc<AutoencoderFacts>,
    pub network: AutoencoderKl,
}

/// The autoencoder that was opened last, and the threads on which it computes. Clones share both.
#[derive(Clone)]
pub struct Autoencoders {
    last: OpenedLast<Open>,
}

impl Autoencoders {
    /// No autoencoder yet. `threads` is the number of threads on which it computes; with `None`, one less than there are
    /// cores.
    pub fn new(threads: Option<usize>) -> Self {
        Self { last: OpenedLast::new("autoencoder", threads) }
    }

    /// The autoencoder, which is opened unless it is the one that was opened last.
    pub(super) fn open(&self, model: &ModelRef) -> Result<Open, AnalysisError> {
        self.last.open(model, || Open::new(model))
    }

    /// Runs `body` on the threads of the autoencoder.
    pub(super) fn run<T: Send>(
        &self,
        body: impl FnOnce() -> Result<T, AnalysisError> + Send,
    ) -> Result<T, AnalysisError> {
        self.last.run(body)
    }
}

impl Open {
    fn new(model: &ModelRef) -> Result<Self, AnalysisError> {
        let (vae, _) = model.parts()?.vae(Precision::F32)?;
        let network = vae.network.on(&Compute::best().0)?;
        let config = network.config();
        let channels = config.in_channels;
        if config.out_channels != channels || !matches!(channels, 1 | 3) {
            return Err(AnalysisError::Channels { channels: config.out_channels.max(channels) });
        }
        let facts = Arc::new(AutoencoderFacts {
            model: model.clone(),
            channels,
            latent_channels: config.latent_channels,
            factor: config.size_factor(),
            scaling_factor: config.scaling_factor,
            parameters: network.parameter_count(),
            width: config.block_out_channels.first().copied().unwrap_or(1),
        });
        Ok(Self { facts, network })
    }

    /// Height and width of pictures about this large that the network can take.
    pub fn side(&self, wanted: usize) -> usize {
        (wanted / self.facts.factor).max(1) * self.facts.factor
    }

    /// Checks that there is memory for a call with pictures of this height and width.
    pub fn check_memory(&self, side: usize) -> Result<(), AnalysisError> {
        Ok(memory::enough_for((4 * KEPT * self.facts.width * side * side) as u64)?)
    }

    /// The pictures of latents `[n, channels, side, side]`, as numbers.
    pub fn decoded(&self, latents: &[f32], n: usize, side: usize) -> Result<Vec<f32>, AnalysisError> {
        let side = side / self.facts.factor;
        let shape = (n, self.facts.latent_channels, side, side);
        let latents = Tensor::from_slice(latents, shape, &Device::Cpu)?;
        numbers(&self.network.decode(&latents)?)
    }
}
