//! The parts of the bound that depend on one end of γ alone, and how they change with it, in nats per dimension.
//!
//! The clean value is told from `z_0 = α_0 x + σ_0 ε` without the network: `p(x | z_0)` is the
//! [decoder](crate::diffusion::nll::decoder) with the mean `z_0/α_0` and the standard deviation
//! `σ_0/α_0 = e^{γ_0/2}`.

use crate::diffusion::nll::normal::{log_cdf, log_interval};

/// Half of the distance from one of the 256 levels to the next.
const HALF: f64 = 1.0 / 255.0;
/// The mean over ε is a sum over this many points with equal distances, from −9 to 9: it is exact to rounding where the
/// noise spans a level, and to 1e-4 where it is much narrower, and the term nearly 0.
const POINTS: i32 = 360;
const REACH: f64 = 9.0;

/// `L_T = KL(q(z_1 | x) ‖ N(0, 1))` where `x²` has this mean, and its derivative by `γ_1`.
pub fn prior(end: f64, square: f64) -> [f64; 2] {
    let signal = 1.0 / (1.0 + end.exp());
    let nats = 0.5 * (signal * (square - 1.0) - (-signal).ln_1p());
    [nats, -0.5 * signal * (square * (1.0 - signal) + signal)]
}

/// `L_0 = E[−ln p(x | z_0)]`, where the share `outer` of the values are the first or the last of the 256 levels, and its
/// derivative by `γ_0`.
pub fn reconstruction(start: f64, outer: f64) -> [f64; 2] {
    // Half a level in standard deviations. Its derivative by γ is −½ of it.
    let half = HALF * (-0.5 * start).exp();
    let step = 2.0 * REACH / f64::from(POINTS);
    let density = |z: f64| -0.5 * (z * z + std::f64::consts::TAU.ln());
    let (mut nats, mut slope) = (0.0, 0.0);
    for i in 0..=POINTS {
        let eps = -REACH + step * f64::from(i);
        let weight = step * density(eps).exp();
        let (within, open) = (log_interval(-half - eps, half - eps), log_cdf(half - eps));
        nats -= weight * ((1.0 - outer) * within + outer * open);
        // The width grows by as much at both ends of an interval, and at one end of an open one.
        let (low, high) = (density(half + eps), density(half - eps));
        let by_half =
            (1.0 - outer) * ((low - within).exp() + (high - within).exp()) + outer * (high - open).exp();
        slope += weight * 0.5 * half * by_half;
    }
    [nats, slope]
}
