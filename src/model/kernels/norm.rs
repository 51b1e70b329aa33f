//! Group normalisation with the non-linearity after it, and its gradients.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::Arch;
use rayon::prelude::*;

use super::exponential::{silu, silu_slope};

/// The number of partial sums kept side by side, which the compiler turns into vectors.
const LANES: usize = 32;

/// The shape of an image: `[groups · channels, pixels]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grouped {
    pub(super) groups: usize,
    /// Channels of one group.
    pub(super) channels: usize,
    pub(super) pixels: usize,
}

/// Normalises groups of channels (Wu & He 2018); with `activate`, silu follows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Norm {
    pub(super) eps: f32,
    pub(super) activate: bool,
}

/// The mean, which is subtracted from a group, and the scale, which the difference is multiplied by.
#[derive(Clone, Copy)]
struct Moments {
    mean: f32,
    scale: f32,
}

/// The sum of `f(x, y)` over all pairs of numbers at the same index.
#[inline(always)]
fn sum(x: &[f32], y: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (x, y) in x.iter().zip(y) {
        for i in 0..LANES {
            sums[i] += f(x[i], y[i]);
        }
    }
    let rest: f32 = x_rest.iter().zip(y_rest).map(|(&x, &y)| f(x, y)).sum();
    sums.iter().sum::<f32>() + rest
}

impl Norm {
    #[inline(always)]
    fn moments(self, x: &[f32]) -> Moments {
        let n = x.len() as f32;
        let mean = sum(x, x, |x, _| x) / n;
        let variance = sum(x, x, |x, _| (x - mean) * (x - mean)) / n;
        Moments { mean, scale: 1.0 / (variance + self.eps).sqrt() }
    }

    /// The normalised picture. `affine`: the scales of all channels, then the shifts.
    pub(super) fn forward(self, arch: Arch, shape: &Grouped, x: &[f32], affine: [&[f32]; 2]) -> Vec<f32> {
        let mut out = vec![0.0; x.len()];
        let group = shape.channels * shape.pixels;
        let [weight, bias] = affine;
        out.par_chunks_mut(group).zip(x.par_chunks(group)).enumerate().for_each(|(i, (out, x))| {
            arch.dispatch(
                #[inline(always)]
                || {
                    let Moments { mean, scale } = self.moments(x);
                    let first = i % shape.groups * shape.channels;
                    let planes = out.chunks_exact_mut(shape.pixels).zip(x.chunks_exact(shape.pixels));
                    for (c, (out, x)) in planes.enumerate() {
                        let factor = scale * weight[first + c];
                        let shift = bias[first + c];
                        if self.activate {
                            out.iter_mut().zip(x).for_each(|(o, x)| *o = silu((x - mean) * factor + shift));
                        } else {
                            out.iter_mut().zip(x).for_each(|(o, x)| *o = (x - mean) * factor + shift);
                        }
                    }
                },
            );
        });
        out
    }

    /// The gradients of x, of the scales and of the shifts, from the gradient of the result.
    pub(super) fn backward(
        self,
        arch: Arch,
        shape: &Grouped,
        [x, gradient]: [&[f32]; 2],
        [weight, bias]: [&[f32]; 2],
    ) -> (Vec<f32>, [Vec<f32>; 2]) {
        let group = shape.channels * shape.pixels;
        let channels = shape.groups * shape.channels;
        let mut of_x = vec![0.0; x.len()];
        let groups = of_x.par_chunks_mut(group).zip(x.par_chunks(group)).zip(gradient.par_chunks(group));
        let sums: Vec<_> = groups
            .enumerate()
            .map(|(i, ((out, x), gradient))| {
                let own = i % shape.groups * shape.channels..(i % shape.groups + 1) * shape.channels;
                let affine = [&weight[own.clone()], &bias[own]];
                arch.dispatch(
                    #[inline(always)]
                    || self.group_backward(shape.pixels, [x, gradient], affine, out),
                )
            })
            .collect();
        let mut of_affine = [vec![0.0; channels], vec![0.0; channels]];
        for (i, sums) in sums.iter().enumerate() {
            for (c, sums) in sums.iter().enumerate() {
                let channel = i % shape.groups * shape.channels + c;
                of_affine.iter_mut().zip(sums).for_each(|(of, sum)| of[channel] += sum);
            }
        }
        (of_x, of_affine)
    }

    /// Computes the gradient of one group; returns the gradients of its scales and shifts.
    #[inline(always)]
    fn group_backward(
        self,
        pixels: usize,
        [x, gradient]: [&[f32]; 2],
        [weight, bias]: [&[f32]; 2],
        out: &mut [f32],
    ) -> Vec<[f32; 2]> {
        let Moments { mean, scale } = self.moments(x);
        let mut sums = Vec::with_capacity(weight.len());
        let planes = x.chunks_exact(pixels).zip(gradient.chunks_exact(pixels));
        for (((x, gradient), out), (&weight, &bias)) in
            planes.zip(out.chunks_exact_mut(pixels)).zip(weight.iter().zip(bias))
        {
            // First, `out` receives the gradient of the non-linearity's input.
            for ((out, &x), &gradient) in out.iter_mut().zip(x).zip(gradient) {
                let slope = if self.activate { silu_slope((x - mean) * scale * weight + bias) } else { 1.0 };
                *out = gradient * slope;
            }
            sums.push([sum(x, out, |x, g| (x - mean) * scale * g), sum(out, out, |g, _| g)]);
        }
        let mean_of = |part: usize| {
            let total: f32 = sums.iter().zip(weight).map(|(sums, weight)| sums[part] * weight).sum();
            total / (x.len() as f32)
        };
        let (along, constant) = (mean_of(0), mean_of(1));
        for ((out, x), &weight) in out.chunks_exact_mut(pixels).zip(x.chunks_exact(pixels)).zip(weight) {
            for (out, &x) in out.iter_mut().zip(x) {
                *out = scale * (*out * weight - constant - (x - mean) * scale * along);
            }
        }
        sums
    }
}
