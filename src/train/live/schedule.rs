//! A schedule while it is learned, beside two that are not: what the losses so far say of all three.
//!
//! What is known of the denoiser is `m_1(γ)` and `m_2(γ)`, mean and mean square of `g = ‖ε − ε̂‖²` over levels of noise. As
//! the loss of a draw is `½ γ′(t) g`, they give integrand and variance of any schedule, also of those along which nothing
//! was drawn.

use crate::diffusion::vdm::{Cosine, Ends, Gamma, Kind, LinearLogSnr, Schedule};
use crate::train::{GammaStep, TrainError, Trainer};

/// Levels of noise for which moments are kept: γ from −14 to 20 in parts of a quarter.
const LOWEST: f64 = -14.0;
const WIDTH: f64 = 0.25;
const LEVELS: usize = 136;
/// The share of a level's moments that a new draw takes, once there are many: they follow the denoiser.
const SHARE: f64 = 0.01;
/// The points of a curve over t, less one.
const POINTS: usize = 128;

/// A schedule while it is learned, beside two with the same ends.
#[derive(Clone, Debug, PartialEq)]
pub struct GammaSeen {
    /// The number of iterations.
    pub iteration: u64,
    /// Log-SNR at t = 0 and at t = 1.
    pub ends: [f64; 2],
    /// What has been learned.
    pub gamma: Gamma,
    /// The learned schedule, the one that is linear in log-SNR, and the cosine.
    pub ways: [Way; 3],
}

/// One of the three schedules.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// `[t, log SNR(t)]`.
    pub log_snr: Vec<[f64; 2]>,
    /// `[t, ½ γ′(t) m_1(γ(t))]`, in nats per dimension: the area under it is the loss. Empty before anything is known.
    pub integrand: Vec<[f64; 2]>,
    /// Mean and variance of the loss of one draw with t uniform, in nats per dimension and its square; `None` before
    /// anything is known.
    pub moments: Option<[f64; 2]>,
}

/// What is known of the error of a denoiser over levels of noise.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    /// For each level the number of draws, and the moving means of g and of its square.
    levels: Vec<(u32, [f64; 2])>,
}

impl Default for Moments {
    fn default() -> Self {
        Self { levels: vec![(0, [0.0; 2]); LEVELS] }
    }
}

impl Moments {
    /// Takes in the draws of an iteration.
    pub(super) fn take(&mut self, step: &GammaStep) {
        for draw in &step.draws {
            let g = 2.0 * draw.loss / draw.point.slope;
            let place = ((draw.point.value - LOWEST) / WIDTH).floor().clamp(0.0, (LEVELS - 1) as f64);
            let Some((count, means)) = self.levels.get_mut(place as usize) else { continue };
            *count = count.saturating_add(1);
            let share = f64::from(*count).recip().max(SHARE);
            for (mean, value) in means.iter_mut().zip([g, g * g]) {
                *mean += share * (value - *mean);
            }
        }
    }

    /// `m_1` and `m_2` at a γ, between the middles of the levels of which something is known; `None` if it is of none.
    fn at(&self, gamma: f64) -> Option<[f64; 2]> {
        let place = (gamma - LOWEST) / WIDTH - 0.5;
        let known =
            |(i, (count, means)): (usize, &(u32, [f64; 2]))| (*count > 0).then_some((i as f64, *means));
        let mut below: Option<(f64, [f64; 2])> = None;
        for (at, means) in self.levels.iter().enumerate().filter_map(known) {
            if at >= place {
                let Some((before, low)) = below else { return Some(means) };
                let share = (place - before) / (at - before);
                return Some([0, 1].map(|i: usize| low[i] + share * (means[i] - low[i])));
            }
            below = Some((at, means));
        }
        below.map(|(_, means)| means)
    }

