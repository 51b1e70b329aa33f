//! The samplers: a file for each, and a line in the list below.

mod final_sigmas;

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::config::Reader;
use super::levels::Levels;
use super::step::SamplerStep;
use super::weights::Waypoint;
use super::{ConfigError, PredictionType, SamplerError, TimestepSpacing};
use crate::diffusion::Schedule;

pub use self::ddpm::VarianceType;
pub use self::final_sigmas::FinalSigmas;

/// What is known of a family of samplers before its parameters are chosen.
trait Family: Method + Sized {
    /// Its names, and the form in which its authors write it.
    const ABOUT: About;

    /// The sampler with the default parameters of diffusers' class.
    fn customary() -> Self;

    /// Reads the parameters from a file of diffusers' class.
    ///
    /// # Errors
    /// If a field has the wrong type, or a value that this program does not support.
    fn read(reader: &mut Reader<'_>, schedule: &Schedule) -> Result<Self, ConfigError>;
}

/// What a sampler with given parameters does.
pub(super) trait Method {
    /// The parameters as fields of diffusers' class.
    fn fields(&self) -> Value {
        json!({})
    }

    /// Whether its steps draw noise.
    fn is_stochastic(&self) -> bool {
        false
    }

    /// Checks the parameters.
    ///
    /// # Errors
    /// Names the parameter that is out of range.
    fn validate(&self) -> Result<(), SamplerError> {
        Ok(())
    }

    /// The steps of a run whose network calls are at these levels.
    fn plan(&self, levels: &Levels<'_>, calls: &[Waypoint]) -> Vec<SamplerStep>;
}

/// The form in which a sampler's authors write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It follows the chain of β's itself.
    Chain,
    /// It solves the probability-flow ODE in log-SNR.
    LogSnr,
    /// It solves the probability-flow ODE, or its stochastic form, in σ: with fractional timesteps and the state
    /// `x_t/√ᾱ_t`.
    Sigma,
}

/// What is known of a sampler, whatever its parameters are.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct About {
    /// Name that people read, in English.
    pub label: &'static str,
    /// The short name, which the command line accepts too.
    pub short: &'static str,
    /// What the command line says about it.
    pub help: &'static str,
    /// The class of diffusers that is written to a `scheduler_config.json`.
    pub class: &'static str,
    /// Other classes of diffusers that take the same steps.
    pub same_steps: &'static [&'static str],
    /// The form in which its authors write it.
    pub form: Form,
    /// How its timesteps are spread by default.
    pub spacing: TimestepSpacing,
    /// Whether diffusers' class has the kind of β's that is called `sigmoid`.
    pub has_sigmoid: bool,
    /// A prediction type that diffusers' class does not have, in words.
    pub lacks: Option<(PredictionType, &'static str)>,
    /// Whether a run has as many steps as the schedule has timesteps by default; otherwise the default is 50
    /// steps.
    pub all_steps: bool,
    /// Whether its steps, as published, lead to `t − ⌊T/n⌋`, wherever the next network call is. Those of the others
    /// lead to the level of the next call.
    pub has_stride: bool,
    /// Whether the clean end counts among the points that its timesteps are spread over.
    pub counts_the_end: bool,
}

impl About {
    /// What is true of most samplers, without names.
    const NONE: Self = Self {
        label: "",
        short: "",
        help: "",
        class: "",
        same_steps: &[],
        form: Form::Sigma,
        spacing: TimestepSpacing::Linspace,
        has_sigmoid: false,
        lacks: None,
        all_steps: false,
        has_stride: false,
        counts_the_end: false,
    };
}

