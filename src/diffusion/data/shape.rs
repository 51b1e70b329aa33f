//! Distributions on the line that can be changed by hand: bumps, blocks, spikes, and a drawn curve.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::diffusion::exact::{Component, Density, Segment};

/// Shapes lie between `−REACH` and `REACH`.
pub const REACH: f64 = 3.0;
/// The allowed heights.
const HEIGHTS: std::ops::RangeInclusive<f64> = 0.02..=4.0;
/// The allowed standard deviations of a bump.
const DEVIATIONS: std::ops::RangeInclusive<f64> = 0.03..=2.0;
/// The smallest allowed width of a block.
const NARROWEST: f64 = 0.05;
/// The largest number of parts of a shape.
const MOST: usize = 16;
/// The number of heights of a drawn curve.
const POINTS: usize = 61;

/// A Gaussian part, `weight · N(mean, deviation²)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bump {
    /// Its mass, before all masses are scaled to sum to 1.
    pub weight: f64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
}

/// A part of uniform density on an interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Left end.
    pub start: f64,
    /// Right end.
    pub end: f64,
    /// Its density, before all masses are scaled to sum to 1.
    pub height: f64,
}

/// A single point that has mass.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spike {
    /// Where it stands.
    pub place: f64,
    /// Its mass, before all masses are scaled to sum to 1.
    pub weight: f64,
}

/// A distribution on the line as plain data: what is stored in scenes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineShape {
    /// Gaussians.
    Mixture(Vec<Bump>),
    /// Uniform pieces.
    Uniform(Vec<Block>),
    /// Points.
    Spikes(Vec<Spike>),
    /// A curve drawn by hand: its heights at evenly spaced places from `−REACH` to `REACH`.
    Drawn(Vec<f64>),
}

impl Default for LineShape {
    fn default() -> Self {
        let bump = |(weight, mean, deviation)| Bump { weight, mean, deviation };
        Self::Mixture([(0.5, -1.3, 0.25), (0.2, 0.5, 0.12), (0.3, 1.5, 0.35)].map(bump).to_vec())
    }
}

impl LineShape {
    /// One shape of each kind, with the values it has before it is changed.
    pub fn all() -> [Self; 4] {
        let block = |(start, end, height)| Block { start, end, height };
        let spike = |(place, weight)| Spike { place, weight };
        let wave = |k: usize| {
            let x = REACH * (2.0 * k as f64 / (POINTS - 1) as f64 - 1.0);
            ((1.0 - (x / 2.2).powi(2)) * (0.35 + 0.3 * (3.0 * x).sin())).max(0.0)
        };
        [
            Self::default(),
            Self::Uniform([(-1.8, -0.8, 0.6), (0.4, 1.6, 0.35)].map(block).to_vec()),
            Self::Spikes([(-1.5, 0.4), (-0.2, 0.15), (0.5, 0.3), (1.6, 0.25)].map(spike).to_vec()),
            Self::Drawn((0..POINTS).map(wave).collect()),
        ]
    }

