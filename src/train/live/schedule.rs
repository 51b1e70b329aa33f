//! A schedule while it is learned, beside two that are not: what the losses so far say of all three.
//!
//! The loss of a draw is `L = ½ γ′(t) g` with `g = ‖ε − ε̂‖²`. Its mean is that of any schedule between the same ends. The
//! mean square along another schedule, whose γ rises by `γ_o′` where the learned one rises by `γ′`, is
//! `¼ ∫ γ_o′ m_2(γ) dγ = E[L² γ_o′/γ′]` over the draws that were made, with `m_k(γ) = E[g^k]` at a level of noise.
//!
//! The denoiser changes all the while, so that draws count the less the more **iterations** have been made since, those of
//! all levels alike. Levels that the learned schedule passes quickly are rarely drawn: had each level its own memory of so
//! many draws, theirs would be of a network that is long gone, and the learned schedule, which is steep just there, would
//! seem to scatter most.

use crate::diffusion::vdm::gamma::Draw;
use crate::diffusion::vdm::{Cosine, Ends, Gamma, LinearLogSnr, Schedule, VdmError};
use crate::train::{GammaStep, TrainError, Trainer};

/// Levels of noise for which moments are kept: γ from −14 to 20 in parts of a quarter.
const LOWEST: f64 = -14.0;
const WIDTH: f64 = 0.25;
const LEVELS: usize = 136;
/// How much of what a draw counts is left after an iteration: draws count for about a hundred iterations.
const KEPT: f64 = 0.99;
/// So many draws make the moments at a level of noise; where there are fewer, levels beside it help.
const ENOUGH: f64 = 4.0;
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
    /// The least variance of the loss of one draw that a schedule with these ends can have, for the network as it is;
    /// `None` before anything is known.
    pub least: Option<f64>,
}

/// One of the three schedules.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// `[t, log SNR(t)]`.
    pub log_snr: Vec<[f64; 2]>,
    /// `[t, ½ γ′(t) m_1(γ(t))]`, in nats per dimension: the area under it is the loss. Empty before anything is known.
    pub integrand: Vec<[f64; 2]>,
    /// Mean and variance of the loss of one draw with t uniform, in nats per dimension and its square, over about the last
    /// hundred iterations; `None` before anything is known.
    pub moments: Option<[f64; 2]>,
}

/// What is known of the error of a denoiser over levels of noise, and of the loss along the three schedules.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    /// Sums over iterations, each counted with what is left of it.
    losses: Losses,
    /// For each level sums over draws, each counted with what is left of it: of 1, and of γ′, γ′ g, and γ′ g². A level is
    /// drawn as often as 1/γ′; with the factor γ′ every iteration counts alike there, also while γ′ changes.
    levels: Vec<[f64; 4]>,
}

impl Default for Moments {
    fn default() -> Self {
        Self { losses: Losses::default(), levels: vec![[0.0; 4]; LEVELS] }
    }
}

/// Sums over iterations.
#[derive(Clone, Copy, Debug, Default)]
struct Losses {
    /// Of 1.
    count: f64,
    /// Of the mean loss, and of its square.
    mean: f64,
    mean_square: f64,
    /// Of the mean square of the loss along each of the three schedules.
    squares: [f64; 3],
}

impl Losses {
    fn take(&mut self, step: &GammaStep, [linear, cosine]: &[Schedule; 2]) {
        let n = step.draws.len().max(1) as f64;
        let (mut mean, mut squares) = (0.0, [0.0; 3]);
        for Draw { point, loss, .. } in &step.draws {
            let rise = |other: &Schedule| -other.slope(other.time_of_log_snr(-point.value)) / point.slope;
            mean += loss / n;
            let shares = [1.0, rise(linear), rise(cosine)];
            squares.iter_mut().zip(shares).for_each(|(sum, share)| *sum += loss * loss * share / n);
        }
        self.count = KEPT * self.count + 1.0;
        self.mean = KEPT * self.mean + mean;
        self.mean_square = KEPT * self.mean_square + mean * mean;
        self.squares.iter_mut().zip(squares).for_each(|(sum, square)| *sum = KEPT * *sum + square);
    }

