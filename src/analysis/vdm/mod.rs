//! The loss of variational diffusion models in continuous time, compared over several schedules with the same ends: as
//! curves, as areas, in T steps, and as it is estimated by chance.

mod comparison;
mod estimates;

pub use comparison::{Comparison, ComparisonSpec, Pace, STEPS};
pub use estimates::{Estimates, EstimatesSpec, Sample};
