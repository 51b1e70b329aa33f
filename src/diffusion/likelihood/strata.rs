//! The sum over all t, estimated from a few.
//!
//! The timesteps are divided into groups of neighbours, and drawn without replacement from each. Sampled so, the sum of
//! the groups' estimates is unbiased, and its variance is estimated without bias too (Cochran 1977, "Sampling
//! Techniques", sections 5.3 and 5.6). A group of which all members are known contributes no error: as all t come in,
//! the estimate becomes the sum and the error bar vanishes.

use std::ops::RangeInclusive;

use crate::diffusion::Schedule;
use crate::diffusion::noise::{Key, Stream, philox4x32};

/// A division of the timesteps into groups, and an order in which to visit them.
#[derive(Clone, Debug, PartialEq)]
pub struct Strata {
    groups: Vec<RangeInclusive<usize>>,
    order: Vec<usize>,
}

impl Strata {
    /// A division into about this many groups. `t = 1`, whose term `L_0` is of another kind, is a group of its own; the
    /// others cover equal parts of `ln(1 − ᾱ_t)`, in each of which the terms of normal data with unit variance have the
    /// same sum (`½ Δ ln(1 + SNR)`, the limit of many steps). Fewer groups result where they would be empty.
    ///
    /// The order goes round all groups, and takes a random member of each that it has not taken yet.
    pub fn new(schedule: &Schedule, groups: usize, seed: u64) -> Self {
        let steps = schedule.steps();
        let depth = |t: usize| (-schedule.alpha_bar(t)).ln_1p();
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
        Self::with(all, seed)
    }

    /// A division for which `count` timesteps, which is at least 1, are the first ones of the order: there are at least
    /// two of every group, so that the error can be estimated. (With one timestep in all, or two, it cannot.)
    pub fn for_count(schedule: &Schedule, count: usize, seed: u64) -> Self {
        if count == 1 {
            // Every t must be possible.
            return Self::with(vec![1..=schedule.steps()], seed);
        }
        Self::new(schedule, 1 + (count - 1) / 2, seed)
    }

    fn with(groups: Vec<RangeInclusive<usize>>, seed: u64) -> Self {
        let mut left: Vec<Vec<usize>> = groups.iter().map(|group| shuffled(group.clone(), seed)).collect();
        let mut order = Vec::new();
        while left.iter().any(|group| !group.is_empty()) {
            order.extend(left.iter_mut().filter_map(Vec::pop));
        }
        Self { groups, order }
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

/// The members of a group in an order by chance, which depends on seed and t alone.
fn shuffled(group: RangeInclusive<usize>, seed: u64) -> Vec<usize> {
    let mut members: Vec<usize> = group.collect();
    let place =
        |t: &usize| philox4x32([*t as u32, (Stream::Timesteps as u32) << 8, 0, 0], Key::from_seed(seed).0);
    members.sort_by_cached_key(|t| place(t));
    members
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

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    count: usize,
    mean: f64,
    /// Sum of squares of differences from the mean.
    squares: f64,
}

impl<'a> Estimator<'a> {
    /// Nothing seen yet.
    pub fn new(strata: &'a Strata) -> Self {
        Self { strata, seen: vec![Seen::default(); strata.groups.len()] }
    }

    /// Adds the term of a timestep, which was not added before. One outside of the schedule is left out.
    pub fn add(&mut self, t: usize, value: f64) {
        let Some(group) = self.strata.group_of(t) else { return };
        let Seen { count, mean, squares } = &mut self.seen[group];
        *count += 1;
        let difference = value - *mean;
        *mean += difference / *count as f64;
        *squares += difference * (value - *mean);
    }

    /// The estimate so far; `None` while there is a group of which nothing is known.
    ///
    /// It is unbiased where the timesteps are the first ones of the order of [`Strata`].
    pub fn estimate(&self) -> Option<Estimate> {
        let (mut sum, mut variance) = (0.0, Some(0.0));
        for (group, seen) in self.strata.groups.iter().zip(&self.seen) {
            let (size, count) = ((group.end() + 1 - group.start()) as f64, seen.count as f64);
            if seen.count == 0 {
                return None;
            }
            sum += size * seen.mean;
            variance = match seen.count {
                _ if count >= size => variance,
                1 => None,
                // Without replacement, and so with the finite population's correction.
                _ => variance.map(|all| {
                    all + size * size * (1.0 - count / size) * seen.squares / (count - 1.0) / count
                }),
            };
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

    /// Terms as those of a network, which fall steeply.
    fn terms(schedule: &Schedule) -> Vec<f64> {
        schedule
            .iter()
            .map(|step| step.beta / step.noise_variance() * (1.0 + 0.3 * (step.t as f64).sin()))
            .collect()
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

    /// The mean over many seeds is the sum, and the spread over the seeds is what the standard errors say.
    #[test]
    fn estimates_are_unbiased_and_know_their_error() {
        let schedule = schedule("linear", 200, false);
        let terms = terms(&schedule);
        let truth: f64 = terms.iter().sum();
        const SEEDS: u64 = 4000;
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
                let spread = variances.iter().map(|v| (v - told).powi(2)).sum::<f64>() / n;
                // Four standard deviations of the mean of the estimates and of the variance that was found.
                let tolerance = 4.0 * ((spread / n).sqrt() + variance * (3.0 / n).sqrt());
                assert!((told - variance).abs() < tolerance, "{count}: {told} {variance}");
            }
        }
    }

    #[test]
    fn with_all_timesteps_it_is_the_sum() {
        for zero in [false, true] {
            let schedule = schedule("cosine", 60, zero);
            let terms: Vec<f64> = (0..60).map(|i| f64::from(i * i % 17)).collect();
            let strata = Strata::new(&schedule, 8, 5);
            let found = estimate(&strata, &terms, 60).unwrap();
            assert_eq!(found.standard_error, Some(0.0));
            assert!((found.sum - terms.iter().sum::<f64>()).abs() < 1e-12);
            let errors: Vec<_> = [20, 40, 59]
                .map(|count| estimate(&strata, &terms, count).unwrap().standard_error.unwrap())
                .into();
            assert!(errors.is_sorted_by(|a, b| a > b) && errors[2] > 0.0, "{errors:?}");
            assert_eq!(estimate(&strata, &terms, strata.groups().len() - 1), None);
        }
    }

    /// Groups make the error much smaller than a plain choice among all timesteps does.
    #[test]
    fn groups_pay() {
        let schedule = schedule("linear", 1000, false);
        let terms = terms(&schedule);
        let with = estimate(&Strata::for_count(&schedule, 50, 1), &terms, 50).unwrap();
        let plain = Strata::with(vec![1..=1000], 1);
        let without = estimate(&plain, &terms, 50).unwrap();
        let [with, without] = [with, without].map(|found| found.standard_error.unwrap());
        assert!(4.0 * with < without, "{with} {without}");
    }
}
