//! The steps of DDPM and DDIM, which are made by way of `x̂_0`, for every process.

use super::{SolverError, SolverRun};

impl<const D: usize> SolverRun<'_, D> {
    /// `x_s = m_s x̂_0 + √(σ_s² − c²) ε̂ + c z` with `c = η √β̃` (Song et al. 2021, "DDIM", eq. 12 and 16).
    /// With η = 1 it is DDPM's `N(μ̃(x_t, x̂_0), β̃)`.
    pub(super) fn ancestral(&mut self, t: f64, s: f64, eta: f64) -> Result<(), SolverError> {
        let [level, mut next] = [t, s].map(|t| self.process.level(t));
        if s == 0.0 {
            // At time 0, VE still has noise of σ_min, but the last step should lead to clean data.
            next.variance = 0.0;
        }
        let scores = self.call_here(t)?;
        let noise = self.noise(0);
        let (_, posterior_variance) = next.to(level).posterior(next);
        let fresh = eta * posterior_variance.sqrt();
        let kept = (next.variance - fresh * fresh).max(0.0).sqrt();
        for ((x, score), z) in self.points.iter_mut().zip(&scores).zip(&noise) {
            let x0 = level.x0(x, score);
            *x = std::array::from_fn(|d| {
                let eps = -level.sigma() * score[d];
                next.scale * x0[d] + kept * eps + fresh * z[d]
            });
        }
        Ok(())
    }
}
