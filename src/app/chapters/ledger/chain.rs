//! The chain of transitions that the ledger describes: that of the active schedule, or one with few steps.

use i18n_embed_fl::fl;

use crate::app::view::View;
use crate::app::words::Words;
use crate::diffusion::schedule::RespacedSchedule;
use crate::diffusion::{Schedule, Step};

/// A chain of transitions, and the transition on show.
pub struct Chain {
    schedule: Schedule,
    few: Option<RespacedSchedule>,
    index: usize,
}

impl Chain {
    /// The chain that the scene's options select, at the scene's t.
    pub fn of(view: &View<'_>) -> Self {
        Self::new(&view.active().schedule, view.scene.chapters.ledger.few_steps, view.scene.t)
    }

    fn new(schedule: &Schedule, few_steps: Option<usize>, t: usize) -> Self {
        let few = few_steps.map(|n| schedule.respaced(n));
        let index = few.as_ref().map_or(t - 1, |few| few.index_at(t));
        Self { schedule: schedule.clone(), few, index }
    }

    /// The number of transitions.
    pub fn len(&self) -> usize {
        self.few.as_ref().map_or(self.schedule.steps(), |few| few.steps().len())
    }

    /// The transition with index `i`, counted from 0.
    pub fn at(&self, i: usize) -> Step {
        self.few.as_ref().map_or_else(|| self.schedule.step(i + 1), |few| few.steps()[i])
    }

    /// The transition on show.
    pub fn step(&self) -> Step {
        self.at(self.index)
    }

    /// Whether the chain has fewer steps than the schedule.
    pub fn is_few(&self) -> bool {
        self.few.is_some()
    }

    /// A text that says which transition is on show.
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

    /// How much of the variance of the noise in x_t each past step has contributed, in at most `most` groups
    /// of steps: pairs of a group's last timestep and the mean contribution of its steps. The transition on
    /// show follows as the last entry, alone.
    pub fn past_shares(&self, most: usize) -> Vec<(f64, f64)> {
        let last = self.step();
        let group = self.index.div_ceil(most).max(1);
        let mut shares = Vec::with_capacity(most + 1);
        let mut first = 0;
        while first < self.index {
            let end = (first + group).min(self.index);
            // The noise that step s added had variance β_s; every later step has reduced it.
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
