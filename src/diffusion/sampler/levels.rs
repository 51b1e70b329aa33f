//! The levels of noise that a run can pass.

use super::PredictionType;
use super::kinds::FinalSigmas;
use super::weights::Waypoint;
use crate::diffusion::Schedule;

/// The value that diffusers' solvers in σ use in place of `ᾱ_T = 0`: the smallest positive half-precision number.
const ZERO_SNR_ALPHA_BAR: f64 = 1.0 / 16_777_216.0;

/// The data from which a sampler plans its steps.
pub(super) struct Levels<'a> {
    pub schedule: &'a Schedule,
    /// How far each step leads, wherever the next call is: `⌊T/n⌋` for n steps. `None` if every step leads to the level
    /// of the next call: for samplers without a [stride](super::About::has_stride), in runs that start in the middle,
    /// and where the user chose it.
    pub stride: Option<f64>,
    /// What the network predicts.
    pub prediction: PredictionType,
    /// Whether the sampler can start where no signal is left, which only samplers that follow the chain of
    /// β's can.
    pub without_signal: bool,
}

impl Levels<'_> {
    /// The levels of the network calls. Timesteps are counted from 0 here, as the network counts them.
    pub fn of_calls(&self, timesteps: &[f64]) -> Vec<Waypoint> {
        let mut levels: Vec<Waypoint> = timesteps.iter().map(|&t| self.level(t + 1.0)).collect();
        // If the next call is at the timestep just before, its ᾱ may be smaller than the value that stands
        // for ᾱ_T = 0. Then diffusers goes up in σ, and Euler ancestral ends in NaN; here a smaller ᾱ is
        // used.
        if let [first, second, ..] = &mut levels[..]
            && first.alpha_bar >= second.alpha_bar
        {
            *first = Waypoint::of_alpha_bar(first.t, terminal_alpha_bar(second.alpha_bar));
        }
        levels
    }

    /// The levels to which the steps from these calls lead; `end` is the level after the last one.
    pub fn targets(&self, calls: &[Waypoint], end: Waypoint) -> Vec<Waypoint> {
        let target = |(i, here): (usize, &Waypoint)| match self.stride {
            Some(stride) if here.t - stride >= 1.0 => self.level(here.t - stride),
            Some(_) => end,
            None => calls.get(i + 1).copied().unwrap_or(end),
        };
        calls.iter().enumerate().map(target).collect()
    }

    /// The level after the last call.
    pub fn end(&self, final_sigmas_type: FinalSigmas) -> Waypoint {
        match final_sigmas_type {
            FinalSigmas::Zero => Waypoint::CLEAN,
            FinalSigmas::SigmaMin => self.level(1.0),
        }
    }

    /// The level at `t` in `[1, T]`; σ is linear between timesteps, as in diffusers.
    pub fn level(&self, t: f64) -> Waypoint {
        let below = (t as usize).clamp(1, self.schedule.steps());
        let lower = Waypoint::of_alpha_bar(below as f64, self.alpha_bar(below));
        let fraction = t - below as f64;
        if fraction <= 0.0 || below == self.schedule.steps() {
            return lower;
        }
        let upper = Waypoint::of_alpha_bar(t, self.alpha_bar(below + 1));
        Waypoint::of_sigma(t, lower.sigma + fraction * (upper.sigma - lower.sigma))
    }

    /// `ᾱ_t`. For the solvers in σ it is never 0, since σ would be infinite there.
    fn alpha_bar(&self, t: usize) -> f64 {
        let alpha_bar = self.schedule.alpha_bar(t);
        if alpha_bar > 0.0 || self.without_signal { alpha_bar } else { ZERO_SNR_ALPHA_BAR }
    }
}

/// The value that the solvers in σ use in place of `ᾱ_T = 0`. It lies below `before`, the ᾱ of the level
/// before it.
pub(super) fn terminal_alpha_bar(before: f64) -> f64 {
    ZERO_SNR_ALPHA_BAR.min(0.25 * before)
}
