//! The user's choice of a sampler and its parameters.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{PredictionType, Sampler, SamplerError, SamplerFamily, Thresholding, TimestepSpacing, plan};
use crate::diffusion::Schedule;

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
}

/// The level at which the last step of a solver ends. The names are diffusers'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinalSigmas {
    /// At σ = 0, which is the clean picture.
    #[default]
    Zero,
    /// At the schedule's smallest σ, which is that of `t = 1`.
    SigmaMin,
}

impl FinalSigmas {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Zero, Self::SigmaMin];

    /// Identifier for files: diffusers' `final_sigmas_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::SigmaMin => "sigma_min",
        }
    }
}

/// The level that a step of DDIM leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepTo {
    /// To `t − ⌊T/n⌋`, as published and in diffusers. With leading timesteps that is the level of the next call; with
    /// linspace and trailing it is mostly slightly off, so that the network is told a level that is not quite the
    /// state's.
    #[default]
    Published,
    /// To the timestep of the next call, exactly.
    Listed,
}

impl StepTo {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Published, Self::Listed];

    /// Identifier for files and the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Listed => "listed",
        }
    }
}

/// A family of samplers with its parameters: plain data, checked when it is built.
///
/// As JSON it is an object with the field `sampler` (the [name](Self::name)) and one field per
/// parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "sampler", rename_all = "kebab-case")]
pub enum SamplerKind {
    /// Ancestral sampling of the learned chain (Ho et al. 2020, algorithm 2).
    Ddpm {
        /// The type of the variance `σ_t²`.
        variance_type: VarianceType,
    },
    /// Denoising diffusion implicit models (Song et al. 2021, eq. 12 and 16).
    Ddim {
        /// How much noise is added: from 0, which is deterministic, to 1, as much as DDPM adds.
        eta: f64,
        /// Whether the last step ends at `ᾱ = 1`; otherwise it ends at `ᾱ_1`, as for Stable Diffusion.
        set_alpha_to_one: bool,
    },
    /// DPM-Solver++ of second order, multistep, with the midpoint rule (Lu et al. 2022, algorithm 2).
    #[serde(rename = "dpm-solver++2m")]
    DpmSolverPlusPlus2M {
        /// Whether the last step is of first order when there are fewer than 15 steps.
        lower_order_final: bool,
        /// Whether the last step is always of first order.
        euler_at_final: bool,
        /// Where the last step ends; a step that ends at 0 is always of first order.
        final_sigmas_type: FinalSigmas,
    },
    /// Euler's method for the probability-flow ODE in σ (Karras et al. 2022, algorithm 1 without its correction).
    Euler {
        /// Where the last step ends.
        final_sigmas_type: FinalSigmas,
    },
    /// Euler's method down to less noise than the next level has, and fresh noise added to reach it (Crowson's
    /// k-diffusion).
    EulerAncestral,
    /// Heun's method for the probability-flow ODE in σ: second order, with two network calls for each step (Karras et
    /// al. 2022, algorithm 1).
    Heun,
}

impl SamplerKind {
    /// The names that [`default_of`](Self::default_of) accepts.
    pub const ALL_NAMED: [&str; 6] = {
        let mut names = [""; SamplerFamily::ALL.len()];
        let mut i = 0;
        while i < names.len() {
            names[i] = SamplerFamily::ALL[i].name();
            i += 1;
        }
        names
    };

    /// The sampler without its parameters.
    pub fn family(self) -> SamplerFamily {
        match self {
            Self::Ddpm { .. } => SamplerFamily::Ddpm,
            Self::Ddim { .. } => SamplerFamily::Ddim,
            Self::DpmSolverPlusPlus2M { .. } => SamplerFamily::DpmSolverPlusPlus2M,
            Self::Euler { .. } => SamplerFamily::Euler,
            Self::EulerAncestral => SamplerFamily::EulerAncestral,
            Self::Heun => SamplerFamily::Heun,
        }
    }

