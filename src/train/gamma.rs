//! The noise schedule as it is learned beside the denoiser (Kingma et al. 2021): see [`crate::diffusion::vdm::gamma`].
//!
//! The network is told the level of noise, not the time: its timestep is `τ = (T − 1)(γ − γ_0)/(γ_1 − γ_0)`, from 0 to
//! T − 1. So what it learns does not hang on the shape of γ. The schedule that is saved with it is even in log-SNR, where
//! timestep t has the level of noise of `τ = t − 1` exactly.

use super::TrainError;
use super::loss::Level;
use super::optimiser::{AdamState, Update};
use super::settings::TrainSettings;
use crate::diffusion::schedule::{LogSnr, Trained};
use crate::diffusion::vdm::Gamma;
use crate::diffusion::vdm::gamma::{Draw, Point, UNITS, ends};
use crate::diffusion::{Schedule, ScheduleKind, ScheduleSpec};
use crate::model::LogSnrTimesteps;

/// The learning rate of γ where no other is asked for. As weights are learned by their logarithms, a step changes them by
/// a percent at most, and an end by a hundredth of a nat.
pub const USUAL_RATE: f64 = 0.01;

/// What an iteration of a learned schedule has seen and learned.
#[derive(Clone, Debug, PartialEq)]
pub struct GammaStep {
    /// `γ_0` and `γ_1` after the iteration.
    pub ends: [f64; 2],
    /// The draws of the iteration, with γ as it was: t, γ(t) with its derivatives, and the loss `½ γ′(t) ‖ε − ε̂‖²` in nats
    /// per dimension.
    pub draws: Vec<Draw>,
}

/// What the ends learn from: values that are means over the dimensions of pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AtEnds {
    /// `‖ε − ε̂‖²` at `γ_0` and at `γ_1`.
    pub(super) errors: [f64; 2],
    /// The mean of `x_0²`.
    pub(super) square: f64,
    /// The share of values that are the first or the last of 256 levels.
    pub(super) outer: f64,
}

impl AtEnds {
    /// What is known from the values of pictures and the errors at both ends.
    pub(super) fn new(x0: &[f32], errors: [f64; 2]) -> Self {
        let n = x0.len().max(1) as f64;
        let square = x0.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / n;
        // As in the decoder.
        let outer = x0.iter().filter(|x| x.abs() > 0.999).count() as f64 / n;
        Self { errors, square, outer }
    }

    /// The derivatives of the bound by both ends, in nats per dimension, for a denoiser that is held fixed.
    pub(super) fn gradient(self, [start, end]: [f64; 2]) -> [f64; 2] {
        let [_, reconstruction] = ends::reconstruction(start, self.outer);
        let [_, prior] = ends::prior(end, self.square);
        [reconstruction - 0.5 * self.errors[0], prior + 0.5 * self.errors[1]]
    }
}

/// γ with the state of its optimiser.
pub(super) struct GammaLearner {
    /// The largest learning rate.
    rate: f64,
    pub(super) adam: AdamState,
    gamma: Gamma,
}

impl GammaLearner {
    /// A γ that has learned nothing, between the ends of the settings' schedule; `None` if the settings ask for none.
    ///
    /// # Errors
    /// If γ would not rise between them.
    pub(super) fn new(settings: &TrainSettings) -> Result<Option<Self>, TrainError> {
        let (Some(rate), ScheduleKind::LogSnr(LogSnr { logsnr_max, logsnr_min })) =
            (settings.gamma_rate, &settings.schedule.kind)
        else {
            return Ok(None);
        };
        let parameters = Gamma::parameters([-logsnr_max, -logsnr_min], UNITS);
        Self::with(rate, AdamState::new(parameters)).map(Some)
    }

    fn with(rate: f64, adam: AdamState) -> Result<Self, TrainError> {
        let gamma = Gamma::new(&adam.weight)?;
        Ok(Self { rate, adam, gamma })
    }

    /// Takes over a saved state.
    pub(super) fn set(&mut self, adam: AdamState) -> Result<(), TrainError> {
        *self = Self::with(self.rate, adam)?;
        Ok(())
    }

    /// γ as it is.
    pub(super) fn gamma(&self) -> &Gamma {
        &self.gamma
    }

    /// γ at the times of a batch.
    pub(super) fn points(&self, times: &[f64]) -> Vec<Point> {
        times.iter().map(|&t| self.gamma.at(t)).collect()
    }

    /// What the loss needs of these points: `½ γ′ ‖ε − ε̂‖²` is the weighted error of what is predicted.
    pub(super) fn levels(&self, settings: &TrainSettings, points: &[Point]) -> Vec<Level> {
        points.iter().map(|point| self.level(settings, point.value, 0.5 * point.slope)).collect()
    }

    /// Both ends, with the error of ε̂ itself for the loss.
    pub(super) fn end_levels(&self, settings: &TrainSettings) -> [Level; 2] {
        self.gamma.ends().map(|end| self.level(settings, end, 1.0))
    }

