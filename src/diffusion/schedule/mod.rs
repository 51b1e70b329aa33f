//! Noise schedules: the user's choice ([`ScheduleSpec`]) and the numbers that follow from it ([`Schedule`]).

pub mod diffusers;
mod drawn;
mod error;
mod few_steps;
mod kinds;
pub(in crate::diffusion) mod monotone;
mod respace;
mod table;

use std::{ops::RangeInclusive, sync::Arc};

use serde::{Deserialize, Serialize};

use self::table::{Table, logistic};
use super::Step;

pub use self::{
    drawn::DrawnCurve,
    error::ScheduleError,
    few_steps::SignalLeft,
    kinds::{
        Constant, Cosine, Defined, Drawn, Kind, Linear, LogSnr, Parameter, Scale, ScaledLinear, ScheduleKind,
        Sigmoid, Trained,
    },
    respace::RespacedSchedule,
};

/// The allowed numbers of timesteps.
pub const STEPS: RangeInclusive<usize> = 2..=10_000;

/// Range of the β parameters. With smaller ones, `1 − ᾱ_1` would have fewer than four correct digits in f64; with
/// larger ones, a single step would leave less than a thousandth of the signal (Nichol & Dhariwal 2021 clip at the same
/// bound).
pub const BETA: RangeInclusive<f64> = 1e-12..=0.999;

/// Range of log-SNR parameters and drawn curves: wide enough for every published schedule, and narrow enough that every
/// β stays above 1e-12 and below 1 in f64, for every `T`.
pub const LOG_SNR: RangeInclusive<f64> = -30.0..=14.0;

/// The smallest fall of log-SNR over a whole schedule, or between two points of a drawn one.
pub const LOG_SNR_GAP: f64 = 0.05;

/// The smallest `ᾱ_t` other than exactly 0. f64 ends near 1e-308; the margin keeps the rescaling to a zero terminal SNR
/// and all derived numbers exact to rounding.
pub const ALPHA_BAR_MIN: f64 = 1e-250;

/// The user's choice of a noise schedule: plain data for files, undo and the command line.
///
/// As JSON: `{"kind": "linear", "beta_start": 0.0001, "beta_end": 0.02, "steps": 1000,
/// "zero_terminal_snr": false}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleSpec {
    /// The kind and its parameters.
    #[serde(flatten)]
    pub kind: ScheduleKind,
    /// `T`, the number of timesteps, in [`STEPS`].
    pub steps: usize,
    /// Whether the schedule is rescaled so that no signal is left at `T` (Lin et al. 2023, algorithm 1).
    #[serde(default)]
    pub zero_terminal_snr: bool,
}

impl Default for ScheduleSpec {
    /// Linear, `T = 1000` (Ho et al. 2020).
    fn default() -> Self {
        Self { kind: ScheduleKind::default(), steps: 1000, zero_terminal_snr: false }
    }
}

impl ScheduleSpec {
    /// Computes the schedule.
    ///
    /// In the result `1 = ᾱ_0 > ᾱ_1 > … > ᾱ_T`, every β lies in `(0, 1)`, and every number is finite. The only
    /// exception is `T` with a zero terminal SNR (or a table that ends in 1), where `ᾱ_T = 0` and `β_T = 1`.
    ///
    /// # Errors
    /// If `T` or a parameter is out of range, or if so little signal is left that some `ᾱ_t` is below
    /// [`ALPHA_BAR_MIN`].
    pub fn build(&self) -> Result<Schedule, ScheduleError> {
        let steps = self.steps;
        if !STEPS.contains(&steps) {
            return Err(ScheduleError::Steps { got: steps });
        }
        let kind = self.kind.kind();
        kind.validate(steps)?;
        let mut table = kind.table(steps);
        if let Some(t) = table.signal_gone_at() {
            return Err(self.signal_gone(t));
        }
        if self.zero_terminal_snr {
            table.rescale_to_zero_terminal_snr();
        }
        Ok(Schedule::new(self.clone(), table))
    }

    /// The error for a schedule whose signal is gone at `t`. It names the largest `T` that works.
    fn signal_gone(&self, t: usize) -> ScheduleError {
        let kind = self.kind.kind();
        let max_steps = if kind.fixed_steps().is_some() {
            t - 1
        } else {
            // Two steps work even at β = 0.999, whereas T = steps does not work.
            let (mut works, mut fails) = (*STEPS.start(), self.steps);
            while fails - works > 1 {
                let middle = works.midpoint(fails);
                if kind.table(middle).signal_gone_at().is_some() {
                    fails = middle;
                } else {
                    works = middle;
                }
            }
            works
        };
        let (parameter, value) = kind.noisiest_parameter();
        ScheduleError::SignalGone { t, steps: self.steps, max_steps, parameter, value }
    }
}

