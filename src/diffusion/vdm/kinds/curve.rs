//! A curve through points, such as the timesteps of another schedule.

use super::Formula;
use crate::diffusion::Schedule;
use crate::diffusion::schedule::monotone::{hermite, right_of, tangent};
use crate::diffusion::vdm::{Ends, VdmError};

/// Log-SNR along the monotone cubic through points, which drawn schedules have too (Fritsch & Carlson 1980). Where
/// neighbouring points have the same log-SNR it stands still: no noise is added, and that time adds nothing to the loss.
///
/// It is stretched to its ends evenly, both in time and in log-SNR: its own ends need not contain them.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// `[u, log_snr]`: rising in u, never rising in log-SNR.
    points: Vec<[f64; 2]>,
    tangents: Vec<f64>,
}

impl Curve {
    /// The curve through points `[u, log_snr]`.
    ///
    /// # Errors
    /// If there are fewer than two, u does not rise, log-SNR rises somewhere or falls nowhere, or a number is not
    /// finite.
    pub fn new(points: Vec<[f64; 2]>) -> Result<Self, VdmError> {
        let (Some([_, top]), Some([_, bottom]), 2..) = (points.first(), points.last(), points.len()) else {
            return Err(VdmError::Few { got: points.len() });
        };
        let is_sound = |before: [f64; 2], point: [f64; 2]| {
            let finite = before.iter().chain(&point).all(|value| value.is_finite());
            finite && point[0] > before[0] && point[1] <= before[1]
        };
        for (i, pair) in points.windows(2).enumerate() {
            if !is_sound(pair[0], pair[1]) {
                return Err(VdmError::Rising { index: i + 1, point: pair[1], before: pair[0] });
            }
        }
        if top == bottom {
            return Err(VdmError::Flat { log_snr: *top });
        }
        let tangents = (0..points.len()).map(|i| tangent(&points, i)).collect();
        Ok(Self { points, tangents })
    }

    /// The curve through the log-SNR of a schedule's timesteps at `u = t/T`. A last step that takes the whole signal
    /// away, whose log-SNR is not finite, is left out.
    ///
    /// # Errors
    /// [`VdmError::Few`] if less than two timesteps are left.
    pub fn of_schedule(schedule: &Schedule) -> Result<Self, VdmError> {
        let steps = schedule.steps();
        let point = |t: usize| [t as f64 / steps as f64, schedule.log_snr(t)];
        Self::new((1..=steps).map(point).filter(|[_, log_snr]| log_snr.is_finite()).collect())
    }

    /// The points `[u, log_snr]`.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Value and slope at u.
    fn at(&self, u: f64) -> [f64; 2] {
        let right = right_of(&self.points, u);
        let (left, slopes) = (right - 1, [self.tangents[right - 1], self.tangents[right]]);
        hermite([self.points[left], self.points[right]], slopes, u)
    }
}

impl Formula for Curve {
    fn log_snr(&self, u: f64) -> f64 {
        self.at(u)[0]
    }

    fn slope(&self, u: f64) -> f64 {
        self.at(u)[1].min(0.0)
    }

    fn place(&self, log_snr: f64) -> f64 {
        let right = self.points.partition_point(|p| p[1] > log_snr).clamp(1, self.points.len() - 1);
        let (mut low, mut high) = (self.points[right - 1][0], self.points[right][0]);
        // Sixty halvings leave nothing of an interval in f64.
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.log_snr(middle) > log_snr { low = middle } else { high = middle }
        }
        high
    }

    fn range(&self, _ends: Ends) -> [f64; 2] {
        // All of it, also where it stands still at an end.
        [self.points[0][0], self.points[self.points.len() - 1][0]]
    }

    fn fit(&mut self, ends: Ends) -> Result<(), VdmError> {
        let [[_, top], [_, bottom]] = [self.points[0], self.points[self.points.len() - 1]];
        let scale = ends.fall() / (top - bottom);
        let stretched = |log_snr: f64| match log_snr {
            y if y == top => ends.max(),
            y if y == bottom => ends.min(),
            y => (ends.max() - scale * (top - y)).clamp(ends.min(), ends.max()),
        };
        *self = Self::new(self.points.iter().map(|[u, y]| [*u, stretched(*y)]).collect())?;
        Ok(())
    }

    fn breaks(&self) -> Vec<f64> {
        self.points.iter().map(|[u, _]| *u).collect()
    }
}
