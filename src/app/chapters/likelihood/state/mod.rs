//! The Likelihood chapter's state: what is computed for it in the background. Views only read.

mod continuous;

pub use self::continuous::{Continuous, place};
use crate::app::chapters::Input;
use crate::background::{Missing, Pending};
use crate::scene::LikelihoodPart;

/// The chapter's state.
#[derive(Default)]
pub struct Likelihood {
    /// The loss in continuous time.
    pub continuous: Continuous,
}

impl Likelihood {
    /// Takes in the results of computations that have ended.
    pub(super) fn take_ended(&mut self) {
        self.tasks_mut().into_iter().for_each(Pending::poll);
    }

    /// Requests the computations that the scene needs.
    pub(super) fn want(&mut self, input: &Input<'_>) {
        match input.scene.chapters.likelihood.part {
            LikelihoodPart::Bound | LikelihoodPart::Continuous => self.continuous.want(input),
        }
    }

    /// Whether a computation is under way.
    pub(super) fn is_at_work(&self) -> bool {
        self.tasks().into_iter().any(|task| task.fraction().is_some())
    }

    /// The panics since the last call.
    pub(super) fn take_failures(&mut self) -> Vec<Missing> {
        let panics = self.tasks_mut().into_iter().filter_map(Pending::take_panic);
        panics.map(Missing::Panicked).collect()
    }

    fn tasks(&self) -> Vec<&dyn Pending> {
        self.continuous.tasks().into()
    }

    fn tasks_mut(&mut self) -> Vec<&mut dyn Pending> {
        self.continuous.tasks_mut().into()
    }
}
