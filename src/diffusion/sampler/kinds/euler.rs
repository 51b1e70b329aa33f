//! Euler's method.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{About, Family, FinalSigmas, Form, Method};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::ConfigError;
use crate::diffusion::sampler::config::Reader;
use crate::diffusion::sampler::levels::Levels;
use crate::diffusion::sampler::step::{SamplerStep, pairs};
use crate::diffusion::sampler::weights::{Waypoint, StepVariance, euler};

/// Euler's method for the probability-flow ODE in σ (Karras et al. 2022, algorithm 1 without its correction).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Euler {
    /// Where the last step ends.
    pub final_sigmas_type: FinalSigmas,
}

impl Family for Euler {
    const ABOUT: About = About {
        label: "Euler",
        short: "euler",
        help: "Euler's method for the probability-flow ODE (Karras et al. 2022)",
        class: "EulerDiscreteScheduler",
        form: Form::Sigma,
        ..About::NONE
    };

    fn customary() -> Self {
        Self { final_sigmas_type: FinalSigmas::Zero }
    }

    fn read(reader: &mut Reader<'_>, _: &Schedule) -> Result<Self, ConfigError> {
        reader.only("interpolation_type", &[("linear", ())], ())?;
        // The field only matters with v-prediction.
        if reader.string("prediction_type", "epsilon")? == "v_prediction" {
            reader.only("timestep_type", &[("discrete", ())], ())?;
        }
        Ok(Self { final_sigmas_type: FinalSigmas::read(reader)? })
    }
}

impl Method for Euler {
    fn fields(&self) -> Value {
        json!({
            "final_sigmas_type": self.final_sigmas_type.name(),
            "interpolation_type": "linear",
            "timestep_type": "discrete",
        })
    }

    fn plan(&self, levels: &Levels<'_>, calls: &[Waypoint]) -> Vec<SamplerStep> {
        let end = levels.end(self.final_sigmas_type);
        pairs(calls, end, |here, to| (euler(here, to), StepVariance::Fixed(0.0)))
    }
}
