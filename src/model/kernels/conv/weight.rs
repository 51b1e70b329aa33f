//! The gradient of a convolution's weights.
//!
//! For each tap and pair of channels it is a sum over all pixels of all images: a matrix product whose inner dimension
//! is the pixels. When the input has its channels last, the inputs of one row of the kernel are contiguous in memory at
//! every pixel, and are read from there.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::{Geometry, Shape, positions};
use crate::model::kernels::product::WIDEST;

/// Outputs that are computed together.
const HEIGHT: usize = 8;
/// Pixels whose products are summed in registers.
const DEPTH: usize = 256;
/// The images are divided into at most this many parts, whose sums are added in the end.
const PARTS: usize = 8;
/// The fewest pixels of a part: for fewer, adding the sums would take as long as computing them.
const FEWEST_PIXELS: usize = 1024;
/// The fewest pieces of work, where the shape allows it.
const PIECES: usize = 12;

thread_local! {
    /// The packed gradient of the convolution in progress; the memory is kept between calls.
    static PACKED: RefCell<Vec<[f32; HEIGHT]>> = const { RefCell::new(Vec::new()) };
}

/// The gradient of the weights, `[outputs, inputs, kernel, kernel]`, from the gradient of the output.
///
/// How the sums are divided depends on the shape alone, so the result does not depend on the number of
/// threads.
pub(in crate::model::kernels) fn backward_weight(
    arch: Arch,
    geometry: &Geometry,
    shape: &Shape,
    x: &[f32],
    gradient: &[f32],
) -> Vec<f32> {
    let Some(size) = geometry.output(shape.height, shape.width) else { return Vec::new() };
    let (kernel, pixels) = (geometry.kernel, size.0 * size.1);
    let place = geometry.padded(shape);
    let groups = shape.outputs.div_ceil(HEIGHT);
    let rows = positions(1, 0, size, place.width, geometry.stride, shape.inputs);
    let mut packed = PACKED.take();
    packed.resize(shape.images * groups * pixels, [0.0; HEIGHT]);
    pack(shape.outputs, pixels, gradient, &mut packed);
    let images = shape.images.div_ceil(PARTS).max(FEWEST_PIXELS.div_ceil(pixels)).min(shape.images);
    let columns = kernel * shape.inputs;
    let width = columns.next_multiple_of(WIDEST);
    let parts = shape.images.div_ceil(images);
    let slice = groups.div_ceil(PIECES.div_ceil(parts * kernel).min(groups));
    let slices = groups.div_ceil(slice);
    let sums: Vec<Vec<f32>> = place.with_channels_last(shape, x, WIDEST, |source| {
        let row = place.width * shape.inputs;
        let sum = |piece: usize| {
            let (part, tap, first) =
                (piece / slices / kernel, piece / slices % kernel, piece % slices * slice);
            let own = first..(first + slice).min(groups);
            let mut sums = vec![0.0; own.len() * HEIGHT * width];
            for image in part * images..((part + 1) * images).min(shape.images) {
                arch.dispatch(Image {
                    gradient: &packed[image * groups * pixels..][own.start * pixels..own.end * pixels],
                    source: &source[image * place.height * row + tap * row..],
                    rows: &rows,
                    width,
                    sums: &mut sums,
                });
            }
            sums
        };
        (0..parts * kernel * slices).into_par_iter().map(sum).collect()
    });
    PACKED.set(packed);
    total(kernel, shape, width, &Sums { of_pieces: &sums, slices, outputs: slice * HEIGHT })
}

/// Rearranges `[images, outputs, pixels]` to `[images, groups of outputs, pixels]`, with zeros where a group is not
/// full.
fn pack(outputs: usize, pixels: usize, gradient: &[f32], packed: &mut [[f32; HEIGHT]]) {
    let groups = outputs.div_ceil(HEIGHT);
    packed.par_chunks_mut(pixels).enumerate().for_each(|(i, packed)| {
        let (image, first) = (i / groups, i % groups * HEIGHT);
        let full = (outputs - first).min(HEIGHT);
        let planes = &gradient[(image * outputs + first) * pixels..][..full * pixels];
        if full < HEIGHT {
            packed.fill([0.0; HEIGHT]);
        }
        for (i, plane) in planes.chunks_exact(pixels).enumerate() {
            packed.iter_mut().zip(plane).for_each(|(packed, &x)| packed[i] = x);
        }
    });
}

