//! Gradients of attention. Scores are not kept: they are computed again, a tile of queries at a time (after
//! Dao et al. 2022, section 3.1).

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]
#![expect(clippy::needless_range_loop, reason = "indices of arrays that are registers")]

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::model::graph::planned::attention::{Attention, Part, QUERIES, exponent, exponentials};
use crate::model::graph::planned::lanes::{LANES, Lanes};

thread_local! {
    /// Each thread's working memory; kept between calls.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Working memory for one tile of queries of one head.
#[derive(Default)]
struct Scratch {
    /// The queries, and the gradients of their results: for every channel, the numbers of all queries of the tile.
    queries: Vec<[Lanes; 2]>,
    slopes: Vec<[Lanes; 2]>,
    /// For every key, the weights of all queries of the tile, and the gradients of their scores.
    weights: Vec<[Lanes; 2]>,
    of_scores: Vec<[Lanes; 2]>,
}

/// Computes the gradients of queries, which are written to the first of `to`, and of keys and values, which are written
/// to the second one after another. `from` is as in [`Attention::run`].
pub(super) fn run(
    arch: Arch,
    attention: Attention,
    from: [&[Lanes]; 2],
    [result, gradient]: [&[Lanes]; 2],
    [of_queries, of_context]: [&mut [Lanes]; 2],
) {
    let Attention { images, length, keys, .. } = attention;
    let (blocks, of_unit) = (attention.blocks(), attention.of_unit());
    let units = blocks.div_ceil(of_unit);
    let mut pieces: Vec<_> =
        (0..units * images).map(|_| [0; 3].map(|_| Vec::with_capacity(of_unit))).collect();
    for (block, to) in of_queries.chunks_exact_mut(images * length).enumerate() {
        for (image, to) in to.chunks_exact_mut(length).enumerate() {
            pieces[block / of_unit * images + image][0].push(to);
        }
    }
    for (block, to) in of_context.chunks_exact_mut(images * keys).enumerate() {
        for (image, to) in to.chunks_exact_mut(keys).enumerate() {
            pieces[block % blocks / of_unit * images + image][1 + block / blocks].push(to);
        }
    }
    pieces.into_par_iter().enumerate().for_each(|(i, out)| {
        SCRATCH.with_borrow_mut(|scratch| {
            let (unit, image) = (i / images, i % images);
            arch.dispatch(Job { attention, from, result, gradient, unit, image, out, scratch });
        });
    });
}

/// The work of one thread: the heads of one unit, of one image.
struct Job<'a, 'o> {
    attention: Attention,
    from: [&'a [Lanes]; 2],
    result: &'a [Lanes],
    gradient: &'a [Lanes],
    unit: usize,
    image: usize,
    /// The blocks of the gradients of queries, of keys and of values.
    out: [Vec<&'o mut [Lanes]>; 3],
    scratch: &'a mut Scratch,
}

impl WithSimd for Job<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        self.out.iter_mut().flatten().for_each(|out| out.fill(Lanes::ZERO));
        let together = self.attention.together();
        for head in self.unit * together..((self.unit + 1) * together).min(self.attention.heads) {
            for first in (0..self.attention.length).step_by(QUERIES) {
                match S::F32_LANES {
                    16 => self.tile::<S, 12, 8, 2, 1, 12>(simd, head, first),
                    8 => self.tile::<S, 6, 4, 1, 2, 6>(simd, head, first),
                    4 => self.tile::<S, 4, 4, 1, 4, 4>(simd, head, first),
                    _ => self.tile::<S, 1, 1, 1, 16, 1>(simd, head, first),
                }
            }
        }
    }
}

impl Job<'_, '_> {
    /// Adds what one tile of queries of one head contributes to the gradients. K keys or C channels of H
    /// halves of the tile, or sixteen channels of A keys, are in registers at a time; V is the number of
    /// vectors that make sixteen lanes.
    #[inline(always)]
    fn tile<S: Simd, const K: usize, const C: usize, const H: usize, const V: usize, const A: usize>(
        &mut self,
        simd: S,
        head: usize,
        first: usize,
    ) {
        let Attention { images, length, keys, width, .. } = self.attention;
        let count = (length - first).min(QUERIES);
        let [q, k, v] = self.attention.parts(self.from, self.image, head);
        let [out, slope] = [self.result, self.gradient].map(|blocks| Part {
            blocks,
            images,
            image: self.image,
            length,
            channel: head * width,
            width,
        });
        let Scratch { queries, slopes, weights, of_scores } = &mut *self.scratch;
        queries.resize(width, [Lanes::ZERO; 2]);
        slopes.resize(width, [Lanes::ZERO; 2]);
        weights.resize(keys, [Lanes::ZERO; 2]);
        of_scores.resize(keys, [Lanes::ZERO; 2]);
        q.tile(first, count, exponent(width), queries);
        slope.tile(first, count, 1.0, slopes);
        k.scores::<S, K, H, V>(simd, queries, weights);
        let totals = exponentials::<S, V>(simd, weights);
        v.scores::<S, K, H, V>(simd, slopes, of_scores);
        // For each query, the sum Σ w g over keys equals the product of its result with the result's gradient.
        let mut means = [Lanes::ZERO; 2];
        out.dot(slope, first, count, &mut means);
        soften(simd, weights, of_scores, &totals, &means);
        let scale = 1.0 / (width as f32).sqrt();
        let block = self.unit * self.attention.of_unit();
        let [of_queries, of_keys, of_values] = &mut self.out;
        for (channel, run) in k.runs::<C>() {
            let lane = channel - block * LANES;
            let out = &mut of_queries[lane / LANES][first..][..count];
            match run {
                1 => place(&k.weighted::<S, 1, H, V>(simd, channel, of_scores), scale, lane % LANES, out),
                _ => place(&k.weighted::<S, C, H, V>(simd, channel, of_scores), scale, lane % LANES, out),
            }
        }
        for own in head * width / LANES..((head + 1) * width).div_ceil(LANES) {
            accumulate::<S, A, V>(simd, q, own, [first, count], scale, of_scores, of_keys[own - block]);
            accumulate::<S, A, V>(simd, slope, own, [first, count], 1.0, weights, of_values[own - block]);
        }
    }
}

impl Part<'_> {
    /// Adds, for `count` pixels from `first` on, the products with another part's pixels, summed over
    /// channels, to `to`.
    #[inline(always)]
    fn dot(self, other: Self, first: usize, count: usize, to: &mut [Lanes; 2]) {
        for channel in self.channel..self.channel + self.width {
            let [a, b] = [self, other].map(|part| &part.pixels(channel / LANES)[first..][..count]);
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                to[i / LANES].0[i % LANES] += a.0[channel % LANES] * b.0[channel % LANES];
            }
        }
    }
}

