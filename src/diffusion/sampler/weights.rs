//! Levels of noise, and the weights of one step's mean. Everything is f64, with states written as
//! `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε`; σ is `√((1−ᾱ)/ᾱ)`.

use crate::diffusion::Step;

/// The variance of the noise that a step adds to its mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StepVariance {
    /// A variance that is known when the run is planned; 0 if no noise is added.
    Fixed(f64),
    /// The interpolation `exp(ν ln max + (1−ν) ln min)`, with `ν = (v + 1)/2` from the network's v (Nichol & Dhariwal
    /// 2021, eq. 15).
    LearnedRange {
        /// The variance at `v = −1`: `β̃`.
        min: f64,
        /// The variance at `v = 1`: `β`.
        max: f64,
    },
    /// The network gives the variance itself.
    Learned,
}

impl StepVariance {
    /// The variance of one value, of which the network says v; v is not used for a fixed variance. The functions of
    /// libm give the same bits on every machine.
    pub fn value(self, v: f64) -> f64 {
        match self {
            Self::Fixed(variance) => variance,
            Self::LearnedRange { min, max } => {
                let fraction = 0.5 * (v + 1.0);
                libm::exp(fraction * libm::log(max) + (1.0 - fraction) * libm::log(min))
            }
            Self::Learned => v,
        }
    }
}

/// The mean of `x_{t−1}` as a sum of what the sampler has seen: the state, `x̂_0` and ε̂ of the call, and those of the
/// records before it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanWeights {
    /// Weight of the state.
    pub x_t: f64,
    /// Weight of `x̂_0` (after thresholding).
    pub x0: f64,
    /// Weight of ε̂, as it follows from the network's output; thresholding does not affect it.
    pub eps: f64,
    /// Weights of the records before the call, the last record first.
    pub before: [RecordWeights; BEFORE],
}

/// What a record counts for in the mean of a later step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RecordWeights {
    /// Weight of its state.
    pub x_t: f64,
    /// Weight of its `x̂_0` (after thresholding).
    pub x0: f64,
    /// Weight of its ε̂.
    pub eps: f64,
}

/// The number of records before a call that a step can use.
pub(super) const BEFORE: usize = 4;

impl MeanWeights {
    /// The same mean with something of the last record in it.
    pub(super) fn with_last(mut self, last: RecordWeights) -> Self {
        self.before[0] = last;
        self
    }
}

/// A level of noise that the run passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Waypoint {
    /// Timestep, counted from 1; 0 for the clean picture.
    pub t: f64,
    /// `ᾱ_t`.
    pub alpha_bar: f64,
    /// `√((1−ᾱ_t)/ᾱ_t)`.
    pub sigma: f64,
}

impl Waypoint {
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
    pub fn scale(self) -> f64 {
        (1.0 + self.sigma * self.sigma).sqrt()
    }

    /// The forward transition from the level `previous` to this one.
    pub fn step_from(self, previous: Self) -> Step {
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

/// `X + (X − x̂_0)/σ · (σ′ − σ)` with `X = x_t √(1+σ²)` and `σ′ = to.sigma · shrink`, as a state of the level `to`.
pub(super) fn euler_towards(here: Waypoint, to: Waypoint, shrink: f64) -> MeanWeights {
    let ratio = to.sigma * shrink / here.sigma;
    MeanWeights {
        x_t: ratio * (here.scale() / to.scale()),
        x0: (1.0 - ratio) / to.scale(),
        ..Default::default()
    }
}

/// Euler's step of the probability-flow ODE (Karras et al. 2022, algorithm 1).
pub(super) fn euler(here: Waypoint, to: Waypoint) -> MeanWeights {
    euler_towards(here, to, 1.0)
}
