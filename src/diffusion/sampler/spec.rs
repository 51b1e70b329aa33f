//! What the user chose: a sampler and its parameters.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{PredictionType, Sampler, SamplerError, SamplerFamily, Thresholding, TimestepSpacing, plan};
use crate::diffusion::Schedule;

/// Variance of DDPM's reverse step. The names are diffusers'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VarianceType {
    /// `σ_t² = β̃_t`, right for a point of data (Ho et al. 2020, section 3.2).
    #[default]
    FixedSmall,
    /// `σ_t² = β_t`, right for data of unit variance (the same section).
    FixedLarge,
    /// The network's second half of channels v: `σ_t² = exp(ν ln β_t + (1−ν) ln β̃_t)` with
    /// `ν = (v + 1)/2` (Nichol & Dhariwal 2021, eq. 15).
    LearnedRange,
    /// The network's second half of channels is `σ_t²` itself.
    Learned,
}

impl VarianceType {
    /// All of them.
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

    /// Whether the network gives the variance, in a second half of channels.
    pub fn is_learned(self) -> bool {
        matches!(self, Self::LearnedRange | Self::Learned)
    }
}

/// Where the last step of a solver in σ ends. The names are diffusers'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinalSigmas {
    /// At σ = 0, the clean picture.
    #[default]
    Zero,
    /// At the schedule's smallest σ, that of `t = 1`.
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

/// To which level a step of DDIM leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepTo {
    /// To `t − ⌊T/n⌋`, as published and in diffusers. With leading timesteps that is where the next call
    /// is; with linspace and trailing ones mostly a little off, so that the network is told a level that
    /// is not quite the state's.
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
        /// `σ_t²`.
        variance_type: VarianceType,
    },
    /// Denoising diffusion implicit models (Song et al. 2021, eq. 12 and 16).
    Ddim {
        /// Noise from 0, deterministic, to 1, that of DDPM.
        eta: f64,
        /// Whether the last step ends at `ᾱ = 1`; otherwise at `ᾱ_1`, as Stable Diffusion's does.
        set_alpha_to_one: bool,
    },
    /// DPM-Solver++ of second order, multistep, midpoint (Lu et al. 2022, algorithm 2).
    #[serde(rename = "dpm-solver++2m")]
    DpmSolverPlusPlus2M {
        /// With fewer than 15 steps, the last one is of first order.
        lower_order_final: bool,
        /// The last step is of first order.
        euler_at_final: bool,
        /// Where the last step ends; one that ends at 0 is of first order always.
        final_sigmas_type: FinalSigmas,
    },
    /// Euler's method for the probability-flow ODE in σ (Karras et al. 2022, algorithm 1 of first
    /// order).
    Euler {
        /// Where the last step ends.
        final_sigmas_type: FinalSigmas,
    },
    /// Euler's method down to less noise than needed, and fresh noise on top (Crowson's
    /// k-diffusion).
    EulerAncestral,
    /// Heun's method for the probability-flow ODE in σ, of second order with two network calls a step
    /// (Karras et al. 2022, algorithm 1).
    Heun,
}

impl SamplerKind {
    /// The names that [`default_of`](Self::default_of) knows.
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

    /// Name for people.
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

    /// Whether diffusers writes it in σ, with real timesteps and the state `x_t/√ᾱ_t`.
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

/// A sampler as chosen: plain data for files, undo and the command line.
///
/// As JSON: `{"sampler": "ddim", "eta": 0.0, "set_alpha_to_one": true, "num_inference_steps": 50,
/// "timestep_spacing": "leading", "steps_offset": 0, "step_to": "published", "prediction_type":
/// "epsilon", "thresholding": "clip", "range": 1.0}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplerSpec {
    /// The family and its parameters.
    #[serde(flatten)]
    pub kind: SamplerKind,
    /// Number of steps, from 1 to `T`. Heun calls the network twice in each but the last.
    pub num_inference_steps: usize,
    /// How the timesteps are spread.
    pub timestep_spacing: TimestepSpacing,
    /// Added to the timesteps of [`TimestepSpacing::Leading`], as far as there are timesteps.
    pub steps_offset: usize,
    /// Where steps lead; it matters to DDIM alone, all others step from call to call.
    #[serde(default)]
    pub step_to: StepTo,
    /// What the network predicts.
    pub prediction_type: PredictionType,
    /// What is done to `x̂_0`.
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
    /// A sampler with the spacing and clipping that diffusers' class has by default: DDPM and DDIM
    /// with leading timesteps and `x̂_0` clipped to `[−1, 1]`, the others with linspace and no clip.
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

    /// Plans the whole way from pure noise.
    ///
    /// # Errors
    /// If the number of steps is not from 1 to `T`, a parameter is out of range, or ε̂ would have to
    /// give `x̂_0` where no signal is left.
    pub fn build(&self, schedule: &Schedule) -> Result<Sampler, SamplerError> {
        plan::build(self, schedule, None)
    }

    /// Plans the way from a picture noised to the timestep `from_t`: as if the schedule ended there,
    /// and with the first network call at exactly `from_t`, whatever the spacing.
    ///
    /// # Errors
    /// As [`build`](Self::build); the number of steps must be from 1 to `from_t`, and `from_t` from 1
    /// to `T`.
    pub fn build_from(&self, schedule: &Schedule, from_t: usize) -> Result<Sampler, SamplerError> {
        plan::build(self, schedule, Some(from_t))
    }

    /// Checks all that does not depend on the schedule.
    pub(super) fn validate(&self) -> Result<(), SamplerError> {
        if let SamplerKind::Ddim { eta, .. } = self.kind
            && !(0.0..=1.0).contains(&eta)
        {
            return Err(SamplerError::Parameter { parameter: "eta", value: eta, low: 0.0, high: 1.0 });
        }
        self.thresholding.validate()
    }
}
