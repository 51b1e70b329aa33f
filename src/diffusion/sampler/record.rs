//! What passes between a run and its network, and what is kept of it.

use std::sync::Arc;

use super::Stage;

/// What the network is asked next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call<'a> {
    /// Index of the call in the run, from 0.
    pub index: usize,
    /// The network's timestep, from 0: `t − 1`.
    pub timestep: f64,
    /// The timestep in the one notation, from 1.
    pub t: f64,
    /// `ᾱ_t`, in `[0, 1)`.
    pub alpha_bar: f64,
    /// `x_t`, what the network sees: `[samples, channels, height, width]`, row after row.
    pub input: &'a [f32],
    /// Samples, channels, height, width.
    pub shape: [usize; 4],
}

/// A step's `σ²`.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordVariance {
    /// The same for every value; 0 where no noise is added.
    Scalar(f64),
    /// The network's, of the shape of `x_t`.
    PerValue(Arc<[f32]>),
}

impl RecordVariance {
    /// The variance, or its mean over all values.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Scalar(variance) => *variance,
            Self::PerValue(values) => {
                values.iter().map(|&value| f64::from(value)).sum::<f64>() / values.len().max(1) as f64
            }
        }
    }
}

/// All that happened at one network call. Arrays have the shape of `x_t`,
/// `[samples, channels, height, width]`; cloning is cheap.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Index of the call in the run, from 0.
    pub index: usize,
    /// Timestep from 1, fractional for the samplers in σ.
    pub t: f64,
    /// Timestep of `x_prev`; 0 is the clean picture. For a corrector it is `t`.
    pub t_prev: f64,
    /// `ᾱ_t`.
    pub alpha_bar: f64,
    /// ᾱ of `x_prev`.
    pub alpha_bar_prev: f64,
    /// Predictor, corrector or neither.
    pub stage: Stage,
    /// The state that the network saw.
    pub x_t: Arc<[f32]>,
    /// ε̂ as the network's output implies it, whatever was done to `x̂_0` afterwards. DDIM steps
    /// along it, as the paper's code and diffusers do.
    pub eps_hat: Arc<[f32]>,
    /// `x̂_0` after thresholding, as it was used. Without thresholding
    /// `x_t = √ᾱ_t x̂_0 + √(1−ᾱ_t) ε̂`.
    pub x0_hat: Arc<[f32]>,
    /// Mean of `x_prev` given all so far.
    pub mean: Arc<[f32]>,
    /// Variance of the noise on it.
    pub variance: RecordVariance,
    /// The standard normals of that noise; none where no noise is added.
    pub noise: Option<Arc<[f32]>>,
    /// The state that follows: `mean + √variance · noise`.
    pub x_prev: Arc<[f32]>,
}