/// A noise schedule's numbers, all in f64. Cloning is cheap: the numbers are shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    spec: Arc<ScheduleSpec>,
    /// `β_1, …, β_T`.
    beta: Arc<[f64]>,
    /// `α_1, …, α_T`.
    alpha: Arc<[f64]>,
    /// `ᾱ_0, …, ᾱ_T`.
    alpha_bar: Arc<[f64]>,
    /// `ln SNR_1, …, ln SNR_T`.
    log_snr: Arc<[f64]>,
}

impl Schedule {
    fn new(spec: ScheduleSpec, table: Table) -> Self {
        debug_assert!(table.alpha_bar.is_sorted_by(|a, b| a > b), "ᾱ must strictly fall");
        let log_snr = table.alpha_bar[1..].iter().map(|&alpha_bar| log_snr_of(alpha_bar)).collect();
        Self {
            spec: Arc::new(spec),
            beta: table.beta.into(),
            alpha: table.alpha.into(),
            alpha_bar: table.alpha_bar.into(),
            log_snr,
        }
    }

    /// The specification from which the schedule was built.
    pub fn spec(&self) -> &ScheduleSpec {
        &self.spec
    }

    /// The number of timesteps, `T`.
    pub fn steps(&self) -> usize {
        self.beta.len()
    }

    /// `β_1, …, β_T`: index `t − 1`.
    pub fn betas(&self) -> &[f64] {
        &self.beta
    }

    /// `α_1, …, α_T`: index `t − 1`.
    pub fn alphas(&self) -> &[f64] {
        &self.alpha
    }

    /// `ᾱ_0 = 1, ᾱ_1, …, ᾱ_T`: index `t`, one value more than [`betas`](Self::betas).
    pub fn alpha_bars(&self) -> &[f64] {
        &self.alpha_bar
    }

    /// The transition `x_{t−1} → x_t`.
    ///
    /// # Panics
    /// If `t` is not in `1..=T`.
    pub fn step(&self, t: usize) -> Step {
        Step {
            t,
            beta: self.beta[t - 1],
            alpha: self.alpha[t - 1],
            alpha_bar: self.alpha_bar[t],
            alpha_bar_prev: self.alpha_bar[t - 1],
        }
    }

    /// All transitions, `t = 1..=T`.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Step> + DoubleEndedIterator + '_ {
        (0..self.steps()).map(|index| self.step(index + 1))
    }

    /// `ᾱ_t`, with `ᾱ_0 = 1`.
    ///
    /// # Panics
    /// If `t > T`.
    pub fn alpha_bar(&self, t: usize) -> f64 {
        self.alpha_bar[t]
    }

    /// `ln SNR_t`; `+∞` at `t = 0`, `−∞` where no signal is left.
    ///
    /// # Panics
    /// If `t > T`.
    pub fn log_snr(&self, t: usize) -> f64 {
        t.checked_sub(1).map_or(f64::INFINITY, |index| self.log_snr[index])
    }

    /// The timestep, as a real number in `[1, T]`, at which `ln SNR` is `log_snr`. Between timesteps it is
    /// interpolated linearly in log-SNR. Values beyond the ends give the ends; NaN gives 1.
    ///
    /// In a last step to no signal, where log-SNR becomes infinite, it is interpolated linearly in `ᾱ`
    /// instead.
    pub fn timestep_at_log_snr(&self, log_snr: f64) -> f64 {
        let steps = self.steps();
        let before = self.log_snr.partition_point(|&value| value >= log_snr);
        if before == 0 {
            return 1.0;
        }
        if before == steps {
            return steps as f64;
        }
        let (upper, lower) = (self.log_snr(before), self.log_snr(before + 1));
        let fraction = if lower == f64::NEG_INFINITY {
            1.0 - logistic(log_snr) / self.alpha_bar[before]
        } else {
            (upper - log_snr) / (upper - lower)
        };
        before as f64 + fraction.clamp(0.0, 1.0)
    }

    /// The whole timestep, `1..=T`, whose `ln SNR` is nearest to `log_snr`.
    pub fn nearest_timestep_at_log_snr(&self, log_snr: f64) -> usize {
        self.timestep_at_log_snr(log_snr).round() as usize
    }

    /// `ln SNR` at a real timestep, the inverse of [`timestep_at_log_snr`](Self::timestep_at_log_snr).
    /// `t` is clamped to `[1, T]`; NaN counts as 1.
    pub fn log_snr_at(&self, t: f64) -> f64 {
        let t = t.max(1.0).min(self.steps() as f64);
        let before = t as usize;
        let fraction = t - before as f64;
        if fraction == 0.0 {
            return self.log_snr(before);
        }
        let (upper, lower) = (self.log_snr(before), self.log_snr(before + 1));
        if lower == f64::NEG_INFINITY {
            log_snr_of(self.alpha_bar[before] * (1.0 - fraction))
        } else {
            upper + fraction * (lower - upper)
        }
    }
}

/// `ln(ᾱ / (1 − ᾱ))`.
fn log_snr_of(alpha_bar: f64) -> f64 {
    (alpha_bar / (1.0 - alpha_bar)).ln()
}

#[cfg(test)]
mod tests;
