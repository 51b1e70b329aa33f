//! Samplers of points in the plane or on the line, as simple as in the papers: every family of diffusion samplers, on
//! the same data, with the same start and the same noise.
//!
//! A [`Score`] computes `∇ ln q_t`, exactly ([`Exact`]) or with a network. A [`SolverRun`] uses it to take
//! points from noise to data; it is an iterator over single steps, so that a window can draw after each step
//! and a command can count the steps. [`log_likelihood`] goes the other way along the probability-flow ODE.

mod ancestral;
mod dpm;
mod error;
mod langevin;
mod log_likelihood;
mod ode;
mod run;
mod runge_kutta;
mod score;
mod sde;
mod solver;

pub use error::SolverError;
pub use log_likelihood::{LIKELIHOOD_CUT_OFF, Likelihood, log_likelihood};
pub use run::{Advance, SolverRun, SolverSettings};
pub use runge_kutta::{DormandPrince, Tolerance};
pub use score::{Classifier, Exact, Guided, Score};
pub use sde::forward_path;
pub use solver::Solver;
