//! How good samples are, in numbers.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`frechet`] | the Fréchet distance between two sets of features |
//! | [`nll`] | the likelihood of pictures under a network, in bits per dimension |
//! | [`neighbours`] | the nearest training picture of each sample, which shows how far a network memorises |
//!
//! Features and classes come from a [`Classifier`](crate::classifier::Classifier). A Fréchet distance depends on the
//! classifier and, as its covariances are estimates, on the number of pictures: only distances with the same classifier
//! and the same numbers of pictures can be compared.

mod error;
pub mod frechet;
pub mod neighbours;
pub mod nll;

pub use error::EvalError;
pub use frechet::{Moments, frechet_distance};
pub use neighbours::{Nearest, Neighbours, nearest};
