//! AdamW, the learning rate over time, and the moving average of weights.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use rayon::prelude::*;

use super::settings::TrainSettings;
use crate::model::simd;

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPS: f64 = 1e-8;
/// How many numbers a thread takes at a time.
const PART: usize = 1 << 13;

/// The optimiser's state of one tensor: its weights, Adam's two moments, and the moving average of the weights, all of
/// the same length.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AdamState {
    pub(super) weight: Vec<f32>,
    /// Moving mean of the gradient, m.
    pub(super) mean: Vec<f32>,
    /// Moving mean of the gradient's square, v.
    pub(super) square: Vec<f32>,
    pub(super) ema: Vec<f32>,
}

/// The numbers that are the same for all tensors in one iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Update {
    pub(super) learning_rate: f64,
    pub(super) weight_decay: f64,
    /// The factor on the gradient that shortens it, at most 1.
    pub(super) scale: f64,
    /// Number of this update, counted from 1.
    pub(super) number: u64,
    pub(super) ema_decay: f64,
}

impl AdamState {
    /// The state of a tensor before training.
    pub(super) fn new(weight: Vec<f32>) -> Self {
        Self { mean: vec![0.0; weight.len()], square: vec![0.0; weight.len()], ema: weight.clone(), weight }
    }

    /// One step of AdamW (Loshchilov & Hutter 2019, algorithm 2, with the decay multiplied by the learning rate as in
    /// PyTorch), followed by one of the moving average.
    pub(super) fn update(&mut self, gradient: &[f32], update: &Update) {
        let Self { weight, mean, square, ema } = self;
        let [weights, means, squares, emas] = [weight, mean, square, ema].map(|x| x.par_chunks_mut(PART));
        let moments = means.zip(squares);
        weights.zip(emas).zip(moments).zip(gradient.par_chunks(PART)).for_each(
            |(((weight, ema), (mean, square)), gradient)| {
                let part = [weight, ema, mean, square];
                simd::arch().dispatch(
                    #[inline(always)]
                    || update.apply(part, gradient),
                );
            },
        );
    }
}

impl Update {
    /// Applies the update to a part of the weights, of their average, and of the two moments.
    #[inline(always)]
    fn apply(&self, [weight, ema, mean, square]: [&mut [f32]; 4], gradient: &[f32]) {
        let n = self.number.min(i32::MAX as u64) as i32;
        let unbias_mean = (1.0 - BETA_1.powi(n)).recip();
        let unbias_square = (1.0 - BETA_2.powi(n)).recip();
        let kept = 1.0 - self.learning_rate * self.weight_decay;
        let moments = mean.iter_mut().zip(square);
        let weights = weight.iter_mut().zip(ema);
        for (((mean, square), (weight, ema)), &g) in moments.zip(weights).zip(gradient) {
            let g = f64::from(g) * self.scale;
            let m = BETA_1 * f64::from(*mean) + (1.0 - BETA_1) * g;
            let v = BETA_2 * f64::from(*square) + (1.0 - BETA_2) * g * g;
            let step = m * unbias_mean / ((v * unbias_square).sqrt() + EPS);
            let w = f64::from(*weight) * kept - self.learning_rate * step;
            (*mean, *square, *weight) = (m as f32, v as f32, w as f32);
            let average = self.ema_decay * f64::from(*ema) + (1.0 - self.ema_decay) * f64::from(*weight);
            *ema = average as f32;
        }
    }
}

/// The learning rate of an iteration, counted from 0. It rises linearly during the warm-up, then falls to 0 along a
/// cosine (Loshchilov & Hutter 2017) if the number of iterations is known.
pub fn learning_rate(settings: &TrainSettings, iteration: u64) -> f64 {
    let peak = settings.learning_rate;
    let warm_up = settings.warm_up.min(settings.iterations.unwrap_or(u64::MAX));
    if iteration < warm_up {
        return peak * (iteration + 1) as f64 / warm_up as f64;
    }
    let Some(iterations) = settings.iterations else { return peak };
    let done = (iteration - warm_up) as f64 / (iterations - warm_up).max(1) as f64;
    peak * 0.5 * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos())
}

/// The decay of the moving average after an update, counted from 1: `min(largest, (1 + n)/(10 + n))`. So the first
/// weights, which have learned nothing, are soon forgotten (as in TensorFlow's `ExponentialMovingAverage` with
/// `num_updates`).
pub fn ema_decay(largest: f64, update: u64) -> f64 {
    largest.min((1 + update) as f64 / (10 + update) as f64)
}

