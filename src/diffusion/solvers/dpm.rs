//! DPM-Solver++(2M).

use super::{SolverError, SolverRun};
use crate::diffusion::process::Level;

/// A run with fewer steps than this ends with a step of first order, as in the authors' code.
const FEW: usize = 15;

/// What the next step needs to know of the previous one.
pub struct Memory<const D: usize> {
    level: Level,
    x0: Vec<[f64; D]>,
}

impl<const D: usize> SolverRun<'_, D> {
    /// A step of the ODE in `λ = ln(m/σ)`, where `x_s = (σ_s/σ_t) x_t − m_s (e^{−h} − 1) D` is exact for a constant
    /// prediction D. D is `x̂_0`, extrapolated from the two latest predictions (Lu et al. 2022, "DPM-Solver++",
    /// algorithm 2).
    pub(super) fn dpm(&mut self, t: f64, s: f64, last: bool) -> Result<(), SolverError> {
        let [level, next] = [t, s].map(|t| self.process.level(t));
        let scores = self.call_here(t)?;
        let x0: Vec<[f64; D]> =
            self.points.iter().zip(&scores).map(|(x, score)| level.x0(x, score)).collect();
        let h = 0.5 * (next.log_snr() - level.log_snr());
        let ratio = next.sigma() / level.sigma();
        let gain = -next.scale * (-h).exp_m1();
        let memory = self.memory.take().filter(|_| !(last && self.limit < FEW));
        for (i, x) in self.points.iter_mut().enumerate() {
            let mut prediction = x0[i];
            if let Some(memory) = &memory {
                let r = 0.5 * (level.log_snr() - memory.level.log_snr()) / h;
                for d in 0..D {
                    prediction[d] += (x0[i][d] - memory.x0[i][d]) / (2.0 * r);
                }
            }
            for d in 0..D {
                x[d] = ratio * x[d] + gain * prediction[d];
            }
        }
        self.memory = Some(Memory { level, x0 });
        Ok(())
    }
}
