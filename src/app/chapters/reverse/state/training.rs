//! Training on the picture, as the window follows it.

use std::time::Duration;

use super::clock::Clock;
use super::run::RunState;
use crate::app::loss::LossCurve;
use crate::train::TrainStep;
use crate::worker::RunId;

/// A training on its way, or the last one.
#[derive(Debug)]
pub struct Training {
    /// Its number.
    pub id: RunId,
    /// Shape of the crops.
    pub shape: [usize; 3],
    /// Iterations that were asked for.
    pub total: u64,
    iteration: u64,
    curve: LossCurve,
    loss: f64,
    /// How far it is.
    pub state: RunState,
    clock: Clock,
}

impl Training {
    /// A training that was just asked for.
    pub fn new(id: RunId, shape: [usize; 3], total: u64) -> Self {
        Self {
            id,
            shape,
            total,
            iteration: 0,
            curve: LossCurve::default(),
            loss: f64::NAN,
            state: RunState::Running,
            clock: Clock::started(),
        }
    }

    /// Takes in an iteration.
    pub fn learned(&mut self, step: &TrainStep) {
        self.iteration = step.iteration;
        self.loss = step.ema_loss;
        self.curve.push(step.iteration, step.loss);
    }

    /// Changes how far it is; the clock runs while the training does.
    pub fn enter(&mut self, state: RunState) {
        self.clock.set(state == RunState::Running);
        self.state = state;
    }

    /// Whether there is more to come.
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// Iterations made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// Moving average of the loss.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// `[iteration, loss]` so far.
    pub fn curve(&self) -> &[[f64; 2]] {
        self.curve.points()
    }

    /// How long it takes yet, from how long it took so far.
    pub fn left(&self) -> Option<Duration> {
        let elapsed = self.clock.elapsed();
        let done = self.iteration as f64 / self.total as f64;
        (self.is_open() && self.iteration >= 5).then(|| elapsed.mul_f64((1.0 / done - 1.0).max(0.0)))
    }
}
