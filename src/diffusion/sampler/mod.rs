//! Samplers: from noise to a picture, one network call at a time.
//!
//! A [`SamplerSpec`] says what was chosen; [`SamplerSpec::build`] turns it and a schedule into a
//! [`Sampler`], an immutable plan in which every network call is one [`SamplerStep`]: a level of
//! noise, the weights of the next state's mean and its variance, all in f64. A [`Trajectory`] walks
//! the plan: it yields the next [`Call`] of the network, takes the answer and yields a [`Record`].
//!
//! In every sampler here the next state is a linear combination of what was seen before,
//! `x_{t−1} = a x_t + b x̂_0 + c ε̂ + a′ x′ + b′ x̂_0′ + c′ ε̂′ + … + σ z` (primes: from the records before). So samplers
//! differ in their plans alone.
//!
//! # Coordinates
//! States are always written as `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε`, also for samplers whose authors use `σ = √((1−ᾱ)/ᾱ)` and
//! the state `x_t √(1+σ²) = x_t/√ᾱ_t`.
//!
//! Timesteps are 1-based and may be fractional; the network's timestep, as in diffusers, is `t − 1`.
//!
//! # Agreement with diffusers
//! Timesteps, first and last steps and special cases are those of diffusers 0.42, even where they are peculiar; each
//! such place is documented. In diffusers the levels `ᾱ` are f32, here they are f64.

mod config;
mod error;
mod kinds;
mod levels;
mod noise;
mod plan;
mod prediction;
mod record;
mod restate;
mod spacing;
mod spec;
mod step;
mod thresholding;
mod trajectory;
mod update;
mod weights;

pub use config::{Chosen, ConfigError, SchedulerFile};
pub use error::SamplerError;
pub use kinds::{
    About, Ddim, Ddpm, DpmSolverPlusPlus2M, Euler, EulerAncestral, FinalSigmas, Form, Heun, Pndm,
    SamplerFamily, SamplerKind, VarianceType,
};
pub use noise::{NoiseSource, noised};
pub use plan::Sampler;
pub use prediction::{PredictionType, PredictionWeights, classifier_free_guidance, guided};
pub use record::{Call, Record, RecordVariance};
pub use restate::{reclassed, restated};
pub use spacing::TimestepSpacing;
pub use spec::{SamplerSpec, StepTo};
pub use step::{SamplerStep, Stage};
pub use thresholding::Thresholding;
pub use trajectory::{SamplerRun, Trajectory};
pub use weights::{MeanWeights, RecordWeights, StepVariance};
