//! The probability-flow ODE, `dx/dt = f x − ½ g² s` (Song et al. 2021, eq. 13).

use super::{DormandPrince, SolverError, SolverRun, Tolerance};
use crate::diffusion::process::Process;

/// The right-hand side of the ODE, from the scores.
pub(super) fn velocity<const D: usize>(
    process: &Process,
    t: f64,
    x: &[f64; D],
    score: &[f64; D],
) -> [f64; D] {
    let (drift, diffusion) = (process.drift(t), process.diffusion(t));
    std::array::from_fn(|d| drift * x[d] - 0.5 * diffusion * score[d])
}

impl<const D: usize> SolverRun<'_, D> {
    /// `x_s = x_t + (s − t) v(x_t, t)`.
    pub(super) fn euler(&mut self, t: f64, s: f64) -> Result<(), SolverError> {
        let velocities = self.velocities(t)?;
        self.step_along(s - t, &velocities);
        Ok(())
    }

    /// Euler's step, then a step from the same start with the mean of the velocities at both ends.
    pub(super) fn heun(&mut self, t: f64, s: f64) -> Result<(), SolverError> {
        let velocities = self.velocities(t)?;
        self.step_along(s - t, &velocities);
        if self.calls == self.limit {
            return Ok(());
        }
        let at_end = self.velocities(s)?;
        let correction: Vec<[f64; D]> = velocities
            .iter()
            .zip(&at_end)
            .map(|(start, end)| std::array::from_fn(|d| 0.5 * (end[d] - start[d])))
            .collect();
        self.step_along(s - t, &correction);
        Ok(())
    }

    /// Makes one accepted step of the adaptive method. Returns the times at which it began and ended.
    pub(super) fn runge_kutta(&mut self, end: f64, tolerance: f64) -> Result<[f64; 2], SolverError> {
        let begin = || {
            let tolerance = Tolerance { absolute: tolerance, relative: tolerance };
            DormandPrince::new(1.0, end, self.points.as_flattened().to_vec(), tolerance)
        };
        let mut method = self.adaptive.take().unwrap_or_else(begin);
        let limit = self.limit;
        let advanced = method.step(limit, |t, state, slope| {
            let points = state.as_chunks::<D>().0;
            let scores = self.call(t, points)?;
            for ((x, score), slope) in points.iter().zip(&scores).zip(slope.as_chunks_mut::<D>().0) {
                *slope = velocity(&self.process, t, x, score);
            }
            Ok(())
        });
        self.points.copy_from_slice(method.state().as_chunks::<D>().0);
        self.adaptive = Some(method);
        advanced
    }

    fn velocities(&mut self, t: f64) -> Result<Vec<[f64; D]>, SolverError> {
        let scores = self.call_here(t)?;
        let process = self.process;
        let velocity = |(x, score): (&[f64; D], &[f64; D])| velocity(&process, t, x, score);
        Ok(self.points.iter().zip(&scores).map(velocity).collect())
    }

    fn step_along(&mut self, step: f64, velocities: &[[f64; D]]) {
        for (x, velocity) in self.points.iter_mut().zip(velocities) {
            for d in 0..D {
                x[d] += step * velocity[d];
            }
        }
    }
}
