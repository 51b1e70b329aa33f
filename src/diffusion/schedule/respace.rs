//! A schedule with fewer, larger steps.

use super::Schedule;
use crate::diffusion::Step;

/// A schedule restricted to some of its timesteps: `ᾱ` is the same there, and the steps between are larger (Nichol &
/// Dhariwal 2021, section 4, eq. 19: `β_i = 1 − ᾱ_{τ_i} / ᾱ_{τ_{i−1}}`).
#[derive(Clone, Debug, PartialEq)]
pub struct RespacedSchedule {
    steps: Vec<Step>,
}

impl RespacedSchedule {
    /// The steps in order of time. Each step's `t` is its timestep `τ_i` in the full schedule; the last one is `T`.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Index in [`steps`](Self::steps) of the timestep nearest to `t`; of two that are equally near, the earlier one.
    pub fn index_at(&self, t: usize) -> usize {
        let after = self.steps.partition_point(|step| step.t < t);
        match after.checked_sub(1) {
            None => 0,
            Some(before) if after == self.steps.len() => before,
            Some(before) => {
                if t - self.steps[before].t <= self.steps[after].t - t {
                    before
                } else {
                    after
                }
            }
        }
    }
}

impl Schedule {
    /// The same chain in `n` steps, at timesteps spread evenly over `1..=T`, both ends included, and rounded (Nichol &
    /// Dhariwal 2021, section 4). `n = 1` is a single step from the clean image to `T`; 0 counts as 1, and `n ≥ T`
    /// gives the schedule's own steps.
    pub fn respaced(&self, n: usize) -> RespacedSchedule {
        let total = self.steps();
        if n >= total {
            return RespacedSchedule { steps: self.iter().collect() };
        }
        let intervals = n.saturating_sub(1);
        let timestep = |i: usize| {
            // 1 + i (T − 1) / (n − 1), rounded half up, in whole numbers.
            (2 * i * (total - 1) + intervals).checked_div(2 * intervals).map_or(total, |offset| 1 + offset)
        };
        let mut alpha_bar_prev = 1.0;
        let steps = (0..=intervals)
            .map(|i| {
                let t = timestep(i);
                let alpha_bar = self.alpha_bar(t);
                let step = Step {
                    t,
                    beta: (alpha_bar_prev - alpha_bar) / alpha_bar_prev,
                    alpha: alpha_bar / alpha_bar_prev,
                    alpha_bar,
                    alpha_bar_prev,
                };
                alpha_bar_prev = alpha_bar;
                step
            })
            .collect();
        RespacedSchedule { steps }
    }
}

#[cfg(test)]
mod tests {
    use crate::diffusion::{ScheduleKind, ScheduleSpec};

    #[test]
    fn timesteps_are_spread_from_first_to_last() {
        let schedule = ScheduleSpec::default().build().unwrap();
        let timesteps = |n| schedule.respaced(n).steps().iter().map(|step| step.t).collect::<Vec<_>>();
        assert_eq!(timesteps(5), [1, 251, 501, 750, 1000]);
        assert_eq!(timesteps(2), [1, 1000]);
        assert_eq!(timesteps(1), [1000]);
        assert_eq!(timesteps(0), [1000]);
        assert_eq!(timesteps(999).len(), 999);
        assert!(timesteps(999).windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn respaced_chain_has_the_same_alpha_bar() {
        for zero_terminal_snr in [false, true] {
            let schedule = ScheduleSpec { zero_terminal_snr, ..ScheduleSpec::default() }.build().unwrap();
            let mut product = 1.0;
            for step in schedule.respaced(10).steps() {
                product *= step.alpha;
                assert_eq!(step.alpha_bar, schedule.alpha_bar(step.t));
                // The product has ten roundings.
                assert!((product - step.alpha_bar).abs() <= 1e-14 * step.alpha_bar);
                assert!((step.alpha + step.beta - 1.0).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn as_many_steps_as_the_schedule_has_is_the_schedule() {
        let kind = ScheduleKind::default_of("cosine").unwrap();
        let schedule = ScheduleSpec { kind, steps: 50, zero_terminal_snr: false }.build().unwrap();
        let own: Vec<_> = schedule.iter().collect();
        assert_eq!(schedule.respaced(50).steps(), own);
        assert_eq!(schedule.respaced(51).steps(), own);
    }

    #[test]
    fn index_at_finds_the_nearest_timestep() {
        let respaced = ScheduleSpec::default().build().unwrap().respaced(5);
        let found: Vec<_> =
            [0, 1, 126, 127, 251, 874, 875, 876, 1000, 5000].map(|t| respaced.index_at(t)).into();
        assert_eq!(found, [0, 0, 0, 1, 1, 3, 3, 4, 4, 4]);
    }
}
