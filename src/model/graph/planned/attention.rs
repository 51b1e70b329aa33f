//! Attention, computed for a tile of queries at a time, so that the scores stay in the nearest cache.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]
#![expect(clippy::needless_range_loop, reason = "indices of arrays that are registers")]

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::{LANES, Lanes};
use super::nonlinear::exp2;

/// Queries in a tile: two blocks of lanes.
pub(super) const QUERIES: usize = 2 * LANES;

/// `softmax(q kᵀ / √width) v` of every head (Vaswani et al. 2017, eq. 1).
#[derive(Clone, Copy, Debug)]
pub(super) struct Attention {
    pub(super) images: usize,
    /// Queries of an image: its pixels.
    pub(super) length: usize,
    /// Keys and values of an image: its pixels, or the places of another input.
    pub(super) keys: usize,
    pub(super) heads: usize,
    /// Channels of a head.
    pub(super) width: usize,
}

thread_local! {
    /// A tile's queries, one entry for each channel, and its scores, one for each key; the memory is kept between
    /// calls.
    static SCRATCH: RefCell<[Vec<[Lanes; 2]>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

impl Attention {
    pub(super) fn blocks(&self) -> usize {
        (self.heads * self.width).div_ceil(LANES)
    }

    /// The smallest number of heads that together fill whole blocks of channels (or all heads, if there are fewer).
    /// Such heads are a unit, which one thread computes.
    pub(super) fn together(&self) -> usize {
        let gcd = 1 << self.width.trailing_zeros().min(LANES.trailing_zeros());
        (LANES / gcd).min(self.heads)
    }

    /// Blocks of channels in a unit.
    pub(super) fn of_unit(&self) -> usize {
        (self.together() * self.width).div_ceil(LANES)
    }

    /// The queries, keys and values of one head and one image.
    #[inline(always)]
    pub(super) fn parts<'a>(&self, [q, kv]: [&'a [Lanes]; 2], image: usize, head: usize) -> [Part<'a>; 3] {
        let Self { images, length, keys, width, .. } = *self;
        let channel = head * width;
        let values = self.blocks() * LANES + channel;
        [(q, length, channel), (kv, keys, channel), (kv, keys, values)]
            .map(|(blocks, length, channel)| Part { blocks, images, image, length, channel, width })
    }

    /// `from`: first the blocks of the queries, for all pixels of all images; second the blocks of the keys,
    /// then of the values, for all of their places. `out`: as many blocks as the queries have.
    pub(super) fn run(&self, arch: Arch, from: [&[Lanes]; 2], out: &mut [Lanes]) {
        let rows = self.images * self.length;
        let of_unit = self.of_unit();
        let units = self.blocks().div_ceil(of_unit);
        let tiles = self.length.div_ceil(QUERIES);
        let mut pieces: Vec<_> =
            (0..units * self.images * tiles).map(|_| Vec::with_capacity(of_unit)).collect();
        for (block, out) in out.chunks_exact_mut(rows).enumerate() {
            for (image, out) in out.chunks_exact_mut(self.length).enumerate() {
                for (tile, out) in out.chunks_mut(QUERIES).enumerate() {
                    pieces[(block / of_unit * self.images + image) * tiles + tile].push(out);
                }
            }
        }
        pieces.into_par_iter().enumerate().for_each(|(i, out)| {
            SCRATCH.with_borrow_mut(|scratch| {
                let (unit, image) = (i / tiles / self.images, i / tiles % self.images);
                let first = i % tiles * QUERIES;
                arch.dispatch(Job { attention: *self, from, unit, image, first, out, scratch });
            });
        });
    }
}

/// The factor on `q kᵀ` that turns scores into exponents of 2: `log₂(e) / √width`.
pub(super) fn exponent(width: usize) -> f32 {
    std::f32::consts::LOG2_E / (width as f32).sqrt()
}

/// Some channels of one image, of pictures in blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) blocks: &'a [Lanes],
    pub(super) images: usize,
    pub(super) image: usize,
    /// Pixels of an image.
    pub(super) length: usize,
    /// The first channel; `width` is the number of channels.
    pub(super) channel: usize,
    pub(super) width: usize,
}

