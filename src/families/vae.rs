//! A variational autoencoder of points in the plane.

use std::f64::consts::TAU;

use candle_core::{DType, Device, Error, Tensor, Var};

use super::{LATENT, log_standard_normal, normals, numbers, points, tensor};
use crate::diffusion::noise::Stream;
use crate::perceptron::{Activation, Perceptron, Shape};

/// Width of the hidden layers.
const HIDDEN: usize = 128;
/// The weights of the decoder are drawn with the seed and this.
const DECODER: u64 = 0xDEC0_DE00_0000_0001;
/// How many latents of each point the bound is averaged over.
const DRAWS: u32 = 16;

/// A variational autoencoder (Kingma & Welling 2014): an encoder `q(z | x) = N(μ(x), diag σ²(x))`, the prior `N(0, I)`, and
/// a decoder `p(x | z) = N(m(z), s² I)` whose deviation s is learned with the rest (Rybkin et al. 2021, "σ-VAE").
#[derive(Clone, Debug)]
pub struct Vae {
    encoder: Perceptron,
    decoder: Perceptron,
    /// ln s, a single number.
    log_deviation: Tensor,
}

/// The two terms of the evidence lower bound `E[ln p(x | z)] − KL(q(z | x) ‖ p(z))`, each `[n]`, in nats.
#[derive(Clone, Debug)]
pub struct Elbo {
    /// `ln p(x | z)` of one latent of each point.
    pub reconstruction: Tensor,
    /// `KL(q(z | x) ‖ p(z))` of each point.
    pub kl: Tensor,
}

impl Vae {
    pub(super) fn fresh(seed: u64) -> Result<Self, Error> {
        let [encoder, decoder] = Self::shapes();
        Ok(Self {
            encoder: Perceptron::fresh(&encoder, seed)?,
            decoder: Perceptron::fresh(&decoder, seed ^ DECODER)?,
            log_deviation: Var::zeros(1, DType::F32, &Device::Cpu)?.into_inner(),
        })
    }

    fn shapes() -> [Shape; 2] {
        let silu = Activation::Silu;
        // The encoder begins near the prior, and the decoder near the mean of the data.
        [[2, HIDDEN, 2 * LATENT], [LATENT, HIDDEN, 2]].map(|widths| Shape::two_layers(widths, silu, 0.3))
    }

    /// The number of parameters.
    pub fn parameters() -> usize {
        Self::shapes().iter().map(Shape::parameters).sum::<usize>() + 1
    }

    pub(super) fn variables(&self) -> Result<Vec<Var>, Error> {
        let mut variables = [self.encoder.variables()?, self.decoder.variables()?].concat();
        if self.log_deviation.is_variable() {
            variables.push(Var::from_tensor(&self.log_deviation)?);
        }
        Ok(variables)
    }

    pub(super) fn copy(&self) -> Result<Self, Error> {
        Ok(Self {
            encoder: self.encoder.copy()?,
            decoder: self.decoder.copy()?,
            log_deviation: self.log_deviation.copy()?.detach(),
        })
    }

    /// The means and the logarithms of the variances of `q(z | x)`, both `[n, 2]`.
    fn encoded(&self, x: &Tensor) -> Result<[Tensor; 2], Error> {
        let both = self.encoder.forward(x)?;
        Ok([both.narrow(1, 0, LATENT)?, both.narrow(1, LATENT, LATENT)?])
    }

    /// The terms of the bound for points `[n, 2]`, with the noise `[n, 2]` of their latents.
    pub(super) fn elbo(&self, x: &Tensor, noise: &Tensor) -> Result<Elbo, Error> {
        let [mean, log_variance] = self.encoded(x)?;
        let z = (&mean + (&log_variance * 0.5)?.exp()? * noise)?;
        let error = (self.decoder.forward(&z)? - x)?.sqr()?.sum(1)?;
        let precision = (&self.log_deviation * -2.0)?.exp()?;
        let reconstruction = error
            .broadcast_mul(&precision)?
            .affine(-0.5, -TAU.ln())?
            .broadcast_sub(&(&self.log_deviation * 2.0)?)?;
        let kl = ((mean.sqr()? + log_variance.exp()?)? - &log_variance)?.affine(0.5, -0.5)?.sum(1)?;
        Ok(Elbo { reconstruction, kl })
    }

