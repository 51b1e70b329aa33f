//! The first state of a run from a picture: its latent with noise, as in diffusers' image-to-image pipelines.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::cli::error::CliError;
use crate::cli::latents::{self, numbers};
use crate::diffusion::noise::{Key, Stream, plane};
use crate::diffusion::sampler::{Sampler, SamplerSpec};
use crate::diffusion::{Raster, Schedule};
use crate::imaging::fill;
use crate::model::{AutoencoderKl, LatentDistribution, ModelError};

/// A picture from which a run starts.
pub struct FromPicture {
    /// The picture.
    pub pixels: Raster,
    /// Its file, for remarks.
    pub name: String,
    /// The share of the run's steps that are made, above 0, at most 1: the more, the less of the picture is left.
    pub strength: f64,
}

impl FromPicture {
    /// Plans the last steps of a run, `⌊n · strength⌋` of them.
    ///
    /// # Errors
    /// If these are none, and the errors of [`SamplerSpec::build_last`].
    pub fn sampler(&self, spec: &SamplerSpec, schedule: &Schedule) -> Result<Sampler, CliError> {
        let (steps, strength) = (spec.num_inference_steps, self.strength);
        // Rounded as in diffusers.
        let count = (steps as f64 * strength) as usize;
        if count == 0 {
            let reason = format!("{strength} of {steps} steps are none");
            return Err(CliError::Usage(format!("--strength: {reason}; ask for more --strength or --steps")));
        }
        Ok(spec.build_last(schedule, count)?)
    }

    /// The picture as the autoencoder takes it: with this height and width, or else its own.
    ///
    /// # Errors
    /// If no picture has as many channels.
    pub fn fitted(&self, vae: &AutoencoderKl, size: Option<[usize; 2]>) -> Result<Raster, CliError> {
        let sized = size.map(|[height, width]| fill(&self.pixels, height, width));
        latents::fitted(sized.as_ref().unwrap_or(&self.pixels), vae.config(), &self.name)
    }
}

/// Samples of a picture's latent, `[n, channels, height, width]`, scaled as a run keeps them and noised to the level of a
/// sampler's first call. Each sample has a draw of the latent and a noise of its own, from the seed; or the noise is
/// `given`.
///
/// # Errors
/// If the encoder fails.
pub fn noised_latents(
    picture: &Raster,
    vae: &AutoencoderKl,
    sampler: &Sampler,
    (seed, samples): (u64, usize),
    given: Option<&[f32]>,
) -> Result<(Arc<[f32]>, [usize; 4]), CliError> {
    let shape = (1, picture.channels, picture.height, picture.width);
    let pixels = Tensor::from_slice(&picture.data[..], shape, &Device::Cpu).map_err(ModelError::from)?;
    let LatentDistribution { mean, logvar } = vae.encode(&pixels)?;
    let (_, channels, height, width) = mean.dims4().map_err(ModelError::from)?;
    let [mean, logvar] = [numbers(&mean)?, numbers(&logvar)?];
    let noise = |stream, sample: usize| -> Vec<f32> {
        let of = |channel| plane(Key::from_seed(seed), channel, stream, 0, sample as u32, height * width);
        (0..channels as u32).flat_map(of).collect()
    };
    let mut drawn = Vec::with_capacity(samples * mean.len());
    for sample in 0..samples {
        let z = noise(Stream::Posterior, sample);
        let values = mean.iter().zip(&logvar).zip(z);
        drawn.extend(values.map(|((mean, logvar), z)| mean + (0.5 * logvar).exp() * z));
    }
    let shape = [samples, channels, height, width];
    let latents = Tensor::from_vec(drawn, &shape, &Device::Cpu).map_err(ModelError::from)?;
    let latents = numbers(&vae.scaled(&latents)?)?;
    let alpha_bar = sampler.steps().first().map_or(1.0, |step| step.alpha_bar);
    let (signal, spread) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
    let eps = match given {
        Some(given) => given.to_vec(),
        None => (0..samples).flat_map(|sample| noise(Stream::Epsilon, sample)).collect(),
    };
    let state = latents.iter().zip(eps).map(|(latent, eps)| signal * latent + spread * eps).collect();
    Ok((state, shape))
}
