//! Pure mathematics of the diffusion process: no UI, no GPU, no tensors.

pub mod curves;
pub mod exact;
pub mod gaussian;
pub mod ideal;
pub mod noise;
pub mod process;
pub mod raster;
pub mod sampler;
pub mod schedule;
pub mod solvers;
pub mod statistics;
pub mod step;
pub mod toy;

pub use curves::{Column, Curves};
pub use gaussian::Gaussian;
pub use raster::Raster;
pub use schedule::{DrawnCurve, Schedule, ScheduleError, ScheduleKind, ScheduleSpec};
pub use statistics::Statistics;
pub use step::Step;
