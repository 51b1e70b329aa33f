//! Gradients of layer normalisation.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::model::graph::planned::lanes::Lanes;
use crate::model::graph::planned::layer_norm::{LayerNorm, ROWS, total};

/// Computes the gradient of what was normalised, which is written to `to` or, with `add`, added to it. `x` and
/// `gradient`: what was normalised, and the gradient of the result; for each block, one row for every pixel. Returns the
/// gradients of the weights and of the biases, in blocks.
pub(super) fn run(
    arch: Arch,
    norm: &LayerNorm,
    [x, gradient]: [&[Lanes]; 2],
    to: &mut [Lanes],
    add: bool,
) -> [Vec<Lanes>; 2] {
    let blocks = norm.held.len();
    let rows = x.len() / blocks;
    let mut pieces: Vec<_> = (0..rows.div_ceil(ROWS)).map(|_| Vec::with_capacity(blocks)).collect();
    for to in to.chunks_exact_mut(rows) {
        for (piece, to) in pieces.iter_mut().zip(to.chunks_mut(ROWS)) {
            piece.push(to);
        }
    }
    let jobs = pieces.into_par_iter().enumerate();
    let parts: Vec<_> = jobs
        .map(|(i, to)| arch.dispatch(Job { norm, x, gradient, rows, first: i * ROWS, to, add }))
        .collect();
    // In the order of the pixels, whichever thread computed them.
    let mut sums = [vec![Lanes::ZERO; blocks], vec![Lanes::ZERO; blocks]];
    for part in parts {
        for (sum, part) in sums.iter_mut().flatten().zip(part.iter().flatten()) {
            sum.0.iter_mut().zip(part.0).for_each(|(sum, part)| *sum += part);
        }
    }
    sums
}

/// The work of one thread: a few pixels.
struct Job<'a, 'o> {
    norm: &'a LayerNorm,
    x: &'a [Lanes],
    gradient: &'a [Lanes],
    /// The number of pixels in a block; `first` is the first pixel of this job.
    rows: usize,
    first: usize,
    /// For each block, the gradients of the job's pixels.
    to: Vec<&'o mut [Lanes]>,
    add: bool,
}

impl WithSimd for Job<'_, '_> {
    /// What the pixels contribute to the gradients of the weights and of the biases.
    type Output = [Vec<Lanes>; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [Vec<Lanes>; 2] {
        let Self { norm, x, gradient, rows, first, mut to, add } = self;
        let blocks = norm.held.len();
        let channels = norm.channels.count() as f32;
        let mut of_weight = vec![Lanes::ZERO; blocks];
        let mut of_bias = vec![Lanes::ZERO; blocks];
        for pixel in 0..to.first().map_or(0, |to| to.len()) {
            let at = |block: usize| block * rows + first + pixel;
            let mut sum = Lanes::ZERO;
            for block in 0..blocks {
                for v in 0..Lanes::vectors::<S>() {
                    sum.set::<S>(v, simd.add_f32s(sum.vector::<S>(v), x[at(block)].vector::<S>(v)));
                }
            }
            let mean = simd.splat_f32s(total(&sum) / channels);
            // Lanes without a channel do not count.
            let centred = |block: usize, v: usize| {
                let centred = simd.sub_f32s(x[at(block)].vector::<S>(v), mean);
                simd.mul_f32s(centred, norm.held[block].vector::<S>(v))
            };
            let mut squares = Lanes::ZERO;
            for block in 0..blocks {
                for v in 0..Lanes::vectors::<S>() {
                    let x = centred(block, v);
                    squares.set::<S>(v, simd.mul_add_e_f32s(x, x, squares.vector::<S>(v)));
                }
            }
            let factor = simd.splat_f32s(1.0 / (total(&squares) / channels + norm.eps).sqrt());
            // The sums, over channels, of the gradients of the normal numbers, and of these times the numbers.
            let [mut plain, mut weighted] = [Lanes::ZERO; 2];
            for block in 0..blocks {
                for v in 0..Lanes::vectors::<S>() {
                    let g = gradient[at(block)].vector::<S>(v);
                    let normal = simd.mul_f32s(centred(block, v), factor);
                    let slope = simd.mul_f32s(g, norm.weight[block].vector::<S>(v));
                    plain.set::<S>(v, simd.add_f32s(plain.vector::<S>(v), slope));
                    weighted.set::<S>(v, simd.mul_add_e_f32s(slope, normal, weighted.vector::<S>(v)));
                    let sum = simd.mul_add_e_f32s(g, normal, of_weight[block].vector::<S>(v));
                    of_weight[block].set::<S>(v, sum);
                    let sum = simd.add_f32s(of_bias[block].vector::<S>(v), g);
                    of_bias[block].set::<S>(v, sum);
                }
            }
            let [plain, weighted] = [plain, weighted].map(|sum| simd.splat_f32s(total(&sum) / channels));
            for (block, to) in to.iter_mut().enumerate() {
                for v in 0..Lanes::vectors::<S>() {
                    let normal = simd.mul_f32s(centred(block, v), factor);
                    let slope =
                        simd.mul_f32s(gradient[at(block)].vector::<S>(v), norm.weight[block].vector::<S>(v));
                    let rest = simd.sub_f32s(simd.sub_f32s(slope, plain), simd.mul_f32s(normal, weighted));
                    let rest = simd.mul_f32s(rest, norm.held[block].vector::<S>(v));
                    let before = if add { to[pixel].vector::<S>(v) } else { simd.splat_f32s(0.0) };
                    to[pixel].set::<S>(v, simd.mul_add_e_f32s(rest, factor, before));
                }
            }
        }
        [of_weight, of_bias]
    }
}
