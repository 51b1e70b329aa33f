//! What can go wrong on the way from noise to data.

use thiserror::Error;

/// Why a run cannot begin or go on.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SolverError {
    /// Fewer network calls than one step takes.
    #[error("{solver} needs at least {least} network calls, got {got}")]
    Calls {
        /// The solver's name.
        solver: &'static str,
        /// Calls of its shortest run.
        least: usize,
        /// Calls that were allowed.
        got: usize,
    },
    /// A state with NaN or infinite values.
    #[error("a point left the finite numbers at t = {t}: allow more network calls, or guide less")]
    NotFinite {
        /// The time.
        t: f64,
    },
    /// A score that cannot be computed.
    #[error("the network failed: {0}")]
    Score(String),
}
