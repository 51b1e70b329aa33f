//! Mixtures of isotropic Gaussians in any dimension.

use std::f64::consts::TAU;
use std::ops::Range;

use rayon::prelude::*;

use crate::diffusion::noise::{Key, Stream, box_muller, philox4x32};
use crate::diffusion::process::Level;

/// Components whose density is below `e^−40` of the largest do not change a sum in f64.
const NEGLIGIBLE: f64 = 40.0;
/// The number of points that a thread evaluates at a time.
const BATCH: usize = 128;

/// A component of a mixture, `weight · N(mean, variance · I)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component<const D: usize> {
    /// Share of the mixture, in `(0, 1]`.
    pub weight: f64,
    /// Mean.
    pub mean: [f64; D],
    /// Variance of each coordinate; with 0 the component is a point.
    pub variance: f64,
    /// Class that the component belongs to, from 0.
    pub class: usize,
}

/// A mixture of Gaussians. Its weights sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture<const D: usize> {
    components: Vec<Component<D>>,
    /// For each component of variance v: the logarithm of its largest value, and `1/(2v)`.
    shapes: Vec<[f64; 2]>,
}

/// The density around a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Local<const D: usize> {
    /// `ln p(x)`.
    pub log_density: f64,
    /// `∇ ln p(x)`.
    pub score: [f64; D],
    /// `∇ · ∇ ln p(x)`, the score's divergence.
    pub divergence: f64,
}

impl<const D: usize> Mixture<D> {
    /// The mixture of these components, whose weights need not sum to 1. `None` if there are no components, a weight is
    /// not positive, a variance is negative, or a number is not finite.
    pub fn new(mut components: Vec<Component<D>>) -> Option<Self> {
        let sound = |c: &Component<D>| {
            c.weight > 0.0
                && c.variance >= 0.0
                && c.mean.iter().chain([&c.weight, &c.variance]).all(|v| v.is_finite())
        };
        let total: f64 = components.iter().map(|component| component.weight).sum();
        if components.is_empty() || !components.iter().all(sound) || !total.is_finite() {
            return None;
        }
        for component in &mut components {
            component.weight /= total;
        }
        Some(Self::of(components))
    }

    /// The mixture of equal Gaussians around points, all of class 0: the kernel density of a finite set
    /// (Parzen 1962).
    pub fn of_points(points: &[[f64; D]], variance: f64) -> Option<Self> {
        let component = |&mean: &[f64; D]| Component { weight: 1.0, mean, variance, class: 0 };
        Self::new(points.iter().map(component).collect())
    }

    /// A mixture of components whose weights sum to 1 already.
    fn of(components: Vec<Component<D>>) -> Self {
        let shape =
            |c: &Component<D>| [c.weight.ln() - 0.5 * D as f64 * (TAU * c.variance).ln(), 0.5 / c.variance];
        Self { shapes: components.iter().map(shape).collect(), components }
    }

    /// The components.
    pub fn components(&self) -> &[Component<D>] {
        &self.components
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.components.iter().map(|component| component.class + 1).max().unwrap_or(0)
    }

    /// `p(x | y)`: the mixture of the components of one class y. `None` if the class has none.
    pub fn of_class(&self, class: usize) -> Option<Self> {
        Self::new(self.components.iter().copied().filter(|component| component.class == class).collect())
    }

    /// The marginal at a level of noise: means are scaled by m, variances become `m² v + σ²`.
    #[must_use]
    pub fn at(&self, level: Level) -> Self {
        let diffused = |c: &Component<D>| Component {
            mean: c.mean.map(|x| level.scale * x),
            variance: level.scale * level.scale * c.variance + level.variance,
            ..*c
        };
        Self::of(self.components.iter().map(diffused).collect())
    }

    /// The mixture, moved and scaled to mean 0 and a variance of 1 on average over the coordinates.
    /// A single point is only moved.
    #[must_use]
    pub fn standardised(&self) -> Self {
        let (mean, covariance) = self.moments();
        let variance = (0..D).map(|d| covariance[d][d]).sum::<f64>() / D as f64;
        let scale = if variance > 0.0 { variance.sqrt().recip() } else { 1.0 };
        let moved = |c: &Component<D>| Component {
            mean: std::array::from_fn(|d| scale * (c.mean[d] - mean[d])),
            variance: scale * scale * c.variance,
            ..*c
        };
        Self::of(self.components.iter().map(moved).collect())
    }

