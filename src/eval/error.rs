//! What can go wrong in an evaluation, each told in one line that a person can act on.

use crate::model::ModelError;

/// Why an evaluation is not possible.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// There are too few pictures to estimate a covariance of all features.
    #[error("{found} {what} are too few for a Fréchet distance of {width} features; {least} are needed")]
    TooFew {
        /// What the pictures are, such as "samples" or "test pictures".
        what: &'static str,
        /// How many pictures there are.
        found: usize,
        /// Number of features.
        width: usize,
        /// The smallest number of pictures that is enough.
        least: usize,
    },
    /// A feature is NaN or infinite.
    #[error("a feature of the {what} is not a finite number; the pictures or the classifier are broken")]
    NotFinite {
        /// What the pictures are.
        what: &'static str,
    },
    /// The pictures do not have the same shape as the samples.
    #[error("the samples have {samples} values each and the pictures {pictures}")]
    Shape {
        /// Number of values in a sample.
        samples: usize,
        /// Number of values in a picture.
        pictures: usize,
    },
    /// A network could not be opened or computed.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl From<candle_core::Error> for EvalError {
    fn from(error: candle_core::Error) -> Self {
        Self::Model(error.into())
    }
}
