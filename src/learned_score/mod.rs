//! A score that is learned from data in the plane: the smallest diffusion model, beside which the exact
//! score stands.
//!
//! A [`ScoreTrainer`] is an iterator of its steps, so that a window can draw what is learned while it is; its
//! [`ScoreNet`] is a [`Score`](crate::diffusion::solvers::Score) like the exact one.

mod error;
mod file;
mod network;
mod trainer;

pub use error::ScoreError;
pub use file::SavedNet;
pub use network::{NetConfig, ScoreNet};
pub use trainer::{ScoreSettings, ScoreStep, ScoreTrainer};
