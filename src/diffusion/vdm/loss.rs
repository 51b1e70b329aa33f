//! The loss over t, and that of T steps.

use rayon::prelude::*;

use super::{Denoising, Profile, Schedule};
use crate::diffusion::exact::Density;
use crate::diffusion::exact::quadrature::nodes;

/// `−½ SNR′(t) mmse(SNR(t))` in nats (Kingma et al. 2021, eq. 17): what is integrated over t. It is not negative.
pub fn integrand(profile: &Profile, schedule: &Schedule, t: f64) -> f64 {
    let [mmse, _] = profile.scaled(schedule.log_snr(t));
    -0.5 * schedule.slope(t) * mmse
}

/// The continuous-time loss `L_∞` in nats as the integral over t along a schedule. It is [`Profile::loss`], whatever the
/// schedule, if both have the same ends.
pub fn loss(profile: &Profile, schedule: &Schedule) -> f64 {
    over_time(schedule, |t| integrand(profile, schedule, t))
}

/// The loss of T = `steps` steps in nats, `½ Σ_i (SNR((i−1)/T) − SNR(i/T)) mmse(SNR(i/T))` (eq. 13 and 14). It is larger
/// than `L_∞`, and falls to it as T grows. `go_on` is asked before every step; when it returns false, the result is
/// `None`.
pub fn discrete_loss(
    data: &Density,
    schedule: &Schedule,
    steps: usize,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Option<f64> {
    let log_snr = |i: usize| schedule.log_snr(i as f64 / steps as f64);
    let term = |i: usize| {
        let (before, at) = (log_snr(i - 1), log_snr(i));
        // The difference of the SNRs, without cancellation.
        let fall = at.exp() * (before - at).exp_m1();
        go_on().then(|| if fall > 0.0 { 0.5 * fall * Denoising::at(data, at).mmse } else { 0.0 })
    };
    // Collected before it is summed: the order of a sum must not depend on the threads.
    let terms: Option<Vec<f64>> = (1..=steps).into_par_iter().map(term).collect();
    Some(terms?.iter().sum())
}

/// `∫_0^1 f(t) dt` for an f that is smooth where the schedule is.
pub(super) fn over_time(schedule: &Schedule, f: impl Fn(f64) -> f64) -> f64 {
    let panel = |pair: &[f64]| nodes(pair[0]..pair[1], 1).map(|[t, weight]| weight * f(t)).sum::<f64>();
    schedule.smooth_times().windows(2).map(panel).sum()
}
