//! Log-SNR along a curve drawn by hand.

use serde::{Deserialize, Serialize};

use super::{Defined, Kind};
use crate::diffusion::schedule::DrawnCurve;
use crate::diffusion::schedule::error::ScheduleError;
use crate::diffusion::schedule::table::{Table, linspace};

/// `ln SNR` follows a curve drawn by hand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Drawn(pub DrawnCurve);

impl Kind for Drawn {
    fn customary() -> Option<Self> {
        Some(Self::default())
    }

    fn label(&self) -> &'static str {
        "Drawn"
    }

    fn defines(&self) -> Defined {
        Defined::AlphaBar
    }

    fn count(&self) -> Option<usize> {
        Some(self.0.points().len())
    }

    fn validate(&self, _steps: usize) -> Result<(), ScheduleError> {
        // The curve's constructor has checked it.
        Ok(())
    }

    fn table(&self, steps: usize) -> Table {
        Table::from_log_snr(linspace(0.0, 1.0, steps).map(|u| self.0.log_snr(u)))
    }

    fn noisiest_parameter(&self) -> (&'static str, f64) {
        ("log_snr", self.0.log_snr(1.0))
    }
}
