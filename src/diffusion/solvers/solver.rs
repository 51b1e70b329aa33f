//! The samplers of points, and the times of their steps for a given number of network calls.

use super::SolverError;
use crate::diffusion::process::{Process, Spacing};

/// A sampler of points.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Solver {
    /// Ancestral sampling (Ho et al. 2020, algorithm 2) with the posterior's variance β̃.
    Ddpm,
    /// DDIM (Song et al. 2021, "DDIM", eq. 12).
    Ddim {
        /// The share of DDPM's noise, in `[0, 1]`; 0 is deterministic.
        eta: f64,
    },
    /// The reverse-time SDE by the Euler–Maruyama method (Song et al. 2021, eq. 6).
    ReverseSde,
    /// The reverse-time SDE with one step of Langevin dynamics after each step (algorithms 1, 4 and 5).
    PredictorCorrector {
        /// Signal-to-noise ratio r of the corrector, 0.16 in the paper.
        snr: f64,
    },
    /// Annealed Langevin dynamics (Song & Ermon 2019, "NCSN", algorithm 1), through a geometric series of σ's.
    Langevin {
        /// `δ_i/σ_i² = ε/σ_L²`, the length of a step; 0.2 in the paper.
        step: f64,
    },
    /// The probability-flow ODE (eq. 13) by Euler's method.
    OdeEuler,
    /// The probability-flow ODE by Heun's method, as in Karras et al. 2022, algorithm 1.
    OdeHeun,
    /// The probability-flow ODE by the adaptive method of Dormand & Prince 1980, as in Song et al. 2021.
    OdeRk45 {
        /// Relative and absolute tolerance, 1e-5 in the paper.
        tolerance: f64,
    },
    /// DPM-Solver++(2M) (Lu et al. 2022, algorithm 2).
    DpmPlusPlus,
}

impl Solver {
    /// All samplers, with the parameters of their papers.
    pub const ALL: [Self; 9] = [
        Self::Ddpm,
        Self::Ddim { eta: 0.0 },
        Self::ReverseSde,
        Self::PredictorCorrector { snr: 0.16 },
        Self::Langevin { step: 0.2 },
        Self::OdeEuler,
        Self::OdeHeun,
        Self::OdeRk45 { tolerance: 1e-5 },
        Self::DpmPlusPlus,
    ];

    /// Identifier for the command line and files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ddpm => "ddpm",
            Self::Ddim { .. } => "ddim",
            Self::ReverseSde => "reverse-sde",
            Self::PredictorCorrector { .. } => "predictor-corrector",
            Self::Langevin { .. } => "langevin",
            Self::OdeEuler => "ode-euler",
            Self::OdeHeun => "ode-heun",
            Self::OdeRk45 { .. } => "ode-rk45",
            Self::DpmPlusPlus => "dpm++",
        }
    }

    /// The sampler with that name and the parameters of its paper, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|solver| solver.name() == name)
    }

    /// Whether it draws noise after the start.
    pub fn is_stochastic(&self) -> bool {
        match self {
            Self::Ddpm | Self::ReverseSde | Self::PredictorCorrector { .. } | Self::Langevin { .. } => true,
            Self::Ddim { eta } => *eta > 0.0,
            Self::OdeEuler | Self::OdeHeun | Self::OdeRk45 { .. } | Self::DpmPlusPlus => false,
        }
    }

    /// The default spacing of its times. (In VE, evenly spaced times already give geometric σ's.)
    pub fn spacing(&self, process: &Process) -> Spacing {
        match (self, process) {
            (Self::DpmPlusPlus | Self::Langevin { .. }, _) => Spacing::LogSnr,
            (
                Self::Ddpm | Self::Ddim { .. } | Self::OdeEuler | Self::OdeHeun,
                Process::Vp { .. } | Process::SubVp { .. },
            ) => Spacing::Quadratic,
            _ => Spacing::Uniform,
        }
    }

    /// The times between which it steps, falling from 1, chosen so that exactly `calls` network calls are
    /// made. ([`OdeRk45`](Self::OdeRk45) finds its own times and makes at most this many calls; for it, only
    /// the two ends are returned.)
    ///
    /// Heun's method and predictor–corrector make two calls in each step; with an odd number, the last step is one of
    /// Euler's method, or has no corrector. Langevin dynamics takes about as many steps at each σ as there are σ's.
    /// Ancestral sampling ends without noise, the others end at [`Process::cut_off`].
    ///
    /// # Errors
    /// [`SolverError::Calls`] if there are too few calls for one step.
    pub fn times(&self, process: &Process, spacing: Spacing, calls: usize) -> Result<Vec<f64>, SolverError> {
        let least = if matches!(self, Self::OdeRk45 { .. }) { 7 } else { 1 };
        if calls < least {
            return Err(SolverError::Calls { solver: self.name(), least, got: calls });
        }
        let end = process.cut_off();
        Ok(match self {
            Self::OdeRk45 { .. } => vec![1.0, end],
            Self::PredictorCorrector { .. } | Self::OdeHeun => process.times(spacing, calls.div_ceil(2), end),
            Self::Ddpm | Self::Ddim { .. } if matches!(spacing, Spacing::LogSnr) => {
                // Log-SNR cannot reach 0: the last step leads there from the cut-off.
                let mut times = if calls == 1 { vec![1.0] } else { process.times(spacing, calls - 1, end) };
                times.push(0.0);
                times
            }
            Self::Ddpm | Self::Ddim { .. } => process.times(spacing, calls, 0.0),
            Self::Langevin { .. } => {
                let levels = (calls as f64).sqrt().round() as usize;
                let places = if levels == 1 { vec![end] } else { process.times(spacing, levels - 1, end) };
                // One entry for each step: step k is made at the level with index k · levels/calls.
                (0..=calls).map(|k| places[(k * levels / calls).min(levels - 1)]).collect()
            }
            Self::ReverseSde | Self::OdeEuler | Self::DpmPlusPlus => process.times(spacing, calls, end),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for solver in Solver::ALL {
            assert_eq!(Solver::from_name(solver.name()), Some(solver));
        }
        assert_eq!(Solver::from_name("euler"), None);
    }

    #[test]
    fn langevin_shares_its_calls_between_the_levels() {
        let solver = Solver::Langevin { step: 0.2 };
        let times = solver.times(&Process::VE, Spacing::LogSnr, 103).unwrap();
        assert_eq!(times.len(), 104);
        let mut levels = times[..103].to_vec();
        levels.dedup();
        assert_eq!((levels.len(), levels[0], levels[9]), (10, 1.0, Process::VE.cut_off()));
        let counts = levels.iter().map(|level| times[..103].iter().filter(|t| *t == level).count());
        assert!(counts.clone().all(|count| count == 10 || count == 11), "{:?}", counts.collect::<Vec<_>>());
    }
}
