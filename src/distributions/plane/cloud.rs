//! A cloud of data and its noise: the forward process of many particles.

use std::sync::Arc;

use super::{Noise, Swarm};
use crate::diffusion::exact::Mixture;
use crate::diffusion::noise::{Key, NoiseMode, Stream, WalkPosition, plane};
use crate::diffusion::process::Level;

/// Data, and the noise of each particle: one ε for all levels, or a Brownian path.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    clean: Arc<[[f32; 2]]>,
    noise: Arc<[[f32; 2]]>,
    seed: u64,
}

impl Cloud {
    /// So many particles.
    pub fn of(data: &Mixture<2>, count: usize, seed: u64) -> Self {
        let clean = data.sample(seed, count).into_iter().map(|x| x.map(|v| v as f32)).collect();
        let noise = plane(Key::from_seed(seed), 0, Stream::Epsilon, 0, 0, 2 * count);
        Self { clean, noise: noise.as_chunks::<2>().0.into(), seed }
    }

    /// The particles at a level of noise.
    ///
    /// By *jump* a particle's ε is the same at every level. By *walk* it is the particle's own
    /// Ornstein–Uhlenbeck path in log-SNR ([`walk`](crate::diffusion::noise::walk)):
    /// `x_t/m = x_0 + W(σ²/m²)` with a Brownian motion W, which is the law of every process here, as each
    /// is linear in x.
    pub fn at(&self, level: Level, mode: NoiseMode) -> Swarm {
        let noise = match mode {
            NoiseMode::Jump => Noise::Given(Arc::clone(&self.noise)),
            NoiseMode::Walk => Noise::Walk(self.seed, WalkPosition::from_log_snr(level.log_snr())),
        };
        Swarm::noised(Arc::clone(&self.clean), noise, level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::process::Process;
    use crate::diffusion::toy::{PlaneData, energy_distance, mean_and_covariance};
    use crate::distributions::plane::unit;

    const MODES: [NoiseMode; 2] = [NoiseMode::Jump, NoiseMode::Walk];

    fn at(cloud: &Cloud, level: Level, mode: NoiseMode) -> Vec<[f64; 2]> {
        cloud.at(level, mode).places().into_iter().map(|x| x.map(f64::from)).collect()
    }

    #[test]
    fn jumps_and_walks_have_the_moments_of_the_process() {
        let data = PlaneData::Moons.mixture();
        let (mean, covariance) = data.moments();
        let cloud = Cloud::of(&data, 20_000, 4);
        for process in Process::ALL {
            for t in [0.1, 0.5, 1.0] {
                let level = process.level(t);
                let [signal, noise] = [level.scale, level.sigma()].map(|v| v * unit(level));
                for mode in MODES {
                    let found = mean_and_covariance(&at(&cloud, level, mode));
                    let what = format!("{process:?} {t} {mode:?}: {found:?}");
                    for i in 0..2 {
                        // Five deviations of the estimates.
                        assert!((found.0[i] - signal * mean[i]).abs() < 0.043, "{what}");
                        for j in 0..2 {
                            let own = if i == j { noise * noise } else { 0.0 };
                            let exact = signal * signal * covariance[i][j] + own;
                            assert!((found.1[i][j] - exact).abs() < 0.06, "{what}: {exact}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_walk_has_the_marginals_of_the_jump_and_another_film() {
        let data = PlaneData::EightGaussians.mixture();
        let cloud = Cloud::of(&data, 1500, 8);
        let levels = [0.2, 0.4].map(|t| Process::VP.level(t));
        for level in levels {
            let fresh: Vec<[f64; 2]> =
                data.at(level).sample(99, 1500).into_iter().map(|x| x.map(|v| v * unit(level))).collect();
            for mode in MODES {
                let distance = energy_distance(&at(&cloud, level, mode), &fresh);
                assert!(distance < 0.01, "{mode:?}: {distance}");
            }
        }
        // Data at 0 leave the noise alone. One ε moves on; a walk inherits in part:
        // cov(U(s), U(s')) = exp(−|s − s'|/2).
        let still = Mixture::new(vec![data.components()[0]]).unwrap();
        let [mean, _] = still.components()[0].mean;
        let cloud = Cloud::of(&still, 20_000, 8);
        let noise = |level: Level, mode| -> Vec<f64> {
            let [signal, sigma] = [level.scale, level.sigma()].map(|v| v * unit(level));
            at(&cloud, level, mode).into_iter().map(|x| (x[0] - signal * mean) / sigma).collect()
        };
        let gap = (levels[0].log_snr() - levels[1].log_snr()).abs();
        for (mode, expected) in [(NoiseMode::Jump, 1.0), (NoiseMode::Walk, (-0.5 * gap).exp())] {
            let [a, b] = levels.map(|level| noise(level, mode));
            let product = a.iter().zip(&b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64;
            assert!((product - expected).abs() < 0.06, "{mode:?}: {product} {expected}");
        }
    }
}
