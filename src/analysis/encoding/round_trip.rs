//! A picture as a latent and back, and what that costs and loses.

use std::sync::Arc;
use std::time::Instant;

use candle_core::{Device, Tensor};
use half::f16;

use super::autoencoder::Open;
use super::{AutoencoderFacts, Autoencoders, Colours};
use crate::analysis::picture::{halves, numbers};
use crate::analysis::{AnalysisError, Picture};
use crate::model::{LatentDistribution, ModelRef};

/// What is encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodingSpec {
    /// The autoencoder.
    pub model: ModelRef,
    /// The picture, of which the middle square is taken.
    pub picture: Picture,
    /// Height and width in pixels; the next smaller that the network can take.
    pub side: usize,
}

/// A picture as a latent and back.
#[derive(Clone, Debug)]
pub struct Encoding {
    /// The autoencoder.
    pub facts: Arc<AutoencoderFacts>,
    /// Channels, height and width of the picture.
    pub shape: [usize; 3],
    /// Channels, height and width of the latent.
    pub latent_shape: [usize; 3],
    /// The picture, with values of 8 bits.
    pub x0: Arc<[f32]>,
    /// The latent: the encoder's mean, scaled as a run keeps it.
    pub z0: Arc<[f32]>,
    /// The picture that the decoder makes of the latent.
    pub decoded: Arc<[f16]>,
    /// How far off it is at each pixel: the root of the mean square over its channels, of values from −1 to 1.
    pub error: Arc<[f32]>,
    /// The mean square of the difference between picture and decoded picture.
    pub mse: f64,
    /// `D_KL(q(z | x) ‖ N(0, 1))` of the whole latent, not scaled, in nats (Kingma & Welling 2014, appendix B).
    pub kl: f64,
    /// The mean deviation that the encoder tells, scaled as the latent is.
    pub deviation: f64,
    /// The variances of the picture's and of the latent's values about their means.
    pub variances: [f64; 2],
    /// The channels of the latent as colours.
    pub colours: Colours,
    /// How long encoder and decoder took, in milliseconds.
    pub milliseconds: [f64; 2],
}

impl Encoding {
    /// The ratio of the largest signal to the error of the decoded picture, in dB.
    pub fn psnr(&self) -> f64 {
        psnr(self.mse)
    }

    /// How many times fewer numbers a latent has than the picture.
    pub fn fewer(&self) -> f64 {
        let count = |shape: [usize; 3]| shape.iter().product::<usize>() as f64;
        count(self.shape) / count(self.latent_shape)
    }
}

/// The peak signal-to-noise ratio of pictures with values in `[-1, 1]`, whose largest difference is 2, in dB; `mse` is
/// their mean squared error.
pub fn psnr(mse: f64) -> f64 {
    10.0 * (4.0 / mse).log10()
}

/// Encodes a picture, and decodes it again.
///
/// # Errors
/// If the autoencoder cannot be opened, takes no pictures, fails, or there is too little memory.
pub fn encode(spec: &EncodingSpec, autoencoders: &Autoencoders) -> Result<Encoding, AnalysisError> {
    let open = autoencoders.open(&spec.model)?;
    let side = open.side(spec.side);
    open.check_memory(side)?;
    let channels = open.facts.channels;
    let shape = [channels, side, side];
    let x0 = spec.picture.fitted(shape).ok_or(AnalysisError::Channels { channels })?;
    autoencoders.run(|| there_and_back(&open, shape, x0))
}

fn there_and_back(open: &Open, shape: [usize; 3], x0: Arc<[f32]>) -> Result<Encoding, AnalysisError> {
    let [channels, side, _] = shape;
    let began = Instant::now();
    let pictures = Tensor::from_slice(&x0, (1, channels, side, side), &Device::Cpu)?;
    let LatentDistribution { mean, logvar } = open.network.encode(&pictures)?;
    let (mean, logvar) = (numbers(&mean)?, numbers(&logvar)?);
    let to_latent = began.elapsed();
    let scale = open.facts.scaling_factor;
    let z0: Arc<[f32]> = mean.iter().map(|mean| (f64::from(*mean) * scale) as f32).collect();
    let began = Instant::now();
    let decoded = open.decoded(&z0, 1, side)?;
    let back = began.elapsed();
    let latent_shape = [open.facts.latent_channels, side / open.facts.factor, side / open.facts.factor];
    let squares: Vec<f64> =
        x0.iter().zip(&decoded).map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2)).collect();
    let pixels = side * side;
    let error = (0..pixels).map(|i| {
        let sum: f64 = (0..channels).map(|channel| squares[channel * pixels + i]).sum();
        (sum / channels as f64).sqrt() as f32
    });
    let deviations = logvar.iter().map(|logvar| (0.5 * f64::from(*logvar)).exp());
    Ok(Encoding {
        facts: Arc::clone(&open.facts),
        shape,
        latent_shape,
        error: error.collect(),
        mse: squares.iter().sum::<f64>() / squares.len() as f64,
        kl: divergence(&mean, &logvar),
        deviation: scale * deviations.sum::<f64>() / logvar.len() as f64,
        variances: [variance(&x0), variance(&z0)],
        colours: Colours::of(&z0, latent_shape),
        decoded: halves(&decoded),
        milliseconds: [to_latent, back].map(|time| 1e3 * time.as_secs_f64()),
        x0,
        z0,
    })
}

/// `D_KL(N(mean, exp(logvar)) ‖ N(0, 1))`, summed over all values.
fn divergence(mean: &[f32], logvar: &[f32]) -> f64 {
    let each = |(mean, logvar): (&f32, &f32)| {
        let (mean, logvar) = (f64::from(*mean), f64::from(*logvar));
        0.5 * (mean * mean + logvar.exp() - 1.0 - logvar)
    };
    mean.iter().zip(logvar).map(each).sum()
}

/// The variance of values about their mean.
fn variance(values: &[f32]) -> f64 {
    let n = values.len().max(1) as f64;
    let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / n;
    values.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>() / n
}
