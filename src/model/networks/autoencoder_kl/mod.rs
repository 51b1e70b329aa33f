//! `AutoencoderKL` of diffusers: pictures as latents, and back (Kingma & Welling 2014; Rombach et al. 2022,
//! section 3.1).

mod config;
mod describe;

use std::sync::Arc;

use candle_core::{Device, Tensor};

use self::describe::Structure;
use super::body::{Body, of_every_network};
use super::{FromCheckpoint, unet};
use crate::model::ModelError;
use crate::model::graph::Graph;
use crate::model::graph::planned::Section;
use crate::model::parameters::Precision;
use crate::model::weights::Tensors;

pub use config::AutoencoderKlConfig;

/// The log-variances that the encoder gives, in nats; others are clamped to them.
const LOG_VARIANCES: [f64; 2] = [-30.0, 20.0];

/// An autoencoder: its encoder tells the mean and the variance of a picture's latent, its decoder makes a picture of a
/// latent.
#[derive(Clone, Debug)]
pub struct AutoencoderKl {
    config: AutoencoderKlConfig,
    encoder: Body,
    /// Has the tensors of the encoder's body.
    decoder: Body,
}

/// What the encoder tells of pictures: a normal distribution for every number of their latents, not yet scaled.
#[derive(Clone, Debug)]
pub struct LatentDistribution {
    /// The means, `[n, latent_channels, height, width]`.
    pub mean: Tensor,
    /// The logarithms of the variances, from −30 to 20, in the same shape.
    pub logvar: Tensor,
}

impl FromCheckpoint for AutoencoderKl {
    type Config = AutoencoderKlConfig;

    fn read_config(text: &str, name: &str) -> Result<AutoencoderKlConfig, ModelError> {
        AutoencoderKlConfig::from_json(text, name)
    }

    fn graph(config: &AutoencoderKlConfig) -> Result<Graph, ModelError> {
        Structure::of(config).map(|structure| Arc::unwrap_or_clone(structure.graph))
    }

    fn sections(config: &AutoencoderKlConfig) -> Result<(Graph, Vec<Section>), ModelError> {
        let Structure { graph, encoder, decoder } = Structure::of(config)?;
        Ok((Arc::unwrap_or_clone(graph), vec![encoder, decoder]))
    }

    fn from_tensors(
        config: &AutoencoderKlConfig,
        precision: Precision,
        tensors: Tensors,
    ) -> Result<Self, ModelError> {
        let Structure { graph, encoder, decoder } = Structure::of(config)?;
        let mut encoder = Body::given(graph, encoder, precision, tensors)?;
        let decoder = encoder.for_section(decoder)?;
        Ok(Self { config: config.clone(), encoder, decoder })
    }
}

impl AutoencoderKl {
    /// A fresh network, with PyTorch's default initialisation: see
    /// [`UNet2DModel::init`](super::UNet2DModel::init).
    ///
    /// # Errors
    /// If the configuration is not valid or describes more than 2³² parameters.
    pub fn init(config: &AutoencoderKlConfig, seed: u64, precision: Precision) -> Result<Self, ModelError> {
        config.validate("config")?;
        let Structure { graph, encoder, decoder } = Structure::of(config)?;
        let mut encoder = Body::init(graph, encoder, seed, precision)?;
        let decoder = encoder.for_section(decoder)?;
        Ok(Self { config: config.clone(), encoder, decoder })
    }

    /// This network with its weights on `device`, without variables. Inputs may be on any device; outputs are on this
    /// one.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn on(self, device: &Device) -> Result<Self, ModelError> {
        let Structure { decoder, .. } = Structure::of(&self.config)?;
        let mut encoder = self.encoder.on(device)?;
        let decoder = encoder.for_section(decoder)?;
        Ok(Self { config: self.config, encoder, decoder })
    }

    /// This network without variables and without plans, so that it is computed operation by operation. The weights are
    /// shared.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn frozen(&self) -> Result<Self, ModelError> {
        let [encoder, decoder] = [&self.encoder, &self.decoder].map(Body::frozen);
        Ok(Self { config: self.config.clone(), encoder: encoder?, decoder: decoder? })
    }

    /// The distributions of the latents of pictures `[n, in_channels, height, width]` in `[-1, 1]`; both sides must be
    /// divisible by [`size_factor`](AutoencoderKlConfig::size_factor).
    ///
    /// # Errors
    /// A [`ModelError`] that says what is wrong with the pictures (nothing has been computed then), or that there is too
    /// little memory.
    pub fn encode(&self, pictures: &Tensor) -> Result<LatentDistribution, ModelError> {
        unet::samples(pictures, self.config.in_channels, self.config.size_factor())?;
        let moments = self.encoder.call(&self.encoder.taken(pictures)?, None, None)?;
        let channels = self.config.latent_channels;
        let [least, most] = LOG_VARIANCES;
        Ok(LatentDistribution {
            mean: moments.narrow(1, 0, channels)?.contiguous()?,
            logvar: moments.narrow(1, channels, channels)?.contiguous()?.clamp(least, most)?,
        })
    }

    /// The pictures `[n, out_channels, height, width]` of latents `[n, latent_channels, h, w]` as a run keeps them: they
    /// are divided by the [scaling factor](AutoencoderKlConfig::scaling_factor) first. The result may leave `[-1, 1]`.
    ///
    /// # Errors
    /// A [`ModelError`] that says what is wrong with the latents (nothing has been computed then), or that there is too
    /// little memory.
    pub fn decode(&self, latents: &Tensor) -> Result<Tensor, ModelError> {
        unet::samples(latents, self.config.latent_channels, 1)?;
        let latents = (self.decoder.taken(latents)? / self.config.scaling_factor)?;
        self.decoder.call(&latents, None, None)
    }

    /// A network with given tensors, by their names in a checkpoint, in f32.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub(crate) fn given(config: &AutoencoderKlConfig, tensors: Tensors) -> Result<Self, ModelError> {
        Self::from_tensors(config, Precision::F32, tensors)
    }

    /// This network with another [scaling factor](AutoencoderKlConfig::scaling_factor).
    ///
    /// # Errors
    /// If it is 0 or not finite.
    pub fn with_scaling_factor(self, scaling_factor: f64) -> Result<Self, ModelError> {
        let config = AutoencoderKlConfig { scaling_factor, ..self.config };
        config.validate("config")?;
        Ok(Self { config, ..self })
    }

    /// The variables that training changes, sorted by name. Empty for a network that is not trainable.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn variables(&self) -> Result<Vec<(&str, candle_core::Var)>, ModelError> {
        self.encoder.variables()
    }

    /// Brings means, or draws from the distributions, to the scale that latents have in a run.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn scaled(&self, latents: &Tensor) -> Result<Tensor, ModelError> {
        Ok((latents * self.config.scaling_factor)?)
    }

    /// Whether the weights are kept in the form that is fastest to compute with, for both ways.
    pub fn is_prepared(&self) -> bool {
        self.encoder.is_prepared() && self.decoder.is_prepared()
    }

    of_every_network!(AutoencoderKlConfig, encoder);
}

impl LatentDistribution {
    /// `mean + std · noise`, one draw for each picture; `noise` is standard normal and has the shape of the mean.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn draw(&self, noise: &Tensor) -> Result<Tensor, ModelError> {
        let deviation = (&self.logvar * 0.5)?.exp()?;
        let noise = noise.to_dtype(self.mean.dtype())?.to_device(self.mean.device())?;
        Ok((&self.mean + (deviation * noise)?)?)
    }
}

#[cfg(test)]
mod tests;
