//! The least memory that a network takes.
//!
//! How much its pictures take, a [plan](super::graph::planned) works out before it takes any.

/// The bytes that a network with so many parameters takes: its tensors, and a copy of them in the order in which
/// products read them.
pub(super) fn of_parameters(parameters: usize) -> u64 {
    2 * size_of::<f32>() as u64 * parameters as u64
}
