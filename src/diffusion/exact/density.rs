//! Densities in one dimension, made of Gaussians, points and linear pieces.

use std::f64::consts::TAU;
use std::ops::Range;

use super::{Component, Segment};
use crate::diffusion::noise::{Key, Stream, box_muller, philox4x32};
use crate::diffusion::process::Level;

/// Standard deviations beyond which a Gaussian is neglected: its mass there is 2e-19.
const REACH: f64 = 9.0;

/// Pieces whose Gaussian factor is below `e^−80` of the nearest piece's are left out.
const NEGLIGIBLE: f64 = 80.0;

/// What an observation `y = m x + σ ε` says about x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    /// `ln` of the density of the observation y.
    pub log_evidence: f64,
    /// `E[x | y]`. For data `x_0` observed as `x_t` this is what the ideal network predicts.
    pub mean: f64,
    /// `Var[x | y]`.
    pub variance: f64,
}

impl Posterior {
    /// The posterior over several alternatives, weighted by their evidences. The variance is the mean of those within
    /// the alternatives plus the variance of their means.
    fn of_alternatives(parts: &[Self]) -> Self {
        let largest = parts.iter().map(|part| part.log_evidence).fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return Self { log_evidence: largest, mean: 0.0, variance: 0.0 };
        }
        let shares: Vec<f64> = parts.iter().map(|part| (part.log_evidence - largest).exp()).collect();
        let total: f64 = shares.iter().sum();
        let average = |term: &dyn Fn(&Self) -> f64| -> f64 {
            parts
                .iter()
                .zip(&shares)
                .filter(|(_, share)| **share > 0.0)
                .map(|(part, share)| share * term(part))
                .sum::<f64>()
                / total
        };
        let mean = average(&|part| part.mean);
        let variance = average(&|part| part.variance + (part.mean - mean).powi(2));
        Self { log_evidence: largest + total.ln(), mean, variance }
    }
}

/// A distribution on the line. The masses of its parts sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    gaussians: Vec<Component<1>>,
    segments: Vec<Segment>,
}

impl Density {
    /// A distribution of these parts: Gaussians (points, where the variance is 0) with their weights, and segments with
    /// their masses, which need not sum to 1. `None` without any part, or if a part is invalid.
    pub fn new(mut gaussians: Vec<Component<1>>, mut segments: Vec<Segment>) -> Option<Self> {
        let sound = |c: &Component<1>| {
            c.weight > 0.0
                && c.variance >= 0.0
                && [c.weight, c.mean[0], c.variance].iter().all(|v| v.is_finite())
        };
        let total =
            gaussians.iter().map(|c| c.weight).sum::<f64>() + segments.iter().map(Segment::mass).sum::<f64>();
        let all_sound = gaussians.iter().all(sound) && segments.iter().all(Segment::is_sound);
        if !(all_sound && total > 0.0 && total.is_finite()) {
            return None;
        }
        for component in &mut gaussians {
            component.weight /= total;
        }
        for segment in &mut segments {
            segment.values = segment.values.map(|value| value / total);
        }
        Some(Self { gaussians, segments })
    }

    /// The Gaussians and points.
    pub fn gaussians(&self) -> &[Component<1>] {
        &self.gaussians
    }

    /// The linear pieces.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Mean and variance.
    pub fn moments(&self) -> [f64; 2] {
        let gaussian = |c: &Component<1>| Posterior {
            log_evidence: c.weight.ln(),
            mean: c.mean[0],
            variance: c.variance,
        };
        let parts = self.gaussians.iter().map(gaussian).chain(self.segments.iter().map(Segment::prior));
        let Posterior { mean, variance, .. } = Posterior::of_alternatives(&parts.collect::<Vec<_>>());
        [mean, variance]
    }

    /// The same distribution with mean 0 and variance 1; a single point is only moved.
    #[must_use]
    pub fn standardised(&self) -> Self {
        let [mean, variance] = self.moments();
        let scale = if variance > 0.0 { variance.sqrt().recip() } else { 1.0 };
        let place = |x: f64| scale * (x - mean);
        let gaussian = |c: &Component<1>| Component {
            mean: [place(c.mean[0])],
            variance: scale * scale * c.variance,
            ..*c
        };
        let segment = |s: &Segment| Segment {
            start: place(s.start),
            end: place(s.end),
            values: s.values.map(|value| value / scale),
        };
        Self {
            gaussians: self.gaussians.iter().map(gaussian).collect(),
            segments: self.segments.iter().map(segment).collect(),
        }
    }

    /// `ln q(x_t)` at x: the logarithm of the density at a level of noise. Without noise, points have no density and
    /// are left out.
    pub fn log_pdf(&self, level: Level, x: f64) -> f64 {
        if level.variance > 0.0 {
            return self.given(x, level).log_evidence;
        }
        let y = x / level.scale;
        let smooth = self.gaussians.iter().filter(|c| c.variance > 0.0);
        let bumps: f64 = smooth.map(|c| c.weight * log_normal(y - c.mean[0], c.variance).exp()).sum();
        let pieces: f64 = self.segments.iter().map(|segment| segment.pdf(y)).sum();
        ((bumps + pieces) / level.scale).ln()
    }

