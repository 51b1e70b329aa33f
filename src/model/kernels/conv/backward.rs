//! Gradients of convolutions, as [products](crate::model::kernels::product).

use pulp::Arch;
use rayon::prelude::*;

use super::place::Place;
use super::{Geometry, Shape, convolve, positions};
use crate::model::kernels::product::{Block, DEPTH, Gathered, Product, run_length};

/// The gradient of the input, `[images, inputs, height, width]`, from that of the output.
pub(in crate::model::kernels) fn backward_input(
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

/// The gradient of the weights, `[outputs, inputs, kernel, kernel]`, from that of the output.
pub(in crate::model::kernels) fn backward_weight(
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

/// Sums of planes: the gradient of `count` shifts, for each channel, or for each image and channel.
pub(in crate::model::kernels) fn backward_shift(gradient: &[f32], pixels: usize, count: usize) -> Vec<f32> {
    let sum = |plane: &[f32]| {
        // Eight sums side by side, which the compiler makes a vector of.
        let (chunks, rest) = plane.as_chunks::<8>();
        let mut sums = [0.0; 8];
        for chunk in chunks {
            sums.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += x);
        }
        sums.iter().sum::<f32>() + rest.iter().sum::<f32>()
    };
    let mut sums: Vec<_> = gradient.par_chunks(pixels.max(1)).with_min_len(16).map(sum).collect();
    let (first, others) = sums.split_at_mut(count);
    for other in others.chunks_exact(count) {
        first.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
    }
    sums.truncate(count);
    sums
}
