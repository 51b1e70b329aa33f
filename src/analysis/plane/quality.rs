//! The quality of a sampler's points, depending on the number of network calls.

use super::{RecordingSpec, ScoreModel};
use crate::diffusion::data::energy_distance;
use crate::diffusion::solvers::{Solver, SolverError};

/// The numbers of network calls that are tried.
pub const BUDGETS: [usize; 7] = [3, 5, 10, 20, 40, 80, 160];
/// The number of points in a run.
const COUNT: usize = 800;
/// The number of pairs of sets of fresh data over which the floor is averaged.
const PAIRS: u64 = 8;
/// Combined with a run's seed to draw fresh data, so that they differ from the run's noise.
const FRESH: u64 = 0x5eed_da7a;

/// The quality of one sampler.
#[derive(Clone, Debug, PartialEq)]
pub struct Quality {
    /// Numbers of network calls, each with the energy distance of the samples to fresh data.
    pub points: Vec<(usize, f64)>,
    /// The mean energy distance between two sets of fresh data: smaller distances cannot be told from 0.
    pub floor: f64,
}

impl Quality {
    /// Runs a sampler with every number of calls that is enough for a step. `go_on` is called with the
    /// fraction that is done and the curve so far; when it returns false, the result is `None`.
    ///
    /// # Errors
    /// If the score cannot be computed.
    pub fn of(
        score_model: &ScoreModel,
        solver: Solver,
        seed: u64,
        mut go_on: impl FnMut(f64, &Self) -> bool,
    ) -> Result<Option<Self>, SolverError> {
        let data = score_model.data.sample(seed ^ FRESH, COUNT);
        let fresh: Vec<_> =
            (0..PAIRS).map(|k| score_model.data.sample(seed ^ FRESH ^ (k + 1) << 40, COUNT)).collect();
        let floor = fresh.iter().map(|set| energy_distance(&data, set)).sum::<f64>() / PAIRS as f64;
        let total: usize = BUDGETS.iter().sum();
        let mut curve = Self { points: Vec::new(), floor };
        for (i, calls) in BUDGETS.into_iter().enumerate() {
            let before: usize = BUDGETS[..i].iter().sum();
            let score_model = score_model.clone();
            let spec = RecordingSpec { score_model, solver, calls, count: COUNT, seed, guidance: None };
            let part = |done: f64| (before as f64 + done * calls as f64) / total as f64;
            match spec.record(|run| go_on(part(run.done), &curve)) {
                Ok(Some(recording)) => {
                    let end: Vec<[f64; 2]> =
                        recording.end().points.iter().map(|x| x.map(f64::from)).collect();
                    curve.points.push((recording.end().calls, energy_distance(&end, &data)));
                }
                Ok(None) => return Ok(None),
                // There are too few calls for a step, or too few for this sampler to stay finite.
                Err(SolverError::Calls { .. } | SolverError::NotFinite { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Some(curve))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diffusion::data::PlaneData;
    use crate::diffusion::process::Process;

    #[test]
    fn more_calls_come_nearer() {
        let data = Arc::new(PlaneData::Moons.mixture());
        let score_model = ScoreModel { data, process: Process::VP, network: None };
        let mut lengths = Vec::new();
        let heard = |_, so_far: &Quality| {
            lengths.push(so_far.points.len());
            true
        };
        let quality = Quality::of(&score_model, Solver::OdeHeun, 1, heard).unwrap().unwrap();
        lengths.dedup();
        assert_eq!(lengths, [0, 1, 2, 3, 4, 5, 6]);
        let [first, last] = [quality.points[0].1, quality.points[quality.points.len() - 1].1];
        assert!(first > 5.0 * last && last < 8.0 * quality.floor.max(0.002), "{quality:?}");
        // The adaptive method needs at least seven calls.
        let adaptive = Solver::OdeRk45 { tolerance: 1e-3 };
        let quality = Quality::of(&score_model, adaptive, 1, |_, _| true).unwrap().unwrap();
        assert_eq!(quality.points.len(), BUDGETS.len() - 2);
    }
}
