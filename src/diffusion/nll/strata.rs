//! The sum over all t, estimated from a few.
//!
//! The timesteps are divided into groups of neighbours, and drawn without replacement from each, with probabilities in
//! proportion to what the terms of normal data would be. Each draw alone gives an unbiased estimate of its group's sum
//! (Des Raj 1956, "Some estimators in sampling with varying probabilities without replacement"), and they are averaged
//! with weights that grow as the rest of the group becomes small. A group of which all members are known contributes no
//! error: as all t come in, the estimate becomes the sum and the error bar vanishes.

use std::ops::RangeInclusive;

use crate::diffusion::Schedule;
use crate::diffusion::noise::{Key, Stream, philox4x32};

/// The share of terms of a network that knows nothing, in what is expected of terms.
const IGNORANCE: f64 = 0.1;
/// Below this `ᾱ_t`, less signal is no longer told from none.
const NO_SIGNAL: f64 = 1e-9;

/// A division of the timesteps into groups, and an order in which to visit them.
#[derive(Clone, Debug, PartialEq)]
pub struct Strata {
    groups: Vec<RangeInclusive<usize>>,
    /// The sizes that terms are expected to have relative to each other: index t − 1.
    sizes: Vec<f64>,
    order: Vec<usize>,
}

impl Strata {
    /// A division into about this many groups. `t = 1`, whose term `L_0` is of another kind, is a group of its own; the
    /// others are expected to have equal sums. Fewer groups result where they would be empty.
    ///
    /// The order goes round all groups, and takes of each a member that it has not taken yet, with a probability in
    /// proportion to what is expected of its term: mostly that of normal data with unit variance.
    pub fn new(schedule: &Schedule, groups: usize, seed: u64) -> Self {
        let steps = schedule.steps();
        let depth = |t: usize| depth(schedule, t);
        let (low, range) = (depth(1), depth(steps) - depth(1));
        let cells = groups.saturating_sub(1).max(1);
        let cell = |t: usize| (((depth(t) - low) / range * cells as f64) as usize).min(cells - 1);
        let mut all = vec![1..=1];
        let mut start = 2;
        for t in 2..=steps {
            if t == steps || cell(t + 1) != cell(t) {
                all.push(start..=t);
                start = t + 1;
            }
        }
        Self::with(schedule, all, seed)
    }

    /// A division for which `count` timesteps, which is at least 1, are the first ones of the order: there are at least
    /// two of every group, so that the error can be estimated. (With one timestep in all, or two, it cannot.)
    pub fn for_count(schedule: &Schedule, count: usize, seed: u64) -> Self {
        if count == 1 {
            // Every t must be possible.
            return Self::with(schedule, vec![1..=schedule.steps()], seed);
        }
        Self::new(schedule, 1 + (count - 1) / 2, seed)
    }

    fn with(schedule: &Schedule, groups: Vec<RangeInclusive<usize>>, seed: u64) -> Self {
        // L_0 is about a nat.
        let size = |t: usize| if t == 1 { 1.0 } else { 0.5 * (depth(schedule, t) - depth(schedule, t - 1)) };
        // Whatever rounding does, every timestep can be drawn.
        let sizes: Vec<f64> = (1..=schedule.steps()).map(|t| size(t).max(1e-12)).collect();
        let drawn = |group: &RangeInclusive<usize>| drawn(group.clone(), &sizes, seed).into_iter();
        let mut left: Vec<_> = groups.iter().map(drawn).collect();
        let mut order = Vec::with_capacity(sizes.len());
        while order.len() < sizes.len() {
            order.extend(left.iter_mut().filter_map(Iterator::next));
        }
        Self { groups, sizes, order }
    }

    /// The groups, in order of t.
    pub fn groups(&self) -> &[RangeInclusive<usize>] {
        &self.groups
    }

    /// All timesteps in the order of visiting.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    fn group_of(&self, t: usize) -> Option<usize> {
        let index = self.groups.partition_point(|group| *group.end() < t);
        self.groups.get(index).is_some_and(|group| group.contains(&t)).then_some(index)
    }
}

/// The coordinate in which terms are about as large as its steps: `ln(1 − ᾱ_t) − c ln ᾱ_t`.
///
/// Half of a step of `ln(1 − ᾱ_t)` is the term of normal data with unit variance; half of a step of `−ln SNR_t` is that of
/// a network that knows nothing of ε, however little signal is left. A tenth of the latter is enough for no term to be
/// overlooked.
fn depth(schedule: &Schedule, t: usize) -> f64 {
    let alpha_bar = schedule.alpha_bar(t);
    (-alpha_bar).ln_1p() - IGNORANCE * alpha_bar.max(NO_SIGNAL).ln()
}

