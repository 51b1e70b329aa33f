//! Why a scheduler's file cannot be read.

use thiserror::Error;

use super::class;
use crate::diffusion::schedule::ScheduleError;

/// Why a `scheduler_config.json` cannot be read as a schedule. Every message is one line.
#[derive(Debug, Error)]
pub enum DiffusersError {
    /// The text is not JSON. (Python writes NaN and Infinity, which JSON does not have.)
    #[error("scheduler config is not valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The JSON is not an object.
    #[error("scheduler config must be a JSON object, got {found}")]
    NotAnObject {
        /// The type of the JSON value instead.
        found: &'static str,
    },
    /// A field has a value of the wrong type.
    #[error("{field} in the scheduler config must be {expected}, got {found}")]
    WrongType {
        /// Name of the field.
        field: String,
        /// What it must be.
        expected: &'static str,
        /// The value as JSON, shortened.
        found: String,
    },
    /// A number lies outside its range.
    #[error("{field} in the scheduler config must lie between {low} and {high}, got {found}")]
    OutOfRange {
        /// Name of the field.
        field: &'static str,
        /// The least value.
        low: f64,
        /// The largest value.
        high: f64,
        /// The value that it has.
        found: f64,
    },
    /// The file names a kind of β's that this program does not have.
    #[error("beta_schedule {found} is not known; known: {}", super::FAMILIES.join(", "))]
    UnknownBetaSchedule {
        /// The schedule's name in the file, as JSON, shortened.
        found: String,
    },
    /// The file names a class that diffusers does not have, or that is newer than this program.
    #[error(
        "{class} is not a scheduler that this program knows, so what its fields mean is not known; give one of \
         diffusers that has betas, such as {}",
        class::examples().collect::<Vec<_>>().join(", ")
    )]
    UnknownClass {
        /// The scheduler's class name, shortened.
        class: String,
    },
    /// The file's class is not defined by β's.
    #[error("{class} has no betas, so it gives no schedule of this kind")]
    NoBetas {
        /// The scheduler's class name.
        class: String,
    },
    /// The file's class has β's, but a field asks for other noise levels.
    #[error("{field} = {found} of {class}: the noise levels are those of a flow and not given by betas")]
    Flow {
        /// The scheduler's class name.
        class: &'static str,
        /// Name of the field.
        field: &'static str,
        /// Its value as JSON.
        found: String,
    },
    /// The file has a field that no class has.
    #[error(
        "field {field} is none of {class} that this program knows, and could change what comes out: \
         correct its name, or delete it"
    )]
    UnknownField {
        /// The scheduler's class name.
        class: &'static str,
        /// Name of the field as JSON, shortened.
        field: String,
    },
    /// A field and its former name have contradicting values.
    #[error("{old} and {new} contradict each other: delete the one that is wrong")]
    Contradiction {
        /// The old field with its value.
        old: String,
        /// The new field with its value.
        new: String,
    },
    /// The schedule was read but cannot be built.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}
