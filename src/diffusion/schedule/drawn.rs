//! A schedule drawn by hand: a strictly falling log-SNR curve through control points.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{
    LOG_SNR, LOG_SNR_GAP, Schedule,
    error::{ScheduleError, check},
    monotone::{hermite, right_of, tangent},
    table::linspace,
};

/// A strictly falling curve of `ln SNR` over `u = (t − 1)/(T − 1)` through control points.
///
/// Between the points runs the monotone cubic of Fritsch & Carlson 1980 with the harmonic-mean
/// tangents of Fritsch & Butland 1984, the tangents limited to `[½, 2]` times the secant at the ends
/// and to twice the flatter secant elsewhere (`monotone.rs`). Inside that box the slope never falls below half of
/// the flattest secant nearby, so the curve is *strictly* falling, not merely monotone, and a
/// schedule can be built from every curve, with every `T`.
///
/// A value of this type is always valid: between [`COUNT`](Self::COUNT) points, `u` rising from
/// exactly 0 to exactly 1 by at least [`U_GAP`](Self::U_GAP), log-SNR within [`LOG_SNR`] and falling
/// by at least [`LOG_SNR_GAP`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Points", into = "Points")]
pub struct DrawnCurve {
    points: Vec<[f64; 2]>,
}

/// The curve as stored in a file, before its checks.
#[derive(Serialize, Deserialize)]
struct Points {
    points: Vec<[f64; 2]>,
}

/// The checks allow gaps that are shorter by this factor, so that a point placed exactly one gap away passes
/// in spite of rounding.
const ROUNDING: f64 = 1.0 - 1e-9;

impl DrawnCurve {
    /// How many points a curve can have.
    pub const COUNT: RangeInclusive<usize> = 2..=64;

    /// Least distance in `u` between neighbouring points.
    pub const U_GAP: f64 = 1e-3;

    /// A curve through `points`, each `[u, log_snr]`.
    ///
    /// # Errors
    /// If the points break one of the rules in the type's description.
    pub fn new(points: Vec<[f64; 2]>) -> Result<Self, ScheduleError> {
        if !Self::COUNT.contains(&points.len()) {
            let (low, high) = (*Self::COUNT.start(), *Self::COUNT.end());
            return Err(ScheduleError::DrawnCount { got: points.len(), low, high });
        }
        let (first, last) = (points[0][0], points[points.len() - 1][0]);
        if (first, last) != (0.0, 1.0) {
            return Err(ScheduleError::DrawnEnds { first, last });
        }
        for &[u, log_snr] in &points {
            check("u", u, 0.0..=1.0)?;
            check("log_snr", log_snr, LOG_SNR)?;
        }
        for (i, pair) in points.windows(2).enumerate() {
            let ([u0, y0], [u1, y1]) = (pair[0], pair[1]);
            let index = i + 1;
            if u1 - u0 < Self::U_GAP * ROUNDING {
                let (parameter, direction, gap) = ("u", "right of", Self::U_GAP);
                return Err(ScheduleError::DrawnOrder {
                    index,
                    parameter,
                    direction,
                    before: u0,
                    value: u1,
                    gap,
                });
            }
            if y0 - y1 < LOG_SNR_GAP * ROUNDING {
                let (parameter, direction, gap) = ("log_snr", "below", LOG_SNR_GAP);
                return Err(ScheduleError::DrawnOrder {
                    index,
                    parameter,
                    direction,
                    before: y0,
                    value: y1,
                    gap,
                });
            }
        }
        Ok(Self { points })
    }

    /// The nearest valid curve through `n` evenly spread samples of `log_snr(u)`, `u` in `[0, 1]`.
    ///
    /// `n` is brought into [`COUNT`](Self::COUNT); samples that are out of range, do not fall or are
    /// not numbers are moved to the nearest value that is allowed.
    pub fn from_curve(n: usize, log_snr: impl Fn(f64) -> f64) -> Self {
        let n = n.clamp(*Self::COUNT.start(), *Self::COUNT.end());
        Self::through(&linspace(0.0, 1.0, n).collect::<Vec<_>>(), log_snr)
    }