    /// Mean and variance of the loss along one of the schedules.
    fn moments(&self, way: usize) -> Option<[f64; 2]> {
        let variance = (self.squares[way] - self.mean_square) / self.count;
        (self.count > 0.0).then(|| [self.mean / self.count, variance.max(0.0)])
    }
}

/// The schedules beside a learned one with these ends of γ: log-SNR that falls evenly, and the cosine.
fn others(ends: [f64; 2]) -> Result<[Schedule; 2], VdmError> {
    let [max, min] = ends.map(|end| -end);
    let ends = Ends::new(max, min)?;
    Ok([Schedule::new(LinearLogSnr.into(), ends)?, Schedule::new(Cosine.into(), ends)?])
}

impl Moments {
    /// Takes in the draws of an iteration.
    pub(super) fn take(&mut self, step: &GammaStep) {
        // Ends that were learned are always those of schedules.
        if let Ok(others) = others(step.ends) {
            self.losses.take(step, &others);
        }
        self.levels.iter_mut().flatten().for_each(|sum| *sum *= KEPT);
        for draw in &step.draws {
            let g = 2.0 * draw.loss / draw.point.slope;
            let place = ((draw.point.value - LOWEST) / WIDTH).floor().clamp(0.0, (LEVELS - 1) as f64);
            let Some(sums) = self.levels.get_mut(place as usize) else { continue };
            let rise = draw.point.slope;
            sums.iter_mut().zip([1.0, rise, rise * g, rise * g * g]).for_each(|(sum, value)| *sum += value);
        }
    }

    /// `m_1` and `m_2` at a γ: means over the levels about it, which count the less the farther they are, and as many of
    /// them as there must be for enough draws. `None` if nothing is known at all.
    fn at(&self, gamma: f64) -> Option<[f64; 2]> {
        let place = (gamma - LOWEST) / WIDTH - 0.5;
        let mut means = None;
        for reach in 1..=LEVELS {
            let reach = reach as f64;
            let first = (place - reach).ceil().max(0.0) as usize;
            let mut sums = [0.0; 4];
            for (i, level) in self.levels.iter().enumerate().skip(first) {
                let share = 1.0 - (i as f64 - place).abs() / reach;
                if share < 0.0 {
                    break;
                }
                sums.iter_mut().zip(level).for_each(|(sum, value)| *sum += share * value);
            }
            let [count, rise, first, second] = sums;
            if rise > 0.0 {
                means = Some([first / rise, second / rise]);
            }
            if count >= ENOUGH {
                break;
            }
        }
        means
    }

    /// The least variance that any schedule between these values of γ can have: the mean square of the loss is then
    /// `(½ ∫ √m_2 dγ)²`, along `γ′ ∝ 1/√m_2`, where it is the same at all t.
    fn least(&self, [start, end]: [f64; 2]) -> Option<f64> {
        let width = (end - start) / POINTS as f64;
        let mut root = 0.0;
        for i in 0..POINTS {
            let [_, m2] = self.at(start + width * (i as f64 + 0.5))?;
            root += 0.5 * width * m2.sqrt();
        }
        let Losses { count, mean_square, .. } = self.losses;
        (count > 0.0).then(|| (root * root - mean_square / count).max(0.0))
    }

