//! A score that is learned from data in the plane: the smallest diffusion model, which can be compared with the exact
//! score.
//!
//! A [`ScoreTrainer`] is an iterator over its steps, so that a window can draw what is learned meanwhile. Its
//! [`ScoreNet`] is a [`Score`](crate::diffusion::solvers::Score) like the exact one.

mod error;
mod file;
mod network;
mod trainer;

pub use error::ScoreError;
pub use file::SavedNet;
pub use network::{NetConfig, ScoreNet};
pub use trainer::{ScoreSettings, ScoreStep, ScoreTrainer};