    /// Means and deviations of the encoder's Gaussians `q(z | x)`.
    ///
    /// # Errors
    /// If candle fails.
    pub fn encode(&self, x: &[[f64; 2]]) -> Result<Vec<[[f64; 2]; 2]>, Error> {
        let [mean, log_variance] = self.encoded(&tensor(x)?)?;
        let deviation = points(&(log_variance * 0.5)?.exp()?)?;
        Ok(points(&mean)?.into_iter().zip(deviation).map(|(mean, deviation)| [mean, deviation]).collect())
    }

    /// The means `m(z)` of the decoder.
    ///
    /// # Errors
    /// If candle fails.
    pub fn decode(&self, z: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, Error> {
        points(&self.decoder.forward(&tensor(z)?)?)
    }

    /// The deviation s of `p(x | z)`.
    ///
    /// # Errors
    /// If candle fails.
    pub fn deviation(&self) -> Result<f64, Error> {
        Ok(numbers(&self.log_deviation.exp()?)?.first().copied().unwrap_or(f64::NAN))
    }

    /// Draws points: latents from the prior, then points from `p(x | z)`.
    ///
    /// # Errors
    /// If candle fails.
    pub fn sample(&self, seed: u64, count: usize) -> Result<Vec<[f64; 2]>, Error> {
        let mean = self.decoder.forward(&normals(seed, Stream::Initial, 0, count)?)?;
        let noise = normals(seed, Stream::Step, 0, count)?;
        points(&(mean + noise.broadcast_mul(&self.log_deviation.exp()?)?)?)
    }

    /// The evidence lower bound of each point, in nats, as the mean over 16 latents.
    ///
    /// # Errors
    /// If candle fails.
    pub fn bounds(&self, x: &[[f64; 2]], seed: u64) -> Result<Vec<f64>, Error> {
        let x_tensor = tensor(x)?;
        let mut sums = vec![0.0; x.len()];
        for draw in 0..DRAWS {
            let Elbo { reconstruction, kl } =
                self.elbo(&x_tensor, &normals(seed, Stream::Bound, draw, x.len())?)?;
            let bounds = numbers(&(reconstruction - kl)?)?;
            sums.iter_mut().zip(bounds).for_each(|(sum, bound)| *sum += bound / f64::from(DRAWS));
        }
        Ok(sums)
    }

    /// An estimate of `ln p(x)` from below that is nearer the more latents there are: importance sampling with the
    /// encoder (Burda et al. 2016, eq. 8).
    ///
    /// # Errors
    /// If candle fails.
    pub fn importance_weighted(&self, x: &[[f64; 2]], draws: u32, seed: u64) -> Result<Vec<f64>, Error> {
        let x_tensor = tensor(x)?;
        let [mean, log_variance] = self.encoded(&x_tensor)?;
        let mut all = vec![Vec::new(); x.len()];
        for draw in 0..draws {
            let noise = normals(seed, Stream::Bound, draw, x.len())?;
            let z = (&mean + (&log_variance * 0.5)?.exp()? * &noise)?;
            let Elbo { reconstruction, .. } = self.elbo(&x_tensor, &noise)?;
            let log_q = (log_standard_normal(&noise)? - (log_variance.sum(1)? * 0.5)?)?;
            let weights = numbers(&((reconstruction + log_standard_normal(&z)?)? - log_q)?)?;
            all.iter_mut().zip(weights).for_each(|(all, weight)| all.push(weight));
        }
        let mean = |weights: Vec<f64>| {
            let most = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = weights.iter().map(|weight| (weight - most).exp()).sum();
            most + (sum / f64::from(draws)).ln()
        };
        Ok(all.into_iter().map(mean).collect())
    }
}
