//! The terms of a bound as a table.

use std::io::{self, Write};

use super::Evaluation;
use crate::diffusion::nll::rate::distortion;

impl Evaluation {
    /// Writes the terms that are known as CSV, a row for each timestep: `t` (1 is `L_0`), `alpha_bar`, `bits` per
    /// dimension, the part of them that no network could save (`constant`), the mean squares of `ε − ε̂` (`eps_mse`) and
    /// of `x_0 − x̂_0` (`x0_mse`), the root of the latter in levels (`distortion`), and `λ_t` (`weight`). The last row,
    /// `T + 1`, is `L_T`.
    ///
    /// # Errors
    /// If writing fails.
    pub fn to_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let schedule = &self.setting.bound.spec().schedule;
        writeln!(out, "t,alpha_bar,bits,constant,eps_mse,x0_mse,distortion,weight")?;
        for (t, term) in self.known() {
            let (alpha_bar, distortion) = (schedule.alpha_bar(t), distortion(term.x0_mse));
            writeln!(
                out,
                "{t},{alpha_bar},{},{},{},{},{distortion},{}",
                term.bits, term.constant, term.eps_mse, term.x0_mse, term.weight
            )?;
        }
        let prior = self.setting.prior.bits.first().copied().unwrap_or(f64::NAN);
        writeln!(out, "{},,{prior},,,,,", self.setting.steps() + 1)
    }
}
