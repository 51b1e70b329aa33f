//! Options of the Reverse chapter.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::diffusion::sampler::{SamplerKind, StepTo, TimestepSpacing};
use crate::model::ModelRef;
use crate::scene::SceneError;
use crate::scene::action::within;
use crate::worker::{DataRef, MAX_LANES, PredictorKind};

/// Where a run starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartAt {
    /// At T, from noise alone.
    #[default]
    Noise,
    /// From the picture noised to t.
    Picture,
}

/// Channels, height and width of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunSize {
    /// Those of the model's samples.
    #[default]
    Model,
    /// The picture's channels, 64 × 64.
    Picture,
}

/// One way to denoise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LaneOptions {
    /// Who predicts the noise.
    pub predictor: PredictorKind,
    /// How steps are made.
    pub sampler: SamplerKind,
    /// How many steps there are from T.
    pub steps: usize,
}

impl Default for LaneOptions {
    fn default() -> Self {
        Self {
            predictor: PredictorKind::Network,
            sampler: SamplerKind::Ddim { eta: 0.0, set_alpha_to_one: true },
            steps: 50,
        }
    }
}

/// Options of the Reverse chapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReverseOptions {
    /// The network.
    pub model: ModelRef,
    /// The pictures that the ideal denoiser knows.
    pub data: DataRef,
    /// The class that the network is told; `None` is no class.
    pub class: Option<u32>,
    /// Strength w of classifier-free guidance; the model's own when `None`.
    pub guidance_scale: Option<f64>,
    /// Where runs start.
    pub start: StartAt,
    /// Size of runs.
    pub size: RunSize,
    /// How the run is made.
    pub lane: LaneOptions,
    /// How the timesteps are spread; as the model's file says, or else as is usual for the sampler, when
    /// `None`.
    pub spacing: Option<TimestepSpacing>,
    /// To which level a step of DDIM leads.
    pub step_to: StepTo,
    /// Others that run beside it, from the same noise: a race.
    pub rivals: Vec<LaneOptions>,
    /// One part of each step after the other, slowly.
    pub slow: bool,
    /// Iterations of training on the picture.
    pub own_iterations: u64,
}

impl Default for ReverseOptions {
    fn default() -> Self {
        Self {
            model: ModelRef::default(),
            data: DataRef::default(),
            class: Some(0),
            guidance_scale: None,
            start: StartAt::default(),
            size: RunSize::default(),
            lane: LaneOptions::default(),
            spacing: None,
            step_to: StepTo::default(),
            rivals: Vec::new(),
            slow: false,
            own_iterations: 1300,
        }
    }
}

impl ReverseOptions {
    /// The run and its rivals.
    pub fn lanes(&self) -> impl Iterator<Item = &LaneOptions> {
        std::iter::once(&self.lane).chain(&self.rivals)
    }

    /// Whether any lane has that predictor.
    pub fn uses(&self, predictor: PredictorKind) -> bool {
        self.lanes().any(|lane| lane.predictor == predictor)
    }
}

impl Options for ReverseOptions {
    fn check(&self) -> Result<(), SceneError> {
        let most = MAX_LANES - 1;
        let rivals = self.rivals.len();
        within(rivals <= most, "reverse.rivals", &format!("at most {most}"), rivals)?;
        let iterations = self.own_iterations;
        within((1..=1_000_000).contains(&iterations), "reverse.own_iterations", "1 to 1000000", iterations)?;
        if let Some(w) = self.guidance_scale {
            within((0.0..=100.0).contains(&w), "reverse.guidance_scale", "0 to 100", w)?;
        }
        for lane in self.lanes() {
            within((1..=10_000).contains(&lane.steps), "reverse steps", "1 to 10000", lane.steps)?;
            if let SamplerKind::Ddim { eta, .. } = lane.sampler {
                within((0.0..=1.0).contains(&eta), "reverse eta", "0 to 1", eta)?;
            }
            if let SamplerKind::Ddpm { variance_type } = lane.sampler {
                let name = variance_type.name();
                let fixed = !variance_type.is_learned();
                within(fixed, "reverse variance_type", "fixed_small or fixed_large", name)?;
            }
        }
        Ok(())
    }
}
