//! Log-SNR that falls evenly.

use super::Formula;

/// `ln SNR = −u` (Kingma et al. 2021, section 3.2 and appendix I; Ho & Salimans 2022): the ideal denoiser's error at
/// every scale counts alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearLogSnr;

impl Formula for LinearLogSnr {
    fn log_snr(&self, u: f64) -> f64 {
        -u
    }

    fn slope(&self, _u: f64) -> f64 {
        -1.0
    }

    fn place(&self, log_snr: f64) -> f64 {
        -log_snr
    }
}
