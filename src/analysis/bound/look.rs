//! The pictures of single terms of the bound. They are computed when they are looked at, by one network call each.

use std::sync::Arc;

use half::f16;

use super::maps::per_pixel;
use super::{EvaluationSpec, Networks, Setting};
use crate::analysis::AnalysisError;
use crate::analysis::picture::halves;

/// The inputs of the pictures of a term.
#[derive(Clone, Debug, PartialEq)]
pub struct LookSpec {
    /// The bound.
    pub evaluation: EvaluationSpec,
    /// The timestep of the network's chain.
    pub t: usize,
}

/// The pictures of a term.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Channels, height and width.
    pub shape: [usize; 3],
    /// The picture.
    pub x0: Arc<[f16]>,
    /// `x_t`.
    pub x_t: Arc<[f16]>,
    /// `x̂_0`.
    pub x0_hat: Arc<[f16]>,
    /// Bits per dimension of each pixel in the term, row by row.
    pub map: Arc<[f32]>,
    /// Bits per dimension of the term.
    pub bits: f64,
    /// Mean square of `x_0 − x̂_0`.
    pub x0_mse: f64,
}

/// The pictures of a term.
///
/// # Errors
/// If the network or its chain cannot be asked.
pub fn look(spec: &LookSpec, networks: &Networks) -> Result<Look, AnalysisError> {
    let asked = networks.ask(&spec.evaluation.subject)?;
    let setting = Setting::of(&spec.evaluation, asked.facts, asked.x0)?;
    let t = spec.t.clamp(1, setting.steps());
    let term = networks.run(|| Ok(setting.bound.term(t, &asked.denoiser)?))?;
    Ok(Look {
        shape: setting.network.shape,
        x0: halves(&setting.x0),
        x_t: halves(&term.x_t),
        x0_hat: halves(&term.x0_hat),
        map: per_pixel(&term.map, setting.network.shape[0]).into(),
        bits: term.bits.first().copied().unwrap_or(f64::NAN),
        x0_mse: term.x0_mse.first().copied().unwrap_or(f64::NAN),
    })
}

/// `x̂_0` at these timesteps. `show` says whether to go on; when it does not, the result is `None`.
///
/// # Errors
/// If the network or its chain cannot be asked.
pub fn predictions(
    spec: &EvaluationSpec,
    times: &[usize],
    networks: &Networks,
    mut show: impl FnMut(f64) -> bool,
) -> Result<Option<Vec<Arc<[f16]>>>, AnalysisError> {
    let asked = networks.ask(&spec.subject)?;
    let setting = Setting::of(spec, asked.facts, asked.x0)?;
    let mut found = Vec::with_capacity(times.len());
    for &t in times {
        let t = t.clamp(1, setting.steps());
        let term = networks.run(|| Ok(setting.bound.term(t, &asked.denoiser)?))?;
        found.push(halves(&term.x0_hat));
        if !show(found.len() as f64 / times.len() as f64) {
            return Ok(None);
        }
    }
    Ok(Some(found))
}
