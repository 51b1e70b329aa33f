//! Heun's method.

use serde::{Deserialize, Serialize};

use super::{About, Family, Form, Method};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::ConfigError;
use crate::diffusion::sampler::config::Reader;
use crate::diffusion::sampler::levels::Levels;
use crate::diffusion::sampler::step::{SamplerStep, Stage, successors};
use crate::diffusion::sampler::weights::{MeanWeights, RecordWeights, Waypoint, euler};

/// Heun's method for the probability-flow ODE in σ: second order, with two network calls for each step (Karras et
/// al. 2022, algorithm 1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heun {}

impl Family for Heun {
    const ABOUT: About = About {
        label: "Heun",
        short: "heun",
        help: "Heun's method, two network calls a step (Karras et al. 2022)",
        class: "HeunDiscreteScheduler",
        form: Form::Sigma,
        ..About::NONE
    };

    fn customary() -> Self {
        Self {}
    }

    fn read(_: &mut Reader<'_>, _: &Schedule) -> Result<Self, ConfigError> {
        Ok(Self {})
    }
}

impl Method for Heun {
    /// Predictor and corrector in turn; the last step, to σ = 0, has no corrector.
    fn plan(&self, _: &Levels<'_>, calls: &[Waypoint]) -> Vec<SamplerStep> {
        let mut steps = Vec::with_capacity(2 * calls.len());
        for (here, to) in successors(calls, Waypoint::CLEAN) {
            let predictor = SamplerStep::new(here, to, euler(here, to));
            if to == Waypoint::CLEAN {
                steps.push(predictor);
            } else {
                let corrector = SamplerStep::new(to, to, corrector(here, to));
                steps.push(SamplerStep { stage: Stage::Predictor, ..predictor });
                steps.push(SamplerStep { stage: Stage::Corrector, ..corrector });
            }
        }
        steps
    }
}

/// Repeats the step with the mean of the slopes at its two ends: `here` is the level of the last network call, `from`
/// the level at which the step began.
fn corrector(from: Waypoint, here: Waypoint) -> MeanWeights {
    let half = 0.5 * (here.sigma - from.sigma);
    let (start, end) = (half / from.sigma, half / here.sigma);
    MeanWeights {
        x_t: end,
        x0: -end / here.scale(),
        ..Default::default()
    }
    .with_last(RecordWeights {
        x_t: (1.0 + start) * (from.scale() / here.scale()),
        x0: -start / here.scale(),
        eps: 0.0,
    })
}
