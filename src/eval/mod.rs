//! How good samples are, by numbers.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`frechet`] | the Fréchet distance between two sets of features |
//! | [`neighbours`] | the nearest training picture of each sample: how far a network memorises |
//!
//! Features and classes come from a [`Classifier`](crate::classifier::Classifier). A Fréchet distance
//! depends on the classifier and, as its covariances are estimates, on the number of pictures: only
//! distances of the same classifier and number compare.

mod error;
pub mod frechet;
pub mod neighbours;

pub use error::EvalError;
pub use frechet::{Moments, frechet_distance};
pub use neighbours::{Nearest, Neighbours, nearest};
