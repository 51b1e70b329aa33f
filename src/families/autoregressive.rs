//! An autoregressive model of points in the plane: one coordinate after the other.

use std::f64::consts::TAU;

use candle_core::{D, Device, Error, Tensor, Var};

use super::{numbers, tensor};
use crate::diffusion::noise::{Key, Stream, philox4x32, plane};
use crate::perceptron::{Activation, Perceptron, Shape};

/// The number of Gaussians of each mixture.
const GAUSSIANS: usize = 16;
/// Width of the hidden layers.
const HIDDEN: usize = 160;
/// Where the means of fresh mixtures lie, from minus this to this, and the logarithm of their deviations.
const REACH: f32 = 2.0;
const NARROW: f32 = -1.0;
/// How much the numbers of the first mixture change with its parameters: they have no network to move them, and would
/// otherwise learn much more slowly than those of the second.
const QUICK: f64 = 10.0;
/// The range of the logarithms of deviations: a Gaussian on a single point would make its likelihood infinite.
const LOG_DEVIATIONS: [f64; 2] = [-5.0, 3.0];
/// Counter word 1 of the choice of Gaussians.
const CHOICE: u32 = 0xFFFF_FFF0;

/// An autoregressive model `p(x) = p(x_1) p(x_2 | x_1)`, where both are mixtures of Gaussians and a network computes the
/// second from `x_1` (a mixture density network, Bishop 1994).
#[derive(Clone, Debug)]
pub struct Autoregressive {
    /// Weights (as logits), means and log deviations of the first coordinate's mixture, `[1, 3 · 16]`, divided by 10.
    first: Tensor,
    /// The same of the second coordinate's mixture, of the first coordinate.
    second: Perceptron,
}

/// A mixture of Gaussians on the line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineMixture {
    /// Weight, mean and deviation of each Gaussian; the weights add up to 1.
    pub gaussians: Vec<[f64; 3]>,
}

impl LineMixture {
    /// The density at a place.
    pub fn density(&self, x: f64) -> f64 {
        let normal = |mean: f64, deviation: f64| {
            (-0.5 * ((x - mean) / deviation).powi(2)).exp() / (deviation * TAU.sqrt())
        };
        self.gaussians.iter().map(|[weight, mean, deviation]| weight * normal(*mean, *deviation)).sum()
    }

    /// Weights, means and deviations of logits, means and log deviations.
    fn of(parameters: &[f64]) -> Self {
        let [logits, means, logs] = [0, 1, 2].map(|part| &parameters[part * GAUSSIANS..][..GAUSSIANS]);
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = logits.iter().map(|logit| (logit - most).exp()).sum();
        let [low, high] = LOG_DEVIATIONS;
        let gaussian =
            |k: usize| [(logits[k] - most).exp() / total, means[k], logs[k].clamp(low, high).exp()];
        Self { gaussians: (0..GAUSSIANS).map(gaussian).collect() }
    }

    /// The place that a uniform number and a normal one lead to.
    fn draw(&self, uniform: f64, normal: f64) -> f64 {
        let mut rest = uniform;
        for [weight, mean, deviation] in &self.gaussians {
            rest -= weight;
            if rest < 0.0 {
                return mean + deviation * normal;
            }
        }
        self.gaussians.last().map_or(0.0, |[_, mean, deviation]| mean + deviation * normal)
    }
}

impl Autoregressive {
    pub(super) fn fresh(seed: u64) -> Result<Self, Error> {
        let mut biases = vec![0.0; 3 * GAUSSIANS];
        for k in 0..GAUSSIANS {
            biases[GAUSSIANS + k] = REACH * (2.0 * (k as f32 + 0.5) / GAUSSIANS as f32 - 1.0);
            biases[2 * GAUSSIANS + k] = NARROW;
        }
        let slow = biases.iter().map(|bias| bias / QUICK as f32).collect();
        let first = Var::from_vec(slow, (1, 3 * GAUSSIANS), &Device::Cpu)?.into_inner();
        let second = Perceptron::fresh(&Self::shape(), seed)?.with_last_biases(biases)?;
        Ok(Self { first, second })
    }

