//! What can go wrong with a family, each told in one line that a person can act on.

use crate::diffusion::solvers::SolverError;
use crate::learned_score::ScoreError;

/// A model could not be trained or measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FamilyError {
    /// A setting is out of range.
    #[error("{setting} must be {expected}, got {found}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// The values that it may have.
        expected: &'static str,
        /// The value that it has.
        found: String,
    },
    /// A loss is NaN or infinite.
    #[error(
        "{family}: the loss of iteration {iteration} is {loss}; the training has diverged: choose a smaller learning rate"
    )]
    Diverged {
        /// The family's name.
        family: &'static str,
        /// The iteration, from 1.
        iteration: u64,
        /// The loss of that iteration.
        loss: f64,
    },
    /// The score of the diffusion model failed.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The diffusion model could not be sampled.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// candle failed.
    #[error("the tensor library failed: {}", .0.to_string().lines().next().unwrap_or_default())]
    Tensor(#[from] candle_core::Error),
}
