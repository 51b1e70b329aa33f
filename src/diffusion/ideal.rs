//! The ideal denoiser: the exact posterior mean over a small data set, which no network can improve on.
//!
//! For data that are exactly the points `x_0^{(i)}`, each as likely as the others,
//! `E[x_0 | x_t] = Σ_i w_i x_0^{(i)}` with `w = softmax(−‖x_t − √ᾱ_t x_0^{(i)}‖² / (2 (1 − ᾱ_t)))`: the
//! minimum of the simple loss (Ho et al. 2020, eq. 14) in closed form (Karras et al. 2022, app. B.3). It knows its data
//! by heart: samples drawn with it are points of the data set.

use std::sync::Arc;

use rayon::prelude::*;

/// The closed-form optimal denoiser of a set of points.
#[derive(Clone, Debug)]
pub struct IdealDenoiser {
    points: Arc<[f32]>,
    /// The number of values in one point.
    len: usize,
}

impl IdealDenoiser {
    /// The denoiser for `points`, each of `len` values, one after another. `None` if there are no points, or the last
    /// one is incomplete.
    pub fn new(points: Arc<[f32]>, len: usize) -> Option<Self> {
        let whole = len > 0 && !points.is_empty() && points.len().is_multiple_of(len);
        whole.then_some(Self { points, len })
    }

    /// The number of points.
    pub fn count(&self) -> usize {
        self.points.len() / self.len
    }

    /// One of the points.
    ///
    /// # Panics
    /// If there is no such point.
    pub fn point(&self, index: usize) -> &[f32] {
        &self.points[index * self.len..][..self.len]
    }

    /// The probability of every point, given one noised sample `x` at a level `0 ≤ ᾱ ≤ 1`.
    pub fn weights(&self, x: &[f32], alpha_bar: f64) -> Vec<f64> {
        let (signal, variance) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).max(f64::MIN_POSITIVE));
        let score = |point: &[f32]| {
            // Short sums in f32, added in f64: exact enough, and vectorised.
            let squares = point.chunks(256).zip(x.chunks(256)).map(|(point, x)| {
                let squares = point.iter().zip(x).map(|(point, x)| (x - signal * point).powi(2));
                f64::from(squares.sum::<f32>())
            });
            -squares.sum::<f64>() / (2.0 * variance)
        };
        let mut weights: Vec<f64> = self.points.par_chunks_exact(self.len).map(score).collect();
        let most = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for weight in &mut weights {
            *weight = (*weight - most).exp();
            sum += *weight;
        }
        for weight in &mut weights {
            *weight /= sum;
        }
        weights
    }

    /// `E[x_0 | x_t]` of every sample in `x`, which holds whole samples one after another.
    pub fn posterior_mean(&self, x: &[f32], alpha_bar: f64) -> Vec<f32> {
        let mut mean = vec![0.0; x.len()];
        for (x, mean) in x.chunks_exact(self.len).zip(mean.chunks_exact_mut(self.len)) {
            for (point, weight) in self.points.chunks_exact(self.len).zip(self.weights(x, alpha_bar)) {
                // Smaller weights make no difference in f32.
                if weight > 1e-9 {
                    mean.iter_mut().zip(point).for_each(|(mean, point)| *mean += weight as f32 * point);
                }
            }
        }
        mean
    }

    /// The ideal `ε̂ = (x_t − √ᾱ_t E[x_0 | x_t]) / √(1 − ᾱ_t)`.
    pub fn eps(&self, x: &[f32], alpha_bar: f64) -> Vec<f32> {
        eps_of(x, &self.posterior_mean(x, alpha_bar), alpha_bar)
    }
}

/// The noise that leads from `x_0` to `x_t`, `(x_t − √ᾱ_t x_0) / √(1 − ᾱ_t)`; 0 at a level without noise.
pub fn eps_of(x: &[f32], x0: &[f32], alpha_bar: f64) -> Vec<f32> {
    let deviation = (1.0 - alpha_bar).sqrt();
    if deviation == 0.0 {
        return vec![0.0; x.len()];
    }
    let signal = alpha_bar.sqrt();
    let eps = |(&x, &x0): (&f32, &f32)| ((f64::from(x) - signal * f64::from(x0)) / deviation) as f32;
    x.iter().zip(x0).map(eps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two points on the line: the weights are a logistic function.
    #[test]
    fn two_points_by_hand() {
        let ideal = IdealDenoiser::new(vec![-1.0, 1.0].into(), 1).unwrap();
        for (x, alpha_bar) in [(0.3_f32, 0.5_f64), (-2.0, 0.1), (0.7, 0.99), (0.1, 0.0)] {
            let log_odds = 2.0 * alpha_bar.sqrt() * f64::from(x) / (1.0 - alpha_bar);
            let right = 1.0 / (1.0 + (-log_odds).exp());
            let weights = ideal.weights(&[x], alpha_bar);
            assert!((weights[1] - right).abs() < 1e-6, "{x} {alpha_bar}: {weights:?} {right}");
            let mean = f64::from(ideal.posterior_mean(&[x], alpha_bar)[0]);
            assert!((mean - (2.0 * right - 1.0)).abs() < 1e-6);
        }
    }

    /// ε̂ is −√(1−ᾱ) times the score, here by finite differences of `ln q(x_t)`.
    #[test]
    fn the_ideal_noise_is_the_score() {
        let points: Vec<f32> = (0..30).map(|i| ((i * 7 % 11) as f32 - 5.0) / 5.0).collect();
        let ideal = IdealDenoiser::new(points.clone().into(), 3).unwrap();
        let alpha_bar = 0.6_f64;
        let log_density = |x: [f64; 3]| {
            let sum = points.chunks_exact(3).map(|point| {
                let square = |i: usize| (x[i] - alpha_bar.sqrt() * f64::from(point[i])).powi(2);
                (-(square(0) + square(1) + square(2)) / (2.0 * (1.0 - alpha_bar))).exp()
            });
            sum.sum::<f64>().ln()
        };
        let x = [0.25_f64, -0.5, 0.125];
        let eps = ideal.eps(&x.map(|v| v as f32), alpha_bar);
        for i in 0..3 {
            let at = |h: f64| {
                let mut x = x;
                x[i] += h;
                log_density(x)
            };
            let score = (at(1e-4) - at(-1e-4)) / 2e-4;
            let expected = -(1.0 - alpha_bar).sqrt() * score;
            assert!((f64::from(eps[i]) - expected).abs() < 1e-5, "{i}: {} {expected}", eps[i]);
        }
    }

    #[test]
    fn points_must_divide_into_samples() {
        assert!(IdealDenoiser::new(vec![0.0; 7].into(), 2).is_none());
        assert!(IdealDenoiser::new(Vec::new().into(), 2).is_none());
        assert!(IdealDenoiser::new(vec![0.0; 4].into(), 0).is_none());
        let ideal = IdealDenoiser::new(vec![0.0, 1.0, 2.0, 3.0].into(), 2).unwrap();
        assert_eq!((ideal.count(), ideal.point(1)), (2, &[2.0, 3.0][..]));
        // Without noise the nearest point is certain, and nothing overflows.
        assert_eq!(ideal.posterior_mean(&[2.1, 2.9], 1.0), [2.0, 3.0]);
    }
}
