//! A cloud of data and its noise: the forward process of many particles.

use crate::diffusion::exact::Mixture;
use crate::diffusion::noise::{Key, Stream, plane};
use crate::diffusion::process::Level;

use super::unit;

/// Data, and one ε for each particle.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    clean: Vec<[f32; 2]>,
    noise: Vec<[f32; 2]>,
}

impl Cloud {
    /// So many particles.
    pub fn of(data: &Mixture<2>, count: usize, seed: u64) -> Self {
        let clean = data.sample(seed, count).into_iter().map(|x| x.map(|v| v as f32)).collect();
        let noise = plane(Key::from_seed(seed), 0, Stream::Walk, 0, 0, 2 * count);
        Self { clean, noise: noise.as_chunks::<2>().0.to_vec() }
    }

    /// Where the particles are at a level of noise.
    pub fn at(&self, level: Level) -> impl ExactSizeIterator<Item = [f32; 2]> {
        let factor = unit(level);
        let [signal, noise] = [level.scale, level.sigma()].map(|v| (factor * v) as f32);
        let place = move |(x, e): (&[f32; 2], &[f32; 2])| {
            [signal * x[0] + noise * e[0], signal * x[1] + noise * e[1]]
        };
        self.clean.iter().zip(&self.noise).map(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::process::Process;
    use crate::diffusion::toy::PlaneData;

    #[test]
    fn the_cloud_keeps_unit_variance_in_every_process() {
        let cloud = Cloud::of(&PlaneData::Moons.mixture(), 20_000, 4);
        for process in Process::ALL {
            for t in [0.1, 0.5, 1.0] {
                let squares: f32 = cloud.at(process.level(t)).map(|[x, y]| x * x + y * y).sum();
                assert!((squares / 40_000.0 - 1.0).abs() < 0.03, "{process:?} {t} {squares}");
            }
        }
    }
}
