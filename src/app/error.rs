//! Why the window cannot start.

use crate::gpu::GpuError;
use crate::imaging::ImagingError;
use crate::scene::SceneError;

/// Why the window cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The first picture cannot be found or decoded.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// The first scene is not valid.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// Pictures cannot be computed, not even on the processor.
    #[error(transparent)]
    Gpu(#[from] GpuError),
}