    /// Identifier for the command line and files.
    pub fn name(self) -> &'static str {
        self.family().name()
    }

    /// Name that people read.
    pub fn label(self) -> &'static str {
        self.family().label()
    }

    /// The sampler called `name` with diffusers' default parameters.
    pub fn default_of(name: &str) -> Option<Self> {
        SamplerFamily::named(name).map(SamplerFamily::with_defaults)
    }

    /// Whether its steps draw noise.
    pub fn is_stochastic(self) -> bool {
        match self {
            Self::Ddpm { .. } | Self::EulerAncestral => true,
            Self::Ddim { eta, .. } => eta > 0.0,
            Self::DpmSolverPlusPlus2M { .. } | Self::Euler { .. } | Self::Heun => false,
        }
    }

    /// Whether diffusers writes the sampler in σ, with fractional timesteps and the state `x_t/√ᾱ_t`.
    pub(super) fn is_in_sigma(self) -> bool {
        matches!(self, Self::Euler { .. } | Self::EulerAncestral | Self::Heun)
    }
}

impl FromStr for SamplerKind {
    type Err = SamplerError;

    /// [`default_of`](Self::default_of), with an error that lists the names.
    fn from_str(name: &str) -> Result<Self, SamplerError> {
        Self::default_of(name).ok_or_else(|| SamplerError::UnknownName { found: name.to_owned() })
    }
}

/// The user's choice of a sampler: plain data for files, undo and the command line.
///
/// As JSON: `{"sampler": "ddim", "eta": 0.0, "set_alpha_to_one": true, "num_inference_steps": 50,
/// "timestep_spacing": "leading", "steps_offset": 0, "step_to": "published", "prediction_type":
/// "epsilon", "thresholding": "clip", "range": 1.0}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplerSpec {
    /// The family and its parameters.
    #[serde(flatten)]
    pub kind: SamplerKind,
    /// Number of steps, from 1 to `T`. Heun calls the network twice in every step but the last.
    pub num_inference_steps: usize,
    /// How the timesteps are spread.
    pub timestep_spacing: TimestepSpacing,
    /// Added to the timesteps of [`TimestepSpacing::Leading`], as far as the schedule's timesteps allow.
    pub steps_offset: usize,
    /// Where steps lead. Only DDIM uses it; all others step from call to call.
    #[serde(default)]
    pub step_to: StepTo,
    /// What the network predicts.
    pub prediction_type: PredictionType,
    /// How `x̂_0` is kept within the range of pictures.
    #[serde(flatten)]
    pub thresholding: Thresholding,
}

impl Default for SamplerSpec {
    /// DDIM with η = 0 in 50 steps.
    fn default() -> Self {
        Self::new(SamplerKind::Ddim { eta: 0.0, set_alpha_to_one: true }, 50)
    }
}

impl SamplerSpec {
    /// A sampler with the default spacing and clipping of its diffusers class: DDPM and DDIM with leading timesteps and
    /// `x̂_0` clipped to `[−1, 1]`, the others with linspace and no clipping.
    pub fn new(kind: SamplerKind, num_inference_steps: usize) -> Self {
        let (timestep_spacing, thresholding) = if kind.family().is_chain() {
            (TimestepSpacing::Leading, Thresholding::Clip { range: 1.0 })
        } else {
            (TimestepSpacing::Linspace, Thresholding::None)
        };
        Self {
            kind,
            num_inference_steps,
            timestep_spacing,
            steps_offset: 0,
            step_to: StepTo::Published,
            prediction_type: PredictionType::Epsilon,
            thresholding,
        }
    }

    /// Plans a run from pure noise to the clean picture.
    ///
    /// # Errors
    /// If the number of steps is not from 1 to `T`, a parameter is out of range, or the network predicts ε and would be
    /// called where no signal is left, so that `x̂_0` cannot be computed.
    pub fn build(&self, schedule: &Schedule) -> Result<Sampler, SamplerError> {
        plan::build(self, schedule, None)
    }

    /// Plans a run that starts from a picture noised to timestep `from_t`: as if the schedule ended there, with the
    /// first network call at exactly `from_t`, whatever the spacing.
    ///
    /// # Errors
    /// The errors of [`build`](Self::build), where the number of steps must be from 1 to `from_t`; also if `from_t` is
    /// not from 1 to `T`.
    pub fn build_from(&self, schedule: &Schedule, from_t: usize) -> Result<Sampler, SamplerError> {
        plan::build(self, schedule, Some(from_t))
    }

    /// Checks everything that does not depend on the schedule.
    pub(super) fn validate(&self) -> Result<(), SamplerError> {
        if let SamplerKind::Ddim { eta, .. } = self.kind
            && !(0.0..=1.0).contains(&eta)
        {
            return Err(SamplerError::Parameter { parameter: "eta", value: eta, low: 0.0, high: 1.0 });
        }
        self.thresholding.validate()
    }
}
