//! What can be wrong with a schedule in continuous time.

use thiserror::Error;

/// Why a schedule cannot be made. Every message is one line that names the values, and those that work.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum VdmError {
    /// A number lies outside its range or is not a number.
    #[error("{name} must be from {low:?} to {high:?}, got {value:?}")]
    Range {
        /// Its name.
        name: &'static str,
        /// The number.
        value: f64,
        /// Smallest value allowed.
        low: f64,
        /// Largest value allowed.
        high: f64,
    },
    /// Log-SNR would not fall.
    #[error("logsnr-min must be at least {gap:?} below logsnr-max = {max:?}, got {min:?}")]
    Ends {
        /// Log-SNR asked for at t = 0.
        max: f64,
        /// Log-SNR asked for at t = 1.
        min: f64,
        /// The least fall.
        gap: f64,
    },
    /// Falling β's become 0 before the noise is as strong as was asked for.
    #[error(
        "betas from {beta_start:?} to {beta_end:?} fall to 0 before log-SNR is {log_snr:?}; \
         take a larger beta-end or a larger logsnr-min"
    )]
    Unreachable {
        /// The first β.
        beta_start: f64,
        /// The β at u = 1.
        beta_end: f64,
        /// The lower end that was asked for.
        log_snr: f64,
    },
    /// A curve has too few points.
    #[error("a schedule needs log-SNR at 2 times at least, got {got}")]
    Few {
        /// The number of points.
        got: usize,
    },
    /// A curve rises, stands still in time, or has a number that is not finite.
    #[error("log-SNR must not rise with time: point {index} is {point:?} after {before:?}")]
    Rising {
        /// Index of the point, from 0.
        index: usize,
        /// The point `[u, log_snr]`.
        point: [f64; 2],
        /// The point before it.
        before: [f64; 2],
    },
    /// A curve does not fall anywhere, so that it cannot be stretched to ends.
    #[error("log-SNR is {log_snr:?} at all times; a schedule has to fall")]
    Flat {
        /// The value.
        log_snr: f64,
    },
    /// The parameters of a learned γ do not make one.
    #[error("{got} numbers are not the parameters of a gamma; they must be finite, and gamma must rise")]
    Parameters {
        /// How many numbers there are.
        got: usize,
    },
}
