//! The steps of a run that are kept, so that they can be looked at afterwards.

use std::sync::Arc;

use half::f16;

use crate::diffusion::sampler::Record;

/// The number of bytes that the pictures of one run may take. Of a run that would take more, only every k-th step keeps
/// its pictures; the numbers of every step are kept.
pub const BUDGET: usize = 192 << 20;

/// The pictures of one step, each `[channels, height, width]`, in 16-bit floating point: its 11 bits of mantissa are
/// finer than the 8 bits of a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptPictures {
    /// The state `x_t` before the step.
    pub x_t: Arc<[f16]>,
    /// The predicted noise ε̂.
    pub eps_hat: Arc<[f16]>,
    /// The predicted clean picture `x̂_0`.
    pub x0_hat: Arc<[f16]>,
    /// The mean of the next state, before noise is added.
    pub mean: Arc<[f16]>,
    /// The state after the step.
    pub x_prev: Arc<[f16]>,
}

impl KeptPictures {
    fn of(record: &Record) -> Self {
        let kept = |values: &[f32]| values.iter().map(|&value| f16::from_f32(value)).collect();
        Self {
            x_t: kept(&record.x_t),
            eps_hat: kept(&record.eps_hat),
            x0_hat: kept(&record.x0_hat),
            mean: kept(&record.mean),
            x_prev: kept(&record.x_prev),
        }
    }

    /// The number of bytes that the pictures of one step take, where one picture has `values` values.
    pub const fn bytes(values: usize) -> usize {
        5 * 2 * values
    }
}

/// The data that is kept of one network call and the step that it made.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptStep {
    /// Number of the call, from 0.
    pub index: usize,
    /// Timestep of the state, from 1. Samplers that work in σ also use timesteps between whole numbers.
    pub t: f64,
    /// Timestep of the next state.
    pub t_prev: f64,
    /// ᾱ at `t`.
    pub alpha_bar: f64,
    /// ᾱ at `t_prev`.
    pub alpha_bar_prev: f64,
    /// Standard deviation of the noise that the step added; 0 if it added none.
    pub sigma: f64,
    /// Root mean square of the values of the state: their standard deviation about 0.
    pub std_x: f64,
    /// Root mean square of ε̂; it is 1 for standard normal noise.
    pub rms_eps: f64,
    /// Root mean square of the change of `x̂_0` since the call before; `None` for the first call.
    pub change: Option<f64>,
    /// Mean squared error of ε̂ against the noise in the state; `None` where `x_0` is not known.
    pub error: Option<f64>,
    /// The pictures; `None` for a step of a long run that is kept without them (see [`BUDGET`]).
    pub pictures: Option<Box<KeptPictures>>,
}

/// The k of [`BUDGET`], at least 1: pictures are kept of every k-th call. `calls` is the number of calls of
/// one lane, and `values` the number of values of one picture.
pub fn stride(calls: usize, lanes: usize, values: usize) -> usize {
    (calls * lanes * KeptPictures::bytes(values)).div_ceil(BUDGET).max(1)
}

/// Turns the sampler's records of one lane, in their order, into the steps that are kept.
#[derive(Debug)]
pub struct Keeper {
    stride: usize,
    calls: usize,
    x0: Option<Arc<[f32]>>,
    last: Option<Arc<[f32]>>,
}

impl Keeper {
    /// A keeper for a lane of this many calls, which keeps the pictures of every `stride`-th call and of the last. `x0`
    /// is the clean picture, if the run started from one.
    pub fn new(calls: usize, stride: usize, x0: Option<Arc<[f32]>>) -> Self {
        Self { stride, calls, x0, last: None }
    }

    /// The kept step of the next record.
    pub fn keep(&mut self, record: &Record) -> KeptStep {
        let last = self.last.replace(record.x0_hat.clone());
        let change = last.map(|last| distance(&last, &record.x0_hat));
        let shown = record.index.is_multiple_of(self.stride) || record.index + 1 == self.calls;
        let sigma = record.noise.as_ref().map_or(0.0, |_| record.variance.mean().sqrt());
        KeptStep {
            index: record.index,
            t: record.t,
            t_prev: record.t_prev,
            alpha_bar: record.alpha_bar,
            alpha_bar_prev: record.alpha_bar_prev,
            sigma,
            std_x: root_mean_square(&record.x_t),
            rms_eps: root_mean_square(&record.eps_hat),
            change,
            error: self.x0.as_ref().map(|x0| noise_error(record, x0)),
            pictures: shown.then(|| Box::new(KeptPictures::of(record))),
        }
    }
}

/// `mean((ε̂ − ε)²)` with `ε = (x_t − √ᾱ x_0)/√(1−ᾱ)`.
fn noise_error(record: &Record, x0: &[f32]) -> f64 {
    let (signal, noise) = (record.alpha_bar.sqrt(), (1.0 - record.alpha_bar).sqrt());
    let square = |((x, x0), eps): ((&f32, &f32), &f32)| {
        let true_eps = (f64::from(*x) - signal * f64::from(*x0)) / noise;
        (f64::from(*eps) - true_eps).powi(2)
    };
    record.x_t.iter().zip(x0).zip(record.eps_hat.iter()).map(square).sum::<f64>() / x0.len() as f64
}

fn root_mean_square(values: &[f32]) -> f64 {
    (values.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>() / values.len() as f64).sqrt()
}

/// Root mean square of the difference of two pictures of the same shape.
pub fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    (squares.sum::<f64>() / a.len() as f64).sqrt()
}
