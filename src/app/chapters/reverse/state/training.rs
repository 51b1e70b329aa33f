//! Training on the picture, as the window follows it.

use std::time::Duration;

use super::clock::Clock;
use super::run::RunState;
use crate::app::loss::LossCurve;
use crate::train::TrainStep;
use crate::worker::RunId;

/// A training that is under way, or the last one.
#[derive(Debug)]
pub struct Training {
    /// Number of the request for the training.
    pub id: RunId,
    /// Channels, height and width of the crops.
    pub shape: [usize; 3],
    /// The number of iterations that were asked for.
    pub total: u64,
    iteration: u64,
    curve: LossCurve,
    loss: f64,
    /// Whether the training is under way, paused or at an end.
    pub state: RunState,
    clock: Clock,
}

impl Training {
    /// A training that has just been requested.
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

    /// Changes the state; the clock runs while the training does.
    pub fn enter(&mut self, state: RunState) {
        self.clock.set(state == RunState::Running);
        self.state = state;
    }

    /// Whether the training is under way or paused.
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// The number of iterations made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// Moving average of the loss.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// The loss so far, as points `[iteration, loss]`.
    pub fn curve(&self) -> &[[f64; 2]] {
        self.curve.points()
    }

    /// The estimated time that is left, from the time so far; `None` before it can be estimated.
    pub fn left(&self) -> Option<Duration> {
        let elapsed = self.clock.elapsed();
        let done = self.iteration as f64 / self.total as f64;
        (self.is_open() && self.iteration >= 5).then(|| elapsed.mul_f64((1.0 / done - 1.0).max(0.0)))
    }
}
