//! Options of the Reverse chapter.

use serde::{Deserialize, Serialize};

use super::{Change, Options};
use crate::diffusion::sampler::{Ddim, Ddpm, SamplerKind, StepTo, TimestepSpacing};
use crate::model::ModelRef;
use crate::scene::SceneError;
use crate::scene::action::{rescaled_t, within};
use crate::worker::{DataRef, MAX_LANES, PredictorKind};

/// Where a run starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartAt {
    /// At T, from pure noise.
    #[default]
    Noise,
    /// At a timestep of its own, from the picture with noise.
    Picture,
}

/// Channels, height and width of the samples of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunSize {
    /// The channels and size of the samples that the model was made for.
    #[default]
    Model,
    /// The picture's channels, with 64 × 64 pixels.
    Picture,
}

/// A way to denoise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LaneOptions {
    /// What predicts the noise.
    pub predictor: PredictorKind,
    /// The sampler.
    pub sampler: SamplerKind,
    /// Number of steps from T.
    pub steps: usize,
}

impl Default for LaneOptions {
    fn default() -> Self {
        Self {
            predictor: PredictorKind::Network,
            sampler: Ddim { eta: 0.0, set_alpha_to_one: true }.into(),
            steps: 50,
        }
    }
}

/// Options of the Reverse chapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReverseOptions {
    /// The network that denoises.
    pub model: ModelRef,
    /// The pictures that the ideal denoiser is given.
    pub data: DataRef,
    /// The class that the network is given; `None` for no class.
    pub class: Option<u32>,
    /// Scale w of classifier-free guidance; `None` for the model's own.
    pub guidance_scale: Option<f64>,
    /// Where runs start.
    pub start: StartAt,
    /// The timestep, from 1, at which a run from the picture starts; T if it is beyond.
    pub start_t: usize,
    /// Size of the samples.
    pub size: RunSize,
    /// How the run denoises.
    pub lane: LaneOptions,
    /// How the timesteps are spread; `None` for the spacing in the model's file, or else the usual one of the sampler.
    pub spacing: Option<TimestepSpacing>,
    /// The level that a step of DDIM leads to.
    pub step_to: StepTo,
    /// Other ways to denoise, which start from the same noise and race with the run.
    pub rivals: Vec<LaneOptions>,
    /// Whether the parts of each step are shown slowly, one after the other.
    pub slow: bool,
    /// Number of iterations of training on the picture.
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
            start_t: 300,
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
    /// The run's own way to denoise, followed by its rivals.
    pub fn lanes(&self) -> impl Iterator<Item = &LaneOptions> {
        std::iter::once(&self.lane).chain(&self.rivals)
    }

    /// Whether any lane uses this predictor.
    pub fn uses(&self, predictor: PredictorKind) -> bool {
        self.lanes().any(|lane| lane.predictor == predictor)
    }
}

impl Options for ReverseOptions {
    fn models_mut(&mut self) -> Vec<&mut ModelRef> {
        vec![&mut self.model]
    }

    fn follow(&mut self, change: Change) {
        // The start keeps its fraction of T.
        if let Change::Steps { old, new } = change {
            self.start_t = rescaled_t(self.start_t, old, new);
        }
    }

    fn check(&self) -> Result<(), SceneError> {
        let most = MAX_LANES - 1;
        let rivals = self.rivals.len();
        within(rivals <= most, "reverse.rivals", &format!("at most {most}"), rivals)?;
        let iterations = self.own_iterations;
        within((1..=1_000_000).contains(&iterations), "reverse.own_iterations", "1 to 1000000", iterations)?;
        if let Some(w) = self.guidance_scale {
            within((0.0..=100.0).contains(&w), "reverse.guidance_scale", "0 to 100", w)?;
        }
        within((1..=10_000).contains(&self.start_t), "reverse.start_t", "1 to 10000", self.start_t)?;
        for lane in self.lanes() {
            within((1..=10_000).contains(&lane.steps), "reverse steps", "1 to 10000", lane.steps)?;
            if let SamplerKind::Ddim(Ddim { eta, .. }) = lane.sampler {
                within((0.0..=1.0).contains(&eta), "reverse eta", "0 to 1", eta)?;
            }
            if let SamplerKind::Ddpm(Ddpm { variance_type }) = lane.sampler {
                let name = variance_type.name();
                let fixed = !variance_type.is_learned();
                within(fixed, "reverse variance_type", "fixed_small or fixed_large", name)?;
            }
        }
        Ok(())
    }
}
