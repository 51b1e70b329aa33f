//! Log-SNR evenly spaced.

use serde::{Deserialize, Serialize};

use super::{Defined, Kind, Parameter, Scale};
use crate::diffusion::schedule::error::{ScheduleError, check};
use crate::diffusion::schedule::table::{Table, linspace};
use crate::diffusion::schedule::{LOG_SNR, LOG_SNR_GAP};

/// `ln SNR_t` falls evenly from `logsnr_max` at `t = 1` to `logsnr_min` at `t = T`
/// (variational diffusion models, Kingma et al. 2021, with a linear γ).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogSnr {
    /// `ln SNR_1`, in [`LOG_SNR`].
    pub logsnr_max: f64,
    /// `ln SNR_T`, in [`LOG_SNR`], at least [`LOG_SNR_GAP`] below `logsnr_max`.
    pub logsnr_min: f64,
}

impl Kind for LogSnr {
    fn customary() -> Option<Self> {
        Some(Self { logsnr_max: 9.2, logsnr_min: -10.0 })
    }

    fn label(&self) -> &'static str {
        "Linear log-SNR"
    }

    fn defines(&self) -> Defined {
        Defined::LogSnr
    }

    fn parameters(&mut self) -> Vec<Parameter<'_>> {
        let scale = Scale::Linear { step: 0.05, decimals: 3 };
        // Neither end can be moved past the other.
        let upper = self.logsnr_min + 2.0 * LOG_SNR_GAP..=*LOG_SNR.end();
        let lower = *LOG_SNR.start()..=self.logsnr_max - 2.0 * LOG_SNR_GAP;
        vec![
            Parameter { name: "logsnr_max", value: &mut self.logsnr_max, range: upper, scale },
            Parameter { name: "logsnr_min", value: &mut self.logsnr_min, range: lower, scale },
        ]
    }

    fn validate(&self, _steps: usize) -> Result<(), ScheduleError> {
        let &Self { logsnr_max: max, logsnr_min: min } = self;
        check("logsnr_max", max, LOG_SNR)?;
        check("logsnr_min", min, LOG_SNR)?;
        if max - min < LOG_SNR_GAP {
            return Err(ScheduleError::LogSnrEnds { max, min, gap: LOG_SNR_GAP });
        }
        Ok(())
    }

    fn table(&self, steps: usize) -> Table {
        Table::from_log_snr(linspace(self.logsnr_max, self.logsnr_min, steps))
    }

    fn noisiest_parameter(&self) -> (&'static str, f64) {
        ("logsnr_min", self.logsnr_min)
    }
}
