//! Gradients of attention. Scores are not kept: they are computed again, a tile of queries at a time
//! (after Dao et al. 2022, section 3.1).

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::{Heads, multiply};
use crate::model::kernels::exponential::exp;
use crate::model::kernels::product::{Part, WIDEST};

thread_local! {
    /// This thread's working memory; kept between calls.
    static WORKSPACE: RefCell<Workspace> = const { RefCell::new(Workspace::new()) };
}

impl Heads {
    /// The gradients of queries, keys and values, computed from queries, keys, values and the gradient of the
    /// result.
    pub(in crate::model::kernels) fn backward(
        self,
        arch: Arch,
        [q, k, v, gradient]: [&[f32]; 4],
    ) -> [Vec<f32>; 3] {
        let head = self.width * self.length;
        let mut out = [0; 3].map(|_| vec![0.0; q.len()]);
        let [of_q, of_k, of_v] = out.each_mut().map(|out| out.par_chunks_mut(head));
        of_q.zip(of_k).zip(of_v).enumerate().for_each(|(i, ((of_q, of_k), of_v))| {
            let [q, k, v, gradient] = [q, k, v, gradient].map(|x| &x[i * head..][..head]);
            WORKSPACE.with_borrow_mut(|workspace| {
                arch.dispatch(Head { heads: self, q, k, v, gradient, of_q, of_k, of_v, workspace });
            });
        });
        out
    }
}

/// One head. All of its matrices are `[width, length]`.
struct Head<'a> {
    heads: Heads,
    q: &'a [f32],
    k: &'a [f32],
    v: &'a [f32],
    gradient: &'a [f32],
    of_q: &'a mut [f32],
    of_k: &'a mut [f32],
    of_v: &'a mut [f32],
    workspace: &'a mut Workspace,
}

/// Working memory for one tile of queries at a time. W is the number of f32 in a vector.
struct Workspace {
    /// Keys (scaled) and values as `[length, width]`.
    turned: [Vec<f32>; 2],
    /// The tile of queries and of the result's gradient, `[width, WIDEST]`.
    tiles: [Vec<f32>; 2],
    /// Both tiles rearranged as `[width / W, WIDEST, W]`.
    panels: [Vec<f32>; 2],
    /// Scores, then weights, `[length, WIDEST]`.
    weights: Vec<f32>,
    /// The gradient of the weights, then of the scores, `[length, WIDEST]`.
    slopes: Vec<f32>,
    /// The tile of the queries' gradient, `[width, WIDEST]`.
    out: Vec<f32>,
    /// The gradients of keys and values so far, `[length, width]`, rows of whole vectors.
    sums: [Vec<f32>; 2],
}

impl Workspace {
    const fn new() -> Self {
        Self {
            turned: [const { Vec::new() }; 2],
            tiles: [const { Vec::new() }; 2],
            panels: [const { Vec::new() }; 2],
            weights: Vec::new(),
            slopes: Vec::new(),
            out: Vec::new(),
            sums: [const { Vec::new() }; 2],
        }
    }

    /// `wide`: the width, rounded up to whole vectors.
    fn resize(&mut self, Heads { width, length }: Heads, wide: usize) {
        self.turned.iter_mut().for_each(|x| x.resize(length * width, 0.0));
        self.tiles.iter_mut().for_each(|x| x.resize(width * WIDEST, 0.0));
        self.panels.iter_mut().for_each(|x| x.resize(wide * WIDEST, 0.0));
        self.weights.resize(length * WIDEST, 0.0);
        self.slopes.resize(length * WIDEST, 0.0);
        self.out.resize(width * WIDEST, 0.0);
        self.sums.iter_mut().for_each(|x| x.resize(length * wide, 0.0));
    }
}

impl WithSimd for Head<'_> {
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

impl Head<'_> {
    #[inline(always)]
    fn run<S: Simd, const H: usize, const W: usize>(self, simd: S) {
        let Self { heads, q, k, v, gradient, of_q, of_k, of_v, workspace } = self;
        let Heads { width, length } = heads;
        let wide = width.next_multiple_of(S::F32_LANES);
        workspace.resize(heads, wide);
        let Workspace { turned: [keys, values], tiles, panels, weights, slopes, out, sums } = workspace;
        let ([tile, gradient_tile], [of_keys, of_values]) = (tiles, sums);
        let scale = 1.0 / (width as f32).sqrt();
        turn(keys, k, length, scale);
        turn(values, v, length, 1.0);
        for first in (0..length).step_by(WIDEST) {
            columns(tile, q, length, first);
            columns(gradient_tile, gradient, length, first);
            multiply::<S, H, W>(simd, [keys, tile], [length, width], weights);
            multiply::<S, H, W>(simd, [values, gradient_tile], [length, width], slopes);
            let factors = weigh(weights, slopes);
            multiply::<S, H, W>(simd, [k, slopes], [width, length], out);
            place(of_q, out, length, first, scale);
            let [queries, gradients] = panels;
            panel(queries, tile, &[1.0; WIDEST], S::F32_LANES);
            panel(gradients, gradient_tile, &factors, S::F32_LANES);
            accumulate::<S, H>(simd, [slopes, queries], of_keys, wide, first > 0);
            accumulate::<S, H>(simd, [weights, gradients], of_values, wide, first > 0);
        }
        turn_back(of_k, of_keys, length, scale);
        turn_back(of_v, of_values, length, 1.0);
    }
}

