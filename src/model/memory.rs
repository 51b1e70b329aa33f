//! Whether there is memory for a network.
//!
//! Systems promise more memory than they have, and end a program that uses it. So it is asked for before it
//! is taken, as far as it can be foretold: by what is needed at least.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use super::{ModelError, UNet2DConfig};

/// Needs below this, 256 MiB, are not asked about.
const SMALL: u64 = 1 << 28;

/// Checks that so many bytes can be had now.
///
/// # Errors
/// [`ModelError::Memory`].
pub(crate) fn enough_for(needed: u64) -> Result<(), ModelError> {
    if needed < SMALL { Ok(()) } else { enough(needed, available()) }
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

fn enough(needed: u64, available: Option<u64>) -> Result<(), ModelError> {
    match available {
        Some(available) if available < needed => Err(ModelError::Memory { needed, available }),
        _ => Ok(()),
    }
}

/// Bytes that can be had without taking them from others, if the system says.
fn available() -> Option<u64> {
    let memory = MemoryRefreshKind::nothing().with_ram();
    let system = System::new_with_specifics(RefreshKind::nothing().with_memory(memory));
    let of_group = system.cgroup_limits().map_or(u64::MAX, |limits| limits.free_memory);
    Some(system.available_memory().min(of_group)).filter(|&free| free > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_refused() {
        assert!(enough(1 << 40, None).is_ok() && enough(1 << 33, Some(1 << 33)).is_ok());
        let text = enough(12_345_678_901, Some(3_000_000_000)).unwrap_err().to_string();
        assert!(text.starts_with("12.3 GB of memory are needed, 3.0 GB are free; "), "{text}");
        // No machine has this; and every one has something.
        assert!(matches!(enough_for(u64::MAX), Err(ModelError::Memory { available, .. }) if available > 0));
    }

    #[test]
    fn needs_grow_with_parameters_and_pictures() {
        let config = UNet2DConfig::default();
        assert_eq!(of_parameters(1_000_000), 8_000_000);
        assert_eq!(of_plan(&config, 1, usize::MAX), u64::MAX);
        let small = of_plan(&config, 1, 32 * 32);
        assert!(small > 4 * 32 * 32 * config.block_out_channels[0] as u64 && small < SMALL);
    }
}