/// The Euclidean norm of all gradients together.
pub(super) fn norm(gradients: &[Vec<f32>]) -> f64 {
    // Sums side by side, which the compiler turns into vectors.
    let square = |gradient: &Vec<f32>| {
        let (chunks, rest) = gradient.as_chunks::<16>();
        let mut sums = [0.0_f64; 16];
        for chunk in chunks {
            sums.iter_mut().zip(chunk).for_each(|(sum, &g)| *sum += f64::from(g) * f64::from(g));
        }
        sums.iter().sum::<f64>() + rest.iter().map(|&g| f64::from(g).powi(2)).sum::<f64>()
    };
    let squares: Vec<f64> = gradients.par_iter().map(square).collect();
    squares.iter().sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Update =
        Update { learning_rate: 0.1, weight_decay: 0.0, scale: 1.0, number: 1, ema_decay: 0.5 };

    /// PyTorch's `AdamW(lr=0.1, weight_decay=0.01)` on one weight of 1 with the gradients 0.5, −0.25, 2, computed by
    /// hand in f64 from its documented formulas.
    #[test]
    fn updates_are_those_of_the_formulas() {
        let mut adam = AdamState::new(vec![1.0]);
        let (mut m, mut v, mut w) = (0.0_f64, 0.0_f64, 1.0_f64);
        for (i, g) in [0.5_f64, -0.25, 2.0].into_iter().enumerate() {
            let number = i as u64 + 1;
            adam.update(&[g as f32], &Update { weight_decay: 0.01, number, ..PLAIN });
            w *= 1.0 - 0.1 * 0.01;
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            let bias = |beta: f64| 1.0 - beta.powf(number as f64);
            w -= 0.1 * (m / bias(0.9)) / ((v / bias(0.999)).sqrt() + 1e-8);
            assert!((f64::from(adam.weight[0]) - w).abs() < 1e-6, "{number}");
        }
        // Adam's first step has the length of the learning rate, whatever the gradient.
        for g in [1e-3_f32, 5.0, -700.0] {
            let mut adam = AdamState::new(vec![0.0]);
            adam.update(&[g], &PLAIN);
            assert!((adam.weight[0] + 0.1 * g.signum()).abs() < 1e-5);
        }
    }

    #[test]
    fn the_average_follows_its_formula() {
        let mut adam = AdamState::new(vec![1.0, -2.0]);
        let mut expected = [1.0_f64, -2.0];
        for number in 1..=50 {
            let ema_decay = ema_decay(0.7, number);
            adam.update(&[0.3, (number % 3) as f32 - 1.0], &Update { number, ema_decay, ..PLAIN });
            for (average, &weight) in expected.iter_mut().zip(&adam.weight) {
                *average = ema_decay * *average + (1.0 - ema_decay) * f64::from(weight);
            }
        }
        for (average, expected) in adam.ema.iter().zip(expected) {
            assert!((f64::from(*average) - expected).abs() < 1e-5 * expected.abs());
        }
        assert_eq!(ema_decay(0.9999, 1), 2.0 / 11.0);
        assert_eq!(ema_decay(0.9999, 10_000_000), 0.9999);
    }

    #[test]
    fn the_learning_rate_rises_and_falls() {
        let settings = TrainSettings {
            learning_rate: 0.2,
            warm_up: 10,
            iterations: Some(110),
            ..TrainSettings::default()
        };
        let at = |iteration| learning_rate(&settings, iteration);
        assert!((at(0) - 0.02).abs() < 1e-15 && (at(9) - 0.2).abs() < 1e-15 && (at(10) - 0.2).abs() < 1e-15);
        assert!((at(60) - 0.1).abs() < 1e-15);
        assert!(at(109) > 0.0 && at(109) < 1e-4 && at(110).abs() < 1e-15);
        let endless = TrainSettings { iterations: None, ..settings.clone() };
        assert_eq!(learning_rate(&endless, 1_000_000), 0.2);
        let short = TrainSettings { iterations: Some(5), ..settings };
        assert!((learning_rate(&short, 4) - 0.2).abs() < 1e-15);
    }

    #[test]
    fn the_norm_is_that_of_all_tensors() {
        assert_eq!(norm(&[vec![3.0], vec![0.0, 4.0], vec![]]), 5.0);
    }
}
