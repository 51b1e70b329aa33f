//! How much of the data's variance is left at one SNR.

use std::rc::Rc;

use super::conditional::{Part, Place, Posterior, near};
use crate::diffusion::exact::quadrature::nodes;
use crate::diffusion::exact::{Component, Density};

/// Where panels end around a feature, in its standard deviations. The mass beyond is 2e-19.
const REACH: [f64; 7] = [-9.0, -6.0, -3.0, 0.0, 3.0, 6.0, 9.0];
/// More of them around points. Where there is little noise nothing is left but what overlaps far out; beyond this, it
/// is below the smallest number.
const FAR: [f64; 10] = [-38.0, -30.0, -24.0, -18.0, -13.0, 13.0, 18.0, 24.0, 30.0, 38.0];
/// A Gaussian whose variance is a smaller part of the noise than this counts as a point.
const POINT: f64 = 1e-8;
/// The error of a panel that is allowed, relative to the whole.
const TOLERANCE: f64 = 1e-14;
/// The same where there are segments.
const SEGMENTS: f64 = 1e-12;
/// Integrals below this count as 0.
const NOTHING: f64 = 1e-280;
/// How often a panel may be halved.
const DEPTH: u32 = 12;

/// What an observation `y = x + σ ε` with `SNR = 1/σ²` leaves open about x, on average over x and ε; by the rule of
/// `x_t = α_t x + σ_t ε` it is the same for `x_t` of that SNR.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Denoising {
    /// `E (x − x̂)²` for `x̂ = E[x | y]`: no denoiser has a smaller mean squared error.
    pub mmse: f64,
    /// `E (x − x̂)⁴`.
    pub fourth: f64,
    /// The mutual information of x and y in nats. Its derivative by the SNR is `½ mmse` (Guo et al. 2005, theorem 1).
    pub information: f64,
}

impl Denoising {
    /// The values at a log-SNR in [`LOG_SNR`](super::LOG_SNR) by quadrature over y: to about 1e-13 relative, or
    /// 1e-11 where the data have segments.
    pub fn at(data: &Density, log_snr: f64) -> Self {
        let noise = (-log_snr).exp();
        let mut over = Observations::new(data, noise);
        let [mmse, fourth, entropy] = over.expectation();
        // The entropy of y less that of the noise.
        let information = entropy - 0.5 * (std::f64::consts::TAU * std::f64::consts::E * noise).ln();
        Self { mmse, fourth, information }
    }
}

/// All observations of the data with noise of one variance.
struct Observations<'a> {
    data: &'a Density,
    noise: f64,
    /// The means of the Gaussians, rising.
    anchors: Vec<f64>,
    parts: Vec<Part>,
}

impl<'a> Observations<'a> {
    fn new(data: &'a Density, noise: f64) -> Self {
        let mut anchors: Vec<f64> = data.gaussians().iter().map(|c| c.mean[0]).collect();
        anchors.sort_by(f64::total_cmp);
        Self { data, noise, anchors, parts: Vec::new() }
    }

    /// The expectations over y of variance and fourth central moment of `p(x | y)`, and of `−ln p(y)`.
    fn expectation(&mut self) -> [f64; 3] {
        let edges = self.edges();
        let mut panels: Vec<Panel> = Vec::with_capacity(edges.len());
        for pair in edges.windows(2) {
            let (start, end) = (pair[0], pair[1]);
            let near = Rc::from(near(self.data.gaussians(), self.noise, start, end));
            panels.push(self.panel(start, end, near));
        }
        let total = panels.iter().fold([0.0; 3], |sums, panel| added(sums, panel.value));
        let [mmse, fourth, _] = total;
        let tolerance = self.tolerance();
        let allowed = [mmse, fourth, 1.0].map(|size| (size * tolerance).max(NOTHING));
        panels.iter().fold([0.0; 3], |sums, panel| added(sums, self.refined(panel, allowed, DEPTH)))
    }

