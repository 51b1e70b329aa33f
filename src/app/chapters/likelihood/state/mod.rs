//! The Likelihood chapter's state: what is computed for it in the background. Views only read.

mod bound;
mod continuous;
mod learned;

pub use self::bound::{Bound, chain_t, scene_t};
pub use self::continuous::Continuous;
pub use self::learned::Learned;
use crate::app::chapters::{ChapterError, Input, Setup};
use crate::background::{Missing, Pending};
use crate::scene::LikelihoodPart;

/// The chapter's state.
pub struct Likelihood {
    /// The bound of a network.
    pub bound: Bound,
    /// The loss in continuous time.
    pub continuous: Continuous,
    /// The schedule that a training learns.
    pub learned: Learned,
}

impl Likelihood {
    /// A state with nothing computed.
    pub fn new(setup: &Setup) -> Self {
        let learned = Learned::new(setup.workshop.clone());
        Self { bound: Bound::new(setup), continuous: Continuous::default(), learned }
    }

    /// A copy with what takes long to compute, for a figure.
    pub(super) fn copy(&self) -> Self {
        let (bound, learned) = (self.bound.still(), self.learned.still());
        Self { bound, continuous: Continuous::default(), learned }
    }

    /// Takes in the results of computations that have ended.
    pub(super) fn take_ended(&mut self) {
        self.tasks_mut().into_iter().for_each(Pending::poll);
    }

    /// Requests the computations that the scene needs.
    ///
    /// # Errors
    /// For a figure, when something cannot be computed.
    pub(super) fn want(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        let part = input.scene.chapters.likelihood.part;
        if part != LikelihoodPart::Bound {
            self.bound.rest();
        }
        match part {
            LikelihoodPart::Bound => self.bound.want(input)?,
            LikelihoodPart::Continuous => self.continuous.want(input),
            // What is shown is told by the training that is under way.
            LikelihoodPart::Learned => {}
        }
        Ok(())
    }

    /// Lets networks rest while another chapter is on show.
    pub(super) fn rest(&mut self) {
        self.bound.rest();
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
        self.bound.tasks().into_iter().chain(self.continuous.tasks()).collect()
    }

    fn tasks_mut(&mut self) -> Vec<&mut dyn Pending> {
        self.bound.tasks_mut().into_iter().chain(self.continuous.tasks_mut()).collect()
    }
}
