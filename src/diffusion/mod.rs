//! Pure mathematics of the diffusion process: no UI, no GPU, no tensors.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`schedule`] | how much noise there is at each timestep: families, respacing, diffusers' files |
//! | [`step`], [`curves`] | what follows from one step of a schedule, and from all steps |
//! | [`noise`] | normals that are a pure function of seed, pixel and purpose |
//! | [`sampler`] | from noise to a picture, one network call at a time |
//! | [`process`], [`solvers`] | diffusion in continuous time: differential equations and their solvers |
//! | [`exact`], [`gaussian`], [`ideal`] | densities, kernels and denoisers that are known exactly |
//! | [`vdm`] | the continuous-time loss of variational diffusion models, exactly, for data on the line |
//! | [`nll`] | the variational bound in bits per dimension, and the likelihood along the ODE |
//! | [`data`] | named distributions on the line and in the plane |
//! | [`raster`], [`statistics`] | the array that every picture is, and its moments and histogram |
//!
//! A schedule is chosen as plain data ([`ScheduleSpec`]) and then computed ([`Schedule`]). All of its numbers are f64:
//!
//! ```
//! use diffuscope::diffusion::{Column, Curves, ScheduleKind, ScheduleSpec};
//!
//! let kind = ScheduleKind::default_of("cosine").ok_or("no such family")?;
//! let schedule = ScheduleSpec { kind, steps: 100, zero_terminal_snr: true }.build()?;
//! // x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε: at t = 0 all of it is the picture, at T nothing is.
//! assert_eq!([schedule.alpha_bar(0), schedule.alpha_bar(100)], [1.0, 0.0]);
//!
//! // The posterior q(x_{t−1} | x_t, x_0) has less variance than the step that it takes back.
//! let step = schedule.step(40);
//! assert!(step.posterior_variance() < step.beta);
//! assert_eq!(Curves::of(&schedule).column(Column::PosteriorVariance)[39], step.posterior_variance());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

pub mod curves;
pub mod data;
pub mod exact;
pub mod gaussian;
pub mod ideal;
pub mod nll;
pub mod noise;
pub mod process;
pub mod raster;
pub mod sampler;
pub mod schedule;
pub mod solvers;
pub mod statistics;
pub mod step;
pub mod vdm;

pub use curves::{Column, Curves};
pub use gaussian::Gaussian;
pub use raster::Raster;
pub use schedule::{DrawnCurve, Schedule, ScheduleError, ScheduleKind, ScheduleSpec};
pub use statistics::Statistics;
pub use step::Step;
