//! A network that learns one picture.

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

/// Crops that are learned; more are no different.
const CROPS: usize = 512;
/// How much longer the picture's shorter side is than a crop: enough for variation, little enough that
/// every crop shows most of it.
const ROOM: f64 = 1.15;
/// What the network predicts: the clean picture. At high noise it then learns the picture's layout within a
/// few hundred iterations, where ε̂ would have to be right to a percent to say anything of it.
pub(super) const PREDICTION: PredictionType = PredictionType::Sample;

/// A trainer on crops of the picture.
pub(super) fn trainer(spec: &OwnSpec) -> Result<Trainer, WorkerError> {
    let data = Arc::new(crops(spec)?);
    let settings = TrainSettings {
        schedule: spec.schedule.clone(),
        prediction: PREDICTION,
        batch: 4,
        learning_rate: 3e-3,
        warm_up: 20,
        iterations: Some(spec.iterations),
        ema: 0.98,
        flip: true,
        seed: spec.seed,
        ..TrainSettings::default()
    };
    Ok(Trainer::new(&config_for(&network(spec), &data)?, settings, data)?)
}

/// A small network without attention, narrow where there are many pixels: that is where the time goes.
fn network(spec: &OwnSpec) -> UNet2DConfig {
    use {DownBlockType::DownBlock2D, UpBlockType::UpBlock2D};
    UNet2DConfig {
        sample_size: Some([spec.size; 2]),
        layers_per_block: 1,
        block_out_channels: vec![16, 32, 64, 128],
        norm_num_groups: 8,
        down_block_types: vec![DownBlock2D; 4],
        up_block_types: vec![UpBlock2D; 4],
        add_attention: false,
        ..UNet2DConfig::default()
    }
}

/// Squares of the picture at places drawn by the seed.
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
    for place in normals.as_chunks::<2>().0 {
        let [top, left] = [(place[0], picture.height), (place[1], picture.width)].map(|(z, side)| {
            // Through the normal distribution's own function: uniform.
            let uniform = standard_normal_cdf(f64::from(z));
            ((side - size + 1) as f64 * uniform) as usize
        });
        crop(&picture, [top.min(picture.height - size), left.min(picture.width - size)], size, &mut bytes);
    }
    let shape = [CROPS, picture.channels, size, size];
    Ok(Dataset::from_bytes("crops of the picture", shape, bytes, None, Vec::new())?)
}

fn crop(picture: &Raster, [top, left]: [usize; 2], size: usize, bytes: &mut Vec<u8>) {
    for channel in 0..picture.channels {
        let plane = picture.plane(channel);
        for y in top..top + size {
            let row = &plane[y * picture.width + left..][..size];
            bytes.extend(row.iter().map(|value| ((value + 1.0) * 127.5).round() as u8));
        }
    }
}
