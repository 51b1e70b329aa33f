//! How much memory a network needs at least, which is asked for before it is taken.

use crate::memory::{Shortage, enough_for as enough};

use super::{ModelError, UNet2DConfig};

/// Checks that so many bytes can be had now.
///
/// # Errors
/// [`ModelError::Memory`].
pub(super) fn enough_for(needed: u64) -> Result<(), ModelError> {
    enough(needed).map_err(|Shortage { needed, available }| ModelError::Memory { needed, available })
}

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
    fn what_is_not_there_is_refused() {
        let error = ModelError::Memory { needed: 12_345_678_901, available: 3_000_000_000 }.to_string();
        assert!(error.starts_with("12.3 GB of memory are needed, 3.0 GB are free; "), "{error}");
        // No machine has this; and every one has something.
        assert!(matches!(enough_for(u64::MAX), Err(ModelError::Memory { available, .. }) if available > 0));
    }

    #[test]
    fn needs_grow_with_parameters_and_pictures() {
        let config = UNet2DConfig::default();
        assert_eq!(of_parameters(1_000_000), 8_000_000);
        assert_eq!(of_plan(&config, 1, usize::MAX), u64::MAX);
        let small = of_plan(&config, 1, 32 * 32);
        assert!(small > 4 * 32 * 32 * config.block_out_channels[0] as u64 && small < crate::memory::SMALL);
    }
}
