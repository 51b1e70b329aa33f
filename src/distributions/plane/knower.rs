//! Who knows the score: the data's closed form, or a network that has learned it.

use std::sync::Arc;

use crate::diffusion::exact::Mixture;
use crate::diffusion::process::Process;
use crate::diffusion::solvers::{Exact, Score, SolverError};
use crate::toy::ScoreNet;

/// The data, their process, and a network that stands in for the closed form.
#[derive(Clone, Debug)]
pub struct Knower {
    /// The data.
    pub data: Arc<Mixture<2>>,
    /// How they are diffused.
    pub process: Process,
    /// A network for that process; nothing for the closed form.
    pub network: Option<(u64, ScoreNet)>,
}

impl Knower {
    /// The score at one point, on this thread: a view does not wait for threads that are at work.
    ///
    /// # Errors
    /// Those of the network.
    pub fn score_at(&self, t: f64, point: [f64; 2]) -> Result<[f64; 2], SolverError> {
        match &self.network {
            Some((_, network)) => Ok(network.scores(t, &[point])?[0]),
            None => Ok(self.data.at(self.process.level(t)).local(&point).score),
        }
    }

    /// The closed form of the same data.
    #[must_use]
    pub fn exact(&self) -> Self {
        Self { network: None, ..self.clone() }
    }
}

impl PartialEq for Knower {
    /// Networks are told apart by their numbers.
    fn eq(&self, other: &Self) -> bool {
        let number = |knower: &Self| knower.network.as_ref().map(|network| network.0);
        (Arc::ptr_eq(&self.data, &other.data) || self.data == other.data)
            && self.process == other.process
            && number(self) == number(other)
    }
}

impl Score<2> for Knower {
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