impl<'a> Part<'a> {
    #[inline(always)]
    pub(super) fn pixels(self, block: usize) -> &'a [Lanes] {
        &self.blocks[(block * self.images + self.image) * self.length..][..self.length]
    }

    /// Divides the channels into runs, given as (first channel, length): of C channels where so many lie in
    /// one block, and of single channels elsewhere.
    pub(super) fn runs<const C: usize>(self) -> impl Iterator<Item = (usize, usize)> {
        let end = self.channel + self.width;
        let run = move |channel: usize| if (end - channel).min(LANES - channel % LANES) >= C { C } else { 1 };
        let first = (self.width > 0).then(|| (self.channel, run(self.channel)));
        std::iter::successors(first, move |&(channel, length)| {
            let next = channel + length;
            (next < end).then(|| (next, run(next)))
        })
    }

    /// Copies `count` pixels from `first` on, times a factor, with the pixels of each channel side by side in `to`.
    #[inline(always)]
    pub(super) fn tile(self, first: usize, count: usize, factor: f32, to: &mut [[Lanes; 2]]) {
        for (channel, to) in (self.channel..).zip(to) {
            let pixels = &self.pixels(channel / LANES)[first..][..count];
            // Lanes without a pixel are zero, so that what is computed from them is finite.
            *to = [Lanes::ZERO; 2];
            for (i, pixel) in pixels.iter().enumerate() {
                to[i / LANES].0[i % LANES] = pixel.0[channel % LANES] * factor;
            }
        }
    }

    /// The scores of all pixels with the pixels of a tile, summed over channels; K pixels of H halves of the tile at a
    /// time.
    #[inline(always)]
    pub(super) fn scores<S: Simd, const K: usize, const H: usize, const V: usize>(
        self,
        simd: S,
        tile: &[[Lanes; 2]],
        scores: &mut [[Lanes; 2]],
    ) {
        let mut pixel = 0;
        while pixel < self.length {
            pixel += match self.length - pixel {
                left if left >= K => self.some::<S, K, H, V>(simd, pixel, tile, scores),
                _ => self.some::<S, 1, H, V>(simd, pixel, tile, scores),
            };
        }
    }

    /// The scores of K pixels. Returns K.
    #[inline(always)]
    fn some<S: Simd, const K: usize, const H: usize, const V: usize>(
        self,
        simd: S,
        pixel: usize,
        tile: &[[Lanes; 2]],
        scores: &mut [[Lanes; 2]],
    ) -> usize {
        for first in (0..2).step_by(H) {
            let mut sums = [[[simd.splat_f32s(0.0); V]; H]; K];
            let mut done = 0;
            while done < self.width {
                let lane = (self.channel + done) % LANES;
                let run = (LANES - lane).min(self.width - done);
                let pixels = &self.pixels((self.channel + done) / LANES)[pixel..];
                let mut numbers = [[].as_slice(); K];
                for (numbers, pixel) in numbers.iter_mut().zip(pixels) {
                    *numbers = &pixel.0[lane..][..run];
                }
                for (j, tile) in tile[done..][..run].iter().enumerate() {
                    let queries = vectors::<S, H, V>(simd, first, tile);
                    for i in 0..K {
                        let k = simd.splat_f32s(numbers[i][j]);
                        add(simd, k, &queries, &mut sums[i]);
                    }
                }
                done += run;
            }
            for (scores, sums) in scores[pixel..].iter_mut().zip(&sums) {
                set::<S, H, V>(first, sums, scores);
            }
        }
        K
    }

    /// For C channels from `channel` on, which lie in one block, and for every query of the tile: the sum
    /// over all pixels, weighted with the query's weights; H halves of the tile at a time.
    #[inline(always)]
    pub(super) fn weighted<S: Simd, const C: usize, const H: usize, const V: usize>(
        self,
        simd: S,
        channel: usize,
        weights: &[[Lanes; 2]],
    ) -> [[Lanes; 2]; C] {
        let mut out = [[Lanes::ZERO; 2]; C];
        for first in (0..2).step_by(H) {
            let mut sums = [[[simd.splat_f32s(0.0); V]; H]; C];
            for (weights, pixel) in weights.iter().zip(self.pixels(channel / LANES)) {
                let numbers: &[f32; C] = pixel.0[channel % LANES..].first_chunk().unwrap_or(&[0.0; C]);
                let weights = vectors::<S, H, V>(simd, first, weights);
                for i in 0..C {
                    add(simd, simd.splat_f32s(numbers[i]), &weights, &mut sums[i]);
                }
            }
            for (out, sums) in out.iter_mut().zip(&sums) {
                set::<S, H, V>(first, sums, out);
            }
        }
        out
    }
}

/// The vectors of H halves of a tile, from the half `first` on.
#[inline(always)]
fn vectors<S: Simd, const H: usize, const V: usize>(
    simd: S,
    first: usize,
    lanes: &[Lanes; 2],
) -> [[S::f32s; V]; H] {
    let mut vectors = [[simd.splat_f32s(0.0); V]; H];
    for half in 0..H {
        for v in 0..V {
            vectors[half][v] = lanes[(first + half) % 2].vector::<S>(v);
        }
    }
    vectors
}

