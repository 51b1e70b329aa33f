//! Checks that there is enough memory before it is taken.
//!
//! Systems promise more memory than they have, and kill a program that uses it. So the free memory is checked against
//! what will be needed at least, as far as this can be known in advance.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// Needs below this number of bytes, 256 MiB, are not checked.
pub const SMALL: u64 = 1 << 28;

/// There is less free memory than is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{:.1} GB of memory are needed, {:.1} GB are free", self.needed as f64 / 1e9, self.available as f64 / 1e9
)]
pub struct Shortage {
    /// Bytes that are needed, at least.
    pub needed: u64,
    /// Bytes that are free.
    pub available: u64,
}

/// Checks that this number of bytes is free now.
///
/// # Errors
/// [`Shortage`] if it is not. No error if the system does not say how much memory is free.
pub fn enough_for(needed: u64) -> Result<(), Shortage> {
    if needed < SMALL { Ok(()) } else { enough(needed, available()) }
}

fn enough(needed: u64, available: Option<u64>) -> Result<(), Shortage> {
    match available {
        Some(available) if available < needed => Err(Shortage { needed, available }),
        _ => Ok(()),
    }
}

/// The most bytes that this program has held in memory at any time so far, if the system says: only Linux does, in
/// `/proc`.
pub fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

/// Bytes that are free, if the system says.
pub fn available() -> Option<u64> {
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
        assert_eq!(text, "12.3 GB of memory are needed, 3.0 GB are free");
        // No machine has this much memory, and every machine has some.
        assert!(enough_for(u64::MAX).is_err_and(|shortage| shortage.available > 0));
        assert!(enough_for(SMALL - 1).is_ok());
    }

    #[test]
    fn the_peak_grows_with_what_is_held() {
        let Some(before) = peak() else { return };
        let held = vec![1_u8; 1 << 28];
        assert!(held.iter().all(|byte| *byte == 1));
        assert!(peak().is_some_and(|after| after >= before.max(1 << 28)));
    }
}
