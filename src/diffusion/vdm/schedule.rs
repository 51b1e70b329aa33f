//! A schedule in continuous time: log-SNR over t from 0 to 1, from one given end to the other.

use super::{Ends, Kind, VdmError};

/// A kind of schedule, stretched so that t = 0 and t = 1 have the log-SNR of given ends.
///
/// A formula is run through between the places at which it has the ends (`u = u_0 + (u_1 − u_0) t`).
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    kind: Kind,
    ends: Ends,
    /// The formula's variable at t = 0, and its length.
    start: f64,
    length: f64,
}

impl Schedule {
    /// A kind between these ends.
    ///
    /// # Errors
    /// If a parameter is out of range, or the formula does not reach an end.
    pub fn new(mut kind: Kind, ends: Ends) -> Result<Self, VdmError> {
        kind.formula_mut().fit(ends)?;
        let [start, end] = kind.formula().range(ends);
        Ok(Self { kind, ends, start, length: end - start })
    }

    /// The kind; a curve's points are those between the ends.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The ends.
    pub fn ends(&self) -> Ends {
        self.ends
    }

    /// Log-SNR at t from 0 to 1. It never rises; at t = 0 and t = 1 it is that of the ends.
    pub fn log_snr(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return self.ends.max();
        }
        if t >= 1.0 {
            return self.ends.min();
        }
        // Rounding must not lead beyond an end.
        self.kind.formula().log_snr(self.place(t)).clamp(self.ends.min(), self.ends.max())
    }

    /// The derivative of log-SNR by t; never positive.
    pub fn slope(&self, t: f64) -> f64 {
        self.length * self.kind.formula().slope(self.place(t))
    }

    /// `SNR′(t)`; never positive.
    pub fn snr_derivative(&self, t: f64) -> f64 {
        self.log_snr(t).exp() * self.slope(t)
    }

    /// A t of a log-SNR between the ends; where log-SNR stands still there are many.
    pub fn time_of_log_snr(&self, log_snr: f64) -> f64 {
        ((self.kind.formula().place(log_snr) - self.start) / self.length).clamp(0.0, 1.0)
    }

    /// Times from 0 to 1, rising, between which log-SNR falls by at most one nat.
    pub(super) fn times(&self) -> Vec<f64> {
        let inner = self.ends.even(self.ends.nats()).rev().map(|log_snr| self.time_of_log_snr(log_snr));
        rising(inner.collect())
    }

    /// The same times, and those at which derivatives jump: between them everything is smooth.
    pub(super) fn smooth_times(&self) -> Vec<f64> {
        let breaks = self.kind.formula().breaks();
        let mut times = self.times();
        times.extend(breaks.iter().map(|u| ((u - self.start) / self.length).clamp(0.0, 1.0)));
        rising(times)
    }

    fn place(&self, t: f64) -> f64 {
        self.start + self.length * t
    }
}

/// The times in order, each once, with 0 and 1.
pub(super) fn rising(mut times: Vec<f64>) -> Vec<f64> {
    times.extend([0.0, 1.0]);
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}
