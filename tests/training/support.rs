//! Small networks and data for tests.

use std::sync::Arc;

use diffuscope::dataset::Dataset;
use diffuscope::diffusion::ScheduleSpec;
use diffuscope::model::{DownBlockType, UNet2DConfig, UpBlockType};
use diffuscope::train::{TrainSettings, config_for};

/// `n` grey pictures of 8 × 8 pixels, all different, in three classes or without classes.
pub fn pictures(n: usize, classes: bool) -> Arc<Dataset> {
    let pixel = |i: usize| {
        let (picture, y, x) = (i / 64, i / 8 % 8, i % 8);
        ((picture * 53 + x * (20 + picture % 7) + y * (5 + picture % 11)) % 256) as u8
    };
    let labels = classes.then(|| (0..n as u32).map(|i| i % 3).collect());
    let names = if classes { ["a", "b", "c"].map(str::to_owned).to_vec() } else { Vec::new() };
    let pixels = (0..n * 64).map(pixel).collect();
    Arc::new(Dataset::from_bytes("pictures", [n, 1, 8, 8], pixels, labels, names).unwrap())
}

/// The config of a network with two levels, and with attention in the coarser level and in the middle.
pub fn network(channels: usize) -> UNet2DConfig {
    UNet2DConfig {
        block_out_channels: vec![channels, 2 * channels],
        down_block_types: vec![DownBlockType::DownBlock2D, DownBlockType::AttnDownBlock2D],
        up_block_types: vec![UpBlockType::AttnUpBlock2D, UpBlockType::UpBlock2D],
        layers_per_block: 1,
        norm_num_groups: 4,
        attention_head_dim: Some(8),
        ..UNet2DConfig::default()
    }
}

/// The config of [`network`], adapted to this data.
pub fn config(channels: usize, data: &Dataset) -> UNet2DConfig {
    config_for(&network(channels), data).unwrap()
}

/// The settings of a short run.
pub fn settings(iterations: u64) -> TrainSettings {
    TrainSettings {
        schedule: ScheduleSpec { steps: 100, ..ScheduleSpec::default() },
        batch: 8,
        learning_rate: 2e-3,
        warm_up: 5,
        iterations: Some(iterations),
        ..TrainSettings::default()
    }
}
