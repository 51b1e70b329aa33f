//! How much memory a network takes, at least.
//!
//! What its pictures take is known to a [plan](super::graph::planned) before it takes any.

/// Bytes that a network with so many parameters takes: its tensors, and these in the order in which
/// products read them.
pub(super) fn of_parameters(parameters: usize) -> u64 {
    2 * size_of::<f32>() as u64 * parameters as u64
}
