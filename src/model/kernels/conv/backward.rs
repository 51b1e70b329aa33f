//! Gradients of a convolution's input and of its shift. The gradient of the input is again a convolution.

use pulp::Arch;
use rayon::prelude::*;

use super::place::Place;
use super::{Geometry, Shape, convolve, strided};

/// The gradient of the input, `[images, inputs, height, width]`, from the gradient of the output.
pub(in crate::model::kernels) fn backward_input(
    arch: Arch,
    geometry: &Geometry,
    shape: &Shape,
    gradient: &[f32],
    weight: &[f32],
) -> Vec<f32> {
    let Some(size) = geometry.output(shape.height, shape.width) else { return Vec::new() };
    if geometry.stride > 1 && geometry.repeat == 1 {
        return strided::backward_input(arch, geometry, shape, size, [gradient, weight]);
    }
    let Geometry { kernel, stride, before, repeat, .. } = *geometry;
    let turned = turn(weight, shape, kernel);
    let turned = if repeat == 1 { turned } else { spread(&turned, kernel, repeat) };
    // Seen from an input pixel, the kernel is rotated by half a turn. An input pixel stands for all its repetitions,
    // whose kernels, side by side, make one larger kernel.
    let whole = Geometry { kernel: kernel + repeat - 1, stride: repeat, ..*geometry };
    let place = Place {
        before: kernel - 1 - before,
        spacing: stride,
        repeat: 1,
        height: shape.height * repeat + kernel - 1,
        width: shape.width * repeat + kernel - 1,
    };
    let swapped =
        Shape { inputs: shape.outputs, outputs: shape.inputs, height: size.0, width: size.1, ..*shape };
    convolve(arch, place, &whole, &swapped, (shape.height, shape.width), [gradient, &turned], None)
}

/// Transposes `[outputs, inputs, taps]` to `[inputs, outputs, taps]` and reverses the taps.
fn turn(weight: &[f32], shape: &Shape, kernel: usize) -> Vec<f32> {
    // The usual sizes of kernels are copied with a length that the compiler knows.
    match kernel {
        1 => turn_arrays(weight.as_chunks::<1>().0, shape).into_flattened(),
        3 => turn_arrays(weight.as_chunks::<9>().0, shape).into_flattened(),
        _ => {
            let taps = kernel * kernel;
            let pairs = (0..shape.inputs).flat_map(|input| (0..shape.outputs).map(move |o| (o, input)));
            let kernels =
                pairs.map(|(output, input)| &weight[(output * shape.inputs + input) * taps..][..taps]);
            kernels.flat_map(|kernel| kernel.iter().rev().copied()).collect()
        }
    }
}

fn turn_arrays<const TAPS: usize>(weight: &[[f32; TAPS]], shape: &Shape) -> Vec<[f32; TAPS]> {
    let mut turned = vec![[0.0; TAPS]; weight.len()];
    turned.par_chunks_mut(shape.outputs).enumerate().for_each(|(input, turned)| {
        for (turned, from) in turned.iter_mut().zip(weight[input..].iter().step_by(shape.inputs)) {
            *turned = *from;
            turned.reverse();
        }
    });
    turned
}

/// For each kernel, the sum of its copies shifted by 0 to `repeat − 1` pixels in both directions.
fn spread(kernels: &[f32], kernel: usize, repeat: usize) -> Vec<f32> {
    let side = kernel + repeat - 1;
    let mut spread = vec![0.0; kernels.len() / (kernel * kernel) * side * side];
    let pairs = spread.par_chunks_mut(side * side).zip(kernels.par_chunks(kernel * kernel)).with_min_len(64);
    pairs.for_each(|(spread, from)| {
        for (shift, tap) in
            (0..repeat * repeat).flat_map(|shift| (0..kernel * kernel).map(move |tap| (shift, tap)))
        {
            let (y, x) = (tap / kernel + shift / repeat, tap % kernel + shift % repeat);
            spread[y * side + x] += from[tap];
        }
    });
    spread
}

/// The gradient of `count` shifts, one for each channel, or one for each image and channel: sums over the
/// pixels.
pub(in crate::model::kernels) fn backward_shift(gradient: &[f32], pixels: usize, count: usize) -> Vec<f32> {
    let sum = |plane: &[f32]| {
        // Eight sums side by side, which the compiler turns into a vector.
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
