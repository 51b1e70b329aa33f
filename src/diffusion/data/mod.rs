//! Distributions in the plane and on the line, and distances between sets of samples.

mod distance;
mod line;
mod mixture_file;
mod plane;
mod shape;

pub use distance::{energy_distance, energy_distance_while, mean_and_covariance, sliced_wasserstein};
pub use line::LineData;
pub use mixture_file::{MixtureFile, MixtureFileError};
pub use plane::{PlaneData, of_picture};
pub use shape::{Block, Bump, LineShape, REACH, Spike};
