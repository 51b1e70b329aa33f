//! Smaller pictures that are given beside the noised ones, to be enlarged. They get some noise themselves, and the network
//! is told how much: so it does not trust the faults of pictures that another network has drawn (Ho et al. 2022, "Cascaded
//! diffusion models", section 4.2; Nichol et al. 2022, section 4.2).

use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::super::batch::Batch;
use super::TrainError;
use crate::diffusion::Schedule;
use crate::diffusion::noise::{Key, Stream, philox4x32, plane};
use crate::model::enlarged;

/// Counter word 1 of the noise levels of small pictures; see [`super::super::batch`].
const LEVEL: u32 = 0xFFFF_FFFA;
/// What the seed is mixed with for their noise, which must be another than that of the pictures.
const OTHER: u64 = 0x5EED_0F5A_A11E_57ED;

/// How small pictures are given to a network that enlarges them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowRes {
    /// How many times as high and as wide the result is.
    pub factor: usize,
    /// The largest timestep of the noise that small pictures get, by the run's own schedule; 0 for none.
    pub noise: usize,
}

impl LowRes {
    pub(super) fn check(self, [height, width]: [usize; 2], steps: usize) -> Result<(), TrainError> {
        let Self { factor, noise } = self;
        if factor < 2 || !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
            let (expected, found) =
                (format!("at least 2, and divide {width} × {height}"), factor.to_string());
            return Err(TrainError::Setting { setting: "factor of small pictures", expected, found });
        }
        if noise > steps {
            let (expected, found) = (format!("from 0 to {steps}"), noise.to_string());
            return Err(TrainError::Setting { setting: "noise of small pictures", expected, found });
        }
        Ok(())
    }
}

/// Makes small pictures of those that are learned, and gives them noise.
pub(super) struct Enlarging {
    low_res: LowRes,
    /// ᾱ of each timestep, from 0.
    alpha_bars: Vec<f64>,
    key: Key,
}

impl Enlarging {
    pub(super) fn new(low_res: LowRes, schedule: &Schedule, seed: u64) -> Self {
        let alpha_bars = std::iter::once(1.0).chain(schedule.iter().map(|step| step.alpha_bar)).collect();
        Self { low_res, alpha_bars, key: Key::from_seed(seed ^ OTHER) }
    }

    /// The small pictures of a part of a batch, which begins at sample `first`, enlarged to the size of the others; and the
    /// timesteps of their noise, which the network is told.
    pub(super) fn beside(
        &self,
        part: &Batch,
        first: usize,
        iteration: u64,
    ) -> Result<(Tensor, Vec<u32>), TrainError> {
        let [samples, channels, height, width] = part.shape;
        let LowRes { factor, noise } = self.low_res;
        let [rows, columns] = [height / factor, width / factor];
        let (low, high) = (iteration as u32, (iteration >> 32) as u32);
        let mut levels = Vec::with_capacity(samples);
        let mut values = Vec::with_capacity(part.x0.len());
        for (i, picture) in part.x0.chunks_exact(channels * height * width).enumerate() {
            let number = (first + i) as u32;
            let [word, ..] = philox4x32([number, LEVEL, low, high], self.key.0);
            let level = ((u64::from(word) * (noise as u64 + 1)) >> 32) as usize;
            let alpha_bar = self.alpha_bars[level];
            let [signal, noise] = [alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32];
            let mut small = halved(picture, [channels, height, width], factor);
            for (channel, plane_of) in small.chunks_exact_mut(rows * columns).enumerate() {
                let eps = plane(self.key, channel as u32, Stream::Training, low, number, rows * columns);
                plane_of.iter_mut().zip(eps).for_each(|(x, eps)| *x = signal * *x + noise * eps);
            }
            values.extend(enlarged(&small, [channels, rows, columns], factor));
            levels.push(level as u32);
        }
        Ok((Tensor::from_vec(values, &part.shape, &Device::Cpu)?, levels))
    }
}

/// A picture `[channels, height, width]` whose sides are divided: means of squares of pixels.
fn halved(picture: &[f32], [channels, height, width]: [usize; 3], factor: usize) -> Vec<f32> {
    let [rows, columns] = [height / factor, width / factor];
    let share = 1.0 / (factor * factor) as f32;
    let mut small = vec![0.0; channels * rows * columns];
    for (i, &value) in picture.iter().enumerate() {
        let (channel, y, x) = (i / (height * width), i / width % height, i % width);
        small[(channel * rows + y / factor) * columns + x / factor] += share * value;
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pictures_are_means() {
        let picture: Vec<f32> = (0..16).map(|i| i as f32).collect();
        assert_eq!(halved(&picture, [1, 4, 4], 2), [2.5, 4.5, 10.5, 12.5]);
    }
}