    /// Mean and covariance matrix.
    pub fn moments(&self) -> ([f64; D], [[f64; D]; D]) {
        let sum = |term: &dyn Fn(&Component<D>) -> f64| -> f64 {
            self.components.iter().map(|component| component.weight * term(component)).sum()
        };
        let mean: [f64; D] = std::array::from_fn(|d| sum(&|c| c.mean[d]));
        let covariance = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let own = if i == j { 1.0 } else { 0.0 };
                sum(&|c| own * c.variance + (c.mean[i] - mean[i]) * (c.mean[j] - mean[j]))
            })
        });
        (mean, covariance)
    }

    /// `ln p`, score and divergence at a point. Every variance must be positive.
    pub fn local(&self, x: &[f64; D]) -> Local<D> {
        self.local_with(x, &mut Vec::new())
    }

    /// [`local`](Self::local) at many points, on all threads.
    pub fn locals(&self, points: &[[f64; D]]) -> Vec<Local<D>> {
        let batches = points.par_iter().with_min_len(BATCH);
        batches.map_init(Vec::new, |exponents, x| self.local_with(x, exponents)).collect()
    }

    fn local_with(&self, x: &[f64; D], exponents: &mut Vec<f64>) -> Local<D> {
        let largest = self.exponents(x, exponents);
        let (mut total, mut score, mut second) = (0.0, [0.0; D], 0.0);
        for (component, exponent) in self.components.iter().zip(exponents) {
            if *exponent < largest - NEGLIGIBLE {
                continue;
            }
            let share = (*exponent - largest).exp();
            let precision = component.variance.recip();
            let pull: [f64; D] = std::array::from_fn(|d| (component.mean[d] - x[d]) * precision);
            total += share;
            for d in 0..D {
                score[d] += share * pull[d];
                second += share * (pull[d] * pull[d] - precision);
            }
        }
        let score = score.map(|sum| sum / total);
        let square: f64 = score.iter().map(|s| s * s).sum();
        Local { log_density: largest + total.ln(), score, divergence: second / total - square }
    }

    /// Computes `ln (w_i N(x; μ_i, v_i))` of all components into `exponents`; returns the largest.
    fn exponents(&self, x: &[f64; D], exponents: &mut Vec<f64>) -> f64 {
        exponents.clear();
        exponents.extend(self.components.iter().zip(&self.shapes).map(
            |(component, [log_height, factor])| {
                let square: f64 = (0..D).map(|d| (x[d] - component.mean[d]).powi(2)).sum();
                log_height - factor * square
            },
        ));
        exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// `p(x | y)` for an observation `y = m x + σ ε` of a point of the mixture, which is again a mixture (Bishop 2006,
    /// eq. 2.116, for each component). For a mixture of data it is `p(x_0 | x_t)`; for the marginal at s, the reverse
    /// kernel `q(x_s | x_t)`. The noise must not be 0.
    #[must_use]
    pub fn given(&self, y: &[f64; D], noise: Level) -> Self {
        let mut exponents = Vec::new();
        let largest = self.at(noise).exponents(y, &mut exponents);
        let shares: Vec<f64> = exponents.iter().map(|exponent| (exponent - largest).exp()).collect();
        let total: f64 = shares.iter().sum();
        let posterior = |(c, share): (&Component<D>, &f64)| {
            let evidence = noise.variance + noise.scale * noise.scale * c.variance;
            let mean = |d: usize| (noise.variance * c.mean[d] + noise.scale * c.variance * y[d]) / evidence;
            Component {
                weight: share / total,
                mean: std::array::from_fn(mean),
                variance: c.variance * noise.variance / evidence,
                class: c.class,
            }
        };
        Self::of(self.components.iter().zip(&shares).map(posterior).collect())
    }

    /// The probability of each class at x, `p(y | x)`: the exact classifier.
    pub fn class_probabilities(&self, x: &[f64; D]) -> Vec<f64> {
        let mut exponents = Vec::new();
        let largest = self.exponents(x, &mut exponents);
        let mut shares = vec![0.0; self.classes()];
        for (component, exponent) in self.components.iter().zip(exponents) {
            shares[component.class] += (exponent - largest).exp();
        }
        let total: f64 = shares.iter().sum();
        shares.iter().map(|share| share / total).collect()
    }

    /// `count` points drawn from the mixture, in at most 8 dimensions. Each point depends only on the seed
    /// and on its own index, so `sample(seed, n)` begins with `sample(seed, m)` for every smaller m.
    pub fn sample(&self, seed: u64, count: usize) -> Vec<[f64; D]> {
        self.sample_range(seed, 0..count)
    }

    /// The points of [`sample`](Self::sample) with these indices, which count modulo 2³².
    pub fn sample_range(&self, seed: u64, numbers: Range<usize>) -> Vec<[f64; D]> {
        const { assert!(D <= 8) };
        let Key(key) = Key::from_seed(seed);
        let mut edges: Vec<f64> = Vec::with_capacity(self.components.len());
        for component in &self.components {
            edges.push(edges.last().unwrap_or(&0.0) + component.weight);
        }
        let words = |i: usize, node| philox4x32([i as u32, (Stream::Data as u32) << 8, node, 0], key);
        let point = |i: usize| {
            let at = (f64::from(words(i, 0)[0]) + 0.5) / 4_294_967_296.0;
            let chosen = edges.partition_point(|edge| *edge < at).min(edges.len() - 1);
            let Component { mean, variance, .. } = self.components[chosen];
            let deviation = variance.sqrt();
            std::array::from_fn(|d| {
                let w = words(i, 1 + d as u32 / 2);
                mean[d] + deviation * f64::from(box_muller(w[0], w[1])[d % 2])
            })
        };
        numbers.into_par_iter().map(point).collect()
    }
}
