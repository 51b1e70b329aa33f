//! The plan of a run, made before it begins: every network call with its level and its weights.

use std::sync::Arc;

use super::weights::{self, Level, MeanWeights, StepVariance};
use super::{
    FinalSigmas, PredictionType, SamplerError, SamplerKind, SamplerSpec, StepTo, TimestepSpacing,
    spacing::timesteps,
};
use crate::diffusion::Schedule;

/// The value that diffusers' solvers in σ use in place of `ᾱ_T = 0`: the smallest positive half-precision number.
const ZERO_SNR_ALPHA_BAR: f64 = 1.0 / 16_777_216.0;

/// The role of a network call in its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The step's only call.
    Single,
    /// The first of two calls, which leads to the state at which the second one is made.
    Predictor,
    /// The second of two calls, which replaces the predictor's state by a better one at the same level.
    Corrector,
}

/// One network call and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplerStep {
    /// Timestep of the call, in `[1, T]`; fractional for the samplers in σ.
    pub t: f64,
    /// Timestep of the next state; 0 is the clean picture.
    pub t_prev: f64,
    /// `ᾱ_t`, in `[0, 1)`.
    pub alpha_bar: f64,
    /// ᾱ of the next state, in `(0, 1]`.
    pub alpha_bar_prev: f64,
    /// Whether the call is a predictor, a corrector or neither.
    pub stage: Stage,
    /// Weights of the next state's mean.
    pub mean: MeanWeights,
    /// Variance of the noise that is added to the mean.
    pub variance: StepVariance,
}

impl SamplerStep {
    /// The timestep that the network is given: `t − 1`, which counts from 0.
    pub fn timestep(&self) -> f64 {
        self.t - 1.0
    }

    /// `σ = √((1−ᾱ_t)/ᾱ_t)`; infinite where no signal is left.
    pub fn sigma(&self) -> f64 {
        ((1.0 - self.alpha_bar) / self.alpha_bar).sqrt()
    }

    /// σ of the next state.
    pub fn sigma_prev(&self) -> f64 {
        ((1.0 - self.alpha_bar_prev) / self.alpha_bar_prev).sqrt()
    }

    fn new(here: Level, to: Level, mean: MeanWeights) -> Self {
        Self {
            t: here.t,
            t_prev: to.t,
            alpha_bar: here.alpha_bar,
            alpha_bar_prev: to.alpha_bar,
            stage: Stage::Single,
            mean,
            variance: StepVariance::Fixed(0.0),
        }
    }
}

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
        build(self, schedule, None)
    }

    /// Plans a run that starts from a picture noised to timestep `from_t`: as if the schedule ended there, with the
    /// first network call at exactly `from_t`, whatever the spacing.
    ///
    /// # Errors
    /// The errors of [`build`](Self::build), where the number of steps must be from 1 to `from_t`; also if `from_t` is
    /// not from 1 to `T`.
    pub fn build_from(&self, schedule: &Schedule, from_t: usize) -> Result<Sampler, SamplerError> {
        build(self, schedule, Some(from_t))
    }
}

impl Sampler {
    /// What the sampler was built from.
    pub fn spec(&self) -> &SamplerSpec {
        &self.spec
    }

    /// Network calls in order, one [`SamplerStep`] each.
    pub fn steps(&self) -> &[SamplerStep] {
        &self.steps
    }

    /// Number of network calls: one for each of the n steps; `2n − 1` for Heun.
    pub fn calls(&self) -> usize {
        self.steps.len()
    }

    /// The timesteps in `[1, T]` at which the network is called, in order; with Heun most occur twice.
    pub fn timesteps(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.steps.iter().map(|step| step.t)
    }

    /// The first step that does not lead to the level of the next call: the timestep of the level that it leads to, and
    /// that of the next call. Only DDIM has such steps, with [`StepTo::Published`].
    pub fn beside(&self) -> Option<[f64; 2]> {
        self.steps.windows(2).map(|pair| [pair[0].t_prev, pair[1].t]).find(|[to, next]| to != next)
    }

