//! How much a network computes.

use super::networks::unet_2d_graph;
use super::{ModelError, UNet2DConfig};

/// The floating-point operations (multiplications and additions) of one call with one sample of this height
/// and width, in convolutions, linear maps and attention. Operations that are done once for each pixel and
/// channel (normalisation, non-linearities, sums) are not counted; they are about a hundredth of the whole.
///
/// Divided by the seconds that a call takes, this is the usual FLOP/s, whatever method a convolution uses.
///
/// # Errors
/// If the configuration is not valid.
pub fn operations(config: &UNet2DConfig, size: [usize; 2]) -> Result<u64, ModelError> {
    config.validate("config")?;
    Ok(unet_2d_graph(config)?.operations(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_by_hand() {
        let config = UNet2DConfig {
            in_channels: 1,
            out_channels: 2,
            block_out_channels: vec![4],
            down_block_types: vec![crate::model::DownBlockType::DownBlock2D],
            up_block_types: vec![crate::model::UpBlockType::UpBlock2D],
            layers_per_block: 1,
            norm_num_groups: 2,
            mid_block: false,
            ..UNet2DConfig::default()
        };
        // The convolutions at the ends, 1 → 4 and 4 → 2 channels; one block with two convolutions 4 → 4; two
        // blocks with 8 → 4, 4 → 4 and 1×1 8 → 4.
        let convolutions = 64 * (9 * (4 + 8) + 9 * (16 + 16) + 2 * (9 * (32 + 16) + 32));
        // The two layers of the time embedding, 4 → 16 → 16, and 16 → 4 for each of the three blocks.
        let linear = 4 * 16 + 16 * 16 + 3 * 16 * 4;
        assert_eq!(operations(&config, [8, 8]).unwrap(), 2 * (convolutions + linear));
    }

    #[test]
    fn presets_have_their_known_cost() {
        let giga = |name| {
            let config = UNet2DConfig::preset(name).unwrap();
            operations(&config, [32; 2]).unwrap() as f64 / 1e9
        };
        assert!((giga("tiny32") - 0.56).abs() < 0.01, "{}", giga("tiny32"));
        assert!((giga("small32") - 3.17).abs() < 0.02, "{}", giga("small32"));
        assert!((giga("ddpm-cifar10") - 12.4).abs() < 0.1, "{}", giga("ddpm-cifar10"));
    }
}