    fn shape() -> Shape {
        Shape::two_layers([1, HIDDEN, 3 * GAUSSIANS], Activation::Silu, 0.0)
    }

    /// The number of parameters.
    pub fn parameters() -> usize {
        3 * GAUSSIANS + Self::shape().parameters()
    }

    pub(super) fn variables(&self) -> Result<Vec<Var>, Error> {
        let mut variables = self.second.variables()?;
        if self.first.is_variable() {
            variables.push(Var::from_tensor(&self.first)?);
        }
        Ok(variables)
    }

    pub(super) fn copy(&self) -> Result<Self, Error> {
        Ok(Self { first: self.first.copy()?.detach(), second: self.second.copy()? })
    }

    /// `ln p(x)` of points `[n, 2]`, in nats, `[n]`.
    pub(super) fn log_density(&self, x: &Tensor) -> Result<Tensor, Error> {
        let [first, second] = [x.narrow(1, 0, 1)?, x.narrow(1, 1, 1)?];
        let of_first = (&self.first * QUICK)?.broadcast_as((x.dim(0)?, 3 * GAUSSIANS))?;
        log_mixture(&first, &of_first)? + log_mixture(&second, &self.second.forward(&first)?)?
    }

    /// `ln p(x)` of points, in nats.
    ///
    /// # Errors
    /// If candle fails.
    pub fn log_densities(&self, x: &[[f64; 2]]) -> Result<Vec<f64>, Error> {
        numbers(&self.log_density(&tensor(x)?)?)
    }

    /// The mixture of the first coordinate.
    ///
    /// # Errors
    /// If candle fails.
    pub fn first(&self) -> Result<LineMixture, Error> {
        Ok(LineMixture::of(&numbers(&(&self.first * QUICK)?)?))
    }

    /// The mixtures of the second coordinate, given each of these first ones.
    ///
    /// # Errors
    /// If candle fails.
    pub fn second(&self, first: &[f64]) -> Result<Vec<LineMixture>, Error> {
        let values: Vec<f32> = first.iter().map(|x| *x as f32).collect();
        let given = Tensor::from_vec(values, (first.len(), 1), &Device::Cpu)?;
        let parameters = numbers(&self.second.forward(&given)?)?;
        Ok(parameters.chunks_exact(3 * GAUSSIANS).map(LineMixture::of).collect())
    }

    /// Draws points: the first coordinate, then the second.
    ///
    /// # Errors
    /// If candle fails.
    pub fn sample(&self, seed: u64, count: usize) -> Result<Vec<[f64; 2]>, Error> {
        let key = Key::from_seed(seed);
        let uniform = |i: usize, d: usize| {
            (f64::from(philox4x32([i as u32, CHOICE, 0, 0], key.0)[d]) + 0.5) / 4_294_967_296.0
        };
        let noise = plane(key, 0, Stream::Initial, 0, 0, 2 * count);
        let mixture = self.first()?;
        let first: Vec<f64> =
            (0..count).map(|i| mixture.draw(uniform(i, 0), f64::from(noise[2 * i]))).collect();
        let second = self.second(&first)?;
        let point = |i: usize| [first[i], second[i].draw(uniform(i, 1), f64::from(noise[2 * i + 1]))];
        Ok((0..count).map(point).collect())
    }
}

/// The log density of places `[n, 1]` in mixtures `[n, 3 · 16]`; `[n]`.
fn log_mixture(x: &Tensor, parameters: &Tensor) -> Result<Tensor, Error> {
    let part = |number: usize| parameters.narrow(1, number * GAUSSIANS, GAUSSIANS);
    let logits = part(0)?;
    let log_weights = logits.broadcast_sub(&logits.log_sum_exp(D::Minus1)?.unsqueeze(1)?)?;
    let [low, high] = LOG_DEVIATIONS;
    let log_deviations = part(2)?.clamp(low, high)?;
    let apart = (part(1)?.broadcast_sub(x)? * log_deviations.neg()?.exp()?)?;
    let logs = ((log_weights - (apart.sqr()? * 0.5)?)? - log_deviations)?;
    logs.log_sum_exp(D::Minus1)? - 0.5 * TAU.ln()
}