    /// The factor from standard normals to the first state.
    ///
    /// It is 1 except for linspace and trailing timesteps of the samplers in σ. In diffusers these start at `σ z`
    /// instead of `√(1+σ²) z`; so the factor is `σ/√(1+σ²) = √(1−ᾱ_t)`: the first state has its noise but no signal.
    pub fn initial_scale(&self) -> f64 {
        self.initial_scale
    }
}

/// Plans `spec` on `schedule`, starting at `from_t` if given, else at the schedule's end.
pub(super) fn build(
    spec: &SamplerSpec,
    schedule: &Schedule,
    from_t: Option<usize>,
) -> Result<Sampler, SamplerError> {
    spec.validate()?;
    let (total, steps) = (from_t.unwrap_or(schedule.steps()), spec.num_inference_steps);
    if total == 0 || total > schedule.steps() {
        return Err(SamplerError::Start { got: total, max: schedule.steps() });
    }
    if steps == 0 || steps > total {
        return Err(SamplerError::Steps { got: steps, max: total });
    }
    let planner = Planner { spec, schedule, total, from_end: from_t.is_some() };
    let steps: Arc<[SamplerStep]> = planner.steps().into();
    // The check is of the schedule's own level, not of what the solvers in σ use in its place: ε̂ says nothing about
    // x_0 there, whichever solver asks.
    let end = schedule.steps();
    if spec.prediction_type == PredictionType::Epsilon
        && schedule.alpha_bar(end) == 0.0
        && steps.iter().any(|step| step.t == end as f64)
    {
        return Err(SamplerError::NoSignal { t: end as f64 });
    }
    let from_sigma = spec.kind.is_in_sigma() && spec.timestep_spacing != TimestepSpacing::Leading;
    let initial_scale = match steps.first() {
        Some(first) if from_sigma => (1.0 - first.alpha_bar).sqrt(),
        _ => 1.0,
    };
    Ok(Sampler { spec: Arc::new(spec.clone()), steps, initial_scale })
}

/// What planning needs to know.
struct Planner<'a> {
    spec: &'a SamplerSpec,
    schedule: &'a Schedule,
    /// The timesteps are spread over `1..=total`: `T`, or the timestep that the run starts at.
    total: usize,
    /// Whether the run starts at `total`.
    from_end: bool,
}

impl Planner<'_> {
    fn steps(&self) -> Vec<SamplerStep> {
        let timesteps = timesteps(self.spec, self.total, self.from_end);
        let mut levels: Vec<Level> = timesteps.iter().map(|&t| self.level(t + 1.0)).collect();
        // The value in place of ᾱ_T = 0 may be above the next level, if that is the timestep just before. diffusers
        // goes up in σ there, and Euler ancestral ends in NaN; here ᾱ is made to fall.
        if let [first, second, ..] = &mut levels[..]
            && first.alpha_bar >= second.alpha_bar
        {
            *first = Level::of_alpha_bar(first.t, terminal_alpha_bar(second.alpha_bar));
        }
        match self.spec.kind {
            SamplerKind::Ddpm { variance_type } => {
                pairs(&levels, Level::CLEAN, |here, to| weights::ddpm(here, to, variance_type))
            }
            SamplerKind::Ddim { eta, set_alpha_to_one } => self.ddim(&levels, eta, set_alpha_to_one),
            SamplerKind::DpmSolverPlusPlus2M { lower_order_final, euler_at_final, final_sigmas_type } => {
                let last_is_first_order = euler_at_final
                    || (lower_order_final && levels.len() < 15)
                    || final_sigmas_type == FinalSigmas::Zero;
                dpm_solver(&levels, self.end(final_sigmas_type), last_is_first_order)
            }
            SamplerKind::Euler { final_sigmas_type } => {
                pairs(&levels, self.end(final_sigmas_type), |here, to| {
                    (weights::euler(here, to), StepVariance::Fixed(0.0))
                })
            }
            SamplerKind::EulerAncestral => pairs(&levels, Level::CLEAN, weights::euler_ancestral),
            SamplerKind::Heun => heun(&levels),
        }
    }

    /// diffusers' DDIM steps to `t − ⌊T/n⌋`, wherever the next network call is. With leading timesteps that is the
    /// same; with the others it is slightly off, so that a state's level is not quite the one that the next call is
    /// told. A run that starts in the middle steps from call to call instead, and so does [`StepTo::Listed`].
    fn ddim(&self, levels: &[Level], eta: f64, set_alpha_to_one: bool) -> Vec<SamplerStep> {
        let end = if set_alpha_to_one { Level::CLEAN } else { self.level(1.0) };
        if self.from_end || self.spec.step_to == StepTo::Listed {
            return pairs(levels, end, |here, to| weights::ddim(here, to, eta));
        }
        let stride = (self.total / levels.len()) as f64;
        levels
            .iter()
            .map(|&here| {
                let to = if here.t - stride >= 1.0 { self.level(here.t - stride) } else { end };
                let (mean, variance) = weights::ddim(here, to, eta);
                SamplerStep { variance, ..SamplerStep::new(here, to, mean) }
            })
            .collect()
    }

    /// The level after the last call.
    fn end(&self, final_sigmas_type: FinalSigmas) -> Level {
        match final_sigmas_type {
            FinalSigmas::Zero => Level::CLEAN,
            FinalSigmas::SigmaMin => self.level(1.0),
        }
    }

    /// The level at `t` in `[1, T]`; σ is linear between timesteps, as in diffusers.
    fn level(&self, t: f64) -> Level {
        let below = (t as usize).clamp(1, self.schedule.steps());
        let lower = Level::of_alpha_bar(below as f64, self.alpha_bar(below));
        let fraction = t - below as f64;
        if fraction <= 0.0 || below == self.schedule.steps() {
            return lower;
        }
        let upper = Level::of_alpha_bar(t, self.alpha_bar(below + 1));
        Level::of_sigma(t, lower.sigma + fraction * (upper.sigma - lower.sigma))
    }

    /// `ᾱ_t`; for the solvers in σ never 0, since σ would be infinite.
    fn alpha_bar(&self, t: usize) -> f64 {
        let alpha_bar = self.schedule.alpha_bar(t);
        if alpha_bar > 0.0 || self.spec.kind.family().is_chain() { alpha_bar } else { ZERO_SNR_ALPHA_BAR }
    }
}

