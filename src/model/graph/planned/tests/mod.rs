//! Each kind of step is compared with its definition in f64, over random shapes and at every SIMD level of
//! this machine; whole networks are compared with candle's operations.

mod arrange;
mod attention;
mod backward;
mod conv;
mod layer_norm;
mod network;
mod nonlinear;

use super::lanes::{Channels, Lanes};

/// Brings `[images, channels, pixels]` into blocks.
fn to_blocks(numbers: &[f32], channels: &Channels, images: usize) -> Vec<Lanes> {
    let pixels = numbers.len() / (channels.count() * images);
    let mut blocks = Vec::new();
    for range in channels.of_blocks() {
        for (image, pixel) in (0..images).flat_map(|image| (0..pixels).map(move |pixel| (image, pixel))) {
            let mut lanes = Lanes::ZERO;
            for (lane, channel) in lanes.0.iter_mut().zip(range.clone()) {
                *lane = numbers[(image * channels.count() + channel) * pixels + pixel];
            }
            blocks.push(lanes);
        }
    }
    blocks
}

/// The inverse of [`to_blocks`]; checks that lanes without a channel are zero.
fn from_blocks(blocks: &[Lanes], channels: &Channels, images: usize) -> Vec<f32> {
    let pixels = blocks.len() / (channels.blocks() * images);
    let mut numbers = vec![0.0; channels.count() * images * pixels];
    for (block, range) in blocks.chunks(images * pixels).zip(channels.of_blocks()) {
        for (i, lanes) in block.iter().enumerate() {
            let (image, pixel) = (i / pixels, i % pixels);
            for (lane, &x) in lanes.0.iter().enumerate() {
                if lane < range.len() {
                    numbers[(image * channels.count() + range.start + lane) * pixels + pixel] = x;
                } else {
                    assert_eq!(x, 0.0, "a lane of no channel");
                }
            }
        }
    }
    numbers
}
