//! Training on the picture, as the window follows it.

use std::time::{Duration, Instant};

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
    began: Instant,
    took: Option<Duration>,
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
            began: Instant::now(),
            took: None,
        }
    }

    /// Takes in an iteration.
    pub fn learned(&mut self, step: &TrainStep) {
        self.iteration = step.iteration;
        self.loss = step.ema_loss;
        self.curve.push(step.iteration, step.loss);
    }

    /// It has come to its end.
    pub fn end(&mut self) {
        self.took.get_or_insert(self.began.elapsed());
    }

    /// Whether it is under way.
    pub fn is_open(&self) -> bool {
        self.took.is_none()
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
        let elapsed = self.began.elapsed();
        let done = self.iteration as f64 / self.total as f64;
        (self.is_open() && self.iteration >= 5).then(|| elapsed.mul_f64((1.0 / done - 1.0).max(0.0)))
    }
}
