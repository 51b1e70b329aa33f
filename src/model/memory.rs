//! How much memory a network takes, at least.

use super::UNet2DConfig;

/// Bytes that a network with so many parameters takes: its tensors, and these in the order in which
/// products read them.
pub(super) fn of_parameters(parameters: usize) -> u64 {
    2 * bytes(&[parameters])
}

/// Bytes that a network's buffers take: the pictures of the highest resolution that are there at the same
/// time, which are those kept for the way up, the one computed, and what it is computed from.
pub(super) fn of_plan(config: &UNet2DConfig, images: usize, pixels: usize) -> u64 {
    let channels = config.block_out_channels.first().copied().unwrap_or(1);
    bytes(&[images, pixels, channels, config.layers_per_block + 3])
}

/// Of so many numbers in 32 bits.
fn bytes(factors: &[usize]) -> u64 {
    factors.iter().fold(4, |product, &factor| product.saturating_mul(factor as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_grow_with_parameters_and_pictures() {
        let config = UNet2DConfig::default();
        assert_eq!(of_parameters(1_000_000), 8_000_000);
        assert_eq!(of_plan(&config, 1, usize::MAX), u64::MAX);
        let small = of_plan(&config, 1, 32 * 32);
        assert!(small > 4 * 32 * 32 * config.block_out_channels[0] as u64 && small < crate::memory::SMALL);
    }
}
