//! The forward SDE, the reverse SDE, and the Langevin corrector.

use super::run::normals;
use super::{SolverError, SolverRun};
use crate::diffusion::noise::Stream;
use crate::diffusion::process::Process;

impl<const D: usize> SolverRun<'_, D> {
    /// A step of `dx = [f x − g² s] dt + g dw̄` backwards in time, by the Euler–Maruyama method. The last step adds no
    /// noise, as in the authors' code (Song et al. 2021, appendix G).
    pub(super) fn euler_maruyama(&mut self, t: f64, s: f64) -> Result<(), SolverError> {
        let scores = self.call_here(t)?;
        let noise = self.noise(0);
        let (drift, diffusion) = (self.process.drift(t), self.process.diffusion(t));
        let step = t - s;
        let deviation = if s == self.process.cut_off() { 0.0 } else { (diffusion * step).sqrt() };
        for ((x, score), z) in self.points.iter_mut().zip(&scores).zip(&noise) {
            for d in 0..D {
                x[d] -= (drift * x[d] - diffusion * score[d]) * step;
                x[d] += deviation * z[d];
            }
        }
        Ok(())
    }

    /// A step of [`euler_maruyama`](Self::euler_maruyama), followed by one step of Langevin dynamics at s,
    /// `x ← x + ε s + √(2ε) z` with `ε = 2 α (r ‖z‖/‖s‖)²`, where norms are means over all points (Song et
    /// al. 2021, algorithms 4 and 5). The noise of the last correction is not removed.
    pub(super) fn predict_and_correct(&mut self, t: f64, s: f64, snr: f64) -> Result<(), SolverError> {
        self.euler_maruyama(t, s)?;
        if self.calls == self.limit {
            return Ok(());
        }
        let scores = self.call_here(s)?;
        let noise = self.noise(1);
        let length = |vectors: &[[f64; D]]| {
            vectors.iter().map(|v| v.iter().map(|x| x * x).sum::<f64>().sqrt()).sum::<f64>()
        };
        // For VP, α is 1 − β_i, which in general is the square of the transition's ratio.
        let alpha = self.process.level(s).to(self.process.level(t)).ratio.powi(2);
        let step = 2.0 * alpha * (snr * length(&noise) / length(&scores)).powi(2);
        for ((x, score), z) in self.points.iter_mut().zip(&scores).zip(&noise) {
            for d in 0..D {
                x[d] += step * score[d] + (2.0 * step).sqrt() * z[d];
            }
        }
        Ok(())
    }
}

/// A path of the forward process through rising times, starting from points at the first time. It uses exact
/// transitions, not a discretisation. Returns one list of points for each time.
pub fn forward_path<const D: usize>(
    process: &Process,
    times: &[f64],
    start: &[[f64; D]],
    seed: u64,
) -> Vec<Vec<[f64; D]>> {
    let mut path = vec![start.to_vec()];
    for (i, pair) in times.windows(2).enumerate() {
        let step = process.level(pair[0]).to(process.level(pair[1]));
        let noise = normals::<D>(seed, Stream::Walk, i as u32, start.len());
        let moved = |(x, z): (&[f64; D], &[f64; D])| {
            std::array::from_fn(|d| step.ratio * x[d] + step.variance.sqrt() * z[d])
        };
        let next = path[i].iter().zip(&noise).map(moved).collect();
        path.push(next);
    }
    path
}
