//! Pure mathematics of the diffusion process: no UI, no GPU, no tensors.

pub mod curves;
pub mod gaussian;
pub mod noise;
pub mod raster;
pub mod schedule;
pub mod statistics;
pub mod step;

pub use curves::Curves;
pub use raster::Raster;
pub use step::Step;
pub use schedule::{Schedule, ScheduleError, ScheduleKind, ScheduleSpec};
