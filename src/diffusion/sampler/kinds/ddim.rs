//! Implicit models.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{About, Family, Form, Method};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::config::Reader;
use crate::diffusion::sampler::levels::Levels;
use crate::diffusion::sampler::step::SamplerStep;
use crate::diffusion::sampler::weights::{Waypoint, MeanWeights, StepVariance};
use crate::diffusion::sampler::{ConfigError, SamplerError, TimestepSpacing};

/// Denoising diffusion implicit models (Song et al. 2021, eq. 12 and 16).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ddim {
    /// How much noise is added: from 0, which is deterministic, to 1, as much as DDPM adds.
    pub eta: f64,
    /// Whether the last step ends at `ᾱ = 1`; otherwise it ends at `ᾱ_1`, as for Stable Diffusion.
    pub set_alpha_to_one: bool,
}

impl Family for Ddim {
    const ABOUT: About = About {
        label: "DDIM",
        short: "ddim",
        help: "Implicit models, with --eta (Song et al. 2021)",
        class: "DDIMScheduler",
        // Takes the same steps, for many timesteps at once.
        same_steps: &["DDIMParallelScheduler"],
        form: Form::Chain,
        spacing: TimestepSpacing::Leading,
        has_stride: true,
        ..About::NONE
    };

    fn customary() -> Self {
        Self { eta: 0.0, set_alpha_to_one: true }
    }

    fn read(reader: &mut Reader<'_>, _: &Schedule) -> Result<Self, ConfigError> {
        Ok(Self { eta: 0.0, set_alpha_to_one: reader.switch("set_alpha_to_one", true)? })
    }
}

impl Method for Ddim {
    fn fields(&self) -> Value {
        json!({ "set_alpha_to_one": self.set_alpha_to_one })
    }

    fn is_stochastic(&self) -> bool {
        self.eta > 0.0
    }

    fn validate(&self) -> Result<(), SamplerError> {
        if (0.0..=1.0).contains(&self.eta) {
            return Ok(());
        }
        Err(SamplerError::Parameter { parameter: "eta", value: self.eta, low: 0.0, high: 1.0 })
    }

    /// diffusers' DDIM steps to `t − ⌊T/n⌋`, wherever the next network call is. With leading timesteps this
    /// is the timestep of the next call. With the other spacings it is slightly beside it, so that the level
    /// of a state is not quite the level that the network is told in the next call. A run that starts in the
    /// middle steps from call to call instead, and so does a run with
    /// [`StepTo::Listed`](crate::diffusion::sampler::StepTo::Listed).
    fn plan(&self, levels: &Levels<'_>, calls: &[Waypoint]) -> Vec<SamplerStep> {
        let end = if self.set_alpha_to_one { Waypoint::CLEAN } else { levels.level(1.0) };
        let step = |(&here, to)| {
            let (mean, variance) = weights(here, to, self.eta);
            SamplerStep { variance, ..SamplerStep::new(here, to, mean) }
        };
        calls.iter().zip(levels.targets(calls, end)).map(step).collect()
    }
}

/// `√ᾱ′ x̂_0 + √(1−ᾱ′−σ²) ε̂` with `σ² = η² β̃` (Song et al. 2021, eq. 12 and 16).
fn weights(here: Waypoint, to: Waypoint, eta: f64) -> (MeanWeights, StepVariance) {
    let share = here.step_from(to).new_share();
    let noise_left = 1.0 - to.alpha_bar;
    // σ² = η² (1−ᾱ′) λ, and the rest of 1−ᾱ′, computed without subtracting nearly equal numbers.
    let variance = eta * eta * noise_left * share;
    let eps = (noise_left * (1.0 - eta * eta * share).max(0.0)).sqrt();
    let mean = MeanWeights { x0: to.alpha_bar.sqrt(), eps, ..Default::default() };
    (mean, StepVariance::Fixed(variance))
}
