//! The user's choice of a sampler and its parameters.

use serde::{Deserialize, Serialize};

use super::kinds::{Ddim, Form};
use super::{PredictionType, SamplerError, SamplerKind, Thresholding, TimestepSpacing};

/// The level that a step leads to, in samplers [with a stride](super::About::has_stride).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepTo {
    /// To `t − ⌊T/n⌋`, as published and in diffusers. With leading timesteps this is the level of the next
    /// call. With linspace and trailing it is mostly slightly beside it, so that the level that the network
    /// is told is not quite the level of the state.
    #[default]
    Published,
    /// To the timestep of the next call, exactly.
    Listed,
}

impl StepTo {
    /// All choices.
    pub const ALL: [Self; 2] = [Self::Published, Self::Listed];

    /// Identifier for files and the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Listed => "listed",
        }
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
    /// Number of steps, from 1 to `T`. Some samplers call the network twice in some steps: see
    /// [`Sampler::calls`](super::Sampler::calls).
    pub num_inference_steps: usize,
    /// How the timesteps are spread.
    pub timestep_spacing: TimestepSpacing,
    /// Added to the timesteps of [`TimestepSpacing::Leading`], as far as the schedule's timesteps allow.
    pub steps_offset: usize,
    /// The level to which each step leads. Only samplers [with a stride](super::About::has_stride) use this; all others
    /// step from call to call.
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
        Self::new(Ddim { eta: 0.0, set_alpha_to_one: true }.into(), 50)
    }
}

impl SamplerSpec {
    /// A sampler with the default spacing and clipping of its diffusers class: those that follow the chain of β's clip
    /// `x̂_0` to `[−1, 1]`.
    pub fn new(kind: SamplerKind, num_inference_steps: usize) -> Self {
        let about = kind.about();
        let is_clipped = about.form == Form::Chain;
        let thresholding = if is_clipped { Thresholding::Clip { range: 1.0 } } else { Thresholding::None };
        Self {
            kind,
            num_inference_steps,
            timestep_spacing: about.spacing,
            steps_offset: 0,
            step_to: StepTo::Published,
            prediction_type: PredictionType::Epsilon,
            thresholding,
        }
    }

    /// Checks everything that does not depend on the schedule.
    pub(super) fn validate(&self) -> Result<(), SamplerError> {
        self.kind.method().validate()?;
        self.thresholding.validate()
    }
}
