//! The cosine schedule.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, PI, TAU};

use super::Formula;

/// `ᾱ = cos²(π u/2)` (Nichol & Dhariwal 2021, eq. 17, without its offset): `ln SNR = −2 ln tan(π u/2)` for u from 0 to
/// 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine;

impl Formula for Cosine {
    fn log_snr(&self, u: f64) -> f64 {
        -2.0 * (FRAC_PI_2 * u).tan().ln()
    }

    fn slope(&self, u: f64) -> f64 {
        -TAU / (PI * u).sin()
    }

    fn place(&self, log_snr: f64) -> f64 {
        FRAC_2_PI * (-0.5 * log_snr).exp().atan()
    }
}
