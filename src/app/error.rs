//! Why the window cannot start or be measured.

use crate::gpu::GpuError;
use crate::imaging::ImagingError;
use crate::scene::SceneError;
use crate::worker::WorkerError;

/// Why the window cannot start or be measured.
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
    /// The training that is measured cannot go on.
    #[error(transparent)]
    Worker(Box<WorkerError>),
    /// The training of a measurement has not begun; the window, which is not shown, says why.
    #[error("no training has begun within {seconds} s; train in the window to see why")]
    NoTraining {
        /// How long it was waited for, in seconds.
        seconds: u64,
    },
}

impl From<WorkerError> for AppError {
    fn from(error: WorkerError) -> Self {
        Self::Worker(Box::new(error))
    }
}
