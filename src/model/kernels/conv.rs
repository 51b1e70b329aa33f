//! Convolutions and their gradients, all three as [products](super::product).

use std::cell::RefCell;

use pulp::Arch;
use rayon::prelude::*;

use super::product::{Block, DEPTH, Gathered, Product, run_length};

/// A convolution's sizes. Squares and steps are the same in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Geometry {
    pub(super) kernel: usize,
    pub(super) stride: usize,
    /// Zeros left and above.
    pub(super) before: usize,
    /// Zeros right and below.
    pub(super) after: usize,
    /// How often every pixel is repeated in both directions before it is convolved.
    pub(super) repeat: usize,
}

/// `[images, inputs, height, width]` convolved with `[outputs, inputs, kernel, kernel]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) images: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) height: usize,
    pub(super) width: usize,
}

/// Where pixels go in a larger picture of zeros.
#[derive(Clone, Copy, Debug)]
struct Place {
    before: usize,
    /// From one pixel to the next.
    spacing: usize,
    repeat: usize,
    height: usize,
    width: usize,
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

    /// Offsets of the kernel's taps in pictures of a width, row by row.
    fn taps(&self, width: usize) -> impl Iterator<Item = usize> {
        let kernel = self.kernel;
        (0..kernel * kernel).map(move |tap| tap / kernel * width + tap % kernel)
    }
}

/// The convolution: `[images, outputs, …]`. `shift`, if any, is `[outputs]` or `[images, outputs]`.
///
/// The caller has checked that sizes agree and the kernel fits.
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

/// The gradient of the input, `[images, inputs, height, width]`, from that of the output.
pub(super) fn backward_input(
    arch: Arch,
    geometry: &Geometry,
    shape: &Shape,
    gradient: &[f32],
    weight: &[f32],
) -> Vec<f32> {
    let Geometry { kernel, stride, before, repeat, .. } = *geometry;
    let Some((height, width)) = geometry.output(shape.height, shape.width) else { return Vec::new() };
    let size = (shape.height * repeat, shape.width * repeat);
    // Seen from an input pixel the kernel is turned by half a turn, and a stride is a gap.
    let place = Place {
        before: kernel - 1 - before,
        spacing: stride,
        repeat: 1,
        height: size.0 + kernel - 1,
        width: size.1 + kernel - 1,
    };
    let turned = turn(weight, shape, kernel * kernel);
    let swapped = Shape { inputs: shape.outputs, outputs: shape.inputs, height, width, ..*shape };
    let once = Geometry { stride: 1, ..*geometry };
    let gradient = convolve(arch, place, &once, &swapped, size, [gradient, &turned], None);
    if repeat == 1 { gradient } else { gathered(&gradient, size, repeat) }
}

/// `[outputs, inputs, taps]` → `[inputs, outputs, taps]`, the taps in reverse.
fn turn(weight: &[f32], shape: &Shape, taps: usize) -> Vec<f32> {
    let mut turned = vec![0.0; weight.len()];
    turned.par_chunks_mut(shape.outputs * taps).enumerate().for_each(|(input, turned)| {
        for (output, turned) in turned.chunks_exact_mut(taps).enumerate() {
            let from = &weight[(output * shape.inputs + input) * taps..][..taps];
            turned.iter_mut().zip(from.iter().rev()).for_each(|(to, &from)| *to = from);
        }
    });
    turned
}

/// Sums of squares of `repeat`² pixels.
fn gathered(x: &[f32], (height, width): (usize, usize), repeat: usize) -> Vec<f32> {
    let mut sums = vec![0.0; x.len() / (repeat * repeat)];
    let planes = sums.par_chunks_mut(height / repeat * (width / repeat)).zip(x.par_chunks(height * width));
    planes.for_each(|(sums, x)| {
        for (i, row) in x.chunks_exact(width).enumerate() {
            let sums = &mut sums[i / repeat * (width / repeat)..][..width / repeat];
            for (sum, x) in sums.iter_mut().zip(row.chunks_exact(repeat)) {
                *sum += x.iter().sum::<f32>();
            }
        }
    });
    sums
}

/// Places the pictures, then convolves them at every position of `size`, `stride` apart.
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

/// The gradient of the weights, `[outputs, inputs, kernel, kernel]`, from that of the output.
pub(super) fn backward_weight(
    arch: Arch,
    geometry: &Geometry,
    shape: &Shape,
    x: &[f32],
    gradient: &[f32],
) -> Vec<f32> {
    let Some(size) = geometry.output(shape.height, shape.width) else { return Vec::new() };
    let (taps, pixels) = (geometry.kernel * geometry.kernel, size.0 * size.1);
    let place = geometry.padded(shape);
    let channels = shape.inputs;
    let picture = place.height * place.width * channels;
    let rows = positions(shape.images, picture, size, place.width, geometry.stride, channels);
    let columns: Vec<_> =
        geometry.taps(place.width).flat_map(|tap| (0..channels).map(move |c| tap * channels + c)).collect();
    let blocks: Vec<_> = (0..shape.images)
        .flat_map(|image| (0..pixels).step_by(DEPTH).map(move |first| (image, first)))
        .map(|(image, first)| Block {
            start: image * shape.outputs * pixels + first,
            rows: image * pixels + first..image * pixels + (first + DEPTH).min(pixels),
        })
        .collect();
    let mut out = vec![0.0; shape.outputs * taps * channels];
    place.with_channels_last(shape, x, |source| {
        let b = Gathered { source, rows: &rows, columns: &columns, run: run_length(channels), step: 1 };
        Product { a: gradient, stride: pixels, height: shape.outputs, blocks: &blocks, b, shift: None }.run(
            arch,
            taps * channels,
            &mut out,
        );
    });
    channels_first(&out, taps, channels)
}

