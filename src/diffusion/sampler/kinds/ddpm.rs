//! Ancestral sampling of the learned chain.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{About, Family, Form, Method};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::{ConfigError, TimestepSpacing};
use crate::diffusion::sampler::config::Reader;
use crate::diffusion::sampler::levels::Levels;
use crate::diffusion::sampler::step::{SamplerStep, pairs};
use crate::diffusion::sampler::weights::{Waypoint, MeanWeights, StepVariance};

/// Ancestral sampling of the learned chain (Ho et al. 2020, algorithm 2).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ddpm {
    /// The type of the variance `σ_t²`.
    pub variance_type: VarianceType,
}

impl Family for Ddpm {
    const ABOUT: About = About {
        label: "DDPM",
        short: "ddpm",
        help: "Ancestral sampling (Ho et al. 2020)",
        class: "DDPMScheduler",
        // Takes the same steps, for many timesteps at once.
        same_steps: &["DDPMParallelScheduler"],
        form: Form::Chain,
        spacing: TimestepSpacing::Leading,
        has_sigmoid: true,
        all_steps: true,
        ..About::NONE
    };

    fn customary() -> Self {
        Self { variance_type: VarianceType::FixedSmall }
    }

    fn read(reader: &mut Reader<'_>, _: &Schedule) -> Result<Self, ConfigError> {
        Ok(Self { variance_type: VarianceType::read(reader)? })
    }
}

impl Method for Ddpm {
    fn fields(&self) -> Value {
        json!({ "variance_type": self.variance_type.name() })
    }

    fn is_stochastic(&self) -> bool {
        true
    }

    fn plan(&self, _: &Levels<'_>, calls: &[Waypoint]) -> Vec<SamplerStep> {
        pairs(calls, Waypoint::CLEAN, |here, to| weights(here, to, self.variance_type))
    }
}

/// Variance of DDPM's reverse step. The names are diffusers'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VarianceType {
    /// `σ_t² = β̃_t`, which is right if the data are a single point (Ho et al. 2020, section 3.2).
    #[default]
    FixedSmall,
    /// `σ_t² = β_t`, which is right for data of unit variance (the same section).
    FixedLarge,
    /// From v, the second half of the network's output channels: `σ_t² = exp(ν ln β_t + (1−ν) ln β̃_t)` with
    /// `ν = (v + 1)/2` (Nichol & Dhariwal 2021, eq. 15).
    LearnedRange,
    /// `σ_t²` itself is the second half of the network's output channels.
    Learned,
}

impl VarianceType {
    /// All variance types.
    pub const ALL: [Self; 4] = [Self::FixedSmall, Self::FixedLarge, Self::LearnedRange, Self::Learned];

    /// Identifier for files and the command line: diffusers' `variance_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FixedSmall => "fixed_small",
            Self::FixedLarge => "fixed_large",
            Self::LearnedRange => "learned_range",
            Self::Learned => "learned",
        }
    }

    /// Whether the variance comes from the network, in a second half of its output channels.
    pub fn is_learned(self) -> bool {
        matches!(self, Self::LearnedRange | Self::Learned)
    }

    /// Reads diffusers' `variance_type`.
    fn read(reader: &mut Reader<'_>) -> Result<Self, ConfigError> {
        // With fixed_small_log the logarithm in between changes nothing. For fixed_large_log diffusers takes the root
        // of ln β, which is not a number.
        const NAMES: [(&str, VarianceType); 5] = [
            ("fixed_small", VarianceType::FixedSmall),
            ("fixed_small_log", VarianceType::FixedSmall),
            ("fixed_large", VarianceType::FixedLarge),
            ("learned", VarianceType::Learned),
            ("learned_range", VarianceType::LearnedRange),
        ];
        if !reader.is_set("variance_type") {
            // A null, which solvers write for a network without a variance, means β̃ for DDPM.
            return Ok(Self::FixedSmall);
        }
        reader.only("variance_type", &NAMES, Self::FixedSmall)
    }
}

/// The mean and variance of the posterior, with `x̂_0` in place of `x_0` (Ho et al. 2020, eq. 7 and 15).
fn weights(here: Waypoint, to: Waypoint, variance_type: VarianceType) -> (MeanWeights, StepVariance) {
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
