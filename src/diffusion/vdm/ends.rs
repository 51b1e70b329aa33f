//! The ends of a schedule.

use std::ops::RangeInclusive;

use super::VdmError;

/// Range of log-SNR. Beyond it, noise is so small or so large beside the data that sums of both lose their digits in
/// f64.
pub const LOG_SNR: RangeInclusive<f64> = -30.0..=30.0;

/// The smallest fall between the ends.
const GAP: f64 = 1e-3;

/// The log-SNR at both ends of a schedule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ends {
    max: f64,
    min: f64,
}

impl Ends {
    /// Log-SNR `max` at t = 0 and `min` at t = 1.
    ///
    /// # Errors
    /// [`VdmError::Range`] if one is not in [`LOG_SNR`]; [`VdmError::Ends`] unless `min` is below `max`.
    pub fn new(max: f64, min: f64) -> Result<Self, VdmError> {
        for (name, value) in [("logsnr-max", max), ("logsnr-min", min)] {
            if !LOG_SNR.contains(&value) {
                return Err(VdmError::Range { name, value, low: *LOG_SNR.start(), high: *LOG_SNR.end() });
            }
        }
        if max - min < GAP {
            return Err(VdmError::Ends { max, min, gap: GAP });
        }
        Ok(Self { max, min })
    }

    /// Log-SNR at t = 0.
    pub fn max(self) -> f64 {
        self.max
    }

    /// Log-SNR at t = 1.
    pub fn min(self) -> f64 {
        self.min
    }

    /// By how much log-SNR falls.
    pub fn fall(self) -> f64 {
        self.max - self.min
    }

    /// `count + 1` evenly spaced values of log-SNR, rising from the lower end to the upper one.
    pub(super) fn even(self, count: usize) -> impl DoubleEndedIterator<Item = f64> {
        let Self { max, min } = self;
        let value = move |i: usize| min + (max - min) * (i as f64 / count as f64);
        (0..=count).map(move |i| if i == count { max } else { value(i) })
    }

    /// The least number of equal parts of at most one nat.
    pub(super) fn nats(self) -> usize {
        self.fall().ceil().max(1.0) as usize
    }
}
