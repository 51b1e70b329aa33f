//! The pseudo linear multistep method.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{About, Family, Form, Method};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::config::Reader;
use crate::diffusion::sampler::levels::Levels;
use crate::diffusion::sampler::step::{SamplerStep, Stage};
use crate::diffusion::sampler::weights::{MeanWeights, Waypoint};
use crate::diffusion::sampler::{ConfigError, PredictionType, TimestepSpacing};

/// What the network's outputs count for, the newest first, once there are two, three and four of them (Adams &
/// Bashforth; Liu et al. 2022, eq. 12 for four).
const MULTISTEP: [&[f64]; 3] = [
    &[3.0 / 2.0, -1.0 / 2.0],
    &[23.0 / 12.0, -16.0 / 12.0, 5.0 / 12.0],
    &[55.0 / 24.0, -59.0 / 24.0, 37.0 / 24.0, -9.0 / 24.0],
];

/// The pseudo linear multistep method (Liu et al. 2022, PLMS), with which Stable Diffusion 1 was published: steps of
/// DDIM with a weighted sum of the last four outputs. The first step is made twice, the second time with the mean of the
/// outputs at its two ends.
///
/// diffusers' class begins with Runge–Kutta steps unless `skip_prk_steps` is set; these are not here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pndm {
    /// Whether the last step ends at `ᾱ = 1`; otherwise it ends at `ᾱ_1`, as for Stable Diffusion.
    pub set_alpha_to_one: bool,
}

impl Family for Pndm {
    const ABOUT: About = About {
        label: "PNDM",
        short: "pndm",
        help: "The pseudo linear multistep method of Stable Diffusion 1 (Liu et al. 2022)",
        class: "PNDMScheduler",
        form: Form::LogSnr,
        spacing: TimestepSpacing::Leading,
        has_stride: true,
        lacks: Some((PredictionType::Sample, "x_0 prediction")),
        ..About::NONE
    };

    fn customary() -> Self {
        Self { set_alpha_to_one: false }
    }

    fn read(reader: &mut Reader<'_>, _: &Schedule) -> Result<Self, ConfigError> {
        if !reader.switch("skip_prk_steps", false)? && (reader.is_own() || reader.is_set("skip_prk_steps")) {
            reader.refuse("skip_prk_steps", "true")?;
        }
        Ok(Self { set_alpha_to_one: reader.switch("set_alpha_to_one", false)? })
    }
}

impl Method for Pndm {
    fn fields(&self) -> Value {
        json!({ "set_alpha_to_one": self.set_alpha_to_one, "skip_prk_steps": true })
    }

    /// As DDIM's, diffusers' steps lead to `t − ⌊T/n⌋`, wherever the next network call is.
    fn plan(&self, levels: &Levels<'_>, calls: &[Waypoint]) -> Vec<SamplerStep> {
        let end = if self.set_alpha_to_one { Waypoint::CLEAN } else { levels.level(1.0) };
        let targets = levels.targets(calls, end);
        let step = |here: Waypoint, from: Base, to: Waypoint, outputs: &[Past]| {
            SamplerStep::new(here, to, weights(levels.prediction, from, to, outputs))
        };
        let now = |factor: f64, level: Waypoint| Past { factor, level, ago: 0 };
        let mut steps = Vec::with_capacity(calls.len() + 1);
        let (Some(&first), Some(&to)) = (calls.first(), targets.first()) else { return steps };
        steps.push(step(first, Base::State(first), to, &[now(1.0, first)]));
        let Some(&second) = calls.get(1) else { return steps };
        steps[0].stage = Stage::Predictor;
        // Where a stride that ends at the second call begins.
        let began = levels.stride.map_or(first, |stride| levels.level(second.t + stride));
        let both = [now(0.5, second), Past { factor: 0.5, level: first, ago: 1 }];
        let again = step(second, Base::Last(began), second, &both);
        steps.push(SamplerStep { stage: Stage::Corrector, ..again });
        for (i, (&here, &to)) in calls.iter().zip(&targets).enumerate().skip(1) {
            let factors = MULTISTEP[(i - 1).min(MULTISTEP.len() - 1)];
            let outputs = factors.iter().enumerate().map(|(ago, &factor)| Past {
                factor,
                level: calls[i - ago],
                // The output of the repeated first step is not kept.
                ago: if ago == i { ago + 1 } else { ago },
            });
            steps.push(step(here, Base::State(here), to, &outputs.collect::<Vec<_>>()));
        }
        steps
    }
}

/// The state that a step leads on from, with the level that it is taken for.
#[derive(Clone, Copy)]
enum Base {
    /// The state of the call.
    State(Waypoint),
    /// The state of the record before it.
    Last(Waypoint),
}

/// An output of the network that a step uses.
struct Past {
    /// What it counts for in the sum of all.
    factor: f64,
    /// The level of its call.
    level: Waypoint,
    /// How many records ago it was; 0 for the call itself.
    ago: usize,
}

/// `√ᾱ′ x̂_0 + √(1−ᾱ′) ε̂`, where ε̂ follows from the sum of outputs and the state `x` that the step leads on from
/// (Liu et al. 2022, eq. 11, which is the step of DDIM).
fn weights(prediction: PredictionType, base: Base, to: Waypoint, outputs: &[Past]) -> MeanWeights {
    let (Base::State(from) | Base::Last(from)) = base;
    let ratio = (to.alpha_bar / from.alpha_bar).sqrt();
    let of_eps = (1.0 - to.alpha_bar).sqrt() - ratio * (1.0 - from.alpha_bar).sqrt();
    // ε̂ as a sum of the state and the output, and every output as a sum of its record's ε̂ and x̂_0.
    let [of_state, of_output] = prediction.weights(from.alpha_bar).eps;
    let mut mean = MeanWeights::default();
    let of_base = ratio + of_eps * of_state;
    match base {
        Base::State(_) => mean.x_t = of_base,
        Base::Last(_) => mean.before[0].x_t = of_base,
    }
    for Past { factor, level, ago } in outputs {
        let [of_x0, of_own_eps] = [[1.0, 0.0], [0.0, 1.0]]
            .map(|[x0, eps]| of_eps * of_output * factor * prediction.target(level.alpha_bar, x0, eps));
        match ago.checked_sub(1) {
            None => {
                mean.x0 += of_x0;
                mean.eps += of_own_eps;
            }
            Some(i) => (mean.before[i].x0, mean.before[i].eps) = (of_x0, of_own_eps),
        }
    }
    mean
}
