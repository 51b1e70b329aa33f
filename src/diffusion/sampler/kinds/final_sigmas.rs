//! Where the last step of a solver ends.

use serde::{Deserialize, Serialize};

use crate::diffusion::sampler::ConfigError;
use crate::diffusion::sampler::config::Reader;

/// The level at which the last step of a solver ends. The names are diffusers'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinalSigmas {
    /// At σ = 0, which is the clean picture.
    #[default]
    Zero,
    /// At the schedule's smallest σ, the σ of `t = 1`.
    SigmaMin,
}

impl FinalSigmas {
    /// All choices.
    pub const ALL: [Self; 2] = [Self::Zero, Self::SigmaMin];

    /// Identifier for files: diffusers' `final_sigmas_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::SigmaMin => "sigma_min",
        }
    }

    /// Reads diffusers' `final_sigmas_type`.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ConfigError> {
        let ends = Self::ALL.map(|end| (end.name(), end));
        reader.only("final_sigmas_type", &ends, Self::Zero)
    }
}
