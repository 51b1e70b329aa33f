//! The samplers that there are, and what is known about each whatever its parameters.
//!
//! Every question is answered by a match over all families, so a new one that is missing somewhere does
//! not compile.

use super::{FinalSigmas, SamplerKind, VarianceType};

/// A sampler without its parameters; with them it is a [`SamplerKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SamplerFamily {
    /// [`SamplerKind::Ddpm`].
    Ddpm,
    /// [`SamplerKind::Ddim`].
    Ddim,
    /// [`SamplerKind::DpmSolverPlusPlus2M`].
    DpmSolverPlusPlus2M,
    /// [`SamplerKind::Euler`].
    Euler,
    /// [`SamplerKind::EulerAncestral`].
    EulerAncestral,
    /// [`SamplerKind::Heun`].
    Heun,
}

impl SamplerFamily {
    /// All families, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Ddpm, Self::Ddim, Self::DpmSolverPlusPlus2M, Self::Euler, Self::EulerAncestral, Self::Heun];

    /// Identifier for the command line and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ddpm => "ddpm",
            Self::Ddim => "ddim",
            Self::DpmSolverPlusPlus2M => "dpm-solver++2m",
            Self::Euler => "euler",
            Self::EulerAncestral => "euler-ancestral",
            Self::Heun => "heun",
        }
    }

    /// Name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ddpm => "DDPM",
            Self::Ddim => "DDIM",
            Self::DpmSolverPlusPlus2M => "DPM-Solver++ (2M)",
            Self::Euler => "Euler",
            Self::EulerAncestral => "Euler ancestral",
            Self::Heun => "Heun",
        }
    }

    /// The class of diffusers that is written to a `scheduler_config.json`.
    pub fn class(self) -> &'static str {
        match self {
            Self::Ddpm => "DDPMScheduler",
            Self::Ddim => "DDIMScheduler",
            Self::DpmSolverPlusPlus2M => "DPMSolverMultistepScheduler",
            Self::Euler => "EulerDiscreteScheduler",
            Self::EulerAncestral => "EulerAncestralDiscreteScheduler",
            Self::Heun => "HeunDiscreteScheduler",
        }
    }

    /// The family that a class of diffusers belongs to; `None` for classes that this program does not have.
    ///
    /// The parallel classes take the same steps, for many timesteps at once.
    pub fn of_class(class: &str) -> Option<Self> {
        match class {
            "DDPMParallelScheduler" => Some(Self::Ddpm),
            "DDIMParallelScheduler" => Some(Self::Ddim),
            class => Self::ALL.into_iter().find(|family| family.class() == class),
        }
    }

    /// The family with this [name](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }

    /// The sampler with the default parameters of diffusers' class.
    pub fn with_defaults(self) -> SamplerKind {
        match self {
            Self::Ddpm => SamplerKind::Ddpm { variance_type: VarianceType::FixedSmall },
            Self::Ddim => SamplerKind::Ddim { eta: 0.0, set_alpha_to_one: true },
            Self::DpmSolverPlusPlus2M => SamplerKind::DpmSolverPlusPlus2M {
                lower_order_final: true,
                euler_at_final: false,
                final_sigmas_type: FinalSigmas::Zero,
            },
            Self::Euler => SamplerKind::Euler { final_sigmas_type: FinalSigmas::Zero },
            Self::EulerAncestral => SamplerKind::EulerAncestral,
            Self::Heun => SamplerKind::Heun,
        }
    }

    /// Whether the sampler follows the chain of β's itself (DDPM and DDIM). The others solve the probability-flow ODE,
    /// or its stochastic form.
    pub fn is_chain(self) -> bool {
        match self {
            Self::Ddpm | Self::Ddim => true,
            Self::DpmSolverPlusPlus2M | Self::Euler | Self::EulerAncestral | Self::Heun => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::schedule::diffusers::Class;

    #[test]
    fn names_and_classes_lead_back_to_their_family() {
        for (i, family) in SamplerFamily::ALL.into_iter().enumerate() {
            assert_eq!(SamplerFamily::named(family.name()), Some(family));
            assert_eq!(SamplerFamily::of_class(family.class()), Some(family));
            assert_eq!(family.with_defaults().family(), family);
            assert_eq!(SamplerKind::ALL_NAMED[i], family.name());
            assert_eq!(Class::find(family.class()).unwrap().name, family.class());
        }
    }

    #[test]
    fn what_is_not_listed_is_nothing() {
        for class in ["", "PNDMScheduler", "DDPM", "HeunDiscreteScheduler2"] {
            assert_eq!(SamplerFamily::of_class(class), None);
        }
        for name in ["", "DDPM", "heun2", "dpm++"] {
            assert_eq!(SamplerFamily::named(name), None);
        }
    }
}
