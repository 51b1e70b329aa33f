//! Samplers as `scheduler_config.json` files of Hugging Face diffusers.
//!
//! The number of steps and η are not in these files: in diffusers they are arguments of a pipeline's call.

mod file;
mod read;
mod reader;
mod write;

use thiserror::Error;

pub use self::file::{Chosen, SchedulerFile};
pub(super) use self::reader::Reader;
use super::SamplerKind;
use crate::diffusion::ScheduleError;
use crate::diffusion::schedule::diffusers::DiffusersError;

/// Why a `scheduler_config.json` cannot be read as a sampler, or a sampler cannot be written as one. Every message is
/// one line.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read as a diffusers file at all.
    #[error(transparent)]
    Broken(#[from] DiffusersError),
    /// The file names a sampler that this program does not have.
    #[error(
        "{class} is not a sampler of this program: choose one of {} in its place",
        SamplerKind::names().collect::<Vec<_>>().join(", ")
    )]
    UnsupportedClass {
        /// The scheduler's class name.
        class: String,
    },
    /// A field has a value that this program does not support.
    #[error("{field} = {found} of {class} is not supported; supported: {supported}")]
    UnsupportedValue {
        /// The scheduler's class name.
        class: String,
        /// Name of the field.
        field: &'static str,
        /// Its value as JSON.
        found: String,
        /// The values that are supported.
        supported: String,
    },
    /// diffusers' class has no field for one of the sampler's parameters.
    #[error("{class} of diffusers has no {what}, so the file could not say so")]
    Inexpressible {
        /// The class.
        class: &'static str,
        /// What it lacks.
        what: &'static str,
    },
    /// The schedule cannot be built.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

#[cfg(test)]
mod tests;
