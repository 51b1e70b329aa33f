//! The gradient of the input of a convolution that leaves pixels out.
//!
//! With a stride s, the input pixels `s m + r` of one remainder r see only the taps k with
//! `k ≡ r + before (mod s)`. So for each remainder, in both directions, the gradient is a convolution
//! with a part of the kernel, and no products with zeros are computed.

use pulp::Arch;
use rayon::prelude::*;

use super::place::Place;
use super::{Geometry, Shape, positions};
use crate::model::kernels::product::{Block, DEPTH, Gathered, Product, run_length};

/// As [`backward_input`](super::backward_input), for a result of `size`.
pub(super) fn backward_input(
    arch: Arch,
    geometry: &Geometry,
    shape: &Shape,
    size: (usize, usize),
    [gradient, weight]: [&[f32]; 2],
) -> Vec<f32> {
    let Geometry { kernel, stride, before, .. } = *geometry;
    // How far from `m`, at most, a pixel's gradient comes from.
    let margin = kernel.div_ceil(stride);
    let length = |sides: usize, result: usize| sides.div_ceil(stride).max(result) + 2 * margin;
    let (height, width) = (length(shape.height, size.0), length(shape.width, size.1));
    let place = Place { before: margin, spacing: 1, repeat: 1, height, width };
    let of_result = Shape { inputs: shape.outputs, height: size.0, width: size.1, ..*shape };
    let mut out = vec![0.0; shape.images * shape.inputs * shape.height * shape.width];
    place.with(&of_result, gradient, |source| {
        for (y, x) in (0..stride).flat_map(|y| (0..stride).map(move |x| (y, x))) {
            let taps = |r: usize| (0..kernel).filter(move |tap| (r + before) % stride == tap % stride);
            let pairs: Vec<_> = taps(y).flat_map(|ky| taps(x).map(move |kx| (ky, kx))).collect();
            let part = (
                shape.height.saturating_sub(y).div_ceil(stride),
                shape.width.saturating_sub(x).div_ceil(stride),
            );
            if pairs.is_empty() || part.0 * part.1 == 0 {
                continue;
            }
            let offset = |(ky, kx): (usize, usize)| {
                let from = |r: usize, tap: usize| (r + before + margin * stride - tap) / stride;
                from(y, ky) * width + from(x, kx)
            };
            let planes = (0..shape.outputs).map(|output| output * height * width);
            let rows: Vec<_> =
                planes.flat_map(|plane| pairs.iter().map(move |&pair| plane + offset(pair))).collect();
            let columns = positions(shape.images, shape.outputs * height * width, part, width, 1, 1);
            let depth = rows.len();
            let blocks: Vec<_> = (0..depth)
                .step_by(DEPTH)
                .map(|start| Block { start, rows: start..(start + DEPTH).min(depth) })
                .collect();
            let a = chosen(weight, shape, kernel, &pairs);
            let b = Gathered { source, rows: &rows, columns: &columns, run: run_length(part.1), step: 1 };
            let mut result = vec![0.0; shape.images * shape.inputs * part.0 * part.1];
            let product =
                Product { a: &a, stride: depth, height: shape.inputs, blocks: &blocks, b, shift: None };
            product.run(arch, part.0 * part.1, &mut result);
            let planes =
                out.par_chunks_mut(shape.height * shape.width).zip(result.par_chunks(part.0 * part.1));
            planes.for_each(|(out, result)| {
                for (m, result) in result.chunks_exact(part.1).enumerate() {
                    let row = &mut out[(m * stride + y) * shape.width..][..shape.width];
                    row[x..].iter_mut().step_by(stride).zip(result).for_each(|(out, &result)| *out = result);
                }
            });
        }
    });
    out
}

/// `[outputs, inputs, kernel, kernel]` → `[inputs, outputs, taps]`, of some taps.
fn chosen(weight: &[f32], shape: &Shape, kernel: usize, taps: &[(usize, usize)]) -> Vec<f32> {
    let mut chosen = Vec::with_capacity(shape.inputs * shape.outputs * taps.len());
    for input in 0..shape.inputs {
        for output in 0..shape.outputs {
            let from = &weight[(output * shape.inputs + input) * kernel * kernel..][..kernel * kernel];
            chosen.extend(taps.iter().map(|&(y, x)| from[y * kernel + x]));
        }
    }
    chosen
}
