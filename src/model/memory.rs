//! The least memory that a network takes.
//!
//! The memory that pictures take inside the network is not included: a [plan](super::graph::planned) works it
//! out before it allocates any.

/// The bytes that a network with this number of parameters takes: its tensors, and a copy of them in the
/// order in which products read them.
pub(super) fn of_parameters(parameters: usize) -> u64 {
    2 * size_of::<f32>() as u64 * parameters as u64
}