    /// The name of the kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mixture(_) => "Mixture",
            Self::Uniform(_) => "Uniform",
            Self::Spikes(_) => "Spikes",
            Self::Drawn(_) => "Drawn",
        }
    }

    /// The distribution; `None` if it has no mass or a number is out of range.
    pub fn density(&self) -> Option<Density> {
        if !self.is_within() {
            return None;
        }
        let (mut gaussians, mut segments) = (Vec::new(), Vec::new());
        let component = |weight, mean, variance| Component { weight, mean: [mean], variance, class: 0 };
        match self {
            Self::Mixture(bumps) => {
                gaussians.extend(bumps.iter().map(|b| component(b.weight, b.mean, b.deviation.powi(2))));
            }
            Self::Uniform(blocks) => {
                let segment = |b: &Block| Segment { start: b.start, end: b.end, values: [b.height; 2] };
                segments.extend(blocks.iter().map(segment));
            }
            Self::Spikes(spikes) => {
                gaussians.extend(spikes.iter().map(|s| component(s.weight, s.place, 0.0)));
            }
            Self::Drawn(heights) => segments = Segment::curve(&places(heights)),
        }
        Density::new(gaussians, segments)
    }

    /// Whether all numbers are within the ranges that can be set by hand.
    fn is_within(&self) -> bool {
        let inside = |x: f64| x.abs() <= REACH;
        let positive = |h: f64| h > 0.0 && h <= 100.0;
        match self {
            Self::Mixture(bumps) => {
                bumps.len() <= MOST
                    && bumps
                        .iter()
                        .all(|b| inside(b.mean) && positive(b.weight) && DEVIATIONS.contains(&b.deviation))
            }
            Self::Uniform(blocks) => {
                let sound =
                    |b: &Block| inside(b.start) && inside(b.end) && b.start < b.end && positive(b.height);
                blocks.len() <= MOST && blocks.iter().all(sound)
            }
            Self::Spikes(spikes) => {
                spikes.len() <= MOST && spikes.iter().all(|s| inside(s.place) && positive(s.weight))
            }
            Self::Drawn(heights) => {
                (3..=201).contains(&heights.len()) && heights.iter().all(|h| (0.0..=100.0).contains(h))
            }
        }
    }

    /// The height at x, before masses are scaled; for spikes 0, as they have no density.
    pub fn height(&self, x: f64) -> f64 {
        match self {
            Self::Mixture(bumps) => bumps.iter().map(|b| b.peak() * bell((x - b.mean) / b.deviation)).sum(),
            Self::Uniform(blocks) => {
                blocks.iter().filter(|b| (b.start..b.end).contains(&x)).map(|b| b.height).sum()
            }
            Self::Spikes(_) => 0.0,
            Self::Drawn(heights) => {
                let at = (x + REACH) / (2.0 * REACH) * (heights.len() - 1) as f64;
                let (i, part) = (at.floor(), at - at.floor());
                let of =
                    |i: f64| if i >= 0.0 { heights.get(i as usize).copied().unwrap_or(0.0) } else { 0.0 };
                (1.0 - part) * of(i) + part * of(i + 1.0)
            }
        }
    }

    /// The places `[x, height]` at which a shape can be dragged: the top and the side of a bump, the upper corners of a
    /// block, the tip of a spike.
    pub fn handles(&self) -> Vec<[f64; 2]> {
        match self {
            Self::Mixture(bumps) => bumps
                .iter()
                .flat_map(|b| [[b.mean, b.peak()], [b.mean + b.deviation, b.peak() * bell(1.0)]])
                .collect(),
            Self::Uniform(blocks) => {
                blocks.iter().flat_map(|b| [[b.start, b.height], [b.end, b.height]]).collect()
            }
            Self::Spikes(spikes) => spikes.iter().map(|s| [s.place, s.weight]).collect(),
            Self::Drawn(_) => Vec::new(),
        }
    }

    /// The shape with one handle moved to a new place.
    #[must_use]
    pub fn moved(&self, handle: usize, [x, height]: [f64; 2]) -> Self {
        let (x, height) = (x.clamp(-REACH, REACH), height.clamp(*HEIGHTS.start(), *HEIGHTS.end()));
        let mut shape = self.clone();
        match &mut shape {
            Self::Mixture(bumps) => {
                let Some(bump) = bumps.get_mut(handle / 2) else { return shape };
                if handle.is_multiple_of(2) {
                    bump.mean = x;
                    bump.weight = height * bump.deviation * TAU.sqrt();
                } else {
                    bump.deviation = (x - bump.mean).abs().clamp(*DEVIATIONS.start(), *DEVIATIONS.end());
                }
            }
            Self::Uniform(blocks) => {
                let Some(block) = blocks.get_mut(handle / 2) else { return shape };
                block.height = height;
                if handle.is_multiple_of(2) {
                    block.start = x.min(block.end - NARROWEST).max(-REACH);
                } else {
                    block.end = x.max(block.start + NARROWEST).min(REACH);
                }
            }
            Self::Spikes(spikes) => {
                if let Some(spike) = spikes.get_mut(handle) {
                    *spike = Spike { place: x, weight: height };
                }
            }
            Self::Drawn(_) => {}
        }
        shape
    }

    /// The shape with one more part at this place, if there is room for it.
    #[must_use]
    pub fn with_part(&self, [x, height]: [f64; 2]) -> Self {
        let (x, height) = (x.clamp(-REACH, REACH), height.clamp(*HEIGHTS.start(), *HEIGHTS.end()));
        let mut shape = self.clone();
        match &mut shape {
            Self::Mixture(bumps) if bumps.len() < MOST => {
                let deviation = 0.2;
                bumps.push(Bump { weight: height * deviation * TAU.sqrt(), mean: x, deviation });
            }
            Self::Uniform(blocks) if blocks.len() < MOST => {
                blocks.push(Block { start: (x - 0.2).max(-REACH), end: (x + 0.2).min(REACH), height });
            }
            Self::Spikes(spikes) if spikes.len() < MOST => spikes.push(Spike { place: x, weight: height }),
            _ => {}
        }
        shape
    }

    /// The shape without the part that a handle belongs to; the last remaining part is kept.
    #[must_use]
    pub fn without_part(&self, handle: usize) -> Self {
        let mut shape = self.clone();
        match &mut shape {
            Self::Mixture(parts) => remove(parts, handle / 2),
            Self::Uniform(parts) => remove(parts, handle / 2),
            Self::Spikes(parts) => remove(parts, handle),
            Self::Drawn(_) => {}
        }
        shape
    }

    /// The drawn curve after a straight stroke between two places `[x, height]`.
    #[must_use]
    pub fn stroked(&self, from: [f64; 2], to: [f64; 2]) -> Self {
        let Self::Drawn(heights) = self else { return self.clone() };
        let last = (heights.len() - 1) as f64;
        let index = |x: f64| ((x + REACH) / (2.0 * REACH) * last).clamp(0.0, last);
        let [left, right] = if from[0] <= to[0] { [from, to] } else { [to, from] };
        let (first, end) = (index(left[0]).round() as usize, index(right[0]).round() as usize);
        let mut heights = heights.clone();
        for (i, height) in heights.iter_mut().enumerate().take(end + 1).skip(first) {
            let x = REACH * (2.0 * i as f64 / last - 1.0);
            let u =
                if right[0] > left[0] { ((x - left[0]) / (right[0] - left[0])).clamp(0.0, 1.0) } else { 1.0 };
            *height = (left[1] + u * (right[1] - left[1])).clamp(0.0, *HEIGHTS.end());
        }
        let shape = Self::Drawn(heights);
        // Some mass must be left.
        if shape.density().is_some() { shape } else { self.clone() }
    }
}

