//! Annealed Langevin dynamics.

use super::{SolverError, SolverRun};

impl<const D: usize> SolverRun<'_, D> {
    /// One step at the level of t, `y ← y + (δ/2) s(y, σ) + √δ z` with `δ = ε σ²/σ_L²` (Song & Ermon 2019,
    /// algorithm 1).
    ///
    /// The method is made for states `y = x_0 + σ ε`. In VP and sub-VP the state is `x = m y`, and σ is that
    /// of y. From one level to the next y stays the same, so x is rescaled.
    pub(super) fn langevin(&mut self, t: f64, step: f64) -> Result<(), SolverError> {
        let level = self.process.level(t);
        if let Some(last) = self.scale.replace(level.scale) {
            self.points.iter_mut().flatten().for_each(|x| *x *= level.scale / last);
        }
        let scores = self.call_here(t)?;
        let noise = self.noise(0);
        // Written for x, the step is `x ← x + (δ m²/2) s(x) + √(δ m²) z`. With δ = step · σ_y² and σ_y = σ/m,
        // δ m² is step · σ².
        let delta = step * level.variance;
        for ((x, score), z) in self.points.iter_mut().zip(&scores).zip(&noise) {
            for d in 0..D {
                x[d] += 0.5 * delta * score[d] + delta.sqrt() * z[d];
            }
        }
        Ok(())
    }
}
