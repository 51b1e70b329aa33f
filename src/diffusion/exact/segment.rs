//! A piece of a one-dimensional density on which it is linear, seen through Gaussian noise.

use std::f64::consts::TAU;

use super::density::Posterior;
use super::quadrature::{integrate, nodes, short_nodes};
use crate::diffusion::process::Level;

/// Parts of a segment are left out where the Gaussian factor is below `e^−38`, 3e-17, of its largest value there.
const NEGLIGIBLE: f64 = 38.0;

/// Pieces shorter than this fraction of a panel need few nodes.
const SHORT: f64 = 0.035;

/// A density that is linear from `start` to `end`, and 0 elsewhere: a uniform piece, or a part of a
/// curve drawn by hand. Values need not be normalised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Left end.
    pub start: f64,
    /// Right end, beyond the left one.
    pub end: f64,
    /// The density at both ends. Neither is negative, and they are not both 0.
    pub values: [f64; 2],
}

impl Segment {
    /// A segment of uniform density on an interval, with density 1.
    pub fn uniform(start: f64, end: f64) -> Self {
        Self { start, end, values: [1.0; 2] }
    }

    /// The pieces between the points `(x, density)` of a curve, in order of x; pieces of density 0 are
    /// left out.
    pub fn curve(points: &[[f64; 2]]) -> Vec<Self> {
        let piece =
            |pair: &[[f64; 2]]| Self { start: pair[0][0], end: pair[1][0], values: [pair[0][1], pair[1][1]] };
        points.windows(2).map(piece).filter(Self::is_sound).collect()
    }

    /// Whether the numbers are valid as the fields' documentation says.
    pub fn is_sound(&self) -> bool {
        let [a, b] = self.values;
        let finite = [self.start, self.end, a, b].iter().all(|value| value.is_finite());
        finite && self.end > self.start && a >= 0.0 && b >= 0.0 && a + b > 0.0
    }

    /// The density at x.
    pub fn pdf(&self, x: f64) -> f64 {
        if !(self.start..self.end).contains(&x) {
            return 0.0;
        }
        let u = (x - self.start) / (self.end - self.start);
        self.values[0] + u * (self.values[1] - self.values[0])
    }

    /// The segment's mass, `∫ pdf`.
    pub fn mass(&self) -> f64 {
        0.5 * (self.end - self.start) * (self.values[0] + self.values[1])
    }

    /// Mass, mean and variance, in the form of a posterior without any observation.
    pub(super) fn prior(&self) -> Posterior {
        let mass = self.mass();
        // One panel is enough: the rule is exact for polynomials of degree 3.
        let range = || self.start..self.end;
        let mean = integrate(range(), 1, |x| x * self.pdf(x)) / mass;
        let variance = integrate(range(), 1, |x| (x - mean).powi(2) * self.pdf(x)) / mass;
        Posterior { log_evidence: mass.ln(), mean, variance }
    }

    /// The place with the fraction u of the mass to its left.
    pub(in crate::diffusion) fn quantile(&self, u: f64) -> f64 {
        let [a, b] = self.values;
        // (a + (b − a) s/2) s = u (a + b)/2, solved without cancellation.
        let target = u * (a + b);
        let s = if target > 0.0 { target / (a + (a * a + (b - a) * target).max(0.0).sqrt()) } else { 0.0 };
        self.start + s.min(1.0) * (self.end - self.start)
    }

    /// How far `y/m` is outside of the segment, in units of `σ/m`; 0 if it is inside.
    pub(in crate::diffusion) fn outside(&self, y: f64, noise: Level) -> f64 {
        let centre = y / noise.scale;
        (centre.clamp(self.start, self.end) - centre).abs() * noise.scale / noise.sigma()
    }

    /// `∫ pdf(x) N(y; m x, σ²) dx`, and the mean and variance of x under the integrand.
    pub(super) fn seen_as(&self, y: f64, noise: Level) -> Posterior {
        let Moments { log_evidence, mean, central: [variance, ..] } = self.moments_seen_as(y, noise);
        Posterior { log_evidence, mean, variance }
    }