impl Bump {
    /// The bump's largest height.
    fn peak(&self) -> f64 {
        self.weight / (self.deviation * TAU.sqrt())
    }
}

/// Removes the part with this index, unless it is the last one left.
fn remove<T>(parts: &mut Vec<T>, index: usize) {
    if parts.len() > 1 && index < parts.len() {
        parts.remove(index);
    }
}

fn bell(z: f64) -> f64 {
    (-0.5 * z * z).exp()
}

/// The points `[x, height]` of a drawn curve.
fn places(heights: &[f64]) -> Vec<[f64; 2]> {
    let last = (heights.len().max(2) - 1) as f64;
    heights.iter().enumerate().map(|(i, h)| [REACH * (2.0 * i as f64 / last - 1.0), *h]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::process::Level;

    #[test]
    fn curves_on_show_are_the_density_up_to_a_factor() {
        for shape in LineShape::all() {
            let density = shape.density().unwrap();
            let ratio = |x: f64| shape.height(x) / density.log_pdf(Level::CLEAN, x).exp();
            if !matches!(shape, LineShape::Spikes(_)) {
                assert!((ratio(-1.27) / ratio(0.9) - 1.0).abs() < 1e-9, "{}", shape.name());
            }
        }
    }

    #[test]
    fn a_handle_is_where_it_was_put() {
        for shape in LineShape::all() {
            for (handle, [x, height]) in shape.handles().into_iter().enumerate() {
                let wish = [x + 0.1, 1.3 * height];
                let got = shape.moved(handle, wish).handles()[handle];
                assert!((got[0] - wish[0]).abs() < 1e-12, "{} {handle}", shape.name());
                let side = matches!(shape, LineShape::Mixture(_)) && handle % 2 == 1;
                assert!(side || (got[1] - wish[1]).abs() < 1e-12, "{} {handle}", shape.name());
            }
        }
    }

    #[test]
    fn parts_come_and_go_but_not_the_last() {
        for shape in LineShape::all() {
            let handles = shape.handles().len();
            if handles == 0 {
                continue;
            }
            let more = shape.with_part([0.0, 0.5]);
            assert!(more.handles().len() > handles && more.density().is_some());
            let mut less = more.clone();
            for _ in 0..20 {
                less = less.without_part(0);
            }
            assert!(!less.handles().is_empty() && less.density().is_some());
        }
    }

    #[test]
    fn strokes_draw_between_their_ends_and_never_erase_all() {
        let flat = LineShape::Drawn(vec![0.5; 61]);
        let drawn = flat.stroked([1.0, 2.0], [-1.0, 0.0]);
        for (x, height) in [(-2.0, 0.5), (-1.0, 0.0), (0.0, 1.0), (1.0, 2.0), (2.0, 0.5)] {
            assert!((drawn.height(x) - height).abs() < 1e-9, "{x}");
        }
        let erased = flat.stroked([-3.0, 0.0], [3.0, 0.0]);
        assert_eq!(erased, flat);
    }

    #[test]
    fn numbers_out_of_range_are_no_distribution() {
        let bump = Bump { weight: 1.0, mean: f64::NAN, deviation: 0.1 };
        for shape in [
            LineShape::Mixture(vec![bump]),
            LineShape::Mixture(Vec::new()),
            LineShape::Uniform(vec![Block { start: 1.0, end: 0.0, height: 1.0 }]),
            LineShape::Spikes(vec![Spike { place: 9.0, weight: 1.0 }]),
            LineShape::Drawn(vec![0.0; 61]),
            LineShape::Drawn(Vec::new()),
        ] {
            assert!(shape.density().is_none(), "{shape:?}");
        }
    }
}