    /// A curve through `n` points of another schedule, as a start for editing. There are fewer points where
    /// they would lie too close together, and more where the schedule is steep.
    ///
    /// Log-SNR outside of [`LOG_SNR`], as with a zero terminal SNR, is moved to the nearest end of that
    /// range.
    pub fn sampled_from(schedule: &Schedule, n: usize) -> Self {
        let n = n.clamp(*Self::COUNT.start(), *Self::COUNT.end());
        let last = (schedule.steps() - 1) as f64;
        let log_snr = |u: f64| schedule.log_snr_at(1.0 + u * last).clamp(*LOG_SNR.start(), *LOG_SNR.end());
        // This rises from 0 to 1 along the curve; one half comes from the distance in u, the other from the
        // fall of log-SNR. The last step, which may fall to no signal at all, has a point of its own; counted
        // here, it would draw points away from the rest of the curve.
        let (top, bottom) = (log_snr(0.0), log_snr(1.0 - 1.0 / last));
        let fall = (top - bottom).max(LOG_SNR_GAP);
        let progress = |u: f64| 0.5 * (u + (top - log_snr(u).max(bottom)) / fall);
        let mut us = vec![0.0];
        for target in linspace(0.0, 1.0, n).skip(1).take(n - 2) {
            let (mut low, mut high) = (0.0, 1.0);
            while high - low > 0.01 * Self::U_GAP {
                let middle = 0.5 * (low + high);
                if progress(middle) < target { low = middle } else { high = middle }
            }
            if high - us[us.len() - 1] >= Self::U_GAP && 1.0 - high >= Self::U_GAP {
                us.push(high);
            }
        }
        us.push(1.0);
        Self::through(&us, log_snr)
    }

    /// The nearest valid curve through the values of `log_snr` at the places `us`, which already follow the
    /// rules for u.
    fn through(us: &[f64], log_snr: impl Fn(f64) -> f64) -> Self {
        let mut ceiling = *LOG_SNR.end();
        let points = us.iter().enumerate().map(|(i, &u)| {
            let floor = LOG_SNR.start() + (us.len() - 1 - i) as f64 * LOG_SNR_GAP;
            // `min` and `max` ignore NaN.
            let y = log_snr(u).min(ceiling).max(floor);
            ceiling = y - LOG_SNR_GAP;
            [u, y]
        });
        Self { points: points.collect() }
    }

    /// The control points `[u, log_snr]`, left to right.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// The curve's value at `u`, which is clamped to `[0, 1]`.
    pub fn log_snr(&self, u: f64) -> f64 {
        let right = right_of(&self.points, u);
        let slopes = [right - 1, right].map(|i| tangent(&self.points, i));
        let [log_snr, _] = hermite([self.points[right - 1], self.points[right]], slopes, u);
        log_snr
    }

    /// Moves point `i` as near to `[u, log_snr]` as its neighbours allow; the two end points keep their `u`. A
    /// coordinate that is NaN is left as it was. Nothing happens if there is no point `i`.
    pub fn move_point(&mut self, i: usize, u: f64, log_snr: f64) {
        let Some(&[old_u, old_y]) = self.points.get(i) else { return };
        let left = i.checked_sub(1).map(|before| self.points[before]);
        let right = self.points.get(i + 1).copied();
        let new_u = match (left, right) {
            (Some(left), Some(right)) if !u.is_nan() => {
                u.max(left[0] + Self::U_GAP).min(right[0] - Self::U_GAP)
            }
            _ => old_u,
        };
        let highest = left.map_or(*LOG_SNR.end(), |p| p[1] - LOG_SNR_GAP);
        let lowest = right.map_or(*LOG_SNR.start(), |p| p[1] + LOG_SNR_GAP);
        let new_y = if log_snr.is_nan() { old_y } else { log_snr.max(lowest).min(highest) };
        self.points[i] = [new_u, new_y];
    }

