//! The weights of one step's mean, for each sampler. Everything is f64, with states written as
//! `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε`; σ is `√((1−ᾱ)/ᾱ)`.

use super::VarianceType;
use crate::diffusion::Step;

/// The variance of the noise that a step adds to its mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StepVariance {
    /// Known beforehand; 0 if no noise is added.
    Fixed(f64),
    /// The interpolation `exp(ν ln max + (1−ν) ln min)`, with `ν = (v + 1)/2` from the network's v (Nichol & Dhariwal
    /// 2021, eq. 15).
    LearnedRange {
        /// The variance at `v = −1`: `β̃`.
        min: f64,
        /// The variance at `v = 1`: `β`.
        max: f64,
    },
    /// The number that the network gives.
    Learned,
}

/// The mean of `x_{t−1}` as a sum of what the sampler has seen,
/// `x_t · x_t + x0 · x̂_0 + eps · ε̂ + last_x_t · x′ + last_x0 · x̂_0′`, where primes mark the previous record.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanWeights {
    /// Weight of the state.
    pub x_t: f64,
    /// Weight of `x̂_0` (after thresholding).
    pub x0: f64,
    /// Weight of ε̂ (the network's, not affected by thresholding).
    pub eps: f64,
    /// Weight of the last record's state.
    pub last_x_t: f64,
    /// Weight of the last record's `x̂_0`.
    pub last_x0: f64,
}

/// A level of noise that the run passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    /// Timestep, counted from 1; 0 for the clean picture.
    pub t: f64,
    /// `ᾱ_t`.
    pub alpha_bar: f64,
    /// `√((1−ᾱ_t)/ᾱ_t)`.
    pub sigma: f64,
}

impl Level {
    /// The clean picture.
    pub const CLEAN: Self = Self { t: 0.0, alpha_bar: 1.0, sigma: 0.0 };

    /// The level with this `ᾱ`.
    pub fn of_alpha_bar(t: f64, alpha_bar: f64) -> Self {
        Self { t, alpha_bar, sigma: ((1.0 - alpha_bar) / alpha_bar).sqrt() }
    }

    /// The level with this σ.
    pub fn of_sigma(t: f64, sigma: f64) -> Self {
        Self { t, alpha_bar: 1.0 / (1.0 + sigma * sigma), sigma }
    }

    /// `√(1 + σ²) = 1/√ᾱ`, the factor from `x_t` to the state that solvers in σ use.
    fn scale(self) -> f64 {
        (1.0 + self.sigma * self.sigma).sqrt()
    }

    /// The forward transition from the level `previous` to this one.
    fn step_from(self, previous: Self) -> Step {
        let ratio = self.alpha_bar / previous.alpha_bar;
        Step {
            t: self.t as usize,
            beta: (previous.alpha_bar - self.alpha_bar) / previous.alpha_bar,
            alpha: ratio,
            alpha_bar: self.alpha_bar,
            alpha_bar_prev: previous.alpha_bar,
        }
    }
}

/// The mean and variance of the posterior, with `x̂_0` in place of `x_0` (Ho et al. 2020, eq. 7 and 15).
pub(super) fn ddpm(here: Level, to: Level, variance_type: VarianceType) -> (MeanWeights, StepVariance) {
    /// diffusers' smallest variance, which keeps the logarithm finite where `β̃ = 0`.
    const LEAST_VARIANCE: f64 = 1e-20;
    let step = here.step_from(to);
    let mean =
        MeanWeights { x_t: step.posterior_mean_xt(), x0: step.posterior_mean_x0(), ..Default::default() };
    let small = step.posterior_variance().max(LEAST_VARIANCE);
    let variance = match variance_type {
        // Only a call at t = 1 adds no noise. A run that skips it (trailing timesteps) adds noise in its last step too,
        // which is visible with all variances but the small one. diffusers does the same.
        _ if here.t <= 1.0 => StepVariance::Fixed(0.0),
        VarianceType::FixedSmall => StepVariance::Fixed(small),
        VarianceType::FixedLarge => StepVariance::Fixed(step.beta),
        VarianceType::LearnedRange => StepVariance::LearnedRange { min: small, max: step.beta },
        VarianceType::Learned => StepVariance::Learned,
    };
    (mean, variance)
}

