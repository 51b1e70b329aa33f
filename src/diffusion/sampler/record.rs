//! What a run asks of its network, and what it keeps of each call.

use std::sync::Arc;

use super::Stage;

/// The next question to the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call<'a> {
    /// Index of the call in the run, from 0.
    pub index: usize,
    /// The network's timestep `t − 1`, counted from 0.
    pub timestep: f64,
    /// The timestep t, counted from 1.
    pub t: f64,
    /// `ᾱ_t`, in `[0, 1)`.
    pub alpha_bar: f64,
    /// `x_t`, the network's input: `[samples, channels, height, width]`, row after row.
    pub input: &'a [f32],
    /// Samples, channels, height, width.
    pub shape: [usize; 4],
}

/// The variance `σ²` of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordVariance {
    /// One variance for all values; 0 where no noise is added.
    Scalar(f64),
    /// A variance from the network for each value, with the shape of `x_t`.
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

/// Everything that happened at one network call. Arrays have the shape of `x_t`, `[samples, channels, height, width]`;
/// cloning is cheap.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Index of the call in the run, from 0.
    pub index: usize,
    /// Timestep, counted from 1; fractional for the samplers in σ.
    pub t: f64,
    /// Timestep of `x_prev`; 0 is the clean picture. For a corrector it is `t`.
    pub t_prev: f64,
    /// `ᾱ_t`.
    pub alpha_bar: f64,
    /// ᾱ of `x_prev`.
    pub alpha_bar_prev: f64,
    /// Whether the call is a predictor, a corrector or neither.
    pub stage: Stage,
    /// The state that the network saw.
    pub x_t: Arc<[f32]>,
    /// ε̂ as it follows from the network's output, whatever was done to `x̂_0` afterwards. DDIM uses this ε̂,
    /// as the code of its paper and diffusers do.
    pub eps_hat: Arc<[f32]>,
    /// `x̂_0` as the step used it, after thresholding. Without thresholding, `x_t = √ᾱ_t x̂_0 + √(1−ᾱ_t) ε̂`.
    pub x0_hat: Arc<[f32]>,
    /// Mean of `x_prev`, given everything up to this call.
    pub mean: Arc<[f32]>,
    /// Variance of the noise that is added to the mean.
    pub variance: RecordVariance,
    /// The standard normals of that noise; `None` if no noise is added.
    pub noise: Option<Arc<[f32]>>,
    /// The next state: `mean + √variance · noise`.
    pub x_prev: Arc<[f32]>,
}
