//! What the bound is asked of.

use serde::{Deserialize, Serialize};

use crate::analysis::Picture;
use crate::diffusion::sampler::VarianceType;
use crate::model::ModelRef;

/// A picture, and the network that it is shown to.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The network.
    pub model: ModelRef,
    /// The picture.
    pub picture: Picture,
    /// The class that the network is told; `None` for the one that stands for none.
    pub class: Option<u32>,
    /// The seed of the noise and of the choice of timesteps.
    pub seed: u64,
}

/// The variance of the reverse steps that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VarianceChoice {
    /// As the network's scheduler says; else the network's own, if it gives one; else that of the posterior.
    #[default]
    Own,
    /// `β̃_t`, that of the posterior.
    FixedSmall,
    /// `β_t`.
    FixedLarge,
    /// The variance that the network gives.
    Learned,
}

impl VarianceChoice {
    /// All choices.
    pub const ALL: [Self; 4] = [Self::Own, Self::FixedSmall, Self::FixedLarge, Self::Learned];

    /// Its identifier, in files and in names of messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::FixedSmall => "fixed-small",
            Self::FixedLarge => "fixed-large",
            Self::Learned => "learned",
        }
    }

    /// The variance that is meant, where the network's scheduler names `own` and `gives` says whether the network gives
    /// one.
    pub fn of(self, own: Option<VarianceType>, gives: bool) -> VarianceType {
        match (self, own) {
            (Self::Own, Some(own)) => own,
            (Self::Own, None) if gives => VarianceType::LearnedRange,
            (Self::Own, None) | (Self::FixedSmall, _) => VarianceType::FixedSmall,
            (Self::FixedLarge, _) => VarianceType::FixedLarge,
            (Self::Learned, own) => own.filter(|own| own.is_learned()).unwrap_or(VarianceType::LearnedRange),
        }
    }
}

/// The inputs of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationSpec {
    /// The picture and the network.
    pub subject: Subject,
    /// The variance of the reverse steps.
    pub variance: VarianceChoice,
    /// Whether `x̂_0` is clipped to `[-1, 1]`.
    pub clip: bool,
    /// At how many timesteps the network is asked; `None` for all, which makes the result exact.
    pub times: Option<usize>,
}
