//! The plan of a run, made before it begins: every network call with its level and its weights.

use std::sync::Arc;

use super::kinds::Form;
use super::levels::Levels;
use super::spacing::timesteps;
use super::step::SamplerStep;
use super::{PredictionType, SamplerError, SamplerSpec, StepTo, TimestepSpacing};
use crate::diffusion::Schedule;

/// A sampler ready to run. Cloning is cheap: the plan is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampler {
    spec: Arc<SamplerSpec>,
    steps: Arc<[SamplerStep]>,
    initial_scale: f64,
}

impl SamplerSpec {
    /// Plans a run from pure noise to the clean picture.
    ///
    /// # Errors
    /// If the number of steps is not from 1 to `T`, a parameter is out of range, or the network predicts ε and would be
    /// called where no signal is left, so that `x̂_0` cannot be computed.
    pub fn build(&self, schedule: &Schedule) -> Result<Sampler, SamplerError> {
        build(self, schedule, None, self.num_inference_steps)
    }

    /// Plans a run that starts from a picture noised to timestep `from_t`: as if the schedule ended there, with the
    /// first network call at exactly `from_t`, whatever the spacing.
    ///
    /// # Errors
    /// The errors of [`build`](Self::build), where the number of steps must be from 1 to `from_t`; also if `from_t` is
    /// not from 1 to `T`.
    pub fn build_from(&self, schedule: &Schedule, from_t: usize) -> Result<Sampler, SamplerError> {
        build(self, schedule, Some(from_t), self.num_inference_steps)
    }

    /// Plans the last `count` steps of a run from pure noise, for a start from a picture that is noised to the level of
    /// the first of them. `count` is `⌊n · strength⌋` in diffusers' img2img pipelines.
    ///
    /// # Errors
    /// The errors of [`build`](Self::build); also if `count` is not from 1 to the number of steps.
    pub fn build_last(&self, schedule: &Schedule, count: usize) -> Result<Sampler, SamplerError> {
        build(self, schedule, None, count)
    }
}

impl Sampler {
    /// The specification from which the sampler was built.
    pub fn spec(&self) -> &SamplerSpec {
        &self.spec
    }

    /// Network calls in order, one [`SamplerStep`] each.
    pub fn steps(&self) -> &[SamplerStep] {
        &self.steps
    }

    /// The number of network calls: one for each of the n steps, and one more for each step that is made twice
    /// ([`Stage::Corrector`](super::Stage::Corrector)).
    pub fn calls(&self) -> usize {
        self.steps.len()
    }

    /// The timesteps in `[1, T]` at which the network is called, in order; that of a step that is made twice may occur
    /// twice.
    pub fn timesteps(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.steps.iter().map(|step| step.t)
    }

    /// The first step that does not lead to the level of the next call: the timestep to which it leads, and
    /// the timestep of the next call. Only samplers [with a stride](super::About::has_stride) have such steps,
    /// with [`StepTo::Published`].
    pub fn beside(&self) -> Option<[f64; 2]> {
        self.steps.windows(2).map(|pair| [pair[0].t_prev, pair[1].t]).find(|[to, next]| to != next)
    }

    /// The factor from standard normals to the first state.
    ///
    /// It is 1, except for linspace and trailing timesteps of the samplers in σ. In diffusers these start at
    /// `σ z` instead of `√(1+σ²) z`, so the factor is `σ/√(1+σ²) = √(1−ᾱ_t)`: the first state has the noise
    /// of its level, but no signal.
    pub fn initial_scale(&self) -> f64 {
        self.initial_scale
    }
}

/// Plans the last `count` steps of `spec` on `schedule`, which begins at `from_t` if given, else at the schedule's end.
pub(super) fn build(
    spec: &SamplerSpec,
    schedule: &Schedule,
    from_t: Option<usize>,
    count: usize,
) -> Result<Sampler, SamplerError> {
    spec.validate()?;
    let (total, steps) = (from_t.unwrap_or(schedule.steps()), spec.num_inference_steps);
    if total == 0 || total > schedule.steps() {
        return Err(SamplerError::Start { got: total, max: schedule.steps() });
    }
    if steps == 0 || steps > total {
        return Err(SamplerError::Steps { got: steps, max: total });
    }
    if count == 0 || count > steps {
        return Err(SamplerError::Steps { got: count, max: steps });
    }
    let about = spec.kind.about();
    let strides = about.has_stride && from_t.is_none() && spec.step_to == StepTo::Published;
    let levels = Levels {
        schedule,
        stride: strides.then_some((total / steps) as f64),
        prediction: spec.prediction_type,
        without_signal: about.form == Form::Chain,
    };
    let calls = levels.of_calls(&timesteps(spec, total, from_t.is_some()));
    let steps: Arc<[SamplerStep]> = spec.kind.method().plan(&levels, &calls[steps - count..]).into();
    // The check is made with the schedule's own ᾱ, not with the value that the solvers in σ use in its place:
    // without signal, ε̂ says nothing about x_0 in any solver.
    let end = schedule.steps();
    if spec.prediction_type == PredictionType::Epsilon
        && schedule.alpha_bar(end) == 0.0
        && steps.iter().any(|step| step.t == end as f64)
    {
        return Err(SamplerError::NoSignal { t: end as f64 });
    }
    let from_sigma = about.form == Form::Sigma && spec.timestep_spacing != TimestepSpacing::Leading;
    let initial_scale = match steps.first() {
        Some(first) if from_sigma => (1.0 - first.alpha_bar).sqrt(),
        _ => 1.0,
    };
    Ok(Sampler { spec: Arc::new(spec.clone()), steps, initial_scale })
}