/// The members of a group, drawn one after another with probabilities in proportion to their sizes: in the order of
/// exponential times with these rates (Efraimidis & Spirakis 2006). A time depends on seed and t alone.
fn drawn(group: RangeInclusive<usize>, sizes: &[f64], seed: u64) -> Vec<usize> {
    let Key(key) = Key::from_seed(seed);
    let time = |t: usize| {
        let [high, low, ..] = philox4x32([t as u32, (Stream::Timesteps as u32) << 8, 0, 0], key);
        let uniform = (f64::from(high) + (f64::from(low) + 0.5) / 2.0_f64.powi(32)) / 2.0_f64.powi(32);
        -libm::log(uniform) / sizes[t - 1]
    };
    let mut members: Vec<(f64, usize)> = group.map(|t| (time(t), t)).collect();
    members.sort_by(|a, b| a.0.total_cmp(&b.0));
    members.into_iter().map(|(_, t)| t).collect()
}

/// An estimate of the sum over all t.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub sum: f64,
    /// Its standard error, 0 once all t are known; `None` while there is a group of which only one of several members is
    /// known. It is the error of the choice of timesteps alone: each term has the noise of its own `x_t` besides.
    pub standard_error: Option<f64>,
}

/// Sums of the terms seen so far, by group.
#[derive(Clone, Debug)]
pub struct Estimator<'a> {
    strata: &'a Strata,
    seen: Vec<Seen>,
}

/// What is known of a group.
#[derive(Clone, Copy, Debug)]
struct Seen {
    count: usize,
    /// Sum of the terms that are known.
    known: f64,
    /// The size of all members, and of those that are not known yet.
    size: f64,
    left: f64,
    /// The weighted mean of the draws' estimates of the group's sum, the sum of the weights, and the weighted squares of
    /// the differences from the mean.
    mean: f64,
    weight: f64,
    squares: f64,
}

impl Seen {
    fn add(&mut self, size: f64, value: f64) {
        // Given all draws before it, the expectation of this is the sum of the group.
        let estimate = self.known + value * self.left / size;
        // Its error is in proportion to what is left; the weight is known before the draw, so that the mean is unbiased.
        let weight = (self.size / self.left).powi(2);
        self.count += 1;
        self.weight += weight;
        let difference = estimate - self.mean;
        self.mean += difference * weight / self.weight;
        self.squares += weight * difference * (estimate - self.mean);
        self.known += value;
        self.left = (self.left - size).max(f64::MIN_POSITIVE);
    }
}

impl<'a> Estimator<'a> {
    /// Nothing seen yet.
    pub fn new(strata: &'a Strata) -> Self {
        let seen = |group: &RangeInclusive<usize>| {
            let size = strata.sizes[group.start() - 1..*group.end()].iter().sum();
            Seen { count: 0, known: 0.0, size, left: size, mean: 0.0, weight: 0.0, squares: 0.0 }
        };
        Self { strata, seen: strata.groups.iter().map(seen).collect() }
    }

    /// Adds the term of a timestep. Timesteps are added in the order of [`Strata`], each once; one outside of the
    /// schedule is left out.
    pub fn add(&mut self, t: usize, value: f64) {
        if let Some(group) = self.strata.group_of(t) {
            self.seen[group].add(self.strata.sizes[t - 1], value);
        }
    }

