//! A table of β's.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Defined, Kind};
use crate::diffusion::schedule::BETA;
use crate::diffusion::schedule::error::ScheduleError;
use crate::diffusion::schedule::table::Table;

/// A table of β's, as read from a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// `β_1, …, β_T`, one per timestep, each in `[1e-12, 1)`; the last one may be 1.
    pub betas: Arc<[f64]>,
}

impl Trained {
    /// The table of a schedule with these log-SNRs from `t = 1` on, which must fall. Where they hardly do, β is the least
    /// that is possible.
    pub fn from_log_snrs(log_snrs: impl IntoIterator<Item = f64>) -> Self {
        let table = Table::from_log_snr(log_snrs.into_iter());
        Self { betas: table.beta.into_iter().map(|beta| beta.max(*BETA.start())).collect() }
    }
}

impl Kind for Trained {
    fn customary() -> Option<Self> {
        None
    }

    fn label(&self) -> &'static str {
        "As a table"
    }

    fn defines(&self) -> Defined {
        Defined::Beta
    }

    fn count(&self) -> Option<usize> {
        Some(self.betas.len())
    }

    fn fixed_steps(&self) -> Option<usize> {
        Some(self.betas.len())
    }

    fn validate(&self, steps: usize) -> Result<(), ScheduleError> {
        if self.betas.len() != steps {
            return Err(ScheduleError::TableLength { steps, length: self.betas.len() });
        }
        let low = *BETA.start();
        for (index, &value) in self.betas.iter().enumerate() {
            let t = index + 1;
            let allowed = (low..1.0).contains(&value) || (t == steps && value == 1.0);
            if !allowed {
                return Err(ScheduleError::TableValue { t, value, low });
            }
        }
        Ok(())
    }

    fn table(&self, _steps: usize) -> Table {
        Table::from_betas(self.betas.to_vec())
    }

    fn noisiest_parameter(&self) -> (&'static str, f64) {
        ("the table's largest beta", self.betas.iter().copied().fold(0.0, f64::max))
    }
}
