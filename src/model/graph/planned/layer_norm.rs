//! Layer normalisation (Ba et al. 2016): over the channels of every pixel.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::{Channels, LANES, Lanes};

/// Pixels that are normalised together.
pub(super) const ROWS: usize = 32;

/// A normalisation of pictures with certain channels.
#[derive(Clone, Debug)]
pub(super) struct LayerNorm {
    pub(super) channels: Channels,
    pub(super) eps: f32,
    /// For each block: 1 in lanes that hold a channel, 0 in the others.
    pub(super) held: Vec<Lanes>,
    pub(super) weight: Vec<Lanes>,
    bias: Vec<Lanes>,
}

impl LayerNorm {
    /// `weight` and `bias` have one number for each channel.
    pub(super) fn new(channels: &Channels, eps: f64, [weight, bias]: [&[f32]; 2]) -> Self {
        Self {
            channels: channels.clone(),
            eps: eps as f32,
            held: channels.spread(&vec![1.0; channels.count()]),
            weight: channels.spread(weight),
            bias: channels.spread(bias),
        }
    }

    /// Takes other weights and biases, one for each channel.
    pub(super) fn set(&mut self, [weight, bias]: [&[f32]; 2]) {
        (self.weight, self.bias) = (self.channels.spread(weight), self.channels.spread(bias));
    }

    /// The numbers of channels in blocks, one for each of the channels.
    pub(super) fn dense(&self, blocks: &[Lanes]) -> Vec<f32> {
        self.channels.dense(blocks)
    }

    /// `from` and `to`: for each block, one row for every pixel.
    pub(super) fn run(&self, arch: Arch, from: &[Lanes], to: &mut [Lanes]) {
        let rows = from.len() / self.held.len();
        let mut pieces: Vec<_> =
            (0..rows.div_ceil(ROWS)).map(|_| Vec::with_capacity(self.held.len())).collect();
        for to in to.chunks_exact_mut(rows) {
            for (piece, to) in pieces.iter_mut().zip(to.chunks_mut(ROWS)) {
                piece.push(to);
            }
        }
        pieces.into_par_iter().enumerate().for_each(|(i, to)| {
            arch.dispatch(Job { norm: self, from, rows, first: i * ROWS, to });
        });
    }
}

/// The work of one thread: a few pixels.
struct Job<'a, 'o> {
    norm: &'a LayerNorm,
    from: &'a [Lanes],
    /// The number of pixels in a block; `first` is the first pixel of this job.
    rows: usize,
    first: usize,
    /// For each block, the results for the job's pixels.
    to: Vec<&'o mut [Lanes]>,
}

impl WithSimd for Job<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { norm, from, rows, first, to } = self;
        let count = to.first().map_or(0, |to| to.len());
        let pixels = |block: usize| &from[block * rows + first..][..count];
        let channels = norm.channels.count() as f32;
        let mut sums = [Lanes::ZERO; ROWS];
        for block in 0..to.len() {
            for (sum, x) in sums.iter_mut().zip(pixels(block)) {
                for v in 0..Lanes::vectors::<S>() {
                    sum.set::<S>(v, simd.add_f32s(sum.vector::<S>(v), x.vector::<S>(v)));
                }
            }
        }
        let means = sums.map(|sum| total(&sum) / channels);
        let mut squares = [Lanes::ZERO; ROWS];
        for (block, held) in norm.held.iter().enumerate() {
            for ((sum, x), mean) in squares.iter_mut().zip(pixels(block)).zip(means) {
                for v in 0..Lanes::vectors::<S>() {
                    let centred = simd.sub_f32s(x.vector::<S>(v), simd.splat_f32s(mean));
                    // Lanes without a channel do not count.
                    let centred = simd.mul_f32s(centred, held.vector::<S>(v));
                    sum.set::<S>(v, simd.mul_add_e_f32s(centred, centred, sum.vector::<S>(v)));
                }
            }
        }
        let factors = squares.map(|sum| 1.0 / (total(&sum) / channels + norm.eps).sqrt());
        for (block, to) in to.into_iter().enumerate() {
            let (weight, bias) = (norm.weight[block], norm.bias[block]);
            for (i, (to, x)) in to.iter_mut().zip(pixels(block)).enumerate() {
                for v in 0..Lanes::vectors::<S>() {
                    let centred = simd.sub_f32s(x.vector::<S>(v), simd.splat_f32s(means[i]));
                    let normal = simd.mul_f32s(centred, simd.splat_f32s(factors[i]));
                    to.set::<S>(v, simd.mul_add_e_f32s(normal, weight.vector::<S>(v), bias.vector::<S>(v)));
                }
            }
        }
    }
}

/// The sum of all lanes, in pairs.
#[inline(always)]
pub(super) fn total(lanes: &Lanes) -> f32 {
    let mut sums = lanes.0;
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            sums[i] += sums[i + half];
        }
        half /= 2;
    }
    sums[0]
}