/// Divides the weights w by their totals, then turns the gradients g of the weights into the gradients of the
/// scores, `w (g − Σ w g)` (the derivative of a softmax).
#[inline(always)]
fn soften<S: Simd>(
    simd: S,
    weights: &mut [[Lanes; 2]],
    slopes: &mut [[Lanes; 2]],
    totals: &[Lanes; 2],
    means: &[Lanes; 2],
) {
    for half in 0..2 {
        for v in 0..Lanes::vectors::<S>() {
            let factor = simd.div_f32s(simd.splat_f32s(1.0), totals[half].vector::<S>(v));
            let mean = means[half].vector::<S>(v);
            for (weight, slope) in weights.iter_mut().zip(&mut *slopes) {
                let w = simd.mul_f32s(weight[half].vector::<S>(v), factor);
                weight[half].set::<S>(v, w);
                let centred = simd.sub_f32s(slope[half].vector::<S>(v), mean);
                slope[half].set::<S>(v, simd.mul_f32s(w, centred));
            }
        }
    }
}

/// Writes C channels of a tile's pixels, times a factor, to the lanes from `lane` on.
#[inline(always)]
fn place<const C: usize>(tile: &[[Lanes; 2]; C], factor: f32, lane: usize, to: &mut [Lanes]) {
    for (i, to) in to.iter_mut().enumerate() {
        for (j, tile) in tile.iter().enumerate() {
            to.0[lane + j] = tile[i / LANES].0[i % LANES] * factor;
        }
    }
}

