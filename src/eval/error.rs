//! What can go wrong in an evaluation, each in one line a person can act on.

use crate::model::ModelError;

/// An evaluation is not possible.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// Too few pictures for a covariance of all features.
    #[error("{found} {what} are too few for a Fréchet distance of {width} features; {least} are needed")]
    TooFew {
        /// What they are: "samples", "test pictures" …
        what: &'static str,
        /// How many there are.
        found: usize,
        /// Number of features.
        width: usize,
        /// The smallest number that serves.
        least: usize,
    },
    /// A feature is NaN or infinite.
    #[error("a feature of the {what} is not a finite number; the pictures or the classifier are broken")]
    NotFinite {
        /// What they are.
        what: &'static str,
    },
    /// Pictures of another shape.
    #[error("the samples have {samples} values each and the pictures {pictures}")]
    Shape {
        /// Values of a sample.
        samples: usize,
        /// Values of a picture.
        pictures: usize,
    },
    /// The computation failed.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl From<candle_core::Error> for EvalError {
    fn from(error: candle_core::Error) -> Self {
        Self::Model(error.into())
    }
}
