//! Attention, computed for a tile of queries at a time, so that the scores stay in the nearest cache.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

mod backward;

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::exponential::exp;
use super::product::{Part, WIDEST};

/// The shape of queries, keys, values and the result: `[images, heads · width, length]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heads {
    pub(super) width: usize,
    pub(super) length: usize,
}

thread_local! {
    /// The tile of queries, its scores and its result; the memory is kept between calls.
    static BUFFERS: RefCell<[Vec<f32>; 3]> = const { RefCell::new([Vec::new(), Vec::new(), Vec::new()]) };
}

impl Heads {
    /// `softmax(q kᵀ / √width) v` of every head (Vaswani et al. 2017, eq. 1).
    pub(super) fn attend(self, arch: Arch, [q, k, v]: [&[f32]; 3]) -> Vec<f32> {
        let Self { width, length } = self;
        let mut keys = vec![0.0; k.len()];
        let scale = 1.0 / (width as f32).sqrt();
        keys.par_chunks_mut(width * length).zip(k.par_chunks(width * length)).for_each(|(keys, k)| {
            for (i, k) in k.chunks_exact(length).enumerate() {
                keys[i..].iter_mut().step_by(width).zip(k).for_each(|(key, k)| *key = k * scale);
            }
        });
        let mut out = vec![0.0; q.len()];
        let head = width * length;
        let tiles = length.div_ceil(WIDEST);
        // A tile's result is spread over `width` rows of its head, so each piece of work gets a part of each
        // of these rows.
        let mut pieces: Vec<_> = (0..q.len() / head * tiles).map(|_| Vec::with_capacity(width)).collect();
        for (i, row) in out.chunks_mut(length).enumerate() {
            for (tile, part) in row.chunks_mut(WIDEST).enumerate() {
                pieces[i / width * tiles + tile].push(part);
            }
        }
        pieces.into_par_iter().enumerate().for_each(|(i, rows)| {
            let own = i / tiles * head..(i / tiles + 1) * head;
            let (q, keys, v) = (&q[own.clone()], &keys[own.clone()], &v[own]);
            let first = i % tiles * WIDEST;
            BUFFERS.with_borrow_mut(|buffers| {
                arch.dispatch(Tile { heads: self, q, keys, v, first, rows, buffers });
            });
        });
        out
    }
}

/// One tile of work: the queries from `first` on, of one head.
struct Tile<'a, 'o> {
    heads: Heads,
    /// `[width, length]`.
    q: &'a [f32],
    /// `[length, width]`, scaled.
    keys: &'a [f32],
    /// `[width, length]`.
    v: &'a [f32],
    first: usize,
    rows: Vec<&'o mut [f32]>,
    buffers: &'a mut [Vec<f32>; 3],
}

impl WithSimd for Tile<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match S::F32_LANES {
            16 => self.run::<S, 8, 2>(simd),
            8 => self.run::<S, 3, 4>(simd),
            4 => self.run::<S, 3, 8>(simd),
            _ => self.run::<S, 1, 32>(simd),
        }
    }
}

impl Tile<'_, '_> {
    #[inline(always)]
    fn run<S: Simd, const H: usize, const W: usize>(self, simd: S) {
        let Self { heads: Heads { width, length }, q, keys, v, first, rows, buffers } = self;
        let [queries, scores, out] = buffers;
        queries.resize(width * WIDEST, 0.0);
        scores.resize(length * WIDEST, 0.0);
        out.resize(width * WIDEST, 0.0);
        for (q, queries) in q.chunks_exact(length).zip(queries.chunks_exact_mut(WIDEST)) {
            let q = &q[first..(first + WIDEST).min(length)];
            queries[..q.len()].copy_from_slice(q);
            // Lanes without a query are set to 0, so that what is computed from them is finite.
            queries[q.len()..].fill(0.0);
        }
        multiply::<S, H, W>(simd, [keys, queries], [length, width], scores);
        let sums = exponentials(scores);
        multiply::<S, H, W>(simd, [v, scores], [width, length], out);
        for (row, out) in rows.into_iter().zip(out.as_chunks::<WIDEST>().0) {
            for (i, row) in row.iter_mut().enumerate() {
                *row = out[i] / sums[i];
            }
        }
    }
}

/// The product `a b` of `[height, depth]` and a tile `[depth, WIDEST]`.
#[inline(always)]
fn multiply<S: Simd, const H: usize, const W: usize>(
    simd: S,
    [a, b]: [&[f32]; 2],
    [height, depth]: [usize; 2],
    out: &mut [f32],
) {
    let (panel, _) = S::as_simd_f32s(b);
    let (panel, _) = panel.as_chunks::<W>();
    for row in (0..height).step_by(H) {
        let part = Part { a: &a[row * depth..], stride: depth, panel, width: WIDEST, add: false };
        part.of_height::<S, H>(simd, (height - row).min(H), &mut out[row * WIDEST..]);
    }
}

/// Replaces every score by its exponential, relative to the largest score of its query. Returns their sums, one for
/// each query.
#[inline(always)]
fn exponentials(scores: &mut [f32]) -> [f32; WIDEST] {
    let (scores, _) = scores.as_chunks_mut::<WIDEST>();
    let mut most = [f32::NEG_INFINITY; WIDEST];
    for scores in scores.iter() {
        for i in 0..WIDEST {
            most[i] = if scores[i] > most[i] { scores[i] } else { most[i] };
        }
    }
    let mut sums = [0.0; WIDEST];
    for scores in scores {
        for i in 0..WIDEST {
            scores[i] = exp(scores[i] - most[i]);
            sums[i] += scores[i];
        }
    }
    sums
}
