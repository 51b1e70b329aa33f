//! Samplers of points in the plane or on the line, as small as in the papers: every family of diffusion
//! on the same data, the same start and the same noise.
//!
//! A [`Score`] knows `∇ ln q_t`, exactly ([`Exact`]) or from a network. A [`Run`] walks with it from
//! noise to data: an iterator whose every item is one step, so that a window can draw it and a command
//! can count it. [`log_likelihood`] goes the other way along the probability-flow ODE.

mod ancestral;
mod dpm;
mod error;
mod langevin;
mod likelihood;
mod ode;
mod run;
mod runge_kutta;
mod score;
mod sde;
mod solver;

pub use error::SolverError;
pub use likelihood::{LIKELIHOOD_CUT_OFF, Likelihood, log_likelihood};
pub use run::{Advance, Run, RunSettings};
pub use runge_kutta::{DormandPrince, Tolerance};
pub use score::{Classifier, Exact, Guided, Score};
pub use sde::forward_path;
pub use solver::Solver;
