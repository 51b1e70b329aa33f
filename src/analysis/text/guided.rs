//! A step with another scale of guidance.

use std::sync::Arc;

use half::f16;

use super::{Look, LookSpec, TextPipelines};
use crate::analysis::AnalysisError;
use crate::analysis::picture::halves;
use crate::diffusion::sampler::{PredictionType, guided};

/// Which step, and which scale.
#[derive(Clone, Debug, PartialEq)]
pub struct GuidedSpec {
    /// The step.
    pub look: LookSpec,
    /// w in `ε̂_u + w (ε̂_c − ε̂_u)`.
    pub guidance_scale: f64,
}

/// A step with a scale of guidance.
#[derive(Clone, Debug)]
pub struct Guided {
    /// The estimate of the end that follows from it, as a picture.
    pub x0: Arc<[f16]>,
    /// The same, as values.
    pub x0_hat: Arc<[f32]>,
}

/// Redoes a step with a scale of guidance: the network is not asked again, since its two answers are known.
///
/// # Errors
/// If the pipeline cannot be opened, or its decoder fails.
pub fn guide(spec: &GuidedSpec, look: &Look, pipelines: &TextPipelines) -> Result<Guided, AnalysisError> {
    let open = pipelines.open(&spec.look.drawing.model)?;
    let [plain, told] = &look.eps;
    // As everywhere, up to 1 there is no guidance: the text alone.
    let scale = spec.guidance_scale.max(1.0) as f32;
    let eps: Vec<f32> = plain.iter().zip(told.iter()).map(|(&u, &c)| guided(u, c, scale)).collect();
    let [of_state, of_eps] = PredictionType::Epsilon.weights(look.alpha_bar).x0;
    let end = |(x, eps): (&f32, &f32)| (of_state * f64::from(*x) + of_eps * f64::from(*eps)) as f32;
    let x0_hat: Arc<[f32]> = look.state.iter().zip(&eps).map(end).collect();
    let x0 = pipelines.run(|| open.pictures(&x0_hat))?;
    Ok(Guided { x0: halves(&x0), x0_hat })
}
