//! Why the window cannot start, or a figure cannot be drawn.

use crate::gpu::GpuError;
use crate::imaging::ImagingError;
use crate::scene::SceneError;

/// Why the window cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The first picture.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// The first scene.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// Not even the processor serves.
    #[error(transparent)]
    Gpu(#[from] GpuError),
}
