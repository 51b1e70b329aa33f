//! Pure mathematics of the diffusion process: no UI, no GPU, no tensors.

pub mod curves;
pub mod gaussian;
pub mod noise;
pub mod raster;
pub mod schedule;
pub mod statistics;

pub use curves::{Curves, Step};
pub use raster::Raster;
pub use schedule::{Schedule, ScheduleError, ScheduleKind, ScheduleSpec};
