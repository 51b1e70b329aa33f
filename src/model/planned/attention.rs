//! Attention of a tile of queries at a time: scores never leave the nearest cache.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]
#![expect(clippy::needless_range_loop, reason = "indices of arrays that are registers")]

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::{LANES, Lanes};
use super::nonlinear::exp2;

/// Queries of a tile: two blocks of lanes.
const QUERIES: usize = 2 * LANES;

/// `softmax(q kᵀ / √width) v` of every head (Vaswani et al. 2017, eq. 1).
#[derive(Clone, Copy, Debug)]
pub(super) struct Attention {
    pub(super) images: usize,
    /// Pixels of an image.
    pub(super) length: usize,
    pub(super) heads: usize,
    /// Channels of a head.
    pub(super) width: usize,
}

thread_local! {
    /// Queries, with their channels before them, and scores; kept between calls.
    static SCRATCH: RefCell<[Vec<[Lanes; 2]>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

impl Attention {
    fn blocks(&self) -> usize {
        (self.heads * self.width).div_ceil(LANES)
    }

    /// Heads that share no block with others.
    fn together(&self) -> usize {
        let gcd = 1 << self.width.trailing_zeros().min(LANES.trailing_zeros());
        (LANES / gcd).min(self.heads)
    }

    /// `qkv`: blocks of queries, then of keys, then of values, for every pixel of every image; `out`: as
    /// many as of one of them.
    pub(super) fn run(&self, arch: Arch, qkv: &[Lanes], out: &mut [Lanes]) {
        let rows = self.images * self.length;
        let of_unit = (self.together() * self.width).div_ceil(LANES);
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
                arch.dispatch(Job { attention: *self, qkv, unit, image, first, out, scratch });
            });
        });
    }
}

/// A tile of queries of the heads of one unit.
struct Job<'a, 'o> {
    attention: Attention,
    qkv: &'a [Lanes],
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
        // Lanes of no channel are zero.
        for out in &mut self.out {
            out.fill(Lanes::ZERO);
        }
        for head in self.unit * together..((self.unit + 1) * together).min(self.attention.heads) {
            match S::F32_LANES {
                16 => self.head::<S, 12, 16, 8, 1>(simd, head),
                8 => self.head::<S, 3, 4, 2, 2>(simd, head),
                4 => self.head::<S, 3, 4, 2, 4>(simd, head),
                _ => self.head::<S, 1, 1, 1, 16>(simd, head),
            }
        }
    }
}

impl Job<'_, '_> {
    /// The pixels of one image in a block of `qkv`.
    #[inline(always)]
    fn pixels(&self, block: usize) -> &[Lanes] {
        let Attention { images, length, .. } = self.attention;
        &self.qkv[(block * images + self.image) * length..][..length]
    }

    /// One head's: K keys, Q queries or C channels are in registers at a time, with V vectors for sixteen
    /// lanes.
    #[inline(always)]
    fn head<S: Simd, const K: usize, const Q: usize, const C: usize, const V: usize>(
        &mut self,
        simd: S,
        head: usize,
    ) {
        let [mut queries, mut scores] = std::mem::take(self.scratch);
        let Attention { length, width, .. } = self.attention;
        queries.resize(width, [Lanes::ZERO; 2]);
        scores.resize(length, [Lanes::ZERO; 2]);
        self.queries(head, &mut queries);
        let mut key = 0;
        while key < length {
            key += match length - key {
                left if left >= K => self.scores::<S, K, V>(simd, head, key, &queries, &mut scores),
                _ => self.scores::<S, 1, V>(simd, head, key, &queries, &mut scores),
            };
        }
        let sums = exponentials(simd, &mut scores);
        if width.is_multiple_of(LANES) {
            for query in (0..self.out[0].len()).step_by(Q) {
                for block in head * width / LANES..(head + 1) * width / LANES {
                    self.blocks::<S, Q, V>(simd, block, query, &scores, &sums);
                }
            }
        } else {
            let mut done = 0;
            while done < width {
                let channel = head * width + done;
                done += match (width - done).min(LANES - channel % LANES) {
                    run if run >= C => self.channels::<S, C, V>(simd, channel, &scores, &sums),
                    _ => self.channels::<S, 1, V>(simd, channel, &scores, &sums),
                };
            }
        }
        *self.scratch = [queries, scores];
    }

    /// The tile's queries, so scaled that scores are exponents of 2: for every channel, those of all.
    #[inline(always)]
    fn queries(&self, head: usize, queries: &mut [[Lanes; 2]]) {
        let scale = std::f32::consts::LOG2_E / (queries.len() as f32).sqrt();
        let count = self.out[0].len();
        for (channel, queries) in (head * queries.len()..).zip(queries) {
            let pixels = &self.pixels(channel / LANES)[self.first..][..count];
            // The lanes of no query attend to something finite.
            *queries = [Lanes::ZERO; 2];
            for (i, pixel) in pixels.iter().enumerate() {
                queries[i / LANES].0[i % LANES] = pixel.0[channel % LANES] * scale;
            }
        }
    }

