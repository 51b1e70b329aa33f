//! `ln p(x)` along the probability-flow ODE, compared with the exact value.

use super::{ScoreModel, unit};
use crate::diffusion::solvers::{SolverError, log_likelihood};

/// The time at which the ODE begins, and its tolerance.
const CUT_OFF: f64 = 1e-3;
const TOLERANCE: f64 = 1e-5;
/// The number of fresh data points for which the two values are compared.
const FRESH: usize = 48;

/// The likelihoods of one point and of some fresh data.
#[derive(Clone, Debug, PartialEq)]
pub struct Likelihoods {
    /// The points; the point that was asked for comes first.
    pub points: Vec<[f64; 2]>,
    /// `[exact, along the ODE]`: `ln p` of each point, in nats.
    pub values: Vec<[f64; 2]>,
    /// The latent code of each point: where it arrives at the end of the ODE in the noise, in units in which
    /// the noise has unit variance.
    pub codes: Vec<[f64; 2]>,
    /// `ln p_T` of each code.
    pub log_priors: Vec<f64>,
    /// How often score and divergence were evaluated.
    pub calls: usize,
}

/// The terms of the change of variables along the ODE (Song et al. 2021, eq. 39): `ln p(x) = ln p_T(x_T) + ∫ ∇·v dt`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    /// `ln p(x)` along the ODE.
    pub sum: f64,
    /// `ln p_T` of the code.
    pub prior: f64,
    /// `∫ ∇·v dt`.
    pub integral: f64,
    /// `ln p(x)` exactly.
    pub exact: f64,
}

impl Likelihoods {
    /// The terms of the likelihood of the point that was asked for.
    pub fn parts(&self) -> Option<Parts> {
        let ([exact, sum], prior) = (*self.values.first()?, *self.log_priors.first()?);
        Some(Parts { sum, prior, integral: sum - prior, exact })
    }

    /// The likelihoods of a point in the units that are shown, taken as a state at the time at which the ODE
    /// begins, and of fresh data.
    ///
    /// # Errors
    /// If the score cannot be computed.
    pub fn of(score_model: &ScoreModel, place: [f64; 2], seed: u64) -> Result<Self, SolverError> {
        let level = score_model.process.level(CUT_OFF);
        let factor = unit(level);
        let noised = score_model.data.at(level);
        let mut points = vec![place.map(|v| v / factor)];
        points.extend(noised.sample(seed, FRESH));
        let found = log_likelihood(score_model, &points, CUT_OFF, TOLERANCE)?;
        let exact = noised.locals(&points).into_iter().map(|local| local.log_density);
        let values = exact.zip(&found.log_densities).map(|(exact, ode)| [exact, *ode]).collect();
        let end = unit(score_model.process.level(1.0));
        let codes: Vec<[f64; 2]> = found.codes.iter().map(|code| code.map(|v| v * end)).collect();
        let variance = score_model.process.prior_variance();
        let log_prior = |code: &[f64; 2]| {
            let square = code[0] * code[0] + code[1] * code[1];
            -0.5 * square / variance - (std::f64::consts::TAU * variance).ln()
        };
        Ok(Self {
            points: points.iter().map(|x| x.map(|v| v * factor)).collect(),
            values,
            log_priors: found.codes.iter().map(log_prior).collect(),
            codes,
            calls: found.calls,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diffusion::data::PlaneData;
    use crate::diffusion::process::Process;

    #[test]
    fn the_ode_finds_the_exact_likelihood() {
        let data = Arc::new(PlaneData::EightGaussians.mixture());
        let score_model = ScoreModel { data, process: Process::VP, network: None };
        let found = Likelihoods::of(&score_model, [0.9, 0.9], 5).unwrap();
        assert_eq!((found.points.len(), found.values.len()), (FRESH + 1, FRESH + 1));
        let parts = found.parts().unwrap();
        assert_eq!([parts.exact, parts.sum], found.values[0]);
        assert_eq!([parts.prior, parts.prior + parts.integral], [found.log_priors[0], parts.sum]);
        for [exact, ode] in found.values {
            assert!((exact - ode).abs() < 0.02 * (1.0 + exact.abs()), "{exact} {ode}");
        }
    }
}
