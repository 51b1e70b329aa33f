//! Distributions in the plane: clouds of particles, fields, runs of samplers, guidance, likelihoods, and a network that
//! learns.
//!
//! Results have positions in units in which every level of noise has unit variance, `x/√(m² + σ²)`. So all processes
//! are drawn alike, and as in the variance-preserving notation of the rest of the program.

mod cloud;
mod contour;
mod field;
mod guidance;
mod ink;
mod learning;
mod log_likelihood;
mod pace;
mod quality;
mod recording;
mod score_model;
mod swarm;

pub use cloud::{Cloud, Film, FilmSpec};
pub use field::{Field, FieldSpec};
pub use guidance::{Arrows, Coverage};
pub use ink::{INK_CELLS, ink};
pub use learning::{ErrorMap, Lesson, learn};
pub use log_likelihood::{Likelihoods, Parts};
pub use pace::process_time;
pub use quality::{BUDGETS, Quality};
pub use recording::{Frame, Recording, RecordingSpec, SoFar};
pub use score_model::{ScoreModel, Velocity};
pub use swarm::{Noise, Swarm};

use crate::diffusion::process::Level;

/// Half the side of the square that is shown.
pub const RADIUS: f64 = 3.2;

/// The factor that scales states of a level to the units of the results, in which the variance is 1.
pub fn unit(level: Level) -> f64 {
    (level.scale * level.scale + level.variance).sqrt().recip()
}
