//! A cloud of data with noise: many particles of the forward process.

use std::sync::Arc;

use super::{Noise, Swarm};
use crate::diffusion::exact::Mixture;
use crate::diffusion::noise::{Key, NoiseMode, Stream, WalkPosition, plane};
use crate::diffusion::process::{Level, Process, Spacing};

/// The number of steps of a film.
const STEPS: usize = 200;

/// Data, and the noise of each particle: one ε for all levels, or a Brownian path.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    clean: Arc<[[f32; 2]]>,
    noise: Arc<[[f32; 2]]>,
    seed: u64,
}

impl Cloud {
    /// A cloud of `count` particles.
    pub fn of(data: &Mixture<2>, count: usize, seed: u64) -> Self {
        let clean = data.sample(seed, count).into_iter().map(|x| x.map(|v| v as f32)).collect();
        let noise = plane(Key::from_seed(seed), 0, Stream::Epsilon, 0, 0, 2 * count);
        Self { clean, noise: noise.as_chunks::<2>().0.into(), seed }
    }

    /// The particles at a level of noise.
    ///
    /// With *jump*, a particle's ε is the same at every level. With *walk*, it follows the particle's own
    /// Ornstein–Uhlenbeck path in log-SNR ([`walk`](crate::diffusion::noise::walk)): `x_t/m = x_0 + W(σ²/m²)` with a
    /// Brownian motion W. This is the law of every process here, since each of them is linear in x.
    pub fn at(&self, level: Level, mode: NoiseMode) -> Swarm {
        let noise = match mode {
            NoiseMode::Jump => Noise::Given(Arc::clone(&self.noise)),
            NoiseMode::Walk => Noise::Walk(self.seed, WalkPosition::from_log_snr(level.log_snr())),
        };
        Swarm::noised(Arc::clone(&self.clean), noise, level)
    }
}

/// The specification of a film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilmSpec {
    /// The process that diffuses the data.
    pub process: Process,
    /// How the particle moves.
    pub mode: NoiseMode,
    /// The film follows the particle whose data point is nearest to this place.
    pub place: [f64; 2],
}

/// The path of one particle of a cloud from data to noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// The specification of the film.
    pub spec: FilmSpec,
    /// The particle's index in the cloud.
    pub particle: usize,
    /// The process's time, with the particle's position at that time, from data to noise.
    pub places: Vec<(f64, [f64; 2])>,
}

impl Film {
    /// The film of the particle that starts nearest to the place in the specification.
    pub fn of(cloud: &Cloud, spec: FilmSpec) -> Self {
        let FilmSpec { process, mode, place } = spec;
        let distance = |x: &[f32; 2]| (f64::from(x[0]) - place[0]).hypot(f64::from(x[1]) - place[1]);
        let clean = cloud.clean.iter().enumerate();
        let nearest = clean.min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
        let particle = nearest.map_or(0, |(number, _)| number);
        let times = process.times(Spacing::LogSnr, STEPS, process.cut_off());
        let at = |t: f64| Some((t, cloud.at(process.level(t), mode).place(particle)?.map(f64::from)));
        Self { spec, particle, places: times.into_iter().rev().filter_map(at).collect() }
    }

    /// The particle's path up to the time t. `cloud` must be the cloud that the film was made of.
    pub fn until(&self, cloud: &Cloud, t: f64) -> Vec<[f64; 2]> {
        let FilmSpec { process, mode, .. } = self.spec;
        let now = cloud.at(process.level(t), mode).place(self.particle);
        let past = self.places.iter().take_while(|(time, _)| *time < t).map(|(_, place)| *place);
        past.chain(now.map(|place| place.map(f64::from))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::plane::unit;
    use crate::diffusion::data::{PlaneData, energy_distance, mean_and_covariance};

    const MODES: [NoiseMode; 2] = [NoiseMode::Jump, NoiseMode::Walk];

    #[test]
    fn a_film_is_of_one_particle_of_the_cloud() {
        let cloud = Cloud::of(&PlaneData::Rings.mixture(), 301, 6);
        let wanted = [17, 300].map(|i| cloud.clean[i].map(f64::from));
        for (mode, longest) in MODES.into_iter().zip([0.2, 1.2]) {
            for (number, place) in [17, 300].into_iter().zip(wanted) {
                let film = Film::of(&cloud, FilmSpec { process: Process::VP, mode, place });
                assert_eq!((film.particle, film.places.len()), (number, STEPS + 1));
                for (t, x) in &film.places {
                    let places = cloud.at(Process::VP.level(*t), mode).places();
                    assert_eq!(*x, places[number].map(f64::from), "{mode:?} {t}");
                }
                let steps =
                    film.places.windows(2).map(|p| (p[0].1[0] - p[1].1[0]).hypot(p[0].1[1] - p[1].1[1]));
                let (sum, far) = steps.fold((0.0, 0.0_f64), |(sum, far), step| (sum + step, far.max(step)));
                let half = film.until(&cloud, 0.5);
                let level = Process::VP.level(0.5);
                assert_eq!(
                    half.last(),
                    cloud.at(level, mode).place(number).map(|x| x.map(f64::from)).as_ref()
                );
                assert!(half.len() < film.places.len() && half[0] == film.places[0].1);
                // A walk wanders, while a jump goes straight.
                assert!(far < longest && (sum > 8.0) == (mode == NoiseMode::Walk), "{mode:?} {sum} {far}");
            }
        }
    }

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
                    // Five standard deviations of the estimates.
                    for (found, mean) in found.0.iter().zip(mean) {
                        assert!((found - signal * mean).abs() < 0.043, "{what}");
                    }
                    for (i, j) in [(0, 0), (0, 1), (1, 1)] {
                        let own = if i == j { noise * noise } else { 0.0 };
                        let exact = signal * signal * covariance[i][j] + own;
                        assert!((found.1[i][j] - exact).abs() < 0.06, "{what}: {exact}");
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
        // With data at 0 only the noise is left. With a jump, one ε is scaled; a walk inherits a part of it: cov(U(s),
        // U(s')) = exp(−|s − s'|/2).
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