/// Adds the product of a number and all vectors to the sums.
#[inline(always)]
fn add<S: Simd, const H: usize, const V: usize>(
    simd: S,
    number: S::f32s,
    vectors: &[[S::f32s; V]; H],
    sums: &mut [[S::f32s; V]; H],
) {
    for half in 0..H {
        for v in 0..V {
            sums[half][v] = simd.mul_add_e_f32s(number, vectors[half][v], sums[half][v]);
        }
    }
}

/// The inverse of [`vectors`].
#[inline(always)]
fn set<S: Simd, const H: usize, const V: usize>(
    first: usize,
    vectors: &[[S::f32s; V]; H],
    to: &mut [Lanes; 2],
) {
    for half in 0..H {
        for v in 0..V {
            to[(first + half) % 2].set::<S>(v, vectors[half][v]);
        }
    }
}

/// The work of one thread: a tile of queries, for the heads of one unit of one image.
struct Job<'a, 'o> {
    attention: Attention,
    from: [&'a [Lanes]; 2],
    unit: usize,
    image: usize,
    first: usize,
    out: Vec<&'o mut [Lanes]>,
    scratch: &'a mut [Vec<[Lanes; 2]>; 2],
}

impl WithSimd for Job<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let together = self.attention.together();
        // Lanes without a channel are zero.
        for out in &mut self.out {
            out.fill(Lanes::ZERO);
        }
        for head in self.unit * together..((self.unit + 1) * together).min(self.attention.heads) {
            match S::F32_LANES {
                16 => self.head::<S, 12, 16, 8, 2, 1>(simd, head),
                8 => self.head::<S, 6, 6, 4, 1, 2>(simd, head),
                4 => self.head::<S, 4, 4, 4, 1, 4>(simd, head),
                _ => self.head::<S, 1, 1, 1, 1, 16>(simd, head),
            }
        }
    }
}

/// The number of keys that are summed over for all queries before the next keys: the values of so many keys
/// in one block, 8 KiB, stay in the nearest cache.
const KEYS: usize = 128;

impl Job<'_, '_> {
    /// Computes one head. K keys or C channels of H halves of the tile, or Q queries, are in registers at a time; V is
    /// the number of vectors that make sixteen lanes.
    #[inline(always)]
    fn head<S: Simd, const K: usize, const Q: usize, const C: usize, const H: usize, const V: usize>(
        &mut self,
        simd: S,
        head: usize,
    ) {
        let [mut queries, mut scores] = std::mem::take(self.scratch);
        let Attention { keys, width, .. } = self.attention;
        let [q, k, v] = self.attention.parts(self.from, self.image, head);
        queries.resize(width, [Lanes::ZERO; 2]);
        scores.resize(keys, [Lanes::ZERO; 2]);
        q.tile(self.first, self.out[0].len(), exponent(width), &mut queries);
        k.scores::<S, K, H, V>(simd, &queries, &mut scores);
        let sums = exponentials::<S, V>(simd, &mut scores);
        if width.is_multiple_of(LANES) {
            for block in head * width / LANES..(head + 1) * width / LANES {
                self.block::<S, Q, V>(simd, block, &scores, &sums);
            }
        } else {
            for (channels, run) in v.runs::<C>() {
                match run {
                    1 => self.channels::<S, 1, H, V>(simd, v, channels, &scores, &sums),
                    _ => self.channels::<S, C, H, V>(simd, v, channels, &scores, &sums),
                }
            }
        }
        *self.scratch = [queries, scores];
    }

    /// Computes one block of channels of the result, for all queries.
    #[inline(always)]
    fn block<S: Simd, const Q: usize, const V: usize>(
        &mut self,
        simd: S,
        block: usize,
        scores: &[[Lanes; 2]],
        totals: &[Lanes; 2],
    ) {
        let [_, _, values] = self.attention.parts(self.from, self.image, 0);
        let values = values.pixels(self.attention.blocks() + block);
        let first = block - self.first_block();
        let out = &mut self.out[first];
        out.fill(Lanes::ZERO);
        for (scores, values) in scores.chunks(KEYS).zip(values.chunks(KEYS)) {
            for (half, out) in out.chunks_mut(LANES).enumerate() {
                let mut query = 0;
                while query < out.len() {
                    let lanes = [half, query];
                    let out = &mut out[query..];
                    query += match LANES - query {
                        left if left >= Q => queries::<S, Q, V>(simd, lanes, scores, values, out),
                        left if left >= 4 && Q > 4 => queries::<S, 4, V>(simd, lanes, scores, values, out),
                        _ => queries::<S, 1, V>(simd, lanes, scores, values, out),
                    };
                }
            }
        }
        for (i, out) in out.iter_mut().enumerate() {
            let total = simd.splat_f32s(1.0 / totals[i / LANES].0[i % LANES]);
            for v in 0..V {
                out.set::<S>(v, simd.mul_f32s(out.vector::<S>(v), total));
            }
        }
    }