/// Adds to every entry of `to`, which belongs to a key: the sum over the tile's pixels in one block of the
/// part, each weighted with its weight for the key and multiplied by `factor`.
#[inline(always)]
fn accumulate<S: Simd, const K: usize, const V: usize>(
    simd: S,
    part: Part<'_>,
    block: usize,
    [first, count]: [usize; 2],
    factor: f32,
    weights: &[[Lanes; 2]],
    to: &mut [Lanes],
) {
    // Only the channels of this head are added: the other channels of a block belong to heads with other weights.
    let own = part.channel.saturating_sub(block * LANES)
        ..(part.channel + part.width).saturating_sub(block * LANES).min(LANES);
    let mut pixels = [Lanes::ZERO; QUERIES];
    for (to, from) in pixels.iter_mut().zip(&part.pixels(block)[first..][..count]) {
        to.0[own.clone()].iter_mut().zip(&from.0[own.clone()]).for_each(|(to, from)| *to = from * factor);
    }
    // Vectors that hold no channel of this head are left out.
    let lanes = LANES / V;
    let vectors = own.start / lanes..own.end.div_ceil(lanes);
    if vectors.len() == V {
        keys::<S, K, V>(simd, 0, &pixels[..count], weights, to);
    } else {
        for v in vectors {
            keys::<S, 8, 1>(simd, v, &pixels[..count], weights, to);
        }
    }
}

/// Adds the weighted sum of the pixels to W vectors of every key, from the vector `v` on, for K keys at a
/// time.
#[inline(always)]
fn keys<S: Simd, const K: usize, const W: usize>(
    simd: S,
    v: usize,
    pixels: &[Lanes],
    weights: &[[Lanes; 2]],
    to: &mut [Lanes],
) {
    let mut key = 0;
    while key < to.len() {
        let (weights, to) = (&weights[key..], &mut to[key..]);
        key += match to.len() {
            left if left >= K => some::<S, K, W>(simd, v, pixels, weights, to),
            _ => some::<S, 1, W>(simd, v, pixels, weights, to),
        };
    }
}

/// Like [`keys`], for K keys. Returns K.
#[inline(always)]
fn some<S: Simd, const K: usize, const W: usize>(
    simd: S,
    v: usize,
    pixels: &[Lanes],
    weights: &[[Lanes; 2]],
    to: &mut [Lanes],
) -> usize {
    let mut sums = [[simd.splat_f32s(0.0); W]; K];
    for (sums, to) in sums.iter_mut().zip(&*to) {
        for (w, sum) in sums.iter_mut().enumerate() {
            *sum = to.vector::<S>(v + w);
        }
    }
    let weights = weights.first_chunk::<K>().unwrap_or(&[[Lanes::ZERO; 2]; K]);
    for (half, pixels) in pixels.chunks(LANES).enumerate() {
        for (i, pixel) in pixels.iter().enumerate() {
            for n in 0..K {
                let weight = simd.splat_f32s(weights[n][half % 2].0[i % LANES]);
                for w in 0..W {
                    sums[n][w] = simd.mul_add_e_f32s(weight, pixel.vector::<S>(v + w), sums[n][w]);
                }
            }
        }
    }
    for (sums, to) in sums.iter().zip(to) {
        for (w, &sum) in sums.iter().enumerate() {
            to.set::<S>(v + w, sum);
        }
    }
    K
}
