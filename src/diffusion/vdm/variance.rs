//! The variance of an estimate of the loss, exactly.

use rayon::prelude::*;

use super::loss::{integrand, over_time};
use super::schedule::rising;
use super::{Profile, Schedule, TIMES, Times};
use crate::diffusion::exact::quadrature::nodes;

/// The variance of the mean over k = [`TIMES`] times of `−½ SNR′(t) (x − x̂)²`, each time with its own x and noise, in
/// nats². By the law of total variance it has two parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variance {
    /// What is due to x and noise at given times: the same for all ways to draw the times.
    pub of_noise: f64,
    /// What is due to the times alone, as if the expectation over x and noise were known at each time.
    pub of_times: f64,
}

impl Variance {
    /// The variance for a schedule and a way to draw the times.
    pub fn of(profile: &Profile, schedule: &Schedule, times: Times) -> Self {
        let k = TIMES as f64;
        let square = |t: f64| integrand(profile, schedule, t).powi(2);
        let second = |t: f64| {
            let [_, fourth] = profile.scaled(schedule.log_snr(t));
            (0.5 * schedule.slope(t)).powi(2) * fourth
        };
        let (loss, squares) = (profile.loss(), over_time(schedule, square));
        let of_times = match times {
            Times::Iid => (squares - loss * loss) / k,
            Times::LowDiscrepancy => of_offset(profile, schedule),
        };
        Self { of_noise: (over_time(schedule, second) - squares) / k, of_times: of_times.max(0.0) }
    }

    /// The variance of the estimate.
    pub fn total(self) -> f64 {
        self.of_noise + self.of_times
    }
}

/// The variance over the offset `u_0` of the mean of the integrand at `(u_0 + i/k) mod 1`. That mean repeats itself with
/// `1/k`, so `u_0` need not be larger.
fn of_offset(profile: &Profile, schedule: &Schedule) -> f64 {
    let k = TIMES as f64;
    // Wherever log-SNR falls steeply, there are short panels in the common cell of all times.
    let steep = schedule.times().into_iter().map(|t| (t * k).fract());
    let even = (0..=EVEN).map(|i| i as f64 / EVEN as f64);
    let edges = rising(steep.chain(even).collect());
    let loss = profile.loss();
    let mean = |place: f64| {
        let at = |i: usize| integrand(profile, schedule, (place + i as f64) / k);
        (0..TIMES).map(at).sum::<f64>() / k
    };
    let panel = |pair: &[f64]| -> f64 {
        nodes(pair[0]..pair[1], 1).map(|[place, weight]| weight * (mean(place) - loss).powi(2)).sum()
    };
    // Collected before it is summed: the order of a sum must not depend on the threads.
    edges.par_windows(2).map(panel).collect::<Vec<f64>>().iter().sum()
}

/// Panels at least; curves through points are not smooth there.
const EVEN: usize = 32;