/// Makes the two enumerations of all samplers, and the functions that have to know each of them, from one
/// list.
macro_rules! kinds {
    ($($(#[$doc:meta])* $module:ident::$kind:ident = $name:literal),* $(,)?) => {
        $(mod $module;)*
        $(pub use $module::$kind;)*

        /// A sampler with its parameters: plain data, checked when it is built.
        ///
        /// As JSON it is an object with the field `sampler` (the [name](Self::name)) and one field per
        /// parameter.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "sampler")]
        pub enum SamplerKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind($kind),)*
        }

        /// A sampler without its parameters; with them it is a [`SamplerKind`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum SamplerFamily {
            $($(#[$doc])* $kind,)*
        }

        $(impl From<$kind> for SamplerKind {
            fn from(kind: $kind) -> Self {
                Self::$kind(kind)
            }
        })*

        impl SamplerFamily {
            /// All families, in the order in which they are offered.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// Identifier for files and the command line.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// What is known of the family, whatever its parameters are.
            pub const fn about(self) -> About {
                match self {
                    $(Self::$kind => <$kind as Family>::ABOUT,)*
                }
            }

            /// The sampler with the default parameters of diffusers' class.
            pub fn with_defaults(self) -> SamplerKind {
                match self {
                    $(Self::$kind => $kind::customary().into(),)*
                }
            }

            /// Reads the sampler from a file of diffusers' class.
            pub(super) fn read(
                self,
                reader: &mut Reader<'_>,
                schedule: &Schedule,
            ) -> Result<SamplerKind, ConfigError> {
                Ok(match self {
                    $(Self::$kind => $kind::read(reader, schedule)?.into(),)*
                })
            }
        }

        impl SamplerKind {
            /// The sampler without its parameters.
            pub fn family(self) -> SamplerFamily {
                match self {
                    $(Self::$kind(_) => SamplerFamily::$kind,)*
                }
            }

            /// The sampler as a [`Method`].
            pub(super) fn method(&self) -> &dyn Method {
                match self {
                    $(Self::$kind(kind) => kind,)*
                }
            }
        }
    };
}

kinds! {
    /// Ancestral sampling of the learned chain.
    ddpm::Ddpm = "ddpm",
    /// Denoising diffusion implicit models.
    ddim::Ddim = "ddim",
    /// DPM-Solver++ of second order, multistep.
    dpm_solver::DpmSolverPlusPlus2M = "dpm-solver++2m",
    /// Euler's method for the probability-flow ODE.
    euler::Euler = "euler",
    /// Euler's method with fresh noise in every step.
    euler_ancestral::EulerAncestral = "euler-ancestral",
    /// Heun's method for the probability-flow ODE.
    heun::Heun = "heun",
    /// The pseudo linear multistep method.
    pndm::Pndm = "pndm",
}

impl SamplerFamily {
    /// The family that a class of diffusers belongs to; `None` for classes that this program does not have.
    pub fn of_class(class: &str) -> Option<Self> {
        let is_of = |about: About| about.class == class || about.same_steps.contains(&class);
        Self::ALL.iter().copied().find(|family| is_of(family.about()))
    }

    /// The family with this [name](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|family| family.name() == name)
    }
}

impl SamplerKind {
    /// The names that [`default_of`](Self::default_of) accepts.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SamplerFamily::ALL.iter().map(|family| family.name())
    }

    /// Identifier for the command line and files.
    pub fn name(self) -> &'static str {
        self.family().name()
    }

    /// What is known of the sampler, whatever its parameters are.
    pub fn about(self) -> About {
        self.family().about()
    }

    /// Name that people read, in English.
    pub fn label(self) -> &'static str {
        self.about().label
    }

    /// The sampler called `name` with diffusers' default parameters.
    pub fn default_of(name: &str) -> Option<Self> {
        SamplerFamily::named(name).map(SamplerFamily::with_defaults)
    }

    /// Whether its steps draw noise.
    pub fn is_stochastic(self) -> bool {
        self.method().is_stochastic()
    }
}

impl FromStr for SamplerKind {
    type Err = SamplerError;

    /// [`default_of`](Self::default_of), with an error that lists the names.
    fn from_str(name: &str) -> Result<Self, SamplerError> {
        Self::default_of(name).ok_or_else(|| SamplerError::UnknownName { found: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::schedule::diffusers::Class;

    #[test]
    fn names_and_classes_lead_back_to_their_family() {
        for (i, &family) in SamplerFamily::ALL.iter().enumerate() {
            assert_eq!(SamplerFamily::named(family.name()), Some(family));
            let about = family.about();
            assert_eq!(SamplerFamily::of_class(about.class), Some(family));
            assert_eq!(family.with_defaults().family(), family);
            assert_eq!(SamplerKind::names().nth(i), Some(family.name()));
            for class in about.same_steps.iter().copied().chain([about.class]) {
                assert_eq!(SamplerFamily::of_class(class), Some(family));
                assert_eq!(Class::find(class).unwrap().name, class);
            }
            let json = serde_json::to_value(family.with_defaults()).unwrap();
            assert_eq!(json["sampler"], family.name());
            assert_eq!(serde_json::from_value::<SamplerKind>(json).unwrap(), family.with_defaults());
        }
    }

    #[test]
    fn what_is_not_listed_is_nothing() {
        for class in ["", "LMSDiscreteScheduler", "DDPM", "HeunDiscreteScheduler2"] {
            assert_eq!(SamplerFamily::of_class(class), None);
        }
        for name in ["", "DDPM", "heun2", "dpm++"] {
            assert_eq!(SamplerFamily::named(name), None);
        }
    }
}
