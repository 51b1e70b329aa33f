//! Training on the picture, as the window follows it.

use std::time::{Duration, Instant};

use crate::train::TrainStep;
use crate::worker::RunId;

/// Points of the loss curve; later ones take the place of pairs of earlier ones.
const POINTS: usize = 400;

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
    /// `[iteration, loss]`, each the mean of `stride` iterations.
    curve: Vec<[f64; 2]>,
    stride: u64,
    sum: f64,
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
            curve: Vec::new(),
            stride: 1,
            sum: 0.0,
            loss: f64::NAN,
            began: Instant::now(),
            took: None,
        }
    }

    /// Takes in an iteration.
    pub fn learned(&mut self, step: &TrainStep) {
        self.iteration = step.iteration;
        self.loss = step.ema_loss;
        self.sum += step.loss;
        if step.iteration.is_multiple_of(self.stride) {
            self.curve.push([step.iteration as f64, self.sum / self.stride as f64]);
            self.sum = 0.0;
        }
        if self.curve.len() >= POINTS {
            let halved = self.curve.as_chunks::<2>().0.iter();
            self.curve = halved.map(|[a, b]| [b[0], f64::midpoint(a[1], b[1])]).collect();
            self.stride *= 2;
        }
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
        &self.curve
    }

    /// How long it takes yet, from how long it took so far.
    pub fn left(&self) -> Option<Duration> {
        let elapsed = self.began.elapsed();
        let done = self.iteration as f64 / self.total as f64;
        (self.is_open() && self.iteration >= 5).then(|| elapsed.mul_f64((1.0 / done - 1.0).max(0.0)))
    }
}
