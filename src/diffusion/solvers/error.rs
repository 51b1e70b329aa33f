//! What can go wrong on the way from noise to data.

use thiserror::Error;

/// Why a run cannot begin or go on.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SolverError {
    /// A run was allowed fewer network calls than one step needs.
    #[error("{solver} needs at least {least} network calls, got {got}")]
    Calls {
        /// The solver's name.
        solver: &'static str,
        /// Calls of its shortest run.
        least: usize,
        /// Calls that were allowed.
        got: usize,
    },
    /// A state became NaN or infinite.
    #[error("a point left the finite numbers at t = {t}: allow more network calls, or guide less")]
    NotFinite {
        /// The time.
        t: f64,
    },
    /// The score cannot be computed.
    #[error("the network failed: {0}")]
    Score(String),
}
