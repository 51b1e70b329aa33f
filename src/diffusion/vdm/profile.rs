//! The error of the ideal denoiser as a curve over log-SNR.

use rayon::prelude::*;

use super::{Denoising, Ends, Schedule};
use crate::diffusion::exact::Density;
use crate::diffusion::exact::quadrature::{NODES, interpolate, nodes};

/// The error of the interpolation that is allowed; values are from 0 to about 3.
const TOLERANCE: f64 = 1e-11;
/// How often a panel of one nat may be halved.
const DEPTH: u32 = 6;

/// `mmse` and the fourth moment over a range of log-SNR, for data that are known exactly. It is all that the losses and
/// variances of any schedule with these [`Ends`] need, and is computed once.
///
/// Between its nodes it is a polynomial of degree 15 on panels of at most one nat, to about 1e-11,
/// or 1e-9 at the upper end of [`LOG_SNR`](super::LOG_SNR).
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    ends: Ends,
    /// Rising in log-SNR.
    panels: Vec<Panel>,
}

/// A part of the range, with `SNR · mmse` and `SNR² · fourth` at its nodes.
#[derive(Clone, Debug, PartialEq)]
struct Panel {
    start: f64,
    end: f64,
    values: [[f64; 2]; NODES],
}

impl Profile {
    /// The profile of data. `go_on` is asked before every value; when it returns false, the result is `None`.
    pub fn of(data: &Density, ends: Ends, go_on: &(dyn Fn() -> bool + Sync)) -> Option<Self> {
        let edges: Vec<f64> = ends.even(ends.nats()).collect();
        let part = |pair: &[f64]| {
            let mut panels = Vec::new();
            add(data, (pair[0], pair[1]), DEPTH, go_on, &mut panels)?;
            Some(panels)
        };
        let parts: Option<Vec<Vec<Panel>>> = edges.par_windows(2).map(part).collect();
        Some(Self { ends, panels: parts?.into_iter().flatten().collect() })
    }

    /// The ends of the range.
    pub fn ends(&self) -> Ends {
        self.ends
    }

    /// `mmse` at a log-SNR; beyond the ends the value at the end.
    pub fn mmse(&self, log_snr: f64) -> f64 {
        let log_snr = log_snr.clamp(self.ends.min(), self.ends.max());
        self.scaled(log_snr)[0] * (-log_snr).exp()
    }

    /// The loss `½ ∫ mmse dSNR` between the ends, in nats: what every schedule with these ends has.
    pub fn loss(&self) -> f64 {
        // dSNR = SNR dλ, where λ is log-SNR. The nodes are those of a quadrature.
        let area = |panel: &Panel| -> f64 {
            let weights = nodes(panel.start..panel.end, 1).map(|[_, weight]| weight);
            weights.zip(panel.values).map(|(weight, [mmse, _])| weight * mmse).sum()
        };
        0.5 * self.panels.iter().map(area).sum::<f64>()
    }

    /// The loss of T = `steps` steps in nats, at least 1: [`discrete_loss`](super::discrete_loss) read off this curve. It
    /// is right to about 1e-10 of the loss.
    pub fn discrete_loss(&self, schedule: &Schedule, steps: usize) -> f64 {
        let log_snr = |i: usize| schedule.log_snr(i as f64 / steps as f64);
        let term = |i: usize| {
            let (before, at) = (log_snr(i - 1), log_snr(i));
            0.5 * (before - at).exp_m1() * self.scaled(at)[0]
        };
        (1..=steps).map(term).sum()
    }

    /// `SNR · mmse`, which is below 1 and the area's height over log-SNR, and `SNR² · E (x − x̂)⁴`.
    pub(super) fn scaled(&self, log_snr: f64) -> [f64; 2] {
        let log_snr = log_snr.clamp(self.ends.min(), self.ends.max());
        let at = self.panels.partition_point(|panel| panel.end < log_snr).min(self.panels.len() - 1);
        let Panel { start, end, values } = &self.panels[at];
        interpolate(*start..*end, values, log_snr)
    }
}

/// Adds the panels of a range, halved until the polynomial is right between the nodes as well.
fn add(
    data: &Density,
    (start, end): (f64, f64),
    depth: u32,
    go_on: &(dyn Fn() -> bool + Sync),
    panels: &mut Vec<Panel>,
) -> Option<()> {
    let mut values = [[0.0; 2]; NODES];
    for (value, [log_snr, _]) in values.iter_mut().zip(nodes(start..end, 1)) {
        if !go_on() {
            return None;
        }
        *value = scaled(data, log_snr);
    }
    let is_right = |place: f64| {
        let log_snr = start + place * (end - start);
        let (found, exact) = (interpolate(start..end, &values, log_snr), scaled(data, log_snr));
        // Where noise is narrow beside the places of the data, these are only exact to rounding.
        let allowed = TOLERANCE + 8.0 * f64::EPSILON * (0.5 * log_snr).exp();
        (0..2).all(|i| (found[i] - exact[i]).abs() <= allowed)
    };
    if depth == 0 || [0.5, 0.985].into_iter().all(is_right) {
        panels.push(Panel { start, end, values });
        return Some(());
    }
    let middle = 0.5 * (start + end);
    add(data, (start, middle), depth - 1, go_on, panels)?;
    add(data, (middle, end), depth - 1, go_on, panels)
}

fn scaled(data: &Density, log_snr: f64) -> [f64; 2] {
    let Denoising { mmse, fourth, .. } = Denoising::at(data, log_snr);
    let snr = log_snr.exp();
    [snr * mmse, snr * snr * fourth]
}