    /// Adds a point at `u` on the curve. Returns its index, or `None` if there is no room between the
    /// neighbours or the curve already has the largest number of points.
    pub fn insert(&mut self, u: f64) -> Option<usize> {
        let index = self.points.partition_point(|p| p[0] <= u);
        let mut points = self.points.clone();
        points.insert(index, [u, self.log_snr(u)]);
        *self = Self::new(points).ok()?;
        Some(index)
    }

    /// Removes point `i`. Returns false, and changes nothing, for the two end points and for an `i` that does not
    /// exist.
    pub fn remove(&mut self, i: usize) -> bool {
        let inner = i > 0 && i + 1 < self.points.len();
        if inner {
            self.points.remove(i);
        }
        inner
    }
}

impl Default for DrawnCurve {
    /// Six points near the cosine schedule's log-SNR.
    fn default() -> Self {
        Self { points: vec![[0.0, 9.5], [0.08, 4.0], [0.3, 1.3], [0.65, -1.0], [0.92, -4.2], [1.0, -10.0]] }
    }
}

impl TryFrom<Points> for DrawnCurve {
    type Error = ScheduleError;

    fn try_from(points: Points) -> Result<Self, ScheduleError> {
        Self::new(points.points)
    }
}

impl From<DrawnCurve> for Points {
    fn from(curve: DrawnCurve) -> Self {
        Self { points: curve.points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::schedule::monotone::secant;
    use crate::diffusion::{ScheduleKind, ScheduleSpec};

    /// Checks that the curve falls everywhere, and nowhere less than half as steeply as its flattest segment.
    fn assert_falls(curve: &DrawnCurve) {
        let flattest =
            (0..curve.points.len() - 1).map(|i| secant(&curve.points, i)).fold(f64::NEG_INFINITY, f64::max);
        let n = 20_000;
        let values: Vec<f64> = linspace(0.0, 1.0, n).map(|u| curve.log_snr(u)).collect();
        for pair in values.windows(2) {
            let slope = (pair[1] - pair[0]) * (n - 1) as f64;
            // 1e-9 allows for rounding of values of about 10 over steps of 5e-5.
            assert!(slope <= 0.5 * flattest + 1e-9, "slope {slope} with flattest secant {flattest}");
        }
    }

    fn reasons(points: &[[f64; 2]]) -> String {
        DrawnCurve::new(points.to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn default_is_valid_passes_through_its_points_and_falls() {
        let curve = DrawnCurve::default();
        assert_eq!(DrawnCurve::new(curve.points.clone()), Ok(curve.clone()));
        for &[u, y] in curve.points() {
            assert_eq!(curve.log_snr(u), y);
        }
        assert_falls(&curve);
    }

    #[test]
    fn steps_and_plateaus_still_fall_strictly() {
        for points in [
            vec![[0.0, 14.0], [0.499, 13.95], [0.5, -20.0], [1.0, -30.0]],
            vec![[0.0, 14.0], [0.001, -10.0], [0.999, -10.05], [1.0, -30.0]],
            vec![[0.0, 5.0], [1.0, 4.0]],
        ] {
            assert_falls(&DrawnCurve::new(points).unwrap());
        }
    }

    #[test]
    fn breaking_a_rule_names_it() {
        assert_eq!(reasons(&[[0.0, 1.0]]), "a drawn curve must have from 2 to 64 points, got 1");
        assert_eq!(
            reasons(&[[0.0, 1.0], [0.9, 0.0]]),
            "a drawn curve must run from u = 0 to u = 1, got 0.0 to 0.9"
        );
        assert_eq!(
            reasons(&[[0.0, 1.0], [0.5, 2.0], [1.0, 0.0]]),
            "point 1 of the drawn curve must lie at least 0.05 below the point before it \
             (log_snr = 1.0), got 2.0"
        );
        assert_eq!(
            reasons(&[[0.0, 1.0], [0.5, 0.0], [0.4, -1.0], [1.0, -2.0]]),
            "point 2 of the drawn curve must lie at least 0.001 right of the point before it \
             (u = 0.5), got 0.4"
        );
        assert_eq!(reasons(&[[0.0, f64::NAN], [1.0, 0.0]]), "log_snr must be from -30.0 to 14.0, got NaN");
        let json = r#"{"points": [[0, 1], [1, 2]]}"#;
        assert!(serde_json::from_str::<DrawnCurve>(json).is_err(), "files are checked too");
    }

    #[test]
    fn edits_keep_the_curve_valid() {
        let mut curve = DrawnCurve::default();
        let targets = [-9.0, 0.0, 0.3, 0.30001, 1.0, 7.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        for i in 0..9 {
            for u in targets {
                for y in targets {
                    curve.move_point(i, u, y * 100.0);
                    assert!(DrawnCurve::new(curve.points.clone()).is_ok(), "move {i} {u} {y}: {curve:?}");
                }
            }
        }
        let mut curve = DrawnCurve::default();
        curve.move_point(2, 0.2, 2.0);
        assert_eq!(curve.points()[2], [0.2, 2.0], "a free move is exact");
        curve.move_point(0, 0.7, 9.0);
        assert_eq!(curve.points()[0], [0.0, 9.0], "the ends keep their u");

        let before = curve.clone();
        assert_eq!(curve.insert(0.5), Some(3));
        assert_eq!(curve.points()[3], [0.5, before.log_snr(0.5)], "the new point lies on the curve");
        assert_eq!(curve.insert(0.5), None, "no room");
        assert_eq!(curve.insert(f64::NAN), None);
        assert!(curve.remove(3) && curve == before);
        assert!(!curve.remove(0) && !curve.remove(5) && !curve.remove(6) && curve == before);
    }

    #[test]
    fn any_function_gives_a_valid_curve() {
        let functions: [fn(f64) -> f64; 5] = [
            |_| f64::NAN,
            |_| f64::INFINITY,
            |_| f64::NEG_INFINITY,
            |u| 5.0 * u,
            |u| (40.0 * u).sin() * 50.0,
        ];
        for f in functions {
            for n in [0, 2, 7, 64, 1000] {
                let curve = DrawnCurve::from_curve(n, f);
                assert!(DrawnCurve::new(curve.points.clone()).is_ok(), "{curve:?}");
            }
        }
    }

    #[test]
    fn a_sampled_curve_resembles_its_schedule() {
        for name in ScheduleKind::named() {
            for zero_terminal_snr in [false, true] {
                let kind = ScheduleKind::default_of(name).unwrap();
                let schedule = ScheduleSpec { kind, steps: 1000, zero_terminal_snr }.build().unwrap();
                let curve = DrawnCurve::sampled_from(&schedule, 24);
                assert_eq!(DrawnCurve::new(curve.points.clone()), Ok(curve.clone()));
                assert!(curve.points.len() >= 12, "{name}: {curve:?}");
                for t in (1..=990).step_by(7) {
                    let difference = (curve.log_snr((t - 1) as f64 / 999.0) - schedule.log_snr(t)).abs();
                    // One per cent of the roughly 20 nats that the curves fall.
                    assert!(difference < 0.2, "{name} at t = {t}: off by {difference}");
                }
            }
        }
        let tiny = ScheduleSpec { steps: 2, ..ScheduleSpec::default() }.build().unwrap();
        let curve = DrawnCurve::sampled_from(&tiny, 64);
        assert_eq!(DrawnCurve::new(curve.points.clone()), Ok(curve));
    }
}
