//! The gradient of the input of a convolution with a stride above 1.
//!
//! With a stride s, the input pixels `s m + r` of one remainder r see only the taps k with
//! `k ≡ r + before (mod s)`. So for each remainder, in both directions, the gradient is a convolution
//! with a part of the kernel, and no products with zeros are computed.

use pulp::Arch;
use rayon::prelude::*;

use super::place::Place;
use super::{Geometry, Shape, positions};
use crate::model::kernels::product::{Block, DEPTH, Gathered, Product, run_length};

/// Like [`backward_input`](super::backward_input), for a result of `size`.
pub(super) fn backward_input(
    arch: Arch,
    geometry: &Geometry,
    shape: &Shape,
    size: (usize, usize),
    [gradient, weight]: [&[f32]; 2],
) -> Vec<f32> {
    let stride = geometry.stride;
    let length = |n: usize, result: usize| n.div_ceil(stride).max(result) + 2 * margin(geometry);
    let place = Place {
        before: margin(geometry),
        spacing: 1,
        repeat: 1,
        height: length(shape.height, size.0),
        width: length(shape.width, size.1),
    };
    let of_result = Shape { inputs: shape.outputs, height: size.0, width: size.1, ..*shape };
    let mut out = vec![0.0; shape.images * shape.inputs * shape.height * shape.width];
    place.with(&of_result, gradient, |source| {
        for remainder in (0..stride).flat_map(|y| (0..stride).map(move |x| (y, x))) {
            let count = |n: usize, r: usize| n.saturating_sub(r).div_ceil(stride);
            let part = (count(shape.height, remainder.0), count(shape.width, remainder.1));
            let taps = taps(geometry, remainder, place.width);
            if taps.is_empty() || part.0 * part.1 == 0 {
                continue;
            }
            let a = chosen(weight, shape, geometry.kernel, &taps);
            let result = convolved(arch, shape, place, part, &taps, [&a, source]);
            let planes = out.par_chunks_mut(shape.height * shape.width);
            planes.zip(result.par_chunks(part.0 * part.1)).for_each(|(out, result)| {
                for (m, result) in result.chunks_exact(part.1).enumerate() {
                    let row = &mut out[(m * stride + remainder.0) * shape.width..][..shape.width];
                    let own = row[remainder.1..].iter_mut().step_by(stride);
                    own.zip(result).for_each(|(out, &result)| *out = result);
                }
            });
        }
    });
    out
}

/// The farthest that a tap is from pixel `m` of the gradient, for any input pixel `s m + r`.
fn margin(geometry: &Geometry) -> usize {
    geometry.kernel.div_ceil(geometry.stride)
}

/// A tap of the kernel, and its offset in the framed gradient, relative to pixel `m`.
struct Tap {
    index: usize,
    offset: usize,
}

/// The taps that act on the input pixels of one remainder.
fn taps(geometry: &Geometry, remainder: (usize, usize), width: usize) -> Vec<Tap> {
    let Geometry { kernel, stride, before, .. } = *geometry;
    let along = |r: usize| {
        let own = (0..kernel).filter(move |tap| (r + before) % stride == tap % stride);
        own.map(move |tap| (tap, (r + before + margin(geometry) * stride - tap) / stride))
    };
    let pairs = along(remainder.0).flat_map(|y| along(remainder.1).map(move |x| (y, x)));
    pairs.map(|(y, x)| Tap { index: y.0 * kernel + x.0, offset: y.1 * width + x.1 }).collect()
}

/// Transposes `[outputs, inputs, kernel, kernel]` to `[inputs, outputs, taps]`, for some of the taps.
fn chosen(weight: &[f32], shape: &Shape, kernel: usize, taps: &[Tap]) -> Vec<f32> {
    let mut chosen = Vec::with_capacity(shape.inputs * shape.outputs * taps.len());
    for input in 0..shape.inputs {
        for output in 0..shape.outputs {
            let from = &weight[(output * shape.inputs + input) * kernel * kernel..];
            chosen.extend(taps.iter().map(|tap| from[tap.index]));
        }
    }
    chosen
}

/// The framed gradient convolved with some taps, at the first positions of every row and column:
/// `[images, inputs, part]`.
fn convolved(
    arch: Arch,
    shape: &Shape,
    place: Place,
    part: (usize, usize),
    taps: &[Tap],
    [a, source]: [&[f32]; 2],
) -> Vec<f32> {
    let plane = place.height * place.width;
    let planes = (0..shape.outputs).map(|output| output * plane);
    let rows: Vec<_> = planes.flat_map(|plane| taps.iter().map(move |tap| plane + tap.offset)).collect();
    let columns = positions(shape.images, shape.outputs * plane, part, place.width, 1, 1);
    let depth = rows.len();
    let blocks: Vec<_> = (0..depth)
        .step_by(DEPTH)
        .map(|start| Block { start, rows: start..(start + DEPTH).min(depth) })
        .collect();
    let b = Gathered { source, rows: &rows, columns: &columns, run: run_length(part.1), step: 1 };
    let mut result = vec![0.0; shape.images * shape.inputs * part.0 * part.1];
    let product = Product { a, stride: depth, height: shape.inputs, blocks: &blocks, b, shift: None };
    product.run(arch, part.0 * part.1, &mut result);
    result
}