    fn level(&self, settings: &TrainSettings, gamma: f64, eps_weight: f64) -> Level {
        let [start, end] = self.gamma.ends();
        let alpha_bar = 1.0 / (1.0 + gamma.exp());
        Level {
            alpha_bar,
            time: (settings.schedule.steps - 1) as f64 * (gamma - start) / (end - start),
            weight: settings.prediction.output_weight(eps_weight, alpha_bar),
        }
    }

    /// Learns from an iteration's draws and from the derivatives of the bound by both ends. `share` is the learning rate
    /// as a share of the largest one, and `number` counts the times that γ has learned, from 1.
    pub(super) fn learn(
        &mut self,
        draws: &[Draw],
        by_ends: [f64; 2],
        (share, number): (f64, u64),
    ) -> Result<(), TrainError> {
        let mut gradient = self.gamma.variance_gradient(draws);
        // That of ln E[L²]: what a network that knows nothing costs at first does not silence Adam for as long as its
        // second moment remembers, and a batch with a rare, large loss counts no more than any other.
        let square = draws.iter().map(|draw| draw.loss * draw.loss).sum::<f64>() / draws.len().max(1) as f64;
        for g in &mut gradient {
            *g /= square.max(f64::MIN_POSITIVE);
        }
        gradient.iter_mut().zip(by_ends).for_each(|(g, by_end)| *g = by_end);
        let gradient: Vec<f32> = gradient.into_iter().map(|g| g as f32).collect();
        let learning_rate = self.rate * share;
        // The averages are the parameters themselves.
        let update = Update { learning_rate, weight_decay: 0.0, scale: 1.0, number, ema_decay: 0.0 };
        self.adam.update(&gradient, &update);
        Gamma::keep_in_range(&mut self.adam.weight);
        self.adam.ema.clone_from(&self.adam.weight);
        self.gamma = Gamma::new(&self.adam.weight)?;
        Ok(())
    }

    /// How the network is told the level of noise.
    pub(super) fn timesteps(&self, steps: usize) -> LogSnrTimesteps {
        let [logsnr_max, logsnr_min] = self.gamma.ends().map(|end| -end);
        LogSnrTimesteps { logsnr_max, logsnr_min, steps }
    }

    /// The schedule whose timesteps are those that the network knows: log-SNR falls evenly between the ends.
    pub(super) fn schedule(&self, steps: usize) -> ScheduleSpec {
        let LogSnrTimesteps { logsnr_max, logsnr_min, steps } = self.timesteps(steps);
        ScheduleSpec { kind: LogSnr { logsnr_max, logsnr_min }.into(), steps, zero_terminal_snr: false }
    }
}

