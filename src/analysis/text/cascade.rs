//! The second stage of a cascade: a small picture that has been drawn gets some noise, and a second network draws a larger
//! one that fits it (Ho et al. 2022, "Cascaded diffusion models"; Nichol et al. 2022, section 4.2).

use std::sync::Arc;

use half::f16;

use super::drawing::{run, told};
use super::{Drawing, DrawingSpec, TextPipelines};
use crate::analysis::AnalysisError;
use crate::analysis::picture::halves;
use crate::diffusion::Raster;
use crate::imaging::bicubic;
use crate::model::{augmented, enlarged, second_seed};

/// What is enlarged, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct EnlargingSpec {
    /// The run of the first stage. Guidance, steps and seed are those of the second too.
    pub drawing: DrawingSpec,
    /// The timestep of the noise that the small picture gets, at most the largest that the network knows; the pipeline's
    /// own with `None`.
    pub noise_level: Option<usize>,
}

/// A small picture, and how it becomes large, up to a step.
#[derive(Clone, Debug)]
pub struct Enlarging {
    /// s, the timestep of the noise that the small picture gets; 0 is none.
    pub noise_level: usize,
    /// `ᾱ_s`, by the second stage's schedule.
    pub alpha_bar: f64,
    /// The small picture with its noise, as the second stage's network is given it beside each of its states: enlarged
    /// between pixels.
    pub beside: Arc<[f16]>,
    /// What becomes of the small picture without any network: enlarged by cubic interpolation.
    pub plain: Arc<[f16]>,
    /// The run of the second stage.
    pub run: Drawing,
}

/// Enlarges the picture of a run by the second stage. `show` is given the part of the run that is behind, and says whether
/// to go on; when it does not, or the first run has not come to its end, the result is `None`.
///
/// # Errors
/// [`AnalysisError::OneStage`] if the pipeline has no second stage; if it cannot be opened or fails.
pub fn enlarge(
    spec: &EnlargingSpec,
    small: &Drawing,
    pipelines: &TextPipelines,
    mut show: impl FnMut(f64, &Enlarging) -> bool,
) -> Result<Option<Enlarging>, AnalysisError> {
    let open = pipelines.open(&spec.drawing.model)?;
    let one_stage = || AnalysisError::OneStage { name: spec.drawing.model.title() };
    let (Some(second), Some(facts)) = (&open.second, &open.facts.second) else { return Err(one_stage()) };
    let Some(end) = &small.end else { return Ok(None) };
    let [channels, height, width] = open.facts.state;
    let schedule = &facts.facts.schedule;
    let noise_level = spec.noise_level.unwrap_or(facts.noise_level).min(facts.max_noise_level);
    let DrawingSpec { seed, steps, .. } = spec.drawing;
    let noised = augmented(end, [1, channels, height, width], (schedule, noise_level), seed);
    let beside = enlarged(&noised, [channels, height, width], facts.factor);
    let clipped = end.iter().map(|value| value.clamp(-1.0, 1.0)).collect::<Vec<f32>>();
    let plain = bicubic(&Raster::new(channels, height, width, clipped), facts.factor);
    let (texts, denoiser) = told(&spec.drawing, second, pipelines)?;
    let (alpha_bar, given, plain) = (schedule.alpha_bar(noise_level), halves(&beside), halves(&plain.data));
    let with = |run: Drawing| {
        let (beside, plain) = (Arc::clone(&given), Arc::clone(&plain));
        Enlarging { noise_level, alpha_bar, beside, plain, run }
    };
    let denoiser = denoiser.enlarging(beside, noise_level as u32);
    let shown = |done: f64, run: &Drawing| show(done, &with(run.clone()));
    let run = run(second, (texts, denoiser), (steps, second_seed(seed)), pipelines, shown)?;
    Ok(run.map(with))
}