    /// `∫ pdf(x) N(y; m x, σ²) dx`, and the moments of x under the integrand, to about 1e-14, even far
    /// outside of the segment: the integrand is cut off where it is negligible, and summed relative to its largest
    /// Gaussian factor.
    pub(in crate::diffusion) fn moments_seen_as(&self, y: f64, noise: Level) -> Moments {
        let centre = y / noise.scale;
        let width = noise.sigma() / noise.scale;
        let nearest = centre.clamp(self.start, self.end);
        let outside = (nearest - centre).abs();
        // The exponent falls by outside · δ/width² + δ²/(2 width²) over a distance δ from the nearest point.
        let slope = outside / width;
        let reach = width * 2.0 * NEGLIGIBLE / (slope + (slope * slope + 2.0 * NEGLIGIBLE).sqrt());
        let (start, end) = ((nearest - reach).max(self.start), (nearest + reach).min(self.end));
        let panel = 4.0 * width / (1.0 + 0.5 * slope);
        let largest = -0.5 * slope * slope;
        let mut sums = [0.0; 5];
        let mut add = |[x, weight]: [f64; 2]| {
            let distance = (x - centre) / width;
            let mut term = weight * self.pdf(x) * (-0.5 * distance * distance - largest).exp();
            let from_nearest = x - nearest;
            for sum in &mut sums {
                *sum += term;
                term *= from_nearest;
            }
        };
        if end - start < SHORT * panel {
            short_nodes(start..end).into_iter().for_each(&mut add);
        } else {
            let panels = ((end - start) / panel).ceil().max(1.0) as usize;
            nodes(start..end, panels).for_each(&mut add);
        }
        let [mass, first, second, third, fourth] = sums;
        let offset = first / mass;
        let [second, third, fourth] = [second, third, fourth].map(|sum| sum / mass);
        let square = offset * offset;
        Moments {
            log_evidence: largest + mass.ln() - 0.5 * (TAU * noise.variance).ln(),
            mean: nearest + offset,
            central: [
                (second - square).max(0.0),
                third - offset * (3.0 * second - 2.0 * square),
                (fourth - offset * (4.0 * third - offset * (6.0 * second - 3.0 * square))).max(0.0),
            ],
        }
    }
}

/// What an observation says about an x in a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::diffusion) struct Moments {
    /// `ln` of the mass with which the segment explains the observation.
    pub log_evidence: f64,
    /// Mean of x.
    pub mean: f64,
    /// The second, third and fourth central moment of x.
    pub central: [f64; 3],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::gaussian::standard_normal_cdf;

    #[test]
    fn uniform_pieces_are_differences_of_the_normal_cdf() {
        let noise = Level { scale: 0.7, variance: 0.09 };
        for y in [-30.0, -4.0, -1.0, 0.0, 0.3, 2.0, 7.0] {
            let found = Segment::uniform(-1.0, 2.0).seen_as(y, noise);
            // In the tail, the difference must be taken between the small values.
            let side = if y > 0.35 { -1.0 } else { 1.0 };
            let [a, b] = [-1.0, 2.0].map(|end| standard_normal_cdf(side * (y - 0.7 * end) / 0.3));
            let exact = ((a - b).abs() / 0.7).ln();
            if exact.is_finite() {
                assert!(
                    (found.log_evidence - exact).abs() < 1e-11 * (1.0 + exact.abs()),
                    "{y} {found:?} {exact}"
                );
            }
            assert!((-1.0..=2.0).contains(&found.mean) && found.variance > 0.0, "{y} {found:?}");
        }
    }

    #[test]
    fn moments_of_a_truncated_normal() {
        // The range (0, 40) stands for (0, ∞). Far from the end, the mean is φ(a)/Φ(−a) − a for N(−a, 1).
        let noise = Level { scale: 1.0, variance: 1.0 };
        for a in [0.0_f64, 1.0, 5.0, 12.0] {
            let found = Segment::uniform(0.0, 40.0).seen_as(-a, noise);
            let hazard = (-0.5 * a * a).exp() / TAU.sqrt() / standard_normal_cdf(-a);
            assert!((found.mean - (hazard - a)).abs() < 1e-11, "{a} {found:?}");
            assert!((found.variance - (1.0 - hazard * (hazard - a))).abs() < 1e-10, "{a} {found:?}");
        }
    }

    #[test]
    fn quantiles_invert_the_mass() {
        for values in [[1.0, 1.0], [0.0, 2.0], [3.0, 0.0], [0.2, 0.9]] {
            let segment = Segment { start: -1.0, end: 1.0, values };
            for u in [0.0, 0.1, 0.5, 0.99, 1.0] {
                let x = segment.quantile(u);
                let left = integrate(-1.0..x, 1, |x| segment.pdf(x));
                assert!((left / segment.mass() - u).abs() < 1e-14, "{values:?} {u}");
            }
        }
    }
}
