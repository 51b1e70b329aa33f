//! A network that learns one picture.
//!
//! It sees blocks of 2 × 2 pixels as one pixel with four times the channels. That is a permutation, so noise
//! stays the same noise; with a quarter of the pixels and wider channels it learns several times faster
//! (patching, as in Hoogeboom et al. 2023, section 2.3).

use std::sync::Arc;

use super::{OwnSpec, WorkerError};
use crate::dataset::Dataset;
use crate::diffusion::Raster;
use crate::diffusion::gaussian::standard_normal_cdf;
use crate::diffusion::noise::{Key, Stream, plane};
use crate::diffusion::sampler::PredictionType;
use crate::imaging::{FitMode, FitOptions, fit};
use crate::model::{DownBlockType, UNet2DConfig, UpBlockType};
use crate::train::{TrainSettings, Trainer, config_for};

/// Number of crops in the training data. More crops did not change the result.
const CROPS: usize = 512;
/// How much longer the picture's shorter side is than a crop: enough for variation, little enough that
/// every crop shows nearly all of it and a few hundred iterations are enough to learn the whole.
const ROOM: f64 = 1.08;
/// What the network predicts: the clean picture. At high noise it then learns the picture's layout within a
/// few hundred iterations, where ε̂ would have to be right to a percent to say anything of it.
pub(super) const PREDICTION: PredictionType = PredictionType::Sample;

/// Side of a block, in pixels.
pub(super) const BLOCK: usize = 2;

/// A picture `[channels, height, width]` as blocks: `[channels · BLOCK², height / BLOCK, width / BLOCK]`.
pub(super) fn to_blocks<T: Copy>(values: &[T], [channels, height, width]: [usize; 3]) -> Vec<T> {
    places(channels, height, width).map(|place| values[place]).collect()
}

/// The inverse of [`to_blocks`], with the shape of the picture.
pub(super) fn to_pixels<T: Copy + Default>(blocks: &[T], [channels, height, width]: [usize; 3]) -> Vec<T> {
    let mut values = vec![T::default(); blocks.len()];
    for (place, &value) in places(channels, height, width).zip(blocks) {
        values[place] = value;
    }
    values
}

/// For each value of the blocks, in order, its index in the picture.
fn places(channels: usize, height: usize, width: usize) -> impl Iterator<Item = usize> {
    let corners = (0..channels * BLOCK * BLOCK).map(|i| (i / (BLOCK * BLOCK), i / BLOCK % BLOCK, i % BLOCK));
    corners.flat_map(move |(channel, dy, dx)| {
        (0..height / BLOCK).flat_map(move |y| {
            (0..width / BLOCK).map(move |x| (channel * height + y * BLOCK + dy) * width + x * BLOCK + dx)
        })
    })
}

/// A trainer on crops of the picture.
pub(super) fn trainer(spec: &OwnSpec) -> Result<Trainer, WorkerError> {
    let data = Arc::new(crops(spec)?);
    let settings = TrainSettings {
        schedule: spec.schedule.clone(),
        prediction: PREDICTION,
        batch: 4,
        // With a rate half as large again, the network sometimes never recovers from a bad step.
        learning_rate: 2e-3,
        warm_up: 20,
        iterations: Some(spec.iterations),
        ema: 0.98,
        // Crops are mirrored before they become blocks.
        flip: false,
        seed: spec.seed,
        ..TrainSettings::default()
    };
    Ok(Trainer::new(&config_for(&network(spec), &data)?, settings, data)?)
}

/// A small network without attention.
fn network(spec: &OwnSpec) -> UNet2DConfig {
    use {DownBlockType::DownBlock2D, UpBlockType::UpBlock2D};
    UNet2DConfig {
        sample_size: Some([spec.size / BLOCK; 2]),
        layers_per_block: 1,
        block_out_channels: vec![32, 64, 96],
        norm_num_groups: 8,
        down_block_types: vec![DownBlock2D; 3],
        up_block_types: vec![UpBlock2D; 3],
        add_attention: false,
        ..UNet2DConfig::default()
    }
}

/// Square crops of the picture, as blocks, at places that are drawn with the seed.
fn crops(spec: &OwnSpec) -> Result<Dataset, WorkerError> {
    let size = spec.size;
    let shorter = (size as f64 * ROOM).round();
    let (h, w) = (spec.picture.height as f64, spec.picture.width as f64);
    let longest = (shorter * h.max(w) / h.min(w)).round().min(8.0 * shorter);
    let picture = fit(&spec.picture, &FitOptions { size: longest as u32, mode: FitMode::Fit });
    let picture = if picture.height < size || picture.width < size {
        crate::imaging::fill(&picture, shorter as usize, shorter as usize)
    } else {
        picture
    };
    let key = Key::from_seed(spec.seed);
    let normals = plane(key, 0, Stream::Training, u32::MAX, 0, 2 * CROPS);
    let mut bytes = Vec::with_capacity(CROPS * picture.channels * size * size);
    for (i, place) in normals.as_chunks::<2>().0.iter().enumerate() {
        let [top, left] = [(place[0], picture.height), (place[1], picture.width)].map(|(z, side)| {
            // A normal value's cumulative probability is uniformly distributed.
            let uniform = standard_normal_cdf(f64::from(z));
            ((side - size + 1) as f64 * uniform) as usize
        });
        let corner = [top.min(picture.height - size), left.min(picture.width - size)];
        let crop = crop(&picture, corner, size, i.is_multiple_of(2));
        bytes.extend(to_blocks(&crop, [picture.channels, size, size]));
    }
    let shape = [CROPS, picture.channels * BLOCK * BLOCK, size / BLOCK, size / BLOCK];
    Ok(Dataset::from_planes("crops of the picture", shape, bytes, None, Vec::new())?)
}

/// A square of the picture as bytes, mirrored left to right if wished.
fn crop(picture: &Raster, [top, left]: [usize; 2], size: usize, mirrored: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(picture.channels * size * size);
    for channel in 0..picture.channels {
        let plane = picture.plane(channel);
        for y in top..top + size {
            let row = plane[y * picture.width + left..][..size].iter();
            let byte = |value: &f32| ((value + 1.0) * 127.5).round() as u8;
            if mirrored {
                bytes.extend(row.rev().map(byte));
            } else {
                bytes.extend(row.map(byte));
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_a_permutation_of_the_pixels() {
        let shape = [3, 4, 6];
        let values: Vec<u32> = (0..72).collect();
        let blocks = to_blocks(&values, shape);
        // The first plane holds the upper left pixels of the first channel's blocks.
        assert_eq!(blocks[..6], [0, 2, 4, 12, 14, 16]);
        assert_eq!(blocks[6..8], [1, 3]);
        assert_eq!(to_pixels(&blocks, shape), values);
    }
}
