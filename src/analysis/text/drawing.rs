//! A run: the steps from noise to a picture of a text.

use std::sync::Arc;

use half::f16;

use super::pipeline::Open;
use super::{TextFacts, TextPipelines, TokenizedText};
use crate::analysis::AnalysisError;
use crate::analysis::picture::halves;
use crate::diffusion::sampler::{NoiseSource, Record, Trajectory};
use crate::model::{Denoise, ModelRef, TextDenoiser};

/// The most estimates of a run that are shown as pictures.
pub const FILM: usize = 10;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawingSpec {
    /// The pipeline.
    pub model: ModelRef,
    /// What the picture is of.
    pub prompt: String,
    /// What guidance leads away from.
    pub negative_prompt: String,
    /// w in `ε̂_u + w (ε̂_c − ε̂_u)`; up to 1 there is no guidance.
    pub guidance_scale: f64,
    /// The number of steps, at least 1 and at most as many as the schedule has.
    pub steps: usize,
    /// The seed of the noise.
    pub seed: u64,
}

/// A run, up to a step.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The pipeline.
    pub facts: Arc<TextFacts>,
    /// The texts as the network reads them: the prompt, and what guidance leads away from.
    pub texts: [Arc<TokenizedText>; 2],
    /// The number of calls of the whole run.
    pub calls: usize,
    /// The calls that have been made.
    pub steps: Vec<DrawnStep>,
    /// The last state, once all calls have been made.
    pub end: Option<Arc<[f32]>>,
    /// Its picture.
    pub picture: Option<Arc<[f16]>>,
}

/// What has happened at a call.
#[derive(Clone, Debug)]
pub struct DrawnStep {
    /// The timestep, counted from 1; fractional for samplers in σ.
    pub t: f64,
    /// `ᾱ_t`.
    pub alpha_bar: f64,
    /// The state that the network saw.
    pub x_t: Arc<[f32]>,
    /// The estimate of the end, with guidance.
    pub x0_hat: Arc<[f32]>,
    /// The estimate as a picture: for those steps that a film shows, and for all where states are pictures.
    pub shown: Option<Arc<[f16]>>,
}

impl Drawing {
    /// The step that is nearest to a timestep; `None` before the first.
    pub fn nearest(&self, t: f64) -> Option<usize> {
        let away = |i: &usize| (self.steps[*i].t - t).abs();
        (0..self.steps.len()).min_by(|a, b| away(a).total_cmp(&away(b)))
    }

    /// The steps that a film shows.
    pub fn film(&self) -> impl Iterator<Item = &DrawnStep> {
        self.steps.iter().enumerate().filter(|(index, _)| is_shown(*index, self.calls)).map(|(_, step)| step)
    }

    /// Whether all calls have been made.
    pub fn is_whole(&self) -> bool {
        self.picture.is_some()
    }
}

/// Draws a picture of a text. `show` is given the run so far and the part of it that is behind, and says whether to go on;
/// when it does not, the result is `None`.
///
/// # Errors
/// If the pipeline cannot be opened or fails.
pub fn draw(
    spec: &DrawingSpec,
    pipelines: &TextPipelines,
    show: impl FnMut(f64, &Drawing) -> bool,
) -> Result<Option<Drawing>, AnalysisError> {
    let open = pipelines.open(&spec.model)?;
    let told = told(spec, &open, pipelines)?;
    run(&open, told, (spec.steps, spec.seed), pipelines, show)
}

/// The texts of a run as a network reads them, and the network with them.
pub(super) type Told = ([Arc<TokenizedText>; 2], TextDenoiser);

/// Tells the network of a pipeline the texts of a run.
pub(super) fn told(
    spec: &DrawingSpec,
    open: &Open,
    pipelines: &TextPipelines,
) -> Result<Told, AnalysisError> {
    let texts = texts(spec, open)?;
    let embedded = pipelines.run(|| Ok(open.text.forward(&[texts[0].ids(), texts[1].ids()])?))?;
    Ok((texts, TextDenoiser::new(open.unet.clone(), &embedded, spec.guidance_scale)?))
}

/// Makes all steps of a run, as [`draw`] does.
pub(super) fn run(
    open: &Open,
    (texts, denoiser): Told,
    (steps, seed): (usize, u64),
    pipelines: &TextPipelines,
    mut show: impl FnMut(f64, &Drawing) -> bool,
) -> Result<Option<Drawing>, AnalysisError> {
    let facts = &open.facts;
    let mut sampler = facts.sampler.clone();
    sampler.num_inference_steps = steps.clamp(1, facts.schedule.steps());
    let sampler = sampler.build(&facts.schedule)?;
    let [channels, height, width] = facts.state;
    let mut run = Trajectory::new(&sampler, NoiseSource::seed(seed), [1, channels, height, width])?;
    let calls = sampler.calls();
    let mut drawing =
        Drawing { facts: Arc::clone(facts), texts, calls, steps: Vec::new(), end: None, picture: None };
    while let Some(call) = run.call() {
        let output = pipelines.run(|| Ok(denoiser.denoise(&call)?))?;
        let record = run.answer(&output)?;
        let step = pipelines.run(|| drawn(open, record, calls))?;
        drawing.steps.push(step);
        if !show(drawing.steps.len() as f64 / calls as f64, &drawing) {
            return Ok(None);
        }
    }
    let picture = pipelines.run(|| open.pictures(run.state()))?;
    drawing.end = Some(Arc::clone(run.state()));
    drawing.picture = Some(halves(&picture));
    Ok(Some(drawing))
}

/// The prompt and what guidance leads away from, as tokens.
fn texts(spec: &DrawingSpec, open: &Open) -> Result<[Arc<TokenizedText>; 2], AnalysisError> {
    let of = |text: &str| TokenizedText::of(&open.tokenizer, text).map(Arc::new);
    Ok([of(&spec.prompt)?, of(&spec.negative_prompt)?])
}

/// What is kept of a call.
fn drawn(open: &Open, record: Record, calls: usize) -> Result<DrawnStep, AnalysisError> {
    let shown = if open.vae.is_none() || is_shown(record.index, calls) {
        Some(halves(&open.pictures(&record.x0_hat)?))
    } else {
        None
    };
    Ok(DrawnStep { t: record.t, alpha_bar: record.alpha_bar, x_t: record.x_t, x0_hat: record.x0_hat, shown })
}

/// Whether the estimate of a call is shown as a picture: the first, the last, and some at equal distances between them.
fn is_shown(index: usize, calls: usize) -> bool {
    let most = FILM.min(calls);
    let place = |i: usize| if most < 2 { 0 } else { i * (calls - 1) / (most - 1) };
    (0..most).any(|i| place(i) == index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_has_the_ends_and_as_many_pictures_as_fit() {
        for calls in [1, 2, 9, 10, 11, 30, 1000] {
            let shown: Vec<usize> = (0..calls).filter(|&index| is_shown(index, calls)).collect();
            assert_eq!(shown.len(), FILM.min(calls), "{calls}");
            assert!(shown[0] == 0 && (shown[shown.len() - 1] == calls - 1), "{calls}");
        }
    }
}
