//! β evenly spaced.

use serde::{Deserialize, Serialize};

use super::{BetaSchedule, Defined, Kind, Parameter};
use crate::diffusion::schedule::error::{ScheduleError, check_betas};
use crate::diffusion::schedule::table::{Table, linspace};

/// `β_t` evenly spaced from `beta_start` to `beta_end` (Ho et al. 2020, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    /// `β_1`, in [`BETA`](crate::diffusion::schedule::BETA).
    pub beta_start: f64,
    /// `β_T`, in [`BETA`](crate::diffusion::schedule::BETA); it may be smaller than `beta_start`.
    pub beta_end: f64,
}

impl Kind for Linear {
    fn customary() -> Option<Self> {
        Some(Self { beta_start: 1e-4, beta_end: 0.02 })
    }

    fn label(&self) -> &'static str {
        "Linear"
    }

    fn defines(&self) -> Defined {
        Defined::Beta
    }

    fn parameters(&mut self) -> Vec<Parameter<'_>> {
        let Self { beta_start, beta_end } = self;
        vec![Parameter::beta("beta_start", beta_start), Parameter::beta("beta_end", beta_end)]
    }

    fn diffusers(&self) -> Option<BetaSchedule> {
        Some(BetaSchedule { name: "linear", start: self.beta_start, end: self.beta_end })
    }

    fn validate(&self, _steps: usize) -> Result<(), ScheduleError> {
        check_betas(self.beta_start, self.beta_end)
    }

    fn table(&self, steps: usize) -> Table {
        Table::from_betas(linspace(self.beta_start, self.beta_end, steps).collect())
    }

    fn noisiest_parameter(&self) -> (&'static str, f64) {
        super::noisier_end(self.beta_start, self.beta_end)
    }
}
