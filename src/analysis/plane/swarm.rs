//! Particles, and the noise that is mixed into them: all that is needed to draw them.

use std::sync::Arc;

use super::unit;
use crate::diffusion::noise::{Blocks, Key, WalkPosition, bridges, walk};
use crate::diffusion::process::Level;

/// The number of blocks of the walk that are evaluated together.
const LANES: usize = 16;

/// The noise of particles.
#[derive(Clone, Debug, PartialEq)]
pub enum Noise {
    /// No noise: the points are the positions.
    None,
    /// One ε for each particle.
    Given(Arc<[[f32; 2]]>),
    /// The noise of all particles at this position on their walks, with this seed. The walk of particle k is
    /// the walk of the pixels 2k and 2k + 1 in the first channel of a picture.
    Walk(u64, WalkPosition),
}

/// Particles at the positions `factors[0] · x + factors[1] · noise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Swarm {
    /// The x. The contents never change: the same address in memory means the same particles.
    pub points: Arc<[[f32; 2]]>,
    /// The noise.
    pub noise: Noise,
    /// The factors: of the points, and of the noise.
    pub factors: [f32; 2],
}

impl Swarm {
    /// Particles at the given positions.
    pub fn still(points: Arc<[[f32; 2]]>) -> Self {
        Self { points, noise: Noise::None, factors: [1.0, 0.0] }
    }

    /// Data at a level of noise, in units in which the variance is 1: `(m x_0 + σ ε)/√(m² + σ²)`, where m is
    /// the scale of the level.
    pub(super) fn noised(clean: Arc<[[f32; 2]]>, noise: Noise, level: Level) -> Self {
        let factors = [level.scale, level.sigma()].map(|v| (unit(level) * v) as f32);
        Self { points: clean, noise, factors }
    }

    /// The positions of the particles. The shaders `shaders/particles.wgsl` and, for the walk,
    /// `shaders/particles_walk.wgsl` compute the same.
    pub fn places(&self) -> Vec<[f32; 2]> {
        match &self.noise {
            Noise::None => self.mixed(&self.points),
            Noise::Given(noise) => self.mixed(noise),
            Noise::Walk(seed, place) => self.mixed(&walked(*seed, *place, self.points.len())),
        }
    }

    /// The position of one particle, if there is one with this index.
    pub fn place(&self, particle: usize) -> Option<[f32; 2]> {
        let x = self.points.get(particle)?;
        let noise = match &self.noise {
            Noise::None => [0.0; 2],
            Noise::Given(noise) => *noise.get(particle)?,
            Noise::Walk(seed, place) => {
                let block = Blocks::<1>::consecutive(particle as u32 / 2);
                let z = walk(Key::from_seed(*seed), &block, 0, *place, bridges());
                let first = 2 * (particle % 2);
                [z[first][0], z[first + 1][0]]
            }
        };
        Some([0, 1].map(|d| self.factors[0] * x[d] + self.factors[1] * noise[d]))
    }

    fn mixed(&self, noise: &[[f32; 2]]) -> Vec<[f32; 2]> {
        let [signal, sigma] = self.factors;
        let place = |(x, e): (&[f32; 2], &[f32; 2])| [0, 1].map(|d| signal * x[d] + sigma * e[d]);
        self.points.iter().zip(noise).map(place).collect()
    }
}

/// The noise of `count` particles at a position on their walks.
fn walked(seed: u64, place: WalkPosition, count: usize) -> Vec<[f32; 2]> {
    let mut noise = vec![[0.0; 2]; count];
    // A block of four normals serves two particles.
    for (group, particles) in noise.chunks_mut(2 * LANES).enumerate() {
        let blocks = Blocks::<LANES>::consecutive((group * LANES) as u32);
        let z = walk(Key::from_seed(seed), &blocks, 0, place, bridges());
        for (k, particle) in particles.iter_mut().enumerate() {
            let first = 2 * (k % 2);
            *particle = [z[first][k / 2], z[first + 1][k / 2]];
        }
    }
    noise
}
