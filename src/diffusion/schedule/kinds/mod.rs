//! The kinds of schedules: a file for each, and a line in the list below.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::ScheduleError;
use super::table::Table;

/// What every kind of schedule has to implement.
pub trait Kind {
    /// The kind with its customary parameters; `None` if it needs more than parameters.
    fn customary() -> Option<Self>
    where
        Self: Sized;

    /// The name that people read, in English.
    fn label(&self) -> &'static str;

    /// The quantity that its formula defines.
    fn defines(&self) -> Defined;

    /// The numbers that a person can set, in their order.
    fn parameters(&mut self) -> Vec<Parameter<'_>> {
        Vec::new()
    }

    /// The number of control points or β's, for a kind that consists of these.
    fn count(&self) -> Option<usize> {
        None
    }

    /// The number of timesteps `T`, for a kind that fixes it.
    fn fixed_steps(&self) -> Option<usize> {
        None
    }

    /// The fields by which diffusers describes it, for a kind that diffusers has.
    fn diffusers(&self) -> Option<BetaSchedule> {
        None
    }

    /// Checks every parameter against its range, and `T` against what the kind allows.
    ///
    /// # Errors
    /// Names the parameter, its value and the values that work.
    fn validate(&self, steps: usize) -> Result<(), ScheduleError>;

    /// The numbers of the schedule, for valid parameters.
    fn table(&self, steps: usize) -> Table;

    /// The name and the value of the parameter that sets the largest β.
    fn noisiest_parameter(&self) -> (&'static str, f64);
}

/// The quantity that a kind's formula defines; the other quantities follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defined {
    /// `β_t`.
    Beta,
    /// `ᾱ_t`.
    AlphaBar,
    /// `ln SNR_t`.
    LogSnr,
}

/// A number that a person can set.
pub struct Parameter<'a> {
    /// Its name in files; on the command line, `--name` with dashes.
    pub name: &'static str,
    /// The number.
    pub value: &'a mut f64,
    /// The values that it can be moved to.
    pub range: RangeInclusive<f64>,
    /// How a control changes the number.
    pub scale: Scale,
}

/// How a control changes a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// By a fraction of its value, since a β may be as small as 0.0001 or as large as 0.02.
    Beta,
    /// By equal amounts.
    Linear {
        /// The amount of a small movement.
        step: f64,
        /// How many decimals are shown.
        decimals: usize,
    },
}

impl<'a> Parameter<'a> {
    /// A β, from 1e-6 to the largest.
    fn beta(name: &'static str, value: &'a mut f64) -> Self {
        Self { name, value, range: 1e-6..=*super::BETA.end(), scale: Scale::Beta }
    }
}

/// A kind as it is described by diffusers' fields `beta_schedule`, `beta_start` and `beta_end`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaSchedule {
    /// `beta_schedule`.
    pub name: &'static str,
    /// `beta_start`.
    pub start: f64,
    /// `beta_end`.
    pub end: f64,
}

pub(super) use cosine::CUSTOMARY_OFFSET;

/// Makes the enumeration of all kinds, and the functions that have to know each of them, from one list.
macro_rules! kinds {
    ($($(#[$doc:meta])* $module:ident::$kind:ident = $name:literal),* $(,)?) => {
        $(mod $module;)*
        $(pub use $module::$kind;)*

        /// A kind of noise schedule with its parameters: plain data, checked when the schedule is built.
        ///
        /// As JSON it is an object with the field `kind` (the [name](Self::name)) and one field per
        /// parameter.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum ScheduleKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind($kind),)*
        }

        $(impl From<$kind> for ScheduleKind {
            fn from(kind: $kind) -> Self {
                Self::$kind(kind)
            }
        })*

        impl ScheduleKind {
            /// The names of all kinds.
            pub const NAMES: &[&str] = &[$($name),*];

            /// Identifier for the command line and files.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $name,)*
                }
            }

            /// The kind called `name` with its customary parameters, if there is one.
            pub fn default_of(name: &str) -> Option<Self> {
                match name {
                    $($name => $kind::customary().map(Self::$kind),)*
                    _ => None,
                }
            }

            /// The kind as a [`Kind`].
            pub fn kind(&self) -> &dyn Kind {
                match self {
                    $(Self::$kind(kind) => kind,)*
                }
            }

            /// The kind as a [`Kind`], to change its parameters.
            pub fn kind_mut(&mut self) -> &mut dyn Kind {
                match self {
                    $(Self::$kind(kind) => kind,)*
                }
            }
        }
    };
}

