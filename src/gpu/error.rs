//! Errors of graphics devices and of the CPU engine.

use super::{Field, Slot};

/// A failure of an engine. The text says what to do, where something can be done.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GpuError {
    /// No adapter at all, or none that can run compute shaders.
    #[error(
        "no usable graphics adapter ({0}); install a Vulkan, Metal or DirectX 12 driver: 'diffuscope doctor' names the package"
    )]
    NoAdapter(String),
    /// The adapter refused to open.
    #[error("the graphics adapter could not be opened: {0}")]
    NoDevice(String),
    /// The adapter lacks a capability.
    #[error("{adapter} cannot run these kernels: {reason}")]
    Unsupported {
        /// The adapter's name.
        adapter: String,
        /// What it lacks.
        reason: String,
    },
    /// A picture is larger than the device can hold in one piece.
    #[error("{what} needs {needed} bytes, the device allows {allowed}; use a smaller picture")]
    TooLarge {
        /// What was to be allocated.
        what: &'static str,
        /// Bytes wanted.
        needed: u64,
        /// Bytes that the device allows.
        allowed: u64,
    },
    /// A width or height that is 0 or too large for the device.
    #[error("{what} cannot be {width} × {height} pixels (1 to {max} each)")]
    Size {
        /// What has this size: "a picture", "a displayed picture" or "the picture that keys the noise".
        what: &'static str,
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// The most pixels in one direction.
        max: usize,
    },
    /// The device ran out of memory.
    #[error("the graphics device is out of memory: {0}; use a smaller picture or close other programs")]
    OutOfMemory(String),
    /// The device was lost (driver reset, unplugged, suspended).
    #[error("the graphics device was lost: {0}; restart the program, or use the CPU")]
    Lost(String),
    /// The device rejected a command: a bug here or in the driver.
    #[error("the graphics device reported an error: {0}")]
    Device(String),
    /// A slot was asked for a field that its job does not compute.
    #[error("{slot:?} holds no {field:?}; compute a job that produces it first")]
    NoField {
        /// The slot that was asked.
        slot: Slot,
        /// The field that it lacks.
        field: Field,
    },
    /// The CPU engine's threads could not be started.
    #[error("the worker threads could not be started: {0}")]
    Threads(String),
}
