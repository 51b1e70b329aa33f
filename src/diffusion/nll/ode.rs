//! The likelihood along the probability-flow ODE, by the instantaneous change of variables (Song et al. 2021, eq. 39;
//! Chen et al. 2018).
//!
//! The path is parametrised by the angle φ with `√ᾱ = cos φ` and `√(1−ᾱ) = sin φ`, in which the ODE is `dx/dφ = v̂`,
//! with `v̂ = √ᾱ ε̂ − √(1−ᾱ) x̂_0` (Salimans & Ho 2022, appendix D): it has no singular ends. So
//! `ln p(x_0) = ln N(x_T; 0, I) + ∫ ∇ · v̂ dφ` from t = 1, where the picture stands for `x_1`, to T. Between timesteps,
//! log-SNR is interpolated.

use std::f64::consts::{LN_2, TAU};

use crate::diffusion::Schedule;
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::solvers::{DormandPrince, SolverError, Tolerance};

/// The density of values from −1 to 1 is that of levels from 0 to 255 times this.
const LEVELS_PER_UNIT: f64 = 127.5;

/// How exactly the path is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OdeSettings {
    /// Absolute and relative error of a step; Song et al. 2021 take 1e-5.
    pub tolerance: f64,
    /// The largest number of evaluations; if it does not suffice, steps become longer than the tolerance allows.
    pub calls: usize,
}

impl Default for OdeSettings {
    fn default() -> Self {
        Self { tolerance: 1e-4, calls: 1000 }
    }
}

/// What is asked of the network at a point of the path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question<'a> {
    /// The timestep, from 1 to T; a fraction between two.
    pub t: f64,
    /// `ᾱ_t`.
    pub alpha_bar: f64,
    /// `x_t`: samples one after another.
    pub x: &'a [f64],
}

/// The answer: the network's output, and the divergence of the output with respect to x, or an unbiased estimate of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// As many values as x.
    pub output: Vec<f64>,
    /// One for each sample.
    pub divergence: Vec<f64>,
}

/// The ODE under way: from pictures to noise, step by step.
#[derive(Clone, Debug)]
pub struct OdePath {
    schedule: Schedule,
    prediction: PredictionType,
    method: DormandPrince,
    /// Number of samples, and of values of each.
    samples: usize,
    values: usize,
    ends: [f64; 2],
    limit: usize,
    calls: usize,
}

impl OdePath {
    /// Begins at `x`, which holds `samples` pictures one after another. (Pictures of 8 bits are given a uniform noise as
    /// wide as a level, so that there is a density: Theis et al. 2016, section 3.1.)
    ///
    /// `None` if x cannot be divided so, or if the network predicts ε and no signal is left at T, so that v̂ cannot be
    /// computed there.
    pub fn new(
        schedule: &Schedule,
        prediction: PredictionType,
        x: &[f64],
        samples: usize,
        settings: OdeSettings,
    ) -> Option<Self> {
        let values = x.len().checked_div(samples)?;
        let steps = schedule.steps();
        let is_lost = prediction == PredictionType::Epsilon && schedule.alpha_bar(steps) == 0.0;
        if values == 0 || values * samples != x.len() || is_lost {
            return None;
        }
        let angle = |t| f64::acos(f64::sqrt(schedule.alpha_bar(t)));
        let ends = [angle(1), angle(steps)];
        let mut state = x.to_vec();
        state.resize(x.len() + samples, 0.0);
        let tolerance = Tolerance { absolute: settings.tolerance, relative: settings.tolerance };
        let method = DormandPrince::new(ends[0], ends[1], state, tolerance);
        let (schedule, limit) = (schedule.clone(), settings.calls);
        Some(Self { schedule, prediction, method, samples, values, ends, limit, calls: 0 })
    }

    /// The part of the path that is behind, from 0 to 1.
    pub fn progress(&self) -> f64 {
        (self.method.t() - self.ends[0]) / (self.ends[1] - self.ends[0])
    }

