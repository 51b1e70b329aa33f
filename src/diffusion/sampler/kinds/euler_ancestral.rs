//! Euler's method with fresh noise.

use serde::{Deserialize, Serialize};

use super::{About, Family, Form, Method};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::config::Reader;
use crate::diffusion::sampler::levels::Levels;
use crate::diffusion::sampler::step::{SamplerStep, pairs};
use crate::diffusion::sampler::weights::{Waypoint, MeanWeights, StepVariance, euler_towards};
use crate::diffusion::sampler::{ConfigError, PredictionType};

/// Euler's method down to less noise than the next level has, and fresh noise added to reach it (Crowson's
/// k-diffusion).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EulerAncestral {}

impl Family for EulerAncestral {
    const ABOUT: About = About {
        label: "Euler ancestral",
        short: "euler-a",
        help: "Euler's method with fresh noise in every step",
        class: "EulerAncestralDiscreteScheduler",
        lacks: Some((PredictionType::Sample, "x_0 prediction")),
        form: Form::Sigma,
        ..About::NONE
    };

    fn customary() -> Self {
        Self {}
    }

    fn read(_: &mut Reader<'_>, _: &Schedule) -> Result<Self, ConfigError> {
        Ok(Self {})
    }
}

impl Method for EulerAncestral {
    fn is_stochastic(&self) -> bool {
        true
    }

    fn plan(&self, _: &Levels<'_>, calls: &[Waypoint]) -> Vec<SamplerStep> {
        pairs(calls, Waypoint::CLEAN, weights)
    }
}

/// Euler's step down to `σ_down = σ′²/σ`, then noise of variance `σ′² − σ_down²`.
fn weights(here: Waypoint, to: Waypoint) -> (MeanWeights, StepVariance) {
    let ratio = to.sigma / here.sigma;
    let variance = (to.sigma / to.scale()).powi(2) * ((1.0 - ratio) * (1.0 + ratio));
    (euler_towards(here, to, ratio), StepVariance::Fixed(variance.max(0.0)))
}
