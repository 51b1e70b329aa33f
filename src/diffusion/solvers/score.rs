//! Scores of known data, alone or guided by a classifier.

use rayon::prelude::*;

use super::SolverError;
use crate::diffusion::exact::{Density, Local, Mixture};
use crate::diffusion::process::Process;

/// Half the distance of the central differences, in units of the noise's σ.
const DIFFERENCE: f64 = 1e-3;

/// The score `∇ ln q_t`, for many points at once. Samplers count one evaluation as one network call.
///
/// In terms of a network's ε̂ the score is `−ε̂/σ`.
pub trait Score<const D: usize>: Sync {
    /// The process that `q_t` belongs to.
    fn process(&self) -> Process;

    /// The score at every point at time t, in `(0, 1]`.
    ///
    /// # Errors
    /// [`SolverError::Score`] if a network fails.
    fn scores(&self, t: f64, points: &[[f64; D]]) -> Result<Vec<[f64; D]>, SolverError>;

    /// The scores and their divergences `∇ · s`. By default these are computed by central differences, with 2 D more
    /// evaluations.
    ///
    /// # Errors
    /// The errors of [`scores`](Self::scores).
    fn divergences(&self, t: f64, points: &[[f64; D]]) -> Result<Vec<([f64; D], f64)>, SolverError> {
        let step = DIFFERENCE * self.process().level(t).sigma();
        let mut divergences = vec![0.0; points.len()];
        for d in 0..D {
            for sign in [1.0, -1.0] {
                let moved: Vec<[f64; D]> = points
                    .iter()
                    .map(|point| {
                        std::array::from_fn(|e| if e == d { point[e] + sign * step } else { point[e] })
                    })
                    .collect();
                for (divergence, score) in divergences.iter_mut().zip(self.scores(t, &moved)?) {
                    *divergence += sign * score[d] / (2.0 * step);
                }
            }
        }
        Ok(self.scores(t, points)?.into_iter().zip(divergences).collect())
    }
}

/// The closed-form score of known data.
#[derive(Clone, Copy, Debug)]
pub struct Exact<'a, T> {
    /// The data: a [`Mixture`] or a [`Density`].
    pub data: &'a T,
    /// The process that diffuses them.
    pub process: Process,
}

impl<const D: usize> Score<D> for Exact<'_, Mixture<D>> {
    fn process(&self) -> Process {
        self.process
    }

    fn scores(&self, t: f64, points: &[[f64; D]]) -> Result<Vec<[f64; D]>, SolverError> {
        let marginal = self.data.at(self.process.level(t));
        Ok(marginal.locals(points).into_iter().map(|local| local.score).collect())
    }

    fn divergences(&self, t: f64, points: &[[f64; D]]) -> Result<Vec<([f64; D], f64)>, SolverError> {
        let marginal = self.data.at(self.process.level(t));
        Ok(marginal.locals(points).into_iter().map(|local| (local.score, local.divergence)).collect())
    }
}

impl Score<1> for Exact<'_, Density> {
    fn process(&self) -> Process {
        self.process
    }

    fn scores(&self, t: f64, points: &[[f64; 1]]) -> Result<Vec<[f64; 1]>, SolverError> {
        let level = self.process.level(t);
        Ok(points.par_iter().map(|[x]| [self.data.score(level, *x)[0]]).collect())
    }

    fn divergences(&self, t: f64, points: &[[f64; 1]]) -> Result<Vec<([f64; 1], f64)>, SolverError> {
        let level = self.process.level(t);
        let local = |[x]: &[f64; 1]| {
            let [score, slope] = self.data.score(level, *x);
            ([score], slope)
        };
        Ok(points.par_iter().map(local).collect())
    }
}

/// The exact classifier of labelled data: its gradient says in which direction the class becomes more probable.
#[derive(Clone, Copy, Debug)]
pub struct Classifier<'a, const D: usize> {
    /// All data, which give `p(x)`.
    pub data: &'a Mixture<D>,
    /// The data of the class y, which give `p(x | y)`.
    pub class: &'a Mixture<D>,
    /// The process that diffuses them.
    pub process: Process,
}

impl<const D: usize> Classifier<'_, D> {
    /// `∇ ln p_t(y | x) = ∇ ln q_t(x | y) − ∇ ln q_t(x)` and its divergence.
    pub fn gradients(&self, t: f64, points: &[[f64; D]]) -> Vec<([f64; D], f64)> {
        let level = self.process.level(t);
        let [class, all] = [self.class, self.data].map(|mixture| mixture.at(level).locals(points));
        let difference = |(class, all): (Local<D>, Local<D>)| {
            let gradient = std::array::from_fn(|d| class.score[d] - all.score[d]);
            (gradient, class.divergence - all.divergence)
        };
        class.into_iter().zip(all).map(difference).collect()
    }
}

/// Classifier guidance, `s(x) + w ∇ ln p(y | x)` (Dhariwal & Nichol 2021, algorithm 1): w = 0 is
/// unconditional, w = 1 conditional, and larger w exaggerate the class. If the classifier is the one that a
/// conditional and an unconditional network imply, this is classifier-free guidance (Ho & Salimans 2022). It
/// counts as one call.
///
/// At each t it is the score of `q_t(x) p_t(y | x)ʷ`. For w other than 0 and 1 these densities are not the
/// marginals of any diffusion, so reverse processes do not reach `p(x) p(y | x)ʷ`. Langevin dynamics, which
/// only needs the score of the density at the end, does reach it (Du et al. 2023, section 3).
#[derive(Clone, Copy, Debug)]
pub struct Guided<'a, S, const D: usize> {
    /// Computes `∇ ln q_t(x)`, exactly or with a network.
    pub score: S,
    /// Computes `∇ ln p_t(y | x)` of the class.
    pub classifier: Classifier<'a, D>,
    /// The guidance scale w.
    pub scale: f64,
}

impl<const D: usize, S: Score<D>> Score<D> for Guided<'_, S, D> {
    fn process(&self) -> Process {
        self.score.process()
    }

    fn scores(&self, t: f64, points: &[[f64; D]]) -> Result<Vec<[f64; D]>, SolverError> {
        let mut scores = self.score.scores(t, points)?;
        for (score, (gradient, _)) in scores.iter_mut().zip(self.classifier.gradients(t, points)) {
            *score = std::array::from_fn(|d| score[d] + self.scale * gradient[d]);
        }
        Ok(scores)
    }

    fn divergences(&self, t: f64, points: &[[f64; D]]) -> Result<Vec<([f64; D], f64)>, SolverError> {
        let mut both = self.score.divergences(t, points)?;
        for ((score, divergence), of_class) in both.iter_mut().zip(self.classifier.gradients(t, points)) {
            *score = std::array::from_fn(|d| score[d] + self.scale * of_class.0[d]);
            *divergence += self.scale * of_class.1;
        }
        Ok(both)
    }
}
