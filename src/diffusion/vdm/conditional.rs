//! What a noisy observation says about data on the line, up to the fourth moment.

use std::f64::consts::TAU;

use crate::diffusion::exact::{Component, Density, Segment};
use crate::diffusion::process::Level;

/// Parts whose share is below `e^−80` of the largest are left out.
const NEGLIGIBLE: f64 = 80.0;

/// A place near a point of reference. Noise may be a billion times narrower than the distances between the parts of the
/// data, so that places are exact only relative to the nearest part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The point of reference.
    pub anchor: f64,
    /// The distance from it.
    pub offset: f64,
}

/// The posterior `p(x | y)` for an observation `y = x + σ ε`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posterior {
    /// `ln p(y)`.
    pub log_density: f64,
    /// `E[x | y]`, from the anchor.
    pub mean: f64,
    /// `Var[x | y]`.
    pub variance: f64,
    /// `E[(x − E[x | y])⁴ | y]`.
    pub fourth: f64,
}

/// One part of the data, as a posterior of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    log_evidence: f64,
    /// From the anchor.
    mean: f64,
    /// The second, third and fourth central moment.
    central: [f64; 3],
}

impl Part {
    fn of_gaussian(c: &Component<1>, noise: f64, y: Place) -> Self {
        let evidence = noise + c.variance;
        let place = c.mean[0] - y.anchor;
        let distance = y.offset - place;
        let gain = c.variance / evidence;
        let left = gain * noise;
        Self {
            log_evidence: -0.5
                * (distance * distance / evidence + (TAU * evidence / (c.weight * c.weight)).ln()),
            mean: place * (noise / evidence) + gain * y.offset,
            central: [left, 0.0, 3.0 * left * left],
        }
    }
}

impl Posterior {
    /// The posterior for `y`, where σ² is `noise`, above 0. `parts` is room for the parts of the data.
    pub fn of(data: &Density, noise: f64, y: Place, parts: &mut Vec<Part>) -> Self {
        Self::of_parts(data.gaussians(), data.segments(), noise, y, parts)
    }

    /// The posterior for `y` if the data are these Gaussians and segments, whose masses need not sum to 1.
    pub fn of_parts(
        gaussians: &[Component<1>],
        segments: &[Segment],
        noise: f64,
        y: Place,
        parts: &mut Vec<Part>,
    ) -> Self {
        parts.clear();
        parts.extend(gaussians.iter().map(|c| Part::of_gaussian(c, noise, y)));
        if !segments.is_empty() {
            add_segments(segments, noise, y, parts);
        }
        let largest = parts.iter().map(|part| part.log_evidence).fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return Self { log_density: largest, mean: y.offset, variance: 0.0, fourth: 0.0 };
        }
        let (mut total, mut mean) = (0.0, 0.0);
        for part in parts.iter_mut() {
            // From here on it is the part's share.
            part.log_evidence = (part.log_evidence - largest).exp();
            total += part.log_evidence;
            mean += part.log_evidence * part.mean;
        }
        let mean = mean / total;
        let (mut variance, mut fourth) = (0.0, 0.0);
        for Part { log_evidence: share, mean: own, central: [second, third, own_fourth] } in parts.iter() {
            let apart = own - mean;
            variance += share * (second + apart * apart);
            fourth += share * (own_fourth + apart * (4.0 * third + apart * (6.0 * second + apart * apart)));
        }
        Self { log_density: largest + total.ln(), mean, variance: variance / total, fourth: fourth / total }
    }
}

/// Adds the segments that are not much farther away than the nearest one.
fn add_segments(segments: &[Segment], noise: f64, y: Place, parts: &mut Vec<Part>) {
    let (level, place) = (Level { scale: 1.0, variance: noise }, y.anchor + y.offset);
    let least = segments.iter().map(|s| s.outside(place, level)).fold(f64::INFINITY, f64::min);
    for segment in segments {
        if 0.5 * (segment.outside(place, level).powi(2) - least * least) < NEGLIGIBLE {
            let seen = segment.moments_seen_as(place, level);
            let mean = seen.mean - y.anchor;
            parts.push(Part { log_evidence: seen.log_evidence, mean, central: seen.central });
        }
    }
}

/// The Gaussians that count for observations from `start` to `end`: all but those that are less likely by `e^−80`
/// everywhere than the likeliest one.
pub(super) fn near(gaussians: &[Component<1>], noise: f64, start: f64, end: f64) -> Vec<Component<1>> {
    // Up to a constant, the logarithms of the smallest and the largest evidence.
    let bounds = |c: &Component<1>| {
        let (evidence, mean) = (noise + c.variance, c.mean[0]);
        let height = c.weight.ln() - 0.5 * evidence.ln();
        let farthest = (start - mean).abs().max((end - mean).abs());
        let nearest = (mean.clamp(start, end) - mean).abs();
        [farthest, nearest].map(|distance| height - 0.5 * distance * distance / evidence)
    };
    let bounds: Vec<[f64; 2]> = gaussians.iter().map(bounds).collect();
    let least = bounds.iter().map(|[least, _]| *least).fold(f64::NEG_INFINITY, f64::max) - NEGLIGIBLE;
    let counts = gaussians.iter().zip(&bounds).filter(|(_, [_, most])| *most >= least);
    counts.map(|(gaussian, _)| *gaussian).collect()
}
