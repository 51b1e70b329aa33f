//! √β evenly spaced.

use serde::{Deserialize, Serialize};

use super::{BetaSchedule, Defined, Kind, Parameter};
use crate::diffusion::schedule::error::{ScheduleError, check_betas};
use crate::diffusion::schedule::table::{Table, linspace};

/// `√β_t` is evenly spaced (latent diffusion, Rombach et al. 2022).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScaledLinear {
    /// `β_1`, in [`BETA`](crate::diffusion::schedule::BETA).
    pub beta_start: f64,
    /// `β_T`, in [`BETA`](crate::diffusion::schedule::BETA); it may be smaller than `beta_start`.
    pub beta_end: f64,
}

impl Kind for ScaledLinear {
    fn customary() -> Option<Self> {
        Some(Self { beta_start: 0.00085, beta_end: 0.012 })
    }

    fn label(&self) -> &'static str {
        "Scaled linear"
    }

    fn defines(&self) -> Defined {
        Defined::Beta
    }

    fn parameters(&mut self) -> Vec<Parameter<'_>> {
        let Self { beta_start, beta_end } = self;
        vec![Parameter::beta("beta_start", beta_start), Parameter::beta("beta_end", beta_end)]
    }

    fn diffusers(&self) -> Option<BetaSchedule> {
        Some(BetaSchedule { name: "scaled_linear", start: self.beta_start, end: self.beta_end })
    }

    fn validate(&self, _steps: usize) -> Result<(), ScheduleError> {
        check_betas(self.beta_start, self.beta_end)
    }

    fn table(&self, steps: usize) -> Table {
        let roots = linspace(self.beta_start.sqrt(), self.beta_end.sqrt(), steps);
        Table::from_betas(roots.map(|root| root * root).collect())
    }

    fn noisiest_parameter(&self) -> (&'static str, f64) {
        super::noisier_end(self.beta_start, self.beta_end)
    }
}