/// The schedule of T steps along a learned γ, as a table that stands for itself.
///
/// # Errors
/// If no schedule has these numbers.
pub fn table(gamma: &Gamma, steps: usize) -> Result<Schedule, TrainError> {
    let kind = Trained::from_log_snrs(gamma.log_snrs(steps)).into();
    Ok(ScheduleSpec { kind, steps, zero_terminal_snr: false }.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineData;
    use crate::diffusion::noise::{Key, Stream, plane};
    use crate::diffusion::vdm::{Curve, Ends, Kind, Profile, Schedule, Times, Variance};

    fn learner(ends: [f64; 2], rate: f64) -> GammaLearner {
        GammaLearner::with(rate, AdamState::new(Gamma::parameters(ends, 256))).unwrap()
    }

    /// For data from N(0, 1) and the ideal denoiser, `ε − ε̂` is normal with variance `σ(−γ)`.
    fn draws(learner: &GammaLearner, count: usize, iteration: u64) -> Vec<Draw> {
        let key = Key::from_seed(11);
        let noise = plane(key, 0, Stream::Estimate, iteration as u32, 0, count);
        let offset = (iteration as f64 * 0.618_033_988_749_894_9).fract();
        let draw = |(i, z): (usize, f32)| {
            let t = ((offset + i as f64) / count as f64).fract();
            let point = learner.gamma.at(t);
            let g = f64::from(z).powi(2) / (1.0 + point.value.exp());
            Draw { t, point, loss: 0.5 * point.slope * g }
        };
        noise.into_iter().enumerate().map(draw).collect()
    }

    /// The schedule along γ as a curve in continuous time.
    fn along(gamma: &Gamma) -> Kind {
        let points = gamma.log_snrs(2001).into_iter().enumerate();
        Curve::new(points.map(|(i, log_snr)| [i as f64 / 2000.0, log_snr]).collect()).unwrap().into()
    }

    /// With exact losses, γ comes to the shape of least variance, `γ′ ∝ 1/√m_2`: `E[L²]` of it is `¼ (∫ √m_2 dγ)²`.
    #[test]
    fn gamma_is_learned_that_has_the_least_variance() {
        const ITERATIONS: u64 = 1200;
        let mut learner = learner([-6.0, 6.0], USUAL_RATE);
        for i in 0..ITERATIONS {
            let share = 0.5 * (1.0 + (std::f64::consts::PI * i as f64 / ITERATIONS as f64).cos());
            let drawn = draws(&learner, 64, i);
            learner.learn(&drawn, [0.0; 2], (share, i + 1)).unwrap();
        }
        assert_eq!(learner.gamma.ends(), [-6.0, 6.0]);
        let ends = Ends::new(6.0, -6.0).unwrap();
        let profile = Profile::of(&LineData::Gaussian.density(), ends, &|| true).unwrap();
        let variance = |kind: Kind| {
            let schedule = Schedule::new(kind, ends).unwrap();
            64.0 * Variance::of(&profile, &schedule, Times::Iid).total()
        };
        let learned = variance(along(&learner.gamma));
        // √m_2 = √3 σ(−γ), whose integral is twice √3 times the loss.
        let best = 3.0 * profile.loss().powi(2) - profile.loss().powi(2);
        for kind in Kind::all() {
            let other = variance(kind.clone());
            assert!(learned < other, "{}: {learned} {other}", kind.name());
        }
        assert!(learned > best && learned < 1.06 * best, "{learned} {best}");
        // The integrand has become flat: it is the loss at all t, but for the very end.
        for t in [0.05, 0.2, 0.4, 0.6, 0.8] {
            let at = learner.gamma.at(t);
            let height = 0.5 * at.slope / (1.0 + at.value.exp());
            assert!((height / profile.loss() - 1.0).abs() < 0.15, "{t}: {height} {}", profile.loss());
        }
    }

    /// What the ideal denoiser leaves of the noise, `‖ε − ε̂‖²`, for data of this variance about their mean.
    fn left(gamma: f64, variance: f64) -> f64 {
        let snr = (-gamma).exp();
        snr * variance / (1.0 + snr * variance)
    }

    #[test]
    fn ends_follow_the_bound() {
        // Of N(0, 1) at γ_1 the prior knows all: the end may be anywhere. With data that it does not fit, signal that is
        // left costs, the more the more of it.
        for end in [0.5, 3.0, 8.0] {
            let by = |variance: f64, mean: f64| {
                let seen =
                    AtEnds { errors: [1.0, left(end, variance)], square: variance + mean * mean, outer: 0.0 };
                seen.gradient([-10.0, end])[1]
            };
            assert!(by(1.0, 0.0).abs() < 1e-12, "{}", by(1.0, 0.0));
            assert!(by(0.1, 0.0) < 0.0 && by(0.1, 0.8) < by(0.1, 0.0), "{end}");
            // A denoiser that knows nothing of the noise makes noise costly.
            let blind = AtEnds { errors: [1.0; 2], square: 0.5, outer: 0.0 };
            assert!(blind.gradient([-10.0, end])[1] > 0.0);
        }
        // At γ_0: where noise is narrow beside levels, steps that a blind denoiser has to take cost more than they give;
        // data of few levels, of which no doubt is left, gain from less noise.
        let at_start = |error: f64, outer: f64| {
            AtEnds { errors: [error, 0.0], square: 0.5, outer }.gradient([-12.0, 5.0])[0]
        };
        assert!(at_start(1.0, 0.0) < 0.0 && at_start(0.0, 0.0) > 0.0 && at_start(0.0, 1.0) > 0.0);
        // And γ moves that way.
        for (errors, up) in [([1.0, 0.0], [true, true]), ([0.0, 1.0], [false, false])] {
            let mut learner = learner([-12.0, 3.0], USUAL_RATE);
            let before = learner.gamma.ends();
            for i in 0..20 {
                let seen = AtEnds { errors, square: 0.5, outer: 0.2 };
                let drawn = draws(&learner, 16, i);
                let by_ends = seen.gradient(learner.gamma.ends());
                learner.learn(&drawn, by_ends, (1.0, i + 1)).unwrap();
            }
            let after = learner.gamma.ends();
            assert_eq!([after[0] > before[0], after[1] > before[1]], up, "{before:?} {after:?}");
        }
    }

    #[test]
    fn the_level_of_noise_is_what_the_network_is_told() {
        let settings = TrainSettings::default().with_learned_gamma(USUAL_RATE);
        let learner = GammaLearner::new(&settings).unwrap().unwrap();
        // The schedule that is saved with the network has, at timestep t, the level of τ = t − 1.
        let schedule = learner.schedule(1000).build().unwrap();
        let [start, end] = learner.gamma.ends();
        for t in [1, 2, 500, 999, 1000] {
            let gamma = start + (end - start) * (t - 1) as f64 / 999.0;
            let level = learner.level(&settings, gamma, 1.0);
            assert!((level.time - (t - 1) as f64).abs() < 1e-9, "{t}: {level:?}");
            assert!((level.alpha_bar / schedule.alpha_bar(t) - 1.0).abs() < 1e-9, "{t}: {level:?}");
        }
        // The table along γ has the same ends.
        let table = table(&learner.gamma, 1000).unwrap();
        for t in [1, 1000] {
            assert!((table.log_snr(t) - schedule.log_snr(t)).abs() < 1e-6, "{t}");
        }
        for t in 1..=1000 {
            let expected = -learner.gamma.at((t - 1) as f64 / 999.0).value;
            assert!((table.log_snr(t) - expected).abs() < 1e-6, "{t}: {} {expected}", table.log_snr(t));
        }
    }
}
