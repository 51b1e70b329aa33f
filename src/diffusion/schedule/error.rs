//! What can be wrong with a schedule.

use std::ops::RangeInclusive;

use thiserror::Error;

use super::{ALPHA_BAR_MIN, BETA, STEPS, kinds::ScheduleKind};

/// Why a schedule cannot be built. Every message is one line that names the parameter, its value
/// and the values that work.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ScheduleError {
    /// `T` lies outside [`STEPS`].
    #[error("T must be from {} to {}, got {got}", STEPS.start(), STEPS.end())]
    Steps {
        /// The `T` asked for.
        got: usize,
    },
    /// A parameter lies outside its range or is not a number.
    #[error("{parameter} must be from {low:?} to {high:?}, got {value:?}")]
    Parameter {
        /// The parameter's name as in the schedule's JSON.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// Smallest value allowed.
        low: f64,
        /// Largest value allowed.
        high: f64,
    },
    /// The two ends of the log-SNR are in the wrong order or too close.
    #[error("logsnr_min must be at least {gap:?} below logsnr_max = {max:?}, got {min:?}")]
    LogSnrEnds {
        /// Log-SNR asked for at `t = 1`.
        max: f64,
        /// Log-SNR asked for at `t = T`.
        min: f64,
        /// The least fall.
        gap: f64,
    },
    /// The schedule has so much noise that `ᾱ` would leave the range in which f64 is accurate.
    #[error(
        "alpha_bar falls below {min:e} at t = {t}: T = {steps} must be at most {max_steps}, \
         or {parameter} = {value:?} smaller",
        min = ALPHA_BAR_MIN
    )]
    SignalGone {
        /// First timestep at which `ᾱ_t` is too small.
        t: usize,
        /// The `T` asked for.
        steps: usize,
        /// The largest `T` that works with these parameters.
        max_steps: usize,
        /// The parameter that sets the largest β.
        parameter: &'static str,
        /// Its value.
        value: f64,
    },
    /// A table of β's does not have one value per timestep.
    #[error("T must equal the number of betas in the table, {length}, got {steps}")]
    TableLength {
        /// The `T` asked for.
        steps: usize,
        /// Values in the table.
        length: usize,
    },
    /// A β in a table is out of range.
    #[error("the table's beta at t = {t} must be from {low:?} to below 1 (1 only at t = T), got {value:?}")]
    TableValue {
        /// Timestep of the value, counted from 1.
        t: usize,
        /// The value.
        value: f64,
        /// Smallest value allowed.
        low: f64,
    },
    /// A drawn curve has too few or too many points.
    #[error("a drawn curve must have from {low} to {high} points, got {got}")]
    DrawnCount {
        /// Points given.
        got: usize,
        /// Fewest points.
        low: usize,
        /// Most points.
        high: usize,
    },
    /// A drawn curve does not begin at `u = 0` or does not end at `u = 1`.
    #[error("a drawn curve must run from u = 0 to u = 1, got {first:?} to {last:?}")]
    DrawnEnds {
        /// First point's u.
        first: f64,
        /// Last point's u.
        last: f64,
    },
    /// A drawn curve does not move right and down from one point to the next.
    #[error(
        "point {index} of the drawn curve must lie at least {gap:?} {direction} the point before it \
         ({parameter} = {before:?}), got {value:?}"
    )]
    DrawnOrder {
        /// Index of the offending point, from 0.
        index: usize,
        /// `"u"` or `"log_snr"`.
        parameter: &'static str,
        /// `"right of"` or `"below"`.
        direction: &'static str,
        /// Coordinate of the point before.
        before: f64,
        /// Coordinate of the point.
        value: f64,
        /// Least distance.
        gap: f64,
    },
    /// No schedule has this name.
    #[error("unknown schedule {name:?}; known: {}", ScheduleKind::named().collect::<Vec<_>>().join(", "))]
    UnknownKind {
        /// The name asked for.
        name: String,
    },
}

/// Returns `Ok` if `value` lies in `range`, which NaN never does.
pub(super) fn check(
    parameter: &'static str,
    value: f64,
    range: RangeInclusive<f64>,
) -> Result<(), ScheduleError> {
    if range.contains(&value) {
        Ok(())
    } else {
        Err(ScheduleError::Parameter { parameter, value, low: *range.start(), high: *range.end() })
    }
}

/// Checks the two ends of an evenly spaced row of β's.
pub(super) fn check_betas(beta_start: f64, beta_end: f64) -> Result<(), ScheduleError> {
    check("beta_start", beta_start, BETA)?;
    check("beta_end", beta_end, BETA)
}
