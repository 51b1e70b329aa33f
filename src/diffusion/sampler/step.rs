//! One network call of a plan, and rows of them.

use super::weights::{MeanWeights, StepVariance, Waypoint};

/// The role of a network call in its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The step's only call.
    Single,
    /// The first of two calls, which leads to the state at which the second one is made.
    Predictor,
    /// The second of two calls, which replaces the predictor's state by a better one at the same level.
    Corrector,
}

/// One network call and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplerStep {
    /// Timestep of the call, in `[1, T]`; fractional for the samplers in σ.
    pub t: f64,
    /// Timestep of the next state; 0 is the clean picture.
    pub t_prev: f64,
    /// `ᾱ_t`, in `[0, 1)`.
    pub alpha_bar: f64,
    /// ᾱ of the next state, in `(0, 1]`.
    pub alpha_bar_prev: f64,
    /// Whether the call is a predictor, a corrector or neither.
    pub stage: Stage,
    /// Weights of the next state's mean.
    pub mean: MeanWeights,
    /// Variance of the noise that is added to the mean.
    pub variance: StepVariance,
}

impl SamplerStep {
    /// The timestep that the network is given: `t − 1`, which counts from 0.
    pub fn timestep(&self) -> f64 {
        self.t - 1.0
    }

    /// `σ = √((1−ᾱ_t)/ᾱ_t)`; infinite where no signal is left.
    pub fn sigma(&self) -> f64 {
        ((1.0 - self.alpha_bar) / self.alpha_bar).sqrt()
    }

    /// σ of the next state.
    pub fn sigma_prev(&self) -> f64 {
        ((1.0 - self.alpha_bar_prev) / self.alpha_bar_prev).sqrt()
    }

    pub(super) fn new(here: Waypoint, to: Waypoint, mean: MeanWeights) -> Self {
        Self {
            t: here.t,
            t_prev: to.t,
            alpha_bar: here.alpha_bar,
            alpha_bar_prev: to.alpha_bar,
            stage: Stage::Single,
            mean,
            variance: StepVariance::Fixed(0.0),
        }
    }
}

/// One call for each level; each steps to the next level, and the last to `end`.
pub(super) fn pairs(
    levels: &[Waypoint],
    end: Waypoint,
    weights: impl Fn(Waypoint, Waypoint) -> (MeanWeights, StepVariance),
) -> Vec<SamplerStep> {
    successors(levels, end)
        .map(|(here, to)| {
            let (mean, variance) = weights(here, to);
            SamplerStep { variance, ..SamplerStep::new(here, to, mean) }
        })
        .collect()
}

/// Every level, paired with the one after it.
pub(super) fn successors(
    levels: &[Waypoint],
    end: Waypoint,
) -> impl Iterator<Item = (Waypoint, Waypoint)> + '_ {
    levels.iter().copied().zip(levels.iter().copied().skip(1).chain([end]))
}