/// The value that the solvers in σ use in place of `ᾱ_T = 0`, below the level `before`.
pub(super) fn terminal_alpha_bar(before: f64) -> f64 {
    ZERO_SNR_ALPHA_BAR.min(0.25 * before)
}

/// One call for each level; each steps to the next level, and the last to `end`.
fn pairs(
    levels: &[Level],
    end: Level,
    weights: impl Fn(Level, Level) -> (MeanWeights, StepVariance),
) -> Vec<SamplerStep> {
    successors(levels, end)
        .map(|(here, to)| {
            let (mean, variance) = weights(here, to);
            SamplerStep { variance, ..SamplerStep::new(here, to, mean) }
        })
        .collect()
}

/// Every level, paired with the one after it.
fn successors(levels: &[Level], end: Level) -> impl Iterator<Item = (Level, Level)> + '_ {
    levels.iter().copied().zip(levels.iter().copied().skip(1).chain([end]))
}

/// The first step is of first order, all others of second order, except perhaps the last.
fn dpm_solver(levels: &[Level], end: Level, last_is_first_order: bool) -> Vec<SamplerStep> {
    successors(levels, end)
        .enumerate()
        .map(|(i, (here, to))| {
            let first_order = i + 1 == levels.len() && last_is_first_order;
            let before = i.checked_sub(1).filter(|_| !first_order).map(|before| levels[before]);
            SamplerStep::new(here, to, weights::dpm_solver(here, to, before))
        })
        .collect()
}

/// Predictor and corrector in turn; the last step, to σ = 0, has no corrector.
fn heun(levels: &[Level]) -> Vec<SamplerStep> {
    let mut steps = Vec::with_capacity(2 * levels.len());
    for (here, to) in successors(levels, Level::CLEAN) {
        let predictor = SamplerStep::new(here, to, weights::euler(here, to));
        if to == Level::CLEAN {
            steps.push(predictor);
        } else {
            let corrector = SamplerStep::new(to, to, weights::heun_corrector(here, to));
            steps.push(SamplerStep { stage: Stage::Predictor, ..predictor });
            steps.push(SamplerStep { stage: Stage::Corrector, ..corrector });
        }
    }
    steps
}