    /// What is seen of a trainer's schedule; `None` if it learns none.
    ///
    /// # Errors
    /// If the ends are none of a schedule.
    pub(super) fn see(&self, trainer: &Trainer) -> Result<Option<GammaSeen>, TrainError> {
        let Some(gamma) = trainer.gamma() else { return Ok(None) };
        let ends = gamma.ends().map(|end| -end);
        let both = Ends::new(ends[0], ends[1])?;
        let linear = Schedule::new(Kind::from(LinearLogSnr), both)?;
        let cosine = Schedule::new(Kind::from(Cosine), both)?;
        let ways =
            [self.way(|t| along(gamma, t)), self.way(|t| linear.log_snr(t)), self.way(|t| cosine.log_snr(t))];
        Ok(Some(GammaSeen { iteration: trainer.iteration(), ends, gamma: gamma.clone(), ways }))
    }

    /// A schedule and what is known of the loss along it. Between neighbouring points γ is a straight line.
    fn way(&self, log_snr: impl Fn(f64) -> f64) -> Way {
        // Points are closer together near both ends, where schedules are steep.
        let time = |i: usize| 0.5 - 0.5 * (std::f64::consts::PI * i as f64 / POINTS as f64).cos();
        let log_snr: Vec<[f64; 2]> = (0..=POINTS).map(|i| [time(i), log_snr(time(i))]).collect();
        let (mut integrand, mut mean, mut square) = (Vec::new(), 0.0, 0.0);
        for pair in log_snr.windows(2) {
            let ([start, high], [end, low]) = (pair[0], pair[1]);
            let (length, slope) = (end - start, (high - low) / (end - start));
            let Some([m1, m2]) = self.at(-f64::midpoint(high, low)) else { continue };
            let height = 0.5 * slope * m1;
            integrand.push([f64::midpoint(start, end), height]);
            mean += length * height;
            square += length * 0.25 * slope * slope * m2;
        }
        let moments = (!integrand.is_empty()).then(|| [mean, (square - mean * mean).max(0.0)]);
        Way { log_snr, integrand, moments }
    }
}

fn along(gamma: &Gamma, t: f64) -> f64 {
    -gamma.at(t).value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineData;
    use crate::diffusion::vdm::gamma::Draw;
    use crate::diffusion::vdm::{Profile, Times, Variance};

    /// With all levels known of data from N(0, 1), the variance is the exact one of the schedules.
    #[test]
    fn variances_are_those_of_exact_schedules() {
        let mut moments = Moments::default();
        let mut draws = Vec::new();
        for i in 0..LEVELS {
            let value = LOWEST + WIDTH * (i as f64 + 0.5);
            let left = 1.0 / (1.0 + value.exp());
            // Two values of g with the mean and the mean square of left · χ².
            for g in [left * (1.0 - 2.0_f64.sqrt()), left * (1.0 + 2.0_f64.sqrt())] {
                let point = crate::diffusion::vdm::gamma::Point { value, slope: 2.0, curvature: 0.0 };
                draws.push(Draw { t: 0.5, point, loss: g });
            }
        }
        moments.take(&GammaStep { ends: [-6.0, 6.0], draws });
        let ends = Ends::new(6.0, -6.0).unwrap();
        let profile = Profile::of(&LineData::Gaussian.density(), ends, &|| true).unwrap();
        for kind in [Kind::from(LinearLogSnr), Kind::from(Cosine)] {
            let schedule = Schedule::new(kind, ends).unwrap();
            let way = moments.way(|t| schedule.log_snr(t));
            let [mean, variance] = way.moments.unwrap();
            let exact = 64.0 * Variance::of(&profile, &schedule, Times::Iid).total();
            assert!((mean / profile.loss() - 1.0).abs() < 0.01, "{mean} {}", profile.loss());
            assert!((variance / exact - 1.0).abs() < 0.03, "{variance} {exact}");
        }
        assert!(Moments::default().way(|t| 6.0 - 12.0 * t).moments.is_none());
    }
}
