//! β that rises evenly.

use super::Formula;
use crate::diffusion::process::Process;
use crate::diffusion::vdm::{Ends, VdmError};

/// The largest β; a process with it is over before u is 1e-5.
const LARGEST: f64 = 1e6;

/// The variance-preserving process of Song et al. 2021 (eq. 32), the limit of the linear schedule of Ho et al. 2020:
/// `ln SNR = −ln(e^B − 1)` with `B(u) = b_0 u + ½ (b_1 − b_0) u²`. Its formulas are continued beyond u = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearBeta {
    /// `b_0`, β at u = 0, from 0 to 1e6.
    pub beta_start: f64,
    /// `b_1`, β at u = 1, from 0 to 1e6; it may be the smaller one. They are not both 0.
    pub beta_end: f64,
}

impl Default for LinearBeta {
    /// β from 0.1 to 20 (Song et al. 2021, appendix C).
    fn default() -> Self {
        Self { beta_start: 0.1, beta_end: 20.0 }
    }
}

impl LinearBeta {
    fn process(self) -> Process {
        Process::Vp { beta_min: self.beta_start, beta_max: self.beta_end }
    }
}

impl Formula for LinearBeta {
    fn log_snr(&self, u: f64) -> f64 {
        self.process().level(u).log_snr()
    }

    fn slope(&self, u: f64) -> f64 {
        let process = self.process();
        -process.diffusion(u) / process.level(u).variance
    }

    fn place(&self, log_snr: f64) -> f64 {
        self.process().time_of_log_snr(log_snr)
    }

    fn fit(&mut self, ends: Ends) -> Result<(), VdmError> {
        let Self { beta_start, beta_end } = *self;
        for (name, value) in [("beta-start", beta_start), ("beta-end", beta_end)] {
            if !(0.0..=LARGEST).contains(&value) {
                return Err(VdmError::Range { name, value, low: 0.0, high: LARGEST });
            }
        }
        // The β at the lower end, squared: where it would not be positive, B has passed its largest value before.
        let integral = (-ends.min()).exp().ln_1p();
        let square = beta_start * beta_start + 2.0 * (beta_end - beta_start) * integral;
        if square <= 1e-12 * beta_start.max(beta_end).powi(2) || self.place(ends.min()) > FARTHEST {
            return Err(VdmError::Unreachable { beta_start, beta_end, log_snr: ends.min() });
        }
        Ok(())
    }
}

/// The largest u of a lower end.
const FARTHEST: f64 = 1e9;
