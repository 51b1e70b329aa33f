//! The same β at every timestep.

use serde::{Deserialize, Serialize};

use super::{Defined, Kind, Parameter};
use crate::diffusion::schedule::BETA;
use crate::diffusion::schedule::error::{ScheduleError, check};
use crate::diffusion::schedule::table::Table;

/// The same β at every timestep.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constant {
    /// `β_t`, in [`BETA`].
    pub beta: f64,
}

impl Kind for Constant {
    /// β = 0.01 leaves as little signal at `T = 1000` as the linear default does.
    fn customary() -> Option<Self> {
        Some(Self { beta: 0.01 })
    }

    fn label(&self) -> &'static str {
        "Constant"
    }

    fn defines(&self) -> Defined {
        Defined::Beta
    }

    fn parameters(&mut self) -> Vec<Parameter<'_>> {
        vec![Parameter::beta("beta", &mut self.beta)]
    }

    fn validate(&self, _steps: usize) -> Result<(), ScheduleError> {
        check("beta", self.beta, BETA)
    }

    fn table(&self, steps: usize) -> Table {
        Table::from_betas(vec![self.beta; steps])
    }

    fn noisiest_parameter(&self) -> (&'static str, f64) {
        ("beta", self.beta)
    }
}