/// `[…, taps, channels]` → `[…, channels, taps]`.
fn channels_first(x: &[f32], taps: usize, channels: usize) -> Vec<f32> {
    let mut out = vec![0.0; x.len()];
    let rows = out.par_chunks_mut(taps * channels).zip(x.par_chunks(taps * channels));
    rows.for_each(|(out, x)| {
        for (tap, x) in x.chunks_exact(channels).enumerate() {
            out[tap..].iter_mut().step_by(taps).zip(x).for_each(|(out, &x)| *out = x);
        }
    });
    out
}

/// Sums of every plane: the gradient of a shift, `[images, outputs]`.
pub(super) fn backward_shift(gradient: &[f32], pixels: usize) -> Vec<f32> {
    let sum = |plane: &[f32]| {
        // Eight sums side by side, which the compiler makes a vector of.
        let (chunks, rest) = plane.as_chunks::<8>();
        let mut sums = [0.0; 8];
        for chunk in chunks {
            sums.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += x);
        }
        sums.iter().sum::<f32>() + rest.iter().sum::<f32>()
    };
    gradient.par_chunks(pixels.max(1)).with_min_len(16).map(sum).collect()
}

/// Offsets of the pixels that the kernel starts at, image by image and row by row.
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

thread_local! {
    /// The placed pictures of the convolution in progress; kept between calls.
    static PLACED: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// Lends this thread's buffer. Taken out of its place meanwhile: while a thread waits for others, it
/// may begin another convolution.
fn with_buffer<T>(length: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    let mut buffer = PLACED.take();
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    let result = work(&mut buffer[..length]);
    PLACED.set(buffer);
    result
}

impl Place {
    /// Calls `work` with the placed pictures, `[images, inputs, height, width]`.
    fn with<T>(&self, shape: &Shape, x: &[f32], work: impl FnOnce(&[f32]) -> T) -> T {
        if (self.height, self.width) == (shape.height, shape.width) {
            return work(x);
        }
        let (plane, pixels) = (self.height * self.width, shape.height * shape.width);
        with_buffer(shape.images * shape.inputs * plane, |placed| {
            let planes = placed.par_chunks_mut(plane).zip(x.par_chunks(pixels)).with_min_len(4);
            planes.for_each(|(placed, x)| self.plane(shape.width, x, placed));
            work(placed)
        })
    }

    fn plane(&self, width: usize, x: &[f32], placed: &mut [f32]) {
        placed.fill(0.0);
        for (y, x) in x.chunks_exact(width).enumerate() {
            for y in y * self.repeat..(y + 1) * self.repeat {
                let to = &mut placed[(self.before + y * self.spacing) * self.width + self.before..];
                match (self.repeat, self.spacing) {
                    (1, 1) => to[..width].copy_from_slice(x),
                    (1, _) => to.iter_mut().step_by(self.spacing).zip(x).for_each(|(to, &x)| *to = x),
                    _ => to.chunks_exact_mut(self.repeat).zip(x).for_each(|(to, &x)| to.fill(x)),
                }
            }
        }
    }

    /// Calls `work` with the placed pictures, `[images, height, width, inputs]`. Not spaced.
    fn with_channels_last<T>(&self, shape: &Shape, x: &[f32], work: impl FnOnce(&[f32]) -> T) -> T {
        let (row, channels) = (self.width * shape.inputs, shape.inputs);
        let (plane, width) = (shape.height * shape.width, shape.width);
        with_buffer(shape.images * self.height * row, |placed| {
            placed.par_chunks_mut(row).enumerate().with_min_len(4).for_each(|(i, placed)| {
                placed.fill(0.0);
                let (image, y) = (i / self.height, i % self.height);
                let Some(y) = y.checked_sub(self.before).map(|y| y / self.repeat) else { return };
                if y >= shape.height {
                    return;
                }
                for channel in 0..channels {
                    let x = &x[(image * channels + channel) * plane + y * width..][..width];
                    let mut to = placed[self.before * channels + channel..].iter_mut().step_by(channels);
                    for &x in x {
                        to.by_ref().take(self.repeat).for_each(|to| *to = x);
                    }
                }
            });
            work(placed)
        })
    }
}