    /// Scores of K keys. Returns K.
    #[inline(always)]
    fn scores<S: Simd, const K: usize, const V: usize>(
        &self,
        simd: S,
        head: usize,
        key: usize,
        queries: &[[Lanes; 2]],
        scores: &mut [[Lanes; 2]],
    ) -> usize {
        let Attention { heads, width, .. } = self.attention;
        let mut sums = [[[simd.splat_f32s(0.0); V]; 2]; K];
        let channels = (heads * width).div_ceil(LANES) * LANES + head * width;
        let mut done = 0;
        while done < width {
            let lane = (channels + done) % LANES;
            let run = (LANES - lane).min(width - done);
            let keys = &self.pixels((channels + done) / LANES)[key..];
            let mut numbers = [[].as_slice(); K];
            for (numbers, key) in numbers.iter_mut().zip(keys) {
                *numbers = &key.0[lane..][..run];
            }
            for (j, queries) in queries[done..][..run].iter().enumerate() {
                for i in 0..K {
                    let k = simd.splat_f32s(numbers[i][j]);
                    for half in 0..2 {
                        for v in 0..V {
                            let q = queries[half].vector::<S>(v);
                            sums[i][half][v] = simd.mul_add_e_f32s(k, q, sums[i][half][v]);
                        }
                    }
                }
            }
            done += run;
        }
        for (scores, sums) in scores[key..].iter_mut().zip(&sums) {
            for half in 0..2 {
                for v in 0..V {
                    scores[half].set::<S>(v, sums[half][v]);
                }
            }
        }
        K
    }

    /// A block of the result, of Q queries.
    #[inline(always)]
    fn blocks<S: Simd, const Q: usize, const V: usize>(
        &mut self,
        simd: S,
        block: usize,
        query: usize,
        scores: &[[Lanes; 2]],
        totals: &[Lanes; 2],
    ) {
        let values = self.pixels(2 * self.attention.blocks() + block);
        let mut sums = [[simd.splat_f32s(0.0); V]; Q];
        for (scores, value) in scores.iter().zip(values) {
            let scores: &[f32; Q] =
                scores[query / LANES].0[query % LANES..].first_chunk().unwrap_or(&[0.0; Q]);
            for i in 0..Q {
                let score = simd.splat_f32s(scores[i]);
                for v in 0..V {
                    sums[i][v] = simd.mul_add_e_f32s(score, value.vector::<S>(v), sums[i][v]);
                }
            }
        }
        let first = block - self.first_block();
        for (i, out) in self.out[first][query..].iter_mut().take(Q).enumerate() {
            let total = simd.splat_f32s(1.0 / totals[query / LANES].0[query % LANES + i]);
            for v in 0..V {
                out.set::<S>(v, simd.mul_f32s(sums[i][v], total));
            }
        }
    }

    /// C channels of the result that lie in one block, of all queries: for heads that share blocks, with
    /// queries instead of channels side by side. Returns C.
    #[inline(always)]
    fn channels<S: Simd, const C: usize, const V: usize>(
        &mut self,
        simd: S,
        channel: usize,
        scores: &[[Lanes; 2]],
        totals: &[Lanes; 2],
    ) -> usize {
        let (block, lane) = (channel / LANES, channel % LANES);
        let values = self.pixels(2 * self.attention.blocks() + block);
        let mut sums = [[[simd.splat_f32s(0.0); V]; 2]; C];
        for (scores, value) in scores.iter().zip(values) {
            let value: &[f32; C] = value.0[lane..].first_chunk().unwrap_or(&[0.0; C]);
            for i in 0..C {
                let value = simd.splat_f32s(value[i]);
                for half in 0..2 {
                    for v in 0..V {
                        let score = scores[half].vector::<S>(v);
                        sums[i][half][v] = simd.mul_add_e_f32s(value, score, sums[i][half][v]);
                    }
                }
            }
        }
        let mut means = [[Lanes::ZERO; 2]; C];
        for i in 0..C {
            for half in 0..2 {
                for v in 0..V {
                    let mean = simd.div_f32s(sums[i][half][v], totals[half].vector::<S>(v));
                    means[i][half].set::<S>(v, mean);
                }
            }
        }
        let first = block - self.first_block();
        for (query, out) in self.out[first].iter_mut().enumerate() {
            for i in 0..C {
                out.0[lane + i] = means[i][query / LANES].0[query % LANES];
            }
        }
        C
    }

    /// Of the unit.
    #[inline(always)]
    fn first_block(&self) -> usize {
        self.unit * self.attention.together() * self.attention.width / LANES
    }
}

/// Replaces every score with its power of 2, relative to its query's largest; returns their sums.
#[inline(always)]
fn exponentials<S: Simd>(simd: S, scores: &mut [[Lanes; 2]]) -> [Lanes; 2] {
    let mut totals = [Lanes::ZERO; 2];
    for half in 0..2 {
        for v in 0..Lanes::vectors::<S>() {
            let mut most = simd.splat_f32s(f32::NEG_INFINITY);
            for scores in scores.iter() {
                most = simd.max_f32s(most, scores[half].vector::<S>(v));
            }
            let mut total = simd.splat_f32s(0.0);
            for scores in scores.iter_mut() {
                let power = exp2(simd, simd.sub_f32s(scores[half].vector::<S>(v), most));
                scores[half].set::<S>(v, power);
                total = simd.add_f32s(total, power);
            }
            totals[half].set::<S>(v, total);
        }
    }
    totals
}
