//! Sums, joins and silu over whole pictures.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::Arch;
use rayon::prelude::*;

use super::exponential;

/// How many numbers a thread takes at a time.
const PART: usize = 1 << 14;

/// `f(x, y)` of every pair of numbers.
#[inline(always)]
fn map(arch: Arch, x: &[f32], y: &[f32], f: impl Fn(f32, f32) -> f32 + Copy + Sync) -> Vec<f32> {
    let mut out = vec![0.0; x.len()];
    out.par_chunks_mut(PART).zip(x.par_chunks(PART)).zip(y.par_chunks(PART)).for_each(|((out, x), y)| {
        arch.dispatch(
            #[inline(always)]
            || out.iter_mut().zip(x).zip(y).for_each(|((out, &x), &y)| *out = f(x, y)),
        );
    });
    out
}

/// `(x + y) · factor`.
pub(super) fn sum(arch: Arch, x: &[f32], y: &[f32], factor: f32) -> Vec<f32> {
    map(
        arch,
        x,
        y,
        #[inline(always)]
        |x, y| (x + y) * factor,
    )
}

pub(super) fn silu(arch: Arch, x: &[f32]) -> Vec<f32> {
    map(
        arch,
        x,
        x,
        #[inline(always)]
        |x, _| exponential::silu(x),
    )
}

/// The gradient of silu's input, from the gradient of its result.
pub(super) fn silu_backward(arch: Arch, x: &[f32], gradient: &[f32]) -> Vec<f32> {
    map(
        arch,
        x,
        gradient,
        #[inline(always)]
        |x, gradient| gradient * exponential::silu_slope(x),
    )
}

/// Joins the numbers of two pictures: for each image its part of x, then its part of y.
pub(super) fn join(images: usize, x: &[f32], y: &[f32]) -> Vec<f32> {
    let (of_x, of_y) = (x.len() / images, y.len() / images);
    let mut out = vec![0.0; x.len() + y.len()];
    let parts = x.par_chunks(of_x).zip(y.par_chunks(of_y));
    out.par_chunks_mut(of_x + of_y).zip(parts).for_each(|(out, (x, y))| {
        out[..of_x].copy_from_slice(x);
        out[of_x..].copy_from_slice(y);
    });
    out
}

/// The inverse of [`join`]: the first `first` numbers of each image belong to x, the others to y.
pub(super) fn divide(images: usize, joined: &[f32], first: usize) -> [Vec<f32>; 2] {
    let each = joined.len() / images;
    let mut parts = [vec![0.0; images * first], vec![0.0; images * (each - first)]];
    let [x, y] = &mut parts;
    let both = x.par_chunks_mut(first).zip(y.par_chunks_mut(each - first));
    both.zip(joined.par_chunks(each)).for_each(|((x, y), joined)| {
        x.copy_from_slice(&joined[..first]);
        y.copy_from_slice(&joined[first..]);
    });
    parts
}
