//! Noise in pixels beside noise in the latent.

use std::sync::Arc;

use half::f16;

use super::{Autoencoders, Encoding, EncodingSpec};
use crate::analysis::AnalysisError;
use crate::analysis::picture::halves;
use crate::diffusion::Raster;
use crate::diffusion::sampler::noised;

/// What is noised, and how much.
#[derive(Clone, Debug, PartialEq)]
pub struct NoisedSpec {
    /// The picture and the autoencoder.
    pub encoding: EncodingSpec,
    /// ᾱ of the pixels and of the latent.
    pub alpha_bars: [f64; 2],
    /// The seed of the noise.
    pub seed: u64,
}

/// A picture with noise in its pixels, and with noise in its latent.
#[derive(Clone, Debug)]
pub struct Noised {
    /// `x_t = √ᾱ x_0 + √(1 − ᾱ) ε`.
    pub x_t: Arc<[f16]>,
    /// `z_t`, the same of the latent, as the colours of [`Encoding::colours`].
    pub z_t: Arc<[f16]>,
    /// The channels of `z_t`, one after another.
    pub channels: Vec<Arc<[f16]>>,
    /// The picture that the decoder makes of `z_t`.
    pub decoded: Arc<[f16]>,
}

/// Values of a latent's channel from minus this to this fill the range from black to white.
const RANGE: f32 = 3.0;

/// The signal-to-noise ratio at `alpha_bar` of values with this variance: `ᾱ v / (1 − ᾱ)`.
pub fn snr_of(alpha_bar: f64, variance: f64) -> f64 {
    alpha_bar * variance / (1.0 - alpha_bar)
}

/// The ᾱ at which values of the second variance have the signal-to-noise ratio that those of the first have at
/// `alpha_bar`: `ᾱ′ v₂ / (1 − ᾱ′) = ᾱ v₁ / (1 − ᾱ)`. Where one of the variances is 0, it is `alpha_bar`.
pub fn alpha_bar_of_equal_snr(alpha_bar: f64, [first, second]: [f64; 2]) -> f64 {
    if first <= 0.0 || second <= 0.0 {
        return alpha_bar;
    }
    let signal = alpha_bar * first / second;
    signal / (signal + 1.0 - alpha_bar)
}

/// The channels of a latent with so many places, as grey pictures.
pub fn channels(latent: &[f32], places: usize) -> Vec<Arc<[f16]>> {
    let channel = |plane: &[f32]| plane.iter().map(|value| f16::from_f32(value / RANGE)).collect();
    latent.chunks_exact(places.max(1)).map(channel).collect()
}

/// Noises a picture in pixels and in its latent, and decodes the latter.
///
/// # Errors
/// If the autoencoder cannot be opened or fails.
pub fn noise(
    spec: &NoisedSpec,
    encoding: &Encoding,
    autoencoders: &Autoencoders,
) -> Result<Noised, AnalysisError> {
    let open = autoencoders.open(&spec.encoding.model)?;
    let [of_pixels, of_latent] = spec.alpha_bars;
    let raster = |[channels, height, width]: [usize; 3], values: &Arc<[f32]>| {
        Raster::new(channels, height, width, Arc::clone(values))
    };
    let x_t = noised(&raster(encoding.shape, &encoding.x0), of_pixels, spec.seed, 1);
    let z_t = noised(&raster(encoding.latent_shape, &encoding.z0), of_latent, spec.seed, 1);
    let decoded = autoencoders.run(|| open.decoded(&z_t, 1, encoding.shape[1]))?;
    let places = encoding.latent_shape[1] * encoding.latent_shape[2];
    Ok(Noised {
        x_t: halves(&x_t),
        channels: channels(&z_t, places),
        z_t: encoding.colours.picture(&z_t),
        decoded: halves(&decoded),
    })
}