    /// Computes C channels of the result, which lie in one block, for all queries. Used for heads that share blocks:
    /// the lanes hold queries instead of channels.
    #[inline(always)]
    fn channels<S: Simd, const C: usize, const H: usize, const V: usize>(
        &mut self,
        simd: S,
        values: Part<'_>,
        channel: usize,
        scores: &[[Lanes; 2]],
        totals: &[Lanes; 2],
    ) {
        let mut means = values.weighted::<S, C, H, V>(simd, channel, scores);
        for mean in means.iter_mut().flat_map(|mean| mean.iter_mut().zip(totals)) {
            let (mean, total) = mean;
            for v in 0..V {
                mean.set::<S>(v, simd.div_f32s(mean.vector::<S>(v), total.vector::<S>(v)));
            }
        }
        let channel = channel - self.attention.blocks() * LANES;
        let out = &mut self.out[channel / LANES - self.unit * self.attention.of_unit()];
        for (query, out) in out.iter_mut().enumerate() {
            for (i, mean) in means.iter().enumerate() {
                out.0[channel % LANES + i] = mean[query / LANES].0[query % LANES];
            }
        }
    }

    /// The first block of the unit.
    #[inline(always)]
    fn first_block(&self) -> usize {
        self.unit * self.attention.of_unit()
    }
}

/// Adds the sums over keys of the values in one block, weighted with the scores of Q queries, to `out`. The
/// queries are in the half `half` of the tile, in the lanes from `lane` on. Returns Q. At the end of the
/// tile, `out` may have fewer than Q entries.
#[inline(always)]
fn queries<S: Simd, const Q: usize, const V: usize>(
    simd: S,
    [half, lane]: [usize; 2],
    scores: &[[Lanes; 2]],
    values: &[Lanes],
    out: &mut [Lanes],
) -> usize {
    let mut sums = [[simd.splat_f32s(0.0); V]; Q];
    for (sums, out) in sums.iter_mut().zip(&*out) {
        for (v, sum) in sums.iter_mut().enumerate() {
            *sum = out.vector::<S>(v);
        }
    }
    for (scores, value) in scores.iter().zip(values) {
        let scores: &[f32; Q] = scores[half % 2].0[lane % LANES..].first_chunk().unwrap_or(&[0.0; Q]);
        let mut vectors = [simd.splat_f32s(0.0); V];
        for v in 0..V {
            vectors[v] = value.vector::<S>(v);
        }
        for i in 0..Q {
            let score = simd.splat_f32s(scores[i]);
            for v in 0..V {
                sums[i][v] = simd.mul_add_e_f32s(score, vectors[v], sums[i][v]);
            }
        }
    }
    for (sums, out) in sums.iter().zip(out) {
        for (v, &sum) in sums.iter().enumerate() {
            out.set::<S>(v, sum);
        }
    }
    Q
}

/// Replaces every score s by 2^(s − m), where m is the largest score of its query. Returns their sums, one for each
/// query. V is the number of vectors that make sixteen lanes.
#[inline(always)]
pub(super) fn exponentials<S: Simd, const V: usize>(simd: S, scores: &mut [[Lanes; 2]]) -> [Lanes; 2] {
    // The maxima of all vectors are found side by side: in a loop over a single vector, each operation would
    // wait for the operation before.
    let mut most = [[simd.splat_f32s(f32::NEG_INFINITY); V]; 2];
    for scores in scores.iter() {
        for half in 0..2 {
            for v in 0..V {
                most[half][v] = simd.max_f32s(most[half][v], scores[half].vector::<S>(v));
            }
        }
    }
    let mut totals = [Lanes::ZERO; 2];
    for half in 0..2 {
        let mut total = [simd.splat_f32s(0.0); V];
        for scores in scores.iter_mut() {
            for v in 0..V {
                let power = exp2(simd, simd.sub_f32s(scores[half].vector::<S>(v), most[half][v]));
                scores[half].set::<S>(v, power);
                total[v] = simd.add_f32s(total[v], power);
            }
        }
        for (v, total) in total.into_iter().enumerate() {
            totals[half].set::<S>(v, total);
        }
    }
    totals
}