    /// The estimate so far, which is unbiased; `None` while there is a group of which nothing is known.
    pub fn estimate(&self) -> Option<Estimate> {
        let (mut sum, mut variance) = (0.0, Some(0.0));
        for (group, seen) in self.strata.groups.iter().zip(&self.seen) {
            match seen.count {
                0 => return None,
                count if count > group.end() - group.start() => sum += seen.known,
                1 => (sum, variance) = (sum + seen.mean, None),
                count => {
                    sum += seen.mean;
                    variance = variance.map(|all| all + seen.squares / (count - 1) as f64 / seen.weight);
                }
            }
        }
        Some(Estimate { sum, standard_error: variance.map(f64::sqrt) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::{ScheduleKind, ScheduleSpec};

    fn schedule(kind: &str, steps: usize, zero_terminal_snr: bool) -> Schedule {
        let kind = ScheduleKind::default_of(kind).unwrap();
        ScheduleSpec { kind, steps, zero_terminal_snr }.build().unwrap()
    }

    /// Terms that fall as steeply as those of networks, which differ from those of normal data.
    fn terms(schedule: &Schedule) -> Vec<f64> {
        let term = |step: crate::diffusion::Step| {
            step.beta / step.noise_variance().powf(1.2) * (1.0 + 0.3 * (step.t as f64).sin())
        };
        schedule.iter().map(term).collect()
    }

    fn estimate(strata: &Strata, terms: &[f64], count: usize) -> Option<Estimate> {
        let mut estimator = Estimator::new(strata);
        strata.order()[..count].iter().for_each(|&t| estimator.add(t, terms[t - 1]));
        estimator.estimate()
    }

    #[test]
    fn groups_cover_every_timestep_once() {
        for (kind, steps) in [("linear", 1000), ("cosine", 77), ("logsnr", 2), ("sigmoid", 3)] {
            for zero in [false, true] {
                let schedule = schedule(kind, steps, zero);
                for count in [1, 2, 3, 10, steps] {
                    let strata = Strata::for_count(&schedule, count.min(steps), 3);
                    let members: Vec<usize> = strata.groups().iter().cloned().flatten().collect();
                    assert_eq!(members, (1..=steps).collect::<Vec<_>>(), "{kind} {steps} {count}");
                    let mut order = strata.order().to_vec();
                    order.sort_unstable();
                    assert_eq!(order, members);
                }
            }
        }
    }

    /// In how many choices the error is looked at.
    const SEEDS: u64 = 4000;

    /// The mean over many seeds is the sum, and the spread over the seeds is what the standard errors say.
    #[test]
    fn estimates_are_unbiased_and_know_their_error() {
        let schedule = schedule("linear", 200, false);
        let terms = terms(&schedule);
        let truth: f64 = terms.iter().sum();
        for count in [1, 2, 3, 4, 21, 80] {
            let (mut sum, mut squares, mut variances) = (0.0, 0.0, Vec::new());
            for seed in 0..SEEDS {
                let strata = Strata::for_count(&schedule, count, seed);
                let found = estimate(&strata, &terms, count).unwrap();
                sum += found.sum - truth;
                squares += (found.sum - truth).powi(2);
                variances.extend(found.standard_error.map(|error| error * error));
            }
            let n = SEEDS as f64;
            let (bias, variance) = (sum / n, squares / n);
            assert!(bias.abs() < 4.0 * (variance / n).sqrt(), "{count}: {bias} {variance}");
            assert_eq!(variances.len() == SEEDS as usize, count > 2, "{count}");
            if count > 2 {
                let told = variances.iter().sum::<f64>() / n;
                // The errors are those of a model of the terms, which is not exact.
                assert!((0.7..1.4).contains(&(told / variance)), "{count}: {told} {variance}");
            }
        }
    }

    #[test]
    fn with_all_timesteps_it_is_the_sum() {
        for zero in [false, true] {
            let schedule = schedule("cosine", 60, zero);
            let terms = terms(&schedule);
            let strata = Strata::new(&schedule, 8, 5);
            let found = estimate(&strata, &terms, 60).unwrap();
            assert_eq!(found.standard_error, Some(0.0));
            assert!((found.sum - terms.iter().sum::<f64>()).abs() < 1e-12);
            let errors: Vec<_> = [20, 40, 59]
                .map(|count| estimate(&strata, &terms, count).unwrap().standard_error.unwrap())
                .into();
            assert!(errors[2] < 0.5 * errors[0] && errors[2] > 0.0, "{errors:?}");
            assert_eq!(estimate(&strata, &terms, strata.groups().len() - 1), None);
        }
    }

    /// Groups and probabilities make the error much smaller than that of a plain choice among all timesteps, whose
    /// variance is known.
    #[test]
    fn groups_pay() {
        let schedule = schedule("linear", 1000, false);
        let terms = terms(&schedule);
        let (count, steps) = (50, 1000.0_f64);
        let truth: f64 = terms.iter().sum();
        let squares = terms.iter().map(|term| (term - truth / steps).powi(2)).sum::<f64>();
        let plain =
            steps * (squares / (steps - 1.0) / f64::from(count) * (1.0 - f64::from(count) / steps)).sqrt();
        let found =
            estimate(&Strata::for_count(&schedule, count as usize, 1), &terms, count as usize).unwrap();
        let error = found.standard_error.unwrap();
        assert!(10.0 * error < plain && (found.sum - truth).abs() < 4.0 * error, "{found:?} {truth} {plain}");
    }
}