/// The sums of all pieces of work. There is a piece for each part of the images, each row of the kernel and
/// each slice of the outputs, in this order.
struct Sums<'a> {
    of_pieces: &'a [Vec<f32>],
    slices: usize,
    /// The number of outputs in a slice.
    outputs: usize,
}

/// Adds up the parts, each `[outputs, width]` with columns (tap of the row, input).
fn total(kernel: usize, shape: &Shape, width: usize, sums: &Sums<'_>) -> Vec<f32> {
    let Shape { inputs, outputs, .. } = *shape;
    let mut out = vec![0.0; outputs * inputs * kernel * kernel];
    out.par_chunks_mut(inputs * kernel * kernel).enumerate().for_each(|(output, out)| {
        let of_slice = sums.of_pieces.iter().skip(output / sums.outputs).step_by(sums.slices);
        for (i, sums_of_row) in of_slice.enumerate() {
            let sums = &sums_of_row[output % sums.outputs * width..][..kernel * inputs];
            for (tap, sums) in sums.chunks_exact(inputs).enumerate() {
                let out = out[i % kernel * kernel + tap..].iter_mut().step_by(kernel * kernel);
                out.zip(sums).for_each(|(out, sum)| *out += sum);
            }
        }
    });
    out
}

/// The contribution of one image to one row of the kernel.
struct Image<'a> {
    /// `[groups, pixels]`.
    gradient: &'a [[f32; HEIGHT]],
    source: &'a [f32],
    /// Where the row of the kernel begins at each pixel.
    rows: &'a [usize],
    width: usize,
    /// `[groups · HEIGHT, width]`.
    sums: &'a mut [f32],
}

impl WithSimd for Image<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match S::F32_LANES {
            16 => self.run::<S, 2>(simd),
            8 | 4 => self.run::<S, 1>(simd),
            _ => self.run::<S, 4>(simd),
        }
    }
}

impl Image<'_> {
    #[inline(always)]
    fn run<S: Simd, const W: usize>(self, simd: S) {
        let Self { gradient, source, rows, width, sums } = self;
        let pixels = rows.len();
        for (block, rows) in rows.chunks(DEPTH).enumerate() {
            for column in (0..width).step_by(W * S::F32_LANES) {
                for (group, sums) in sums.chunks_exact_mut(HEIGHT * width).enumerate() {
                    let gradient = &gradient[group * pixels + block * DEPTH..][..rows.len()];
                    multiply::<S, W>(simd, gradient, &source[column..], rows, &mut sums[column..], width);
                }
            }
        }
    }
}

/// Adds `Σ_k gradient[k][i] · source[rows[k] + j]` to `sums[i, j]`, for a few vectors of j.
#[inline(always)]
fn multiply<S: Simd, const W: usize>(
    simd: S,
    gradient: &[[f32; HEIGHT]],
    source: &[f32],
    rows: &[usize],
    sums: &mut [f32],
    width: usize,
) {
    let mut own = [[simd.splat_f32s(0.0); W]; HEIGHT];
    for (gradient, &row) in gradient.iter().zip(rows) {
        let (x, _) = S::as_simd_f32s(&source[row..][..W * S::F32_LANES]);
        for i in 0..HEIGHT {
            let factor = simd.splat_f32s(gradient[i]);
            for j in 0..W {
                own[i][j] = simd.mul_add_e_f32s(factor, x[j], own[i][j]);
            }
        }
    }
    for (i, own) in own.iter().enumerate() {
        let (sums, _) = S::as_mut_simd_f32s(&mut sums[i * width..][..W * S::F32_LANES]);
        for (sum, &own) in sums.iter_mut().zip(own) {
            *sum = simd.add_f32s(*sum, own);
        }
    }
}