kinds! {
    /// `β_t` evenly spaced (Ho et al. 2020).
    linear::Linear = "linear",
    /// `√β_t` evenly spaced (Rombach et al. 2022).
    scaled_linear::ScaledLinear = "scaled-linear",
    /// `ᾱ` a squared cosine (Nichol & Dhariwal 2021).
    cosine::Cosine = "cosine",
    /// `β_t` along the logistic function (Xu et al. 2022).
    sigmoid::Sigmoid = "sigmoid",
    /// `ln SNR_t` evenly spaced (Kingma et al. 2021).
    log_snr::LogSnr = "logsnr",
    /// The same β at every timestep.
    constant::Constant = "constant",
    /// `ln SNR` along a curve drawn by hand.
    drawn::Drawn = "drawn",
    /// A table of β's, as read from a file.
    trained::Trained = "trained",
}

impl ScheduleKind {
    /// The names of the kinds that have customary parameters, which [`default_of`](Self::default_of) accepts.
    pub fn named() -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().copied().filter(|name| Self::default_of(name).is_some())
    }

    /// Name that people read, in English.
    pub fn label(&self) -> &'static str {
        self.kind().label()
    }
}

impl Default for ScheduleKind {
    /// Linear from 1e-4 to 0.02 (Ho et al. 2020).
    fn default() -> Self {
        Linear { beta_start: 1e-4, beta_end: 0.02 }.into()
    }
}

impl FromStr for ScheduleKind {
    type Err = ScheduleError;

    /// The kind called `name` with its customary parameters.
    fn from_str(name: &str) -> Result<Self, ScheduleError> {
        Self::default_of(name).ok_or_else(|| ScheduleError::UnknownKind { name: name.to_owned() })
    }
}

/// The name and the value of the end at which a row of β's is largest.
fn noisier_end(beta_start: f64, beta_end: f64) -> (&'static str, f64) {
    if beta_start > beta_end { ("beta_start", beta_start) } else { ("beta_end", beta_end) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn names_parse_to_their_kinds() {
        for name in ScheduleKind::named() {
            let kind: ScheduleKind = name.parse().unwrap();
            assert_eq!(kind.name(), name);
        }
        let error = "quadratic".parse::<ScheduleKind>().unwrap_err().to_string();
        let known: Vec<_> = ScheduleKind::named().collect();
        assert_eq!(error, format!("unknown schedule \"quadratic\"; known: {}", known.join(", ")));
    }

    #[test]
    fn a_kinds_tag_in_json_is_its_name() {
        let trained = ScheduleKind::from(Trained { betas: Arc::from([0.1, 0.2]) });
        let named = ScheduleKind::named().map(|name| ScheduleKind::default_of(name).unwrap());
        for kind in named.chain([trained]) {
            let json = serde_json::to_value(&kind).unwrap();
            assert_eq!(json["kind"], kind.name());
            assert_eq!(serde_json::from_value::<ScheduleKind>(json).unwrap(), kind);
        }
    }

    #[test]
    fn parameters_are_the_fields_of_the_file_and_lie_in_their_ranges() {
        for name in ScheduleKind::named() {
            let mut kind = ScheduleKind::default_of(name).unwrap();
            let json = serde_json::to_value(&kind).unwrap();
            for Parameter { name, value, range, .. } in kind.kind_mut().parameters() {
                assert_eq!(json[name], *value);
                assert!(range.contains(value), "{name} = {value}");
            }
        }
    }
}
