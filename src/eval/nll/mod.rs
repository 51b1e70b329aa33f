//! The likelihood of pictures under a network, in bits per dimension.
//!
//! | module | what it is |
//! | --- | --- |
//! | `bound` | the variational bound, one t at a time |
//! | `flow` | the likelihood along the probability-flow ODE, one step at a time |
//! | `error` | why a likelihood cannot be computed |
//!
//! Both are asked for one piece after another, so that a command or a background task can show what is there, and stop.
//! The mathematics is [`diffusion::nll`](crate::diffusion::nll).

mod bound;
mod error;
mod flow;

pub use bound::{Bound, BoundNoise, BoundSpec, BoundTerm, PriorTerm};
pub use error::LikelihoodError;
pub use flow::{Flow, MOST_EXACT, Paths, VectorJacobian, path_seed};

#[cfg(test)]
mod tests;