/// Transposes `[width, length]` to `[length, width]`, times a factor.
#[inline(always)]
fn turn(to: &mut [f32], from: &[f32], length: usize, factor: f32) {
    let width = from.len() / length;
    for (i, from) in from.chunks_exact(length).enumerate() {
        to[i..].iter_mut().step_by(width).zip(from).for_each(|(to, from)| *to = from * factor);
    }
}

/// Transposes `[length, wide]`, of which only the first `width` numbers of each row are used, to `[width,
/// length]`, times a factor.
#[inline(always)]
fn turn_back(to: &mut [f32], from: &[f32], length: usize, factor: f32) {
    let wide = from.len() / length;
    for (i, to) in to.chunks_exact_mut(length).enumerate() {
        to.iter_mut().zip(from[i..].iter().step_by(wide)).for_each(|(to, from)| *to = from * factor);
    }
}

/// Copies a tile's columns of `[width, length]`, with zeros to the right of the last column.
#[inline(always)]
fn columns(to: &mut [f32], from: &[f32], length: usize, first: usize) {
    for (to, from) in to.as_chunks_mut::<WIDEST>().0.iter_mut().zip(from.chunks_exact(length)) {
        let from = &from[first..(first + WIDEST).min(length)];
        to[..from.len()].copy_from_slice(from);
        to[from.len()..].fill(0.0);
    }
}

/// Writes a tile to its columns of `[width, length]`, times a factor.
#[inline(always)]
fn place(to: &mut [f32], tile: &[f32], length: usize, first: usize, factor: f32) {
    for (to, tile) in to.chunks_exact_mut(length).zip(tile.as_chunks::<WIDEST>().0) {
        let to = &mut to[first..(first + WIDEST).min(length)];
        to.iter_mut().zip(tile).for_each(|(to, x)| *to = x * factor);
    }
}

/// Rearranges a tile as vectors of channels, query by query, with each query multiplied by its factor.
#[inline(always)]
fn panel(to: &mut [f32], tile: &[f32], factors: &[f32; WIDEST], lanes: usize) {
    for (channel, tile) in tile.as_chunks::<WIDEST>().0.iter().enumerate() {
        let to = to[channel / lanes * lanes * WIDEST + channel % lanes..].iter_mut().step_by(lanes);
        to.zip(tile.iter().zip(factors)).for_each(|(to, (x, factor))| *to = x * factor);
    }
}

/// The product of `a`, `[length, WIDEST]`, and a panel, written to `out`, `[length, wide]`, or added to it
/// with `add`.
#[inline(always)]
fn accumulate<S: Simd, const H: usize>(
    simd: S,
    [a, panel]: [&[f32]; 2],
    out: &mut [f32],
    wide: usize,
    add: bool,
) {
    let length = out.len() / wide;
    let (panel, _) = S::as_simd_f32s(panel);
    for (i, panel) in panel.as_chunks::<1>().0.chunks_exact(WIDEST).enumerate() {
        for row in (0..length).step_by(H) {
            let part = Part { a: &a[row * WIDEST..], stride: WIDEST, panel, width: wide, add };
            let height = (length - row).min(H);
            part.of_height::<S, H>(simd, height, &mut out[row * wide + i * S::F32_LANES..]);
        }
    }
}

/// For a tile of queries: replaces the scores s by `eˢ⁻ᵐ`, where m is the query's largest score, and the
/// gradients g of the weights by the gradients of the scores, `w (g − Σ w g)`. The weights w are `eˢ⁻ᵐ` times
/// the factors that are returned, one for each query.
#[inline(always)]
fn weigh(weights: &mut [f32], slopes: &mut [f32]) -> [f32; WIDEST] {
    let (weights, slopes) = (weights.as_chunks_mut::<WIDEST>().0, slopes.as_chunks_mut::<WIDEST>().0);
    let mut most = [f32::NEG_INFINITY; WIDEST];
    for weights in weights.iter() {
        for i in 0..WIDEST {
            most[i] = if weights[i] > most[i] { weights[i] } else { most[i] };
        }
    }
    let (mut sums, mut means) = ([0.0; WIDEST], [0.0; WIDEST]);
    for (weights, slopes) in weights.iter_mut().zip(slopes.iter()) {
        for i in 0..WIDEST {
            weights[i] = exp(weights[i] - most[i]);
            sums[i] += weights[i];
            means[i] += weights[i] * slopes[i];
        }
    }
    let factors = sums.map(|sum| 1.0 / sum);
    for i in 0..WIDEST {
        means[i] *= factors[i];
    }
    for (weights, slopes) in weights.iter().zip(slopes) {
        for i in 0..WIDEST {
            slopes[i] = weights[i] * factors[i] * (slopes[i] - means[i]);
        }
    }
    factors
}
