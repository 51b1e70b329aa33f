//! The score of the data, from its closed form or from a network that has learned it.

use std::sync::Arc;

use super::unit;
use crate::diffusion::exact::Mixture;
use crate::diffusion::process::Process;
use crate::diffusion::solvers::{Exact, Score, SolverError};
use crate::learned_score::ScoreNet;

/// The data, the process that diffuses them, and perhaps a network that replaces the closed form of the score.
#[derive(Clone, Debug)]
pub struct ScoreModel {
    /// The data.
    pub data: Arc<Mixture<2>>,
    /// The process that diffuses them.
    pub process: Process,
    /// A network that has learned the score of this process, with a number that identifies it; `None` for the closed
    /// form.
    pub network: Option<(u64, ScoreNet)>,
}

impl ScoreModel {
    /// The score at one point. It is computed on this thread, so that a view does not wait for threads that are busy.
    ///
    /// # Errors
    /// If a network of the score cannot be computed.
    pub fn score_at(&self, t: f64, point: [f64; 2]) -> Result<[f64; 2], SolverError> {
        match &self.network {
            Some((_, network)) => Ok(network.scores(t, &[point])?[0]),
            None => Ok(self.data.at(self.process.level(t)).local(&point).score),
        }
    }

    /// The velocity of a state of the probability-flow ODE, computed on this thread. `place` is in the units
    /// that are shown, the velocity in those of the process.
    ///
    /// # Errors
    /// If a network of the score cannot be computed.
    pub fn velocity_at(&self, t: f64, place: [f64; 2]) -> Result<Velocity, SolverError> {
        let process = self.process;
        let x = place.map(|v| v / unit(process.level(t)));
        let score = self.score_at(t, x)?;
        Ok(Velocity {
            drift: x.map(|v| process.drift(t) * v),
            pull: score.map(|s| 0.5 * process.diffusion(t) * s),
        })
    }

    /// The same data and process with the closed form of the score.
    #[must_use]
    pub fn exact(&self) -> Self {
        Self { network: None, ..self.clone() }
    }
}

/// The velocity of the probability-flow ODE, `dx/dt = f(t) x − ½ g(t)² ∇ log q_t(x)` (Song et al. 2021, eq. 13).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Velocity {
    /// `f(t) x`.
    pub drift: [f64; 2],
    /// `½ g(t)² ∇ log q_t(x)`.
    pub pull: [f64; 2],
}

impl Velocity {
    /// `dx/dt`.
    pub fn sum(&self) -> [f64; 2] {
        [0, 1].map(|d| self.drift[d] - self.pull[d])
    }
}

impl PartialEq for ScoreModel {
    /// Networks are compared by their numbers.
    fn eq(&self, other: &Self) -> bool {
        let number = |score_model: &Self| score_model.network.as_ref().map(|network| network.0);
        (Arc::ptr_eq(&self.data, &other.data) || self.data == other.data)
            && self.process == other.process
            && number(self) == number(other)
    }
}

impl Score<2> for ScoreModel {
    fn process(&self) -> Process {
        self.process
    }

    fn scores(&self, t: f64, points: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, SolverError> {
        match &self.network {
            Some((_, network)) => network.scores(t, points),
            None => Exact { data: &*self.data, process: self.process }.scores(t, points),
        }
    }

    fn divergences(&self, t: f64, points: &[[f64; 2]]) -> Result<Vec<([f64; 2], f64)>, SolverError> {
        match &self.network {
            Some((_, network)) => network.divergences(t, points),
            None => Exact { data: &*self.data, process: self.process }.divergences(t, points),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::exact::Component;

    #[test]
    fn normal_data_stay_where_they_are_in_units_on_show() {
        // Data of unit variance keep it in these units: with VP no particle moves, with VE all positions grow with √(1
        // + σ²).
        let normal = Component { weight: 1.0, mean: [0.0; 2], variance: 1.0, class: 0 };
        let data = Arc::new(Mixture::new(vec![normal]).unwrap());
        let place = [0.7, -1.3];
        for process in [Process::VP, Process::VE] {
            let score_model = ScoreModel { data: Arc::clone(&data), process, network: None };
            let velocity = score_model.velocity_at(0.4, place).unwrap();
            let size = |t: f64| unit(process.level(t)).recip();
            let growth = (size(0.4 + 1e-6) - size(0.4 - 1e-6)) / 2e-6;
            for (found, x) in velocity.sum().into_iter().zip(place) {
                assert!((found - growth * x).abs() < 1e-5 * (1.0 + growth), "{process:?} {velocity:?}");
            }
        }
    }
}
