//! Distributions for which everything about diffusion is known exactly: marginals, scores, the mean of `p(x_0 | x_t)`,
//! and reverse kernels.
//!
//! [`Mixture`]s of round Gaussians stay mixtures under every operation, in any dimension; a finite set of points is one
//! too. In one dimension there are also [`Density`]s, which may have uniform pieces and curves drawn by hand.

mod chain;
mod density;
mod kernel;
mod mixture;
pub(in crate::diffusion) mod quadrature;
mod segment;

pub use chain::{reverse_step, total_variation};
pub use density::{Density, Posterior};
pub use kernel::ReverseKernel;
pub use mixture::{Component, Local, Mixture};
pub use quadrature::integrate;
pub use segment::Segment;