    /// What is seen of a trainer's schedule; `None` if it learns none.
    ///
    /// # Errors
    /// If the ends are none of a schedule.
    pub(super) fn see(&self, trainer: &Trainer) -> Result<Option<GammaSeen>, TrainError> {
        let Some(gamma) = trainer.gamma() else { return Ok(None) };
        let ends = gamma.ends().map(|end| -end);
        let [linear, cosine] = others(gamma.ends())?;
        let ways = [
            self.way(0, |t| -gamma.at(t).value),
            self.way(1, |t| linear.log_snr(t)),
            self.way(2, |t| cosine.log_snr(t)),
        ];
        // The learned schedule is one of those of which it is the least; what is left is the error of both estimates.
        let least = self.least(gamma.ends()).zip(self.losses.moments(0));
        // An estimate of a variance that is not above 0 says nothing.
        let least = least.map(|(least, [_, learned])| least.min(learned)).filter(|least| *least > 0.0);
        Ok(Some(GammaSeen { iteration: trainer.iteration(), ends, gamma: gamma.clone(), ways, least }))
    }

    /// A schedule and what is known of the loss along it. Between neighbouring points γ is a straight line.
    fn way(&self, number: usize, log_snr: impl Fn(f64) -> f64) -> Way {
        // Points are closer together near both ends, where schedules are steep.
        let time = |i: usize| 0.5 - 0.5 * (std::f64::consts::PI * i as f64 / POINTS as f64).cos();
        let log_snr: Vec<[f64; 2]> = (0..=POINTS).map(|i| [time(i), log_snr(time(i))]).collect();
        let height = |pair: &[[f64; 2]]| {
            let ([start, high], [end, low]) = (pair[0], pair[1]);
            let [m1, _] = self.at(-f64::midpoint(high, low))?;
            Some([f64::midpoint(start, end), 0.5 * m1 * (high - low) / (end - start)])
        };
        let integrand = log_snr.windows(2).filter_map(height).collect();
        Way { log_snr, integrand, moments: self.losses.moments(number) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineData;
    use crate::diffusion::vdm::gamma::Point;
    use crate::diffusion::vdm::{Kind, Profile, Times, Variance};
    use crate::train::TrainSettings;
    use crate::train::gamma::{GammaLearner, USUAL_RATE};

    /// With draws along a schedule of data from N(0, 1), the variance along others is the exact one.
    #[test]
    fn variances_are_those_of_exact_schedules() {
        const DRAWS: usize = 960;
        let mut moments = Moments::default();
        let mut draws = Vec::new();
        for i in 0..DRAWS {
            let t = (i as f64 + 0.5) / DRAWS as f64;
            let point = Point { value: 12.0 * t - 6.0, slope: 12.0, curvature: 0.0 };
            let left = 1.0 / (1.0 + point.value.exp());
            // Two values of g with the mean and the mean square of left · χ².
            for g in [left * (1.0 - 2.0_f64.sqrt()), left * (1.0 + 2.0_f64.sqrt())] {
                draws.push(Draw { t, point, loss: 0.5 * point.slope * g });
            }
        }
        moments.take(&GammaStep { ends: [-6.0, 6.0], draws });
        let ends = Ends::new(6.0, -6.0).unwrap();
        let profile = Profile::of(&LineData::Gaussian.density(), ends, &|| true).unwrap();
        for (number, kind) in [(1, Kind::from(LinearLogSnr)), (2, Kind::from(Cosine))] {
            let schedule = Schedule::new(kind, ends).unwrap();
            let way = moments.way(number, |t| schedule.log_snr(t));
            let [mean, variance] = way.moments.unwrap();
            let exact = 64.0 * Variance::of(&profile, &schedule, Times::Iid).total();
            assert!((mean / profile.loss() - 1.0).abs() < 1e-4, "{mean} {}", profile.loss());
            assert!((variance / exact - 1.0).abs() < 1e-3, "{variance} {exact}");
        }
        // √m_2 = √3 m_1, and the integral of m_1 is twice the loss.
        let (least, exact) = (moments.least([-6.0, 6.0]).unwrap(), 2.0 * profile.loss().powi(2));
        assert!((least / exact - 1.0).abs() < 0.03, "{least} {exact}");
        let nothing = Moments::default();
        assert!(nothing.way(1, |t| 6.0 - 12.0 * t).moments.is_none() && nothing.least([-6.0, 6.0]).is_none());
    }

    /// The error of a denoiser that learns: at first that of one that knows nothing, in the end a fiftieth where there is
    /// much noise, as of a small network that learns digits.
    fn error(gamma: f64, iteration: u64) -> f64 {
        let unlearned = (-(iteration as f64) / 150.0).exp();
        let learned = 1.0 / (1.0 + (0.5 * (gamma + 4.0)).exp());
        unlearned + (1.0 - unlearned) * learned
    }

    /// Mean and mean square of the loss along a schedule with this slope at the values of γ in the middle of equal parts.
    fn exactly(values: &[Point], iteration: u64) -> [f64; 2] {
        values.iter().fold([0.0; 2], |[mean, square], point| {
            let loss = 0.5 * point.slope * error(point.value, iteration);
            let n = values.len() as f64;
            [mean + loss / n, square + 1.04 * loss * loss / n]
        })
    }

    /// What is said of the schedules is true of the network as it has been of late, also where the learned one passes in a
    /// moment; and the learned one is seen to scatter less than the even one.
    #[test]
    fn a_learned_schedule_is_seen_to_scatter_least_while_the_network_learns() {
        const BATCH: usize = 32;
        const POINTS: usize = 150;
        let middle = |i: usize| (i as f64 + 0.5) / POINTS as f64;
        let settings = TrainSettings::default().with_learned_gamma(USUAL_RATE);
        let mut learner = GammaLearner::new(&settings).unwrap().unwrap();
        let ends = learner.gamma().ends();
        let even: Vec<Point> = (0..POINTS)
            .map(|i| {
                let slope = ends[1] - ends[0];
                Point { value: ends[0] + slope * middle(i), slope, curvature: 0.0 }
            })
            .collect();
        let mut moments = Moments::default();
        // Of both: counts and variances, of which later ones count more.
        let mut exact = [0.0; 3];
        for i in 1..=500 {
            let draw = |k: usize| {
                let t = (i as f64 * 0.618_033_988_749_894_9 + k as f64 / BATCH as f64).fract();
                let point = learner.gamma().at(t);
                // Losses of pictures differ by a fifth.
                let spread = if (k + i as usize).is_multiple_of(2) { 1.2 } else { 0.8 };
                Draw { t, point, loss: 0.5 * point.slope * spread * error(point.value, i) }
            };
            let draws: Vec<Draw> = (0..BATCH).map(draw).collect();
            let learned: Vec<Point> = (0..POINTS).map(|i| learner.gamma().at(middle(i))).collect();
            let variances = [&learned, &even].map(|points| {
                let [mean, square] = exactly(points, i);
                square - mean * mean
            });
            exact.iter_mut().zip([1.0].into_iter().chain(variances)).for_each(|(sum, value)| {
                *sum = KEPT * *sum + value;
            });
            moments.take(&GammaStep { ends, draws: draws.clone() });
            learner.learn(&draws, [0.0; 2], (1.0, i)).unwrap();
            if i < 100 || !i.is_multiple_of(50) {
                continue;
            }
            let found = [0, 1].map(|way| moments.losses.moments(way).unwrap()[1]);
            let expected = [exact[1] / exact[0], exact[2] / exact[0]];
            let least = moments.least(ends).unwrap();
            // While all levels cost alike, no schedule gains by much.
            let share = if i < 250 { 1.0 } else { 0.5 };
            assert!(found[0] < share * found[1], "{i}: {found:?}");
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found / expected - 1.0).abs() < 0.2, "{i}: {found} {expected}");
            }
            // The least lags behind a network that learns, as each level counts all iterations alike; what is shown is
            // therefore no more than the learned one's. It is below the even one's in any case.
            assert!(least < found[1], "{i}: {least} {found:?}");
        }
    }
}
