//! A squared cosine.

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{BetaSchedule, Defined, Kind, Parameter, Scale};
use crate::diffusion::schedule::error::{ScheduleError, check};
use crate::diffusion::schedule::table::{Table, betas_of};

/// Range of the offset `s`.
const OFFSET: RangeInclusive<f64> = 0.0..=1.0;
/// The offset of the paper, which is built into diffusers.
pub(in crate::diffusion::schedule) const CUSTOMARY_OFFSET: f64 = 0.008;

/// `ᾱ` follows a squared cosine; β is clipped at 0.999 (Nichol & Dhariwal 2021, eq. 17).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cosine {
    /// Offset that keeps `β_1` from vanishing, from 0 to 1; 0.008 in the paper.
    pub s: f64,
}

impl Kind for Cosine {
    fn customary() -> Option<Self> {
        Some(Self { s: CUSTOMARY_OFFSET })
    }

    fn label(&self) -> &'static str {
        "Cosine"
    }

    fn defines(&self) -> Defined {
        Defined::AlphaBar
    }

    fn parameters(&mut self) -> Vec<Parameter<'_>> {
        let scale = Scale::Linear { step: 0.0005, decimals: 5 };
        vec![Parameter { name: "s", value: &mut self.s, range: OFFSET, scale }]
    }

    fn diffusers(&self) -> Option<BetaSchedule> {
        // diffusers does not use the two ends of β with this name.
        (self.s == CUSTOMARY_OFFSET).then_some(BetaSchedule {
            name: "squaredcos_cap_v2",
            start: 1e-4,
            end: 0.02,
        })
    }

    fn validate(&self, _steps: usize) -> Result<(), ScheduleError> {
        check("s", self.s, OFFSET)
    }

    /// The β's for `f(u) = cos²((u + s)/(1 + s) · π/2)`.
    fn table(&self, steps: usize) -> Table {
        let f = |u: f64| {
            let root = ((u + self.s) / (1.0 + self.s) * PI / 2.0).cos();
            root * root
        };
        Table::from_betas(betas_of(f, steps))
    }

    fn noisiest_parameter(&self) -> (&'static str, f64) {
        ("s", self.s)
    }
}
