//! Likelihoods along the probability-flow ODE.

use std::f64::consts::TAU;

use super::ode::velocity;
use super::{DormandPrince, Score, SolverError, Tolerance};

/// The default time at which the integration begins: 1e-5, as in Song et al. 2021, appendix D.2.
pub const LIKELIHOOD_CUT_OFF: f64 = 1e-5;

/// The log-likelihoods of points, and what else was computed for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Likelihood<const D: usize> {
    /// `ln p` of each point, in nats.
    pub log_densities: Vec<f64>,
    /// The points' latent codes: where each arrives at t = 1.
    pub codes: Vec<[f64; D]>,
    /// How often score and divergence were evaluated.
    pub calls: usize,
}

/// The log-likelihood `ln p_ε(x) = ln p_T(x(T)) + ∫_ε^1 ∇ · v(x(t), t) dt` along the ODE from `x(ε) = x`, by
/// the instantaneous change of variables (Song et al. 2021, eq. 39; Chen et al. 2018). The divergence is
/// computed exactly; in high dimensions Hutchinson's estimator would be needed instead.
///
/// It is the density at the time ε = `cut_off`, when the data have a little noise, `σ(ε)`.
///
/// # Errors
/// If `score` fails.
pub fn log_likelihood<const D: usize>(
    score: &dyn Score<D>,
    points: &[[f64; D]],
    cut_off: f64,
    tolerance: f64,
) -> Result<Likelihood<D>, SolverError> {
    let process = score.process();
    let count = points.len();
    // The state consists of all coordinates, followed by the integral so far of each point.
    let mut state = points.as_flattened().to_vec();
    state.resize(count * (D + 1), 0.0);
    let tolerance = Tolerance { absolute: tolerance, relative: tolerance };
    let mut method = DormandPrince::new(cut_off, 1.0, state, tolerance);
    let mut calls = 0;
    while method.t() < 1.0 {
        method.step(usize::MAX, |t, state, slope| {
            calls += 1;
            let (state, _) = state.split_at(count * D);
            let (slope, integrals) = slope.split_at_mut(count * D);
            let points = state.as_chunks::<D>().0;
            let values = score.divergences(t, points)?;
            let slopes = slope.as_chunks_mut::<D>().0.iter_mut().zip(integrals);
            for ((x, (score, divergence)), (slope, integral)) in points.iter().zip(values).zip(slopes) {
                *slope = velocity(&process, t, x, &score);
                *integral = D as f64 * process.drift(t) - 0.5 * process.diffusion(t) * divergence;
            }
            Ok::<_, SolverError>(())
        })?;
    }
    let (codes, integrals) = method.state().split_at(count * D);
    let codes = codes.as_chunks::<D>().0.to_vec();
    let variance = process.prior_variance();
    let log_prior = |x: &[f64; D]| {
        -0.5 * (x.iter().map(|x| x * x).sum::<f64>() / variance + D as f64 * (TAU * variance).ln())
    };
    let log_densities = codes.iter().zip(integrals).map(|(x, integral)| log_prior(x) + integral).collect();
    Ok(Likelihood { log_densities, codes, calls })
}
