//! The chain that the ledger is kept for: the active schedule's, or the same with few steps.

use i18n_embed_fl::fl;

use crate::app::view::View;
use crate::app::words::Words;
use crate::diffusion::schedule::RespacedSchedule;
use crate::diffusion::{Schedule, Step};

/// A chain of transitions, and the one on show.
pub struct Chain {
    schedule: Schedule,
    few: Option<RespacedSchedule>,
    index: usize,
}

impl Chain {
    /// The chain that the scene asks for, at its t.
    pub fn of(view: &View<'_>) -> Self {
        Self::new(&view.active().schedule, view.scene.chapters.ledger.few_steps, view.scene.t)
    }

    fn new(schedule: &Schedule, few_steps: Option<usize>, t: usize) -> Self {
        let few = few_steps.map(|n| schedule.respaced(n));
        let index = few.as_ref().map_or(t - 1, |few| few.index_at(t));
        Self { schedule: schedule.clone(), few, index }
    }

    /// Number of transitions.
    pub fn len(&self) -> usize {
        self.few.as_ref().map_or(self.schedule.steps(), |few| few.steps().len())
    }

    /// The transition of index `i`, from 0.
    pub fn at(&self, i: usize) -> Step {
        self.few.as_ref().map_or_else(|| self.schedule.step(i + 1), |few| few.steps()[i])
    }

    /// The transition on show.
    pub fn step(&self) -> Step {
        self.at(self.index)
    }

    /// Whether it has fewer steps than the schedule.
    pub fn is_few(&self) -> bool {
        self.few.is_some()
    }

    /// In words: which transition this is.
    pub fn describe(&self, words: &Words) -> String {
        let (t, n) = (self.step().t, self.len());
        if self.is_few() {
            let before = self.index.checked_sub(1).map_or(0, |i| self.at(i).t);
            let step = self.index + 1;
            fl!(words, "ledger-few-steps", step = step, steps = n, before = before, t = t)
        } else {
            fl!(words, "ledger-step", step = t, steps = n)
        }
    }

    /// What is left, in the noise of x_t, of the noise that past steps have added, in at most `most`
    /// groups: pairs of a group's last timestep and its mean contribution per step. The transition
    /// on show is the last group, alone.
    pub fn past_shares(&self, most: usize) -> Vec<(f64, f64)> {
        let last = self.step();
        let group = self.index.div_ceil(most).max(1);
        let mut shares = Vec::with_capacity(most + 1);
        let mut first = 0;
        while first < self.index {
            let end = (first + group).min(self.index);
            // Noise of variance β_s has been faded by every later step.
            let share = |s: Step| s.beta * (last.alpha_bar / s.alpha_bar);
            let sum: f64 = (first..end).map(|i| share(self.at(i))).sum();
            shares.push((self.at(end - 1).t as f64, sum / (end - first) as f64));
            first = end;
        }
        shares.push((last.t as f64, last.beta));
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};
    use crate::diffusion::ScheduleSpec;

    #[test]
    fn past_contributions_sum_to_the_noise() {
        for few in [None, Some(20)] {
            let schedule = ScheduleSpec::default().build().unwrap();
            let chain = Chain::new(&schedule, few, 400);
            let shares = chain.past_shares(100_000);
            let sum: f64 = shares.iter().map(|share| share.1).sum();
            assert_eq!(shares.len(), chain.index + 1);
            assert!((sum - chain.step().noise_variance()).abs() < 1e-12, "{few:?}: {sum}");
        }
    }

    #[test]
    fn long_pasts_are_grouped_and_the_new_step_stands_alone() {
        let spec = ScheduleSpec { steps: 10_000, ..ScheduleSpec::default() };
        let chain = Chain::new(&spec.build().unwrap(), None, 9000);
        let (shares, words) = (chain.past_shares(160), words(Language::English));
        assert!(shares.len() <= 161);
        assert_eq!(shares.last(), Some(&(9000.0, chain.step().beta)));
        assert_eq!(chain.describe(&words), "step 9000 of 10000");
    }

    #[test]
    fn few_steps_say_where_they_come_from() {
        let words = words(Language::English);
        let schedule = ScheduleSpec::default().build().unwrap();
        assert_eq!(Chain::new(&schedule, Some(10), 300).describe(&words), "step 4 of 10: t = 223 → 334");
        assert_eq!(Chain::new(&schedule, Some(10), 1).describe(&words), "step 1 of 10: t = 0 → 1");
    }
}