    /// Whether T is reached.
    pub fn is_complete(&self) -> bool {
        self.method.t() >= self.ends[1]
    }

    /// How often the network was asked.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// The states reached so far.
    pub fn state(&self) -> &[f64] {
        &self.method.state()[..self.samples * self.values]
    }

    /// Makes one step of the path, for which the network is asked at least six times. At the end of the path nothing is
    /// done.
    ///
    /// # Errors
    /// The errors of `network`, and [`SolverError::NotFinite`] if a state or a divergence is not finite any more, or the
    /// answer is too short.
    pub fn step<E: From<SolverError>>(
        &mut self,
        mut network: impl FnMut(Question<'_>) -> Result<Answer, E>,
    ) -> Result<(), E> {
        if self.is_complete() {
            return Ok(());
        }
        let Self { schedule, prediction, samples, values, limit, calls, .. } = self;
        self.method.step(*limit, |angle: f64, state: &[f64], slope: &mut [f64]| -> Result<(), E> {
            *calls += 1;
            let (x, _) = state.split_at(*samples * *values);
            let (slope, integrals) = slope.split_at_mut(*samples * *values);
            let (cos, sin) = (angle.cos().max(0.0), angle.sin());
            // At the ends the schedule's own numbers count, which rounding of the angle would move.
            let t = schedule.timestep_at_log_snr(2.0 * (cos / sin).ln());
            let alpha_bar = cos * cos;
            let Answer { output, divergence } = network(Question { t, alpha_bar, x })?;
            let [of_x, of_output] = velocity(*prediction, alpha_bar);
            let is_whole = output.len() == x.len() && divergence.len() == *samples;
            for ((slope, x), output) in slope.iter_mut().zip(x).zip(&output) {
                *slope = of_x * x + of_output * output;
            }
            for (integral, divergence) in integrals.iter_mut().zip(&divergence) {
                *integral = of_x * *values as f64 + of_output * divergence;
            }
            let is_finite = slope.iter().chain(integrals.iter()).all(|value| value.is_finite());
            if is_whole && is_finite { Ok(()) } else { Err(SolverError::NotFinite { t }.into()) }
        })?;
        Ok(())
    }

    /// `ln p` of each sample, in nats; `None` before T is reached.
    pub fn log_densities(&self) -> Option<Vec<f64>> {
        if !self.is_complete() {
            return None;
        }
        let (codes, integrals) = self.method.state().split_at(self.samples * self.values);
        let log_prior = |x: &[f64]| -0.5 * x.iter().map(|x| x * x + TAU.ln()).sum::<f64>();
        Some(
            codes
                .chunks_exact(self.values)
                .zip(integrals)
                .map(|(x, integral)| log_prior(x) + integral)
                .collect(),
        )
    }

    /// Bits per dimension of each sample, as pictures of 8 bits; `None` before T is reached.
    pub fn bits_per_dim(&self) -> Option<Vec<f64>> {
        let nats = self.log_densities()?;
        Some(nats.iter().map(|nats| bits_of_density(*nats, self.values)).collect())
    }
}

/// Bits per dimension of a picture of 8 bits whose `values` values, from −1 to 1 and with uniform noise, have this log
/// density.
pub fn bits_of_density(log_density: f64, values: usize) -> f64 {
    -log_density / (values as f64 * LN_2) + LEVELS_PER_UNIT.log2()
}

/// `v̂ = velocity[0] · x_t + velocity[1] · output`.
fn velocity(prediction: PredictionType, alpha_bar: f64) -> [f64; 2] {
    let (signal, noise) = (alpha_bar.sqrt(), (1.0 - alpha_bar).sqrt());
    match prediction {
        PredictionType::Epsilon => [-noise / signal, 1.0 / signal],
        PredictionType::Sample => [signal / noise, -1.0 / noise],
        PredictionType::VPrediction => [0.0, 1.0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::{ScheduleKind, ScheduleSpec};

    fn schedule(kind: &str, zero_terminal_snr: bool) -> Schedule {
        let kind = ScheduleKind::default_of(kind).unwrap();
        ScheduleSpec { kind, steps: 200, zero_terminal_snr }.build().unwrap()
    }

    fn followed(
        schedule: &Schedule,
        prediction: PredictionType,
        variance: f64,
        x: &[f64],
        samples: usize,
    ) -> OdePath {
        let settings = OdeSettings { tolerance: 1e-9, calls: 100_000 };
        let mut path = OdePath::new(schedule, prediction, x, samples, settings).unwrap();
        while !path.is_complete() {
            path.step(|Question { alpha_bar, x, .. }| {
                // The exact E[x_0 | x_t] = c x_t of normal data, as an output of this kind.
                let c = alpha_bar.sqrt() * variance / (alpha_bar * variance + 1.0 - alpha_bar);
                let factor = match prediction {
                    PredictionType::Sample => c,
                    PredictionType::Epsilon => (1.0 - alpha_bar.sqrt() * c) / (1.0 - alpha_bar).sqrt(),
                    PredictionType::VPrediction => (alpha_bar.sqrt() - c) / (1.0 - alpha_bar).sqrt(),
                };
                let output = x.iter().map(|x| factor * x).collect();
                let divergence = vec![factor * (x.len() / samples) as f64; samples];
                Ok::<_, SolverError>(Answer { output, divergence })
            })
            .unwrap();
        }
        path
    }

    /// Normal data stay normal: the path scales by the ratio of standard deviations, and without any signal at T the
    /// result is the exact density of `x_1`.
    #[test]
    fn normal_data_have_their_own_density() {
        let x = [0.4, -0.7, 0.1, 0.9, 0.0, -0.2];
        for (kind, zero) in [("linear", false), ("cosine", true), ("logsnr", false)] {
            let schedule = schedule(kind, zero);
            for prediction in PredictionType::ALL {
                if zero && prediction == PredictionType::Epsilon {
                    assert!(OdePath::new(&schedule, prediction, &x, 2, OdeSettings::default()).is_none());
                    continue;
                }
                let variance = 0.3;
                let path = followed(&schedule, prediction, variance, &x, 2);
                let [first, last] = [1, 200].map(|t| {
                    let alpha_bar = schedule.alpha_bar(t);
                    alpha_bar * variance + 1.0 - alpha_bar
                });
                for (x, found) in x.chunks(3).zip(path.log_densities().unwrap()) {
                    let density =
                        |x: f64| -0.5 * (x * x * last / first + TAU.ln()) + 0.5 * (last / first).ln();
                    let expected: f64 = x.iter().copied().map(density).sum();
                    assert!((found - expected).abs() < 1e-6, "{kind} {prediction:?}: {found} {expected}");
                }
                let scale = (last / first).sqrt();
                let off = path.state().iter().zip(x).map(|(found, x)| (found - scale * x).abs());
                assert!(off.fold(0.0, f64::max) < 1e-7);
            }
        }
    }

    #[test]
    fn a_uniform_density_costs_8_bits() {
        // 1/2 for each value in [-1, 1] are 255 levels, of which each end has half.
        assert!((bits_of_density(3.0 * 0.5_f64.ln(), 3) - 255.0_f64.log2()).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_finite_ends_the_path() {
        let schedule = schedule("linear", false);
        let x = [0.1, 0.2];
        let mut path =
            OdePath::new(&schedule, PredictionType::Epsilon, &x, 1, OdeSettings::default()).unwrap();
        let broken = |_: Question<'_>| {
            Ok::<_, SolverError>(Answer { output: vec![f64::NAN, 0.0], divergence: vec![0.0] })
        };
        assert!(matches!(path.step(broken), Err(SolverError::NotFinite { .. })));
        assert_eq!(path.bits_per_dim(), None);
        assert!(OdePath::new(&schedule, PredictionType::Epsilon, &x, 0, OdeSettings::default()).is_none());
        assert!(OdePath::new(&schedule, PredictionType::Epsilon, &x, 3, OdeSettings::default()).is_none());
    }
}