    /// The error of a panel that is allowed. Segments are integrals themselves, and their places are exact to rounding
    /// only, so that halves of a panel never agree better.
    fn tolerance(&self) -> f64 {
        let ends = self.data.segments().iter().flat_map(|segment| [segment.start, segment.end]);
        let size = ends.fold(0.0_f64, |size, end| size.max(end.abs()));
        if size == 0.0 { TOLERANCE } else { SEGMENTS.max(f64::EPSILON * size / self.noise.sqrt()) }
    }

    /// Where panels begin and end. There are panels around every Gaussian, and around the ends of every segment.
    fn edges(&self) -> Vec<f64> {
        let width = self.noise.sqrt();
        let mut edges: Vec<[f64; 2]> = Vec::new();
        for c in self.data.gaussians() {
            let scale = (c.variance + self.noise).sqrt();
            let far: &[f64] = if c.variance < POINT * self.noise { &FAR } else { &[] };
            edges.extend(REACH.iter().chain(far).map(|reach| [c.mean[0] + reach * scale, scale]));
        }
        for end in self.data.segments().iter().flat_map(|segment| [segment.start, segment.end]) {
            edges.extend(REACH.map(|reach| [end + reach * width, width]));
        }
        edges.sort_by(|a, b| a[0].total_cmp(&b[0]));
        // What lies close together for its own width is left out, since panels may be as long as details are wide.
        let last = edges.last().map(|[edge, _]| *edge);
        let mut kept: Vec<f64> = Vec::with_capacity(edges.len());
        for [edge, scale] in edges {
            if kept.last().is_none_or(|before| edge - before > scale) {
                kept.push(edge);
            }
        }
        kept.extend(last.filter(|last| kept.last().is_some_and(|before| before < last)));
        kept
    }

    /// The integral over one panel, where these Gaussians count.
    fn panel(&mut self, start: f64, end: f64, near: Rc<[Component<1>]>) -> Panel {
        let anchor = self.nearest_anchor(0.5 * (start + end));
        let mut value = [0.0; 3];
        for [offset, weight] in nodes(start - anchor..end - anchor, 1) {
            let (y, segments) = (Place { anchor, offset }, self.data.segments());
            let posterior = Posterior::of_parts(&near, segments, self.noise, y, &mut self.parts);
            let density = weight * posterior.log_density.exp();
            if density > 0.0 {
                let terms = [posterior.variance, posterior.fourth, -posterior.log_density];
                value = added(value, terms.map(|term| density * term));
            }
        }
        Panel { start, end, near, value }
    }

    /// The integral over one panel, halved until halves change no more than is allowed.
    fn refined(&mut self, whole: &Panel, allowed: [f64; 3], depth: u32) -> [f64; 3] {
        let middle = 0.5 * (whole.start + whole.end);
        let halves = [(whole.start, middle), (middle, whole.end)]
            .map(|(start, end)| self.panel(start, end, Rc::clone(&whole.near)));
        let both = added(halves[0].value, halves[1].value);
        let settled = (0..3).all(|i| (both[i] - whole.value[i]).abs() <= allowed[i]);
        if settled || depth == 0 {
            return both;
        }
        let [left, right] = halves.map(|half| self.refined(&half, allowed, depth - 1));
        added(left, right)
    }

    fn nearest_anchor(&self, place: f64) -> f64 {
        let right = self.anchors.partition_point(|anchor| *anchor < place);
        let around = [right.checked_sub(1), Some(right)].map(|i| i.and_then(|i| self.anchors.get(i)));
        let distance = |anchor: &&f64| (**anchor - place).abs();
        around
            .into_iter()
            .flatten()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .copied()
            .unwrap_or(0.0)
    }
}

/// A part of the line.
struct Panel {
    start: f64,
    end: f64,
    /// The Gaussians that count there.
    near: Rc<[Component<1>]>,
    /// The integrals over it.
    value: [f64; 3],
}

fn added(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|i| a[i] + b[i])
}
