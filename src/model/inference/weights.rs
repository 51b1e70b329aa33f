//! Weights in the order in which products read them.

use std::ops::Range;

use rayon::prelude::*;

use super::lanes::{Channels, LANES, Lanes};
use super::product::PANEL;
use super::winograd::Tile;

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Method {
    /// By its definition, as one product over channels and taps.
    Direct,
    /// In tiles: 3×3 kernels, one pixel after another.
    Winograd(Tile),
}

/// `[outputs, inputs, kernel, kernel]` as in a checkpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernels<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) kernel: usize,
    pub(super) inputs: &'a Channels,
    pub(super) outputs: &'a Channels,
}

/// Panels of [`PANEL`] blocks of outputs, the last of which may have fewer.
///
/// Each is `[blocks of inputs, taps, depth, blocks]`, or `[products, inputs, blocks]` for tiles.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    pub(super) panels: Vec<Vec<Lanes>>,
    /// Numbers of each block of inputs.
    pub(super) depth: usize,
}

impl Kernels<'_> {
    pub(super) fn pack(self, method: Method) -> Packed {
        let inputs = self.inputs.of_blocks();
        // Only what is a single block can do without lanes that are zero.
        let depth = if let [only] = inputs.as_slice() { only.len() } else { LANES };
        let panel = |outputs: &[Range<usize>]| match method {
            Method::Direct => self.direct(&inputs, depth, outputs),
            Method::Winograd(tile) => self.transformed(tile, &inputs, depth, outputs),
        };
        Packed { panels: self.outputs.of_blocks().par_chunks(PANEL).map(panel).collect(), depth }
    }

    /// The kernel's `taps` numbers, starting at `[output, input]`.
    fn of(&self, output: usize, input: usize) -> &[f32] {
        let taps = self.kernel * self.kernel;
        &self.numbers[(output * self.inputs.count() + input) * taps..][..taps]
    }

    fn direct(&self, inputs: &[Range<usize>], depth: usize, outputs: &[Range<usize>]) -> Vec<Lanes> {
        let taps = self.kernel * self.kernel;
        let mut panel = vec![Lanes::ZERO; inputs.len() * taps * depth * outputs.len()];
        for (block, inputs) in inputs.iter().enumerate() {
            for (k, input) in inputs.clone().enumerate() {
                for tap in 0..taps {
                    let row = (block * taps + tap) * depth + k;
                    let to = &mut panel[row * outputs.len()..][..outputs.len()];
                    for (to, outputs) in to.iter_mut().zip(outputs) {
                        for (to, output) in to.0.iter_mut().zip(outputs.clone()) {
                            *to = self.of(output, input)[tap];
                        }
                    }
                }
            }
        }
        panel
    }

    /// `G g Gᵀ` of every kernel, rounded once.
    fn transformed(
        &self,
        tile: Tile,
        inputs: &[Range<usize>],
        depth: usize,
        outputs: &[Range<usize>],
    ) -> Vec<Lanes> {
        let (transform, length) = (tile.kernel_transform(), inputs.len() * depth);
        let mut panel = vec![Lanes::ZERO; tile.products() * length * outputs.len()];
        for (block, inputs) in inputs.iter().enumerate() {
            for (k, input) in inputs.clone().enumerate() {
                for (j, channels) in outputs.iter().enumerate() {
                    let mut kernels = [[0.0; LANES]; 9];
                    for (lane, output) in channels.clone().enumerate() {
                        for (tap, &weight) in self.of(output, input).iter().enumerate() {
                            kernels[tap][lane] = weight as f64;
                        }
                    }
                    for (i, y) in transform.iter().enumerate() {
                        for (l, x) in transform.iter().enumerate() {
                            let product = i * transform.len() + l;
                            let row = product * length + block * depth + k;
                            panel[row * outputs.len() + j] = sandwiched(y, &kernels, x);
                        }
                    }
                }
            }
        }
        panel
    }
}

/// `Σ y[i] g[i, j] x[j]`.
fn sandwiched(y: &[f64; 3], kernels: &[[f64; LANES]; 9], x: &[f64; 3]) -> Lanes {
    let mut sums = [0.0; LANES];
    for (tap, weights) in kernels.iter().enumerate() {
        let factor = y[tap / 3] * x[tap % 3];
        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += factor * weight);
    }
    Lanes(sums.map(|sum| sum as f32))
}
