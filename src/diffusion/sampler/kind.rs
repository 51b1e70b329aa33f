//! The samplers with their parameters.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{SamplerError, SamplerFamily};

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