    /// `∇ ln q(x_t)` and its derivative, from the mean and variance of `p(x_0 | x_t)`: Tweedie's formula (Efron 2011)
    /// and its second-order form. The level must have some noise.
    pub fn score(&self, level: Level, x: f64) -> [f64; 2] {
        let Posterior { mean, variance, .. } = self.given(x, level);
        let slope = level.scale.powi(2) * variance / level.variance.powi(2) - level.variance.recip();
        [(level.scale * mean - x) / level.variance, slope]
    }

    /// What an observation `y = m x + σ ε` says about x. For `y = x_t` this gives `q(x_t)` and the moments of
    /// `p(x_0 | x_t)`. The level must have some noise.
    pub fn given(&self, y: f64, noise: Level) -> Posterior {
        let gaussian = |c: &Component<1>| {
            let evidence = noise.variance + noise.scale * noise.scale * c.variance;
            let distance = y - noise.scale * c.mean[0];
            Posterior {
                log_evidence: c.weight.ln() + log_normal(distance, evidence),
                mean: c.mean[0] + noise.scale * c.variance * distance / evidence,
                variance: c.variance * noise.variance / evidence,
            }
        };
        // Pieces that are much farther away than the nearest piece are left out.
        let least = self.segments.iter().map(|s| s.outside(y, noise)).fold(f64::INFINITY, f64::min);
        let near = |s: &&Segment| 0.5 * (s.outside(y, noise).powi(2) - least * least) < NEGLIGIBLE;
        let segments = self.segments.iter().filter(near).map(|segment| segment.seen_as(y, noise));
        let parts: Vec<_> = self.gaussians.iter().map(gaussian).chain(segments).collect();
        Posterior::of_alternatives(&parts)
    }

    /// The density of `p(x_0 | x_t)` at `x_0 = x` for `x_t = y`, without the points of the data, which
    /// [`given_points`](Self::given_points) returns.
    pub fn given_pdf(&self, x: f64, y: f64, noise: Level) -> f64 {
        let likelihood = log_normal(y - noise.scale * x, noise.variance);
        (self.log_pdf(Level::CLEAN, x) + likelihood - self.given(y, noise).log_evidence).exp()
    }

    /// The points of the data as `[place, share of p(x_0 | x_t)]`, for `x_t = y`.
    pub fn given_points(&self, y: f64, noise: Level) -> Vec<[f64; 2]> {
        let evidence = self.given(y, noise).log_evidence;
        let share = |c: &Component<1>| {
            let likelihood = log_normal(y - noise.scale * c.mean[0], noise.variance);
            [c.mean[0], c.weight * (likelihood - evidence).exp()]
        };
        self.gaussians.iter().filter(|c| c.variance == 0.0).map(share).collect()
    }

    /// The range in which nearly all of the mass lies at a level of noise; less than 1e-18 is outside.
    pub fn extent(&self, level: Level) -> Range<f64> {
        let gaussian = |c: &Component<1>| (c.mean[0], c.mean[0], c.variance);
        let parts =
            self.gaussians.iter().map(gaussian).chain(self.segments.iter().map(|s| (s.start, s.end, 0.0)));
        parts.fold(f64::INFINITY..f64::NEG_INFINITY, |all, (start, end, variance)| {
            let reach = REACH * (level.scale.powi(2) * variance + level.variance).sqrt();
            all.start.min(level.scale * start - reach)..all.end.max(level.scale * end + reach)
        })
    }

    /// Standard deviation of the narrowest detail at a level of noise.
    pub fn detail(&self, level: Level) -> f64 {
        let narrowest = self.gaussians.iter().map(|c| c.variance);
        let narrowest = if self.segments.is_empty() { narrowest.fold(f64::INFINITY, f64::min) } else { 0.0 };
        (level.scale.powi(2) * narrowest + level.variance).sqrt()
    }

    /// The sums of the masses up to and with each part, Gaussians first: a uniform number below the first one chooses
    /// the first part, and so on.
    pub(in crate::diffusion) fn edges(&self) -> Vec<f64> {
        let masses = self.gaussians.iter().map(|c| c.weight).chain(self.segments.iter().map(Segment::mass));
        let mut sum = 0.0;
        let up_to = |mass| {
            sum += mass;
            sum
        };
        masses.map(up_to).collect()
    }

    /// `count` numbers drawn from the distribution. Each number depends only on the seed and on its own
    /// index.
    pub fn sample(&self, seed: u64, count: usize) -> Vec<f64> {
        let Key(key) = Key::from_seed(seed);
        let edges = self.edges();
        let unit = |word: u32| (f64::from(word) + 0.5) / 4_294_967_296.0;
        let number = |i: usize| {
            let words = philox4x32([i as u32, (Stream::Data as u32) << 8, 0, 0], key);
            let chosen = edges.partition_point(|edge| *edge < unit(words[0])).min(edges.len() - 1);
            match self.gaussians.get(chosen) {
                Some(c) => c.mean[0] + c.variance.sqrt() * f64::from(box_muller(words[1], words[2])[0]),
                None => self.segments[chosen - self.gaussians.len()].quantile(unit(words[1])),
            }
        };
        (0..count).map(number).collect()
    }
}

/// `ln N(distance; 0, variance)`.
pub(super) fn log_normal(distance: f64, variance: f64) -> f64 {
    -0.5 * (distance * distance / variance + (TAU * variance).ln())
}
