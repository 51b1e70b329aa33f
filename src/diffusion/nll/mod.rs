//! The variational bound of a diffusion network on the negative log-likelihood of pictures (Ho et al. 2020, eq. 5),
//! term by term and value by value.
//!
//! `−ln p(x_0) ≤ L_T + Σ_{t=2}^T L_{t−1} + L_0`, where in expectation over the forward process
//!
//! - `L_T = KL(q(x_T | x_0) ‖ N(0, I))` does not depend on the network: [`prior`];
//! - `L_{t−1} = KL(q(x_{t−1} | x_t, x_0) ‖ p(x_{t−1} | x_t))` are divergences of normals;
//! - `L_0 = −ln p(x_0 | x_1)` is the probability of the picture's 8 bits: [`decoder`], a [`Term`] too.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`terms`] | the terms of single values, with any variance of the reverse step |
//! | [`decoder`] | the normal distribution over the 256 levels of a pixel |
//! | [`normal`] | logarithms of the normal distribution that stay finite in its tails |
//! | [`strata`] | the sum over t estimated from a few t, with its standard error |
//! | [`rate`] | rate against distortion |
//! | [`ode`] | the likelihood along the probability-flow ODE |
//!
//! Everything is f64. Terms are in nats, one number for each value of a picture; a picture's bits per dimension are the
//! mean over its values, divided by ln 2: [`bits_per_dim`].

pub mod decoder;
pub mod normal;
pub mod ode;
pub mod rate;
pub mod strata;
pub mod terms;

use std::f64::consts::LN_2;

pub use ode::{OdePath, OdeSettings};
pub use rate::{RatePoint, rate_distortion};
pub use strata::{Estimate, Estimator, Strata};
pub use terms::{Term, narrow_decoder, prior};

/// Bits per dimension of a picture, of whose values each contributes some nats: their mean, divided by ln 2.
pub fn bits_per_dim(nats: &[f64]) -> f64 {
    nats.iter().sum::<f64>() / (nats.len() as f64 * LN_2)
}

#[cfg(test)]
mod tests;
