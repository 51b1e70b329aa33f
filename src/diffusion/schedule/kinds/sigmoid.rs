//! β along the logistic function.

use serde::{Deserialize, Serialize};

use super::{BetaSchedule, Defined, Kind, Parameter};
use crate::diffusion::schedule::error::{ScheduleError, check_betas};
use crate::diffusion::schedule::table::{Table, linspace, logistic};

/// `β_t` follows the logistic function over [−6, 6] from `beta_start` to `beta_end`
/// (`GeoDiff`, Xu et al. 2022; diffusers' `sigmoid`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sigmoid {
    /// Limit of β at the left, in [`BETA`](crate::diffusion::schedule::BETA).
    pub beta_start: f64,
    /// Limit of β at the right, in [`BETA`](crate::diffusion::schedule::BETA); it may be smaller than `beta_start`.
    pub beta_end: f64,
}

impl Kind for Sigmoid {
    fn customary() -> Option<Self> {
        Some(Self { beta_start: 1e-4, beta_end: 0.02 })
    }

    fn label(&self) -> &'static str {
        "Sigmoid"
    }

    fn defines(&self) -> Defined {
        Defined::Beta
    }

    fn parameters(&mut self) -> Vec<Parameter<'_>> {
        let Self { beta_start, beta_end } = self;
        vec![Parameter::beta("beta_start", beta_start), Parameter::beta("beta_end", beta_end)]
    }

    fn diffusers(&self) -> Option<BetaSchedule> {
        Some(BetaSchedule { name: "sigmoid", start: self.beta_start, end: self.beta_end })
    }

    fn validate(&self, _steps: usize) -> Result<(), ScheduleError> {
        check_betas(self.beta_start, self.beta_end)
    }

    fn table(&self, steps: usize) -> Table {
        let &Self { beta_start, beta_end } = self;
        let betas = linspace(-6.0, 6.0, steps).map(|x| logistic(x) * (beta_end - beta_start) + beta_start);
        Table::from_betas(betas.collect())
    }

    fn noisiest_parameter(&self) -> (&'static str, f64) {
        super::noisier_end(self.beta_start, self.beta_end)
    }
}