/// `√ᾱ′ x̂_0 + √(1−ᾱ′−σ²) ε̂` with `σ² = η² β̃` (Song et al. 2021, eq. 12 and 16).
pub(super) fn ddim(here: Level, to: Level, eta: f64) -> (MeanWeights, StepVariance) {
    let share = here.step_from(to).new_share();
    let noise_left = 1.0 - to.alpha_bar;
    // σ² = η² (1−ᾱ′) λ, and what it leaves of 1−ᾱ′, without subtracting nearly equal numbers.
    let variance = eta * eta * noise_left * share;
    let eps = (noise_left * (1.0 - eta * eta * share).max(0.0)).sqrt();
    let mean = MeanWeights { x0: to.alpha_bar.sqrt(), eps, ..Default::default() };
    (mean, StepVariance::Fixed(variance))
}

/// First order, or second order if the level of the previous call is given (Lu et al. 2022, algorithm 2).
pub(super) fn dpm_solver(here: Level, to: Level, last: Option<Level>) -> MeanWeights {
    let x_t = ((1.0 - to.alpha_bar) / (1.0 - here.alpha_bar)).sqrt();
    // −α_t (e^{−h} − 1), as e^{−h} is the ratio of the σ's.
    let x0 = to.alpha_bar.sqrt() * (1.0 - to.sigma / here.sigma);
    let half_slope = last.map_or(0.0, |last| {
        // 1/(2 r) with r = h_0/h, where h and h_0 are the lengths of this step and the last in λ = −ln σ.
        0.5 * (here.sigma / to.sigma).ln() / (last.sigma / here.sigma).ln()
    });
    MeanWeights { x_t, x0: x0 * (1.0 + half_slope), last_x0: -x0 * half_slope, ..Default::default() }
}

/// `X + (X − x̂_0)/σ · (σ′ − σ)` with `X = x_t √(1+σ²)` and `σ′ = to.sigma · shrink`, as a state of the level `to`.
fn euler_towards(here: Level, to: Level, shrink: f64) -> MeanWeights {
    let ratio = to.sigma * shrink / here.sigma;
    MeanWeights {
        x_t: ratio * (here.scale() / to.scale()),
        x0: (1.0 - ratio) / to.scale(),
        ..Default::default()
    }
}

/// Euler's step of the probability-flow ODE (Karras et al. 2022, algorithm 1).
pub(super) fn euler(here: Level, to: Level) -> MeanWeights {
    euler_towards(here, to, 1.0)
}

/// Euler's step down to `σ_down = σ′²/σ`, then noise of variance `σ′² − σ_down²`.
pub(super) fn euler_ancestral(here: Level, to: Level) -> (MeanWeights, StepVariance) {
    let ratio = to.sigma / here.sigma;
    let variance = (to.sigma / to.scale()).powi(2) * ((1.0 - ratio) * (1.0 + ratio));
    (euler_towards(here, to, ratio), StepVariance::Fixed(variance.max(0.0)))
}

/// Repeats the step with the mean of the slopes at its two ends: `here` is the level of the last network call, `from`
/// the level at which the step began.
pub(super) fn heun_corrector(from: Level, here: Level) -> MeanWeights {
    let half = 0.5 * (here.sigma - from.sigma);
    let (start, end) = (half / from.sigma, half / here.sigma);
    MeanWeights {
        x_t: end,
        x0: -end / here.scale(),
        eps: 0.0,
        last_x_t: (1.0 + start) * (from.scale() / here.scale()),
        last_x0: -start / here.scale(),
    }
}
