//! Convolutions and their gradients, all three computed as matrix products.

mod backward;
mod place;
mod strided;
mod weight;

use pulp::Arch;

pub(super) use self::backward::{backward_input, backward_shift};
use self::place::Place;
pub(super) use self::weight::backward_weight;
use super::product::{Block, DEPTH, Gathered, Product, run_length};

/// The sizes of a convolution, the same in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Geometry {
    pub(super) kernel: usize,
    pub(super) stride: usize,
    /// Rows of zeros above, and columns of zeros at the left.
    pub(super) before: usize,
    /// Rows of zeros below, and columns of zeros at the right.
    pub(super) after: usize,
    /// How often every pixel is repeated, in both directions, before the picture is convolved.
    pub(super) repeat: usize,
}

/// The sizes of the tensors: pictures `[images, inputs, height, width]`, kernels `[outputs, inputs, kernel,
/// kernel]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) images: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Geometry {
    /// Height and width of the result, if the kernel fits into the padded picture.
    pub(super) fn output(&self, height: usize, width: usize) -> Option<(usize, usize)> {
        let length = |n: usize| {
            let padded = n * self.repeat + self.before + self.after;
            Some(padded.checked_sub(self.kernel)? / self.stride + 1)
        };
        Some((length(height)?, length(width)?))
    }

    fn padded(&self, shape: &Shape) -> Place {
        let length = |n: usize| n * self.repeat + self.before + self.after;
        Place {
            before: self.before,
            spacing: 1,
            repeat: self.repeat,
            height: length(shape.height),
            width: length(shape.width),
        }
    }

    /// Offsets of the kernel's taps in pictures of this `width`, row by row.
    fn taps(&self, width: usize) -> impl Iterator<Item = usize> {
        let kernel = self.kernel;
        (0..kernel * kernel).map(move |tap| tap / kernel * width + tap % kernel)
    }
}

/// The convolution, `[images, outputs, …]`. `shift`, if any, is `[outputs]` or `[images, outputs]`.
///
/// The caller has checked that the sizes agree and that the kernel fits into the padded picture.
pub(super) fn forward(
    arch: Arch,
    geometry: &Geometry,
    shape: &Shape,
    x: &[f32],
    weight: &[f32],
    shift: Option<&[f32]>,
) -> Vec<f32> {
    let size = geometry.output(shape.height, shape.width).unwrap_or_default();
    convolve(arch, geometry.padded(shape), geometry, shape, size, [x, weight], shift)
}

/// Frames the pictures with zeros, then convolves them at as many positions as `size` says, `stride` apart.
fn convolve(
    arch: Arch,
    place: Place,
    geometry: &Geometry,
    shape: &Shape,
    size: (usize, usize),
    [x, weight]: [&[f32]; 2],
    shift: Option<&[f32]>,
) -> Vec<f32> {
    let plane = place.height * place.width;
    let depth = shape.inputs * geometry.kernel * geometry.kernel;
    let channels = (0..shape.inputs).map(|channel| channel * plane);
    let rows: Vec<_> =
        channels.flat_map(|channel| geometry.taps(place.width).map(move |tap| channel + tap)).collect();
    let columns = positions(shape.images, shape.inputs * plane, size, place.width, geometry.stride, 1);
    let blocks: Vec<_> = (0..depth)
        .step_by(DEPTH)
        .map(|start| Block { start, rows: start..(start + DEPTH).min(depth) })
        .collect();
    let mut out = vec![0.0; shape.images * shape.outputs * size.0 * size.1];
    let run = run_length(size.1);
    place.with(shape, x, |source| {
        let b = Gathered { source, rows: &rows, columns: &columns, run, step: geometry.stride };
        Product { a: weight, stride: depth, height: shape.outputs, blocks: &blocks, b, shift }.run(
            arch,
            size.0 * size.1,
            &mut out,
        );
    });
    out
}

/// Offsets of the pixels at which the kernel starts, image by image and row by row.
fn positions(
    images: usize,
    picture: usize,
    (height, width): (usize, usize),
    row: usize,
    stride: usize,
    pixel: usize,
) -> Vec<usize> {
    let mut positions = Vec::with_capacity(images * height * width);
    for image in 0..images {
        for y in 0..height {
            let start = image * picture + y * stride * row * pixel;
            positions.extend((0..width).map(|x| start + x * stride * pixel));
        }
    }
    positions
}
