//! What is computed for what is on show: distributions for which everything is known exactly, at any level of noise, the
//! bound of networks, pictures in the latents of autoencoders, and pictures of texts. These are plain functions from data
//! and levels to curves, maps and clouds, to be called on background threads.

pub mod bound;
pub mod encoding;
mod error;
pub mod line;
mod opened;
mod picture;
pub mod plane;
pub mod text;
pub mod vdm;

pub use error::AnalysisError;
pub use picture::Picture;

use opened::OpenedLast;
