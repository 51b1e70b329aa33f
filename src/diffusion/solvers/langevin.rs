//! Annealed Langevin dynamics.

use super::{SolverError, SolverRun};

impl<const D: usize> SolverRun<'_, D> {
    /// One step at the level of t, `y ← y + (δ/2) s(y, σ) + √δ z` with `δ = ε σ²/σ_L²` (Song & Ermon 2019,
    /// algorithm 1).
    ///
    /// The method is for states `y = x_0 + σ ε`. In VP and sub-VP `x = m y`: the σ's are those of `y`, and from one
    /// level to the next y is kept while x is rescaled.
    pub(super) fn langevin(&mut self, t: f64, step: f64) -> Result<(), SolverError> {
        let level = self.process.level(t);
        if let Some(last) = self.scale.replace(level.scale) {
            self.points.iter_mut().flatten().for_each(|x| *x *= level.scale / last);
        }
        let scores = self.call_here(t)?;
        let noise = self.noise(0);
        // In terms of x, the factor on the score is δ m² (with σ_y = σ/m, that is step · σ²), and its root that on the
        // noise.
        let delta = step * level.variance;
        for ((x, score), z) in self.points.iter_mut().zip(&scores).zip(&noise) {
            for d in 0..D {
                x[d] += 0.5 * delta * score[d] + delta.sqrt() * z[d];
            }
        }
        Ok(())
    }
}
