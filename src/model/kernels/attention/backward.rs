//! Gradients of attention. No head's scores are kept: they are computed again, first a tile of queries
//! at a time, then a tile of keys at a time (after Dao et al. 2022, "FlashAttention", section 3.1).

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::{Heads, multiply};
use crate::model::kernels::exponential::exp;
use crate::model::kernels::product::WIDEST;

thread_local! {
    /// What this thread works with; kept between calls.
    static WORKSPACE: RefCell<Workspace> = const { RefCell::new(Workspace::new()) };
}

impl Heads {
    /// The gradients of queries, keys and values, from that of the result.
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

/// One head, all `[width, length]`.
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

struct Workspace {
    /// Queries (scaled), keys (scaled), values and the result's gradient as `[length, width]`.
    turned: [Vec<f32>; 4],
    /// Columns of the right factors, `[width, WIDEST]`.
    tiles: [Vec<f32>; 2],
    /// Scores, then weights, `[length, WIDEST]`.
    weights: Vec<f32>,
    /// The gradient of the weights, then of the scores, `[length, WIDEST]`.
    slopes: Vec<f32>,
    /// A tile of a result, `[width, WIDEST]`.
    out: Vec<f32>,
    /// What is known of every query after the first pass.
    rows: Vec<Row>,
}

/// A query's largest score m, `1 / Σ eˢ⁻ᵐ` over its scores s, and the mean slope of its weights.
#[derive(Clone, Copy, Default)]
struct Row {
    most: f32,
    factor: f32,
    mean: f32,
}

impl Workspace {
    const fn new() -> Self {
        Self {
            turned: [const { Vec::new() }; 4],
            tiles: [const { Vec::new() }; 2],
            weights: Vec::new(),
            slopes: Vec::new(),
            out: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn resize(&mut self, Heads { width, length }: Heads) {
        self.turned.iter_mut().for_each(|x| x.resize(length * width, 0.0));
        self.tiles.iter_mut().for_each(|x| x.resize(width * WIDEST, 0.0));
        self.weights.resize(length * WIDEST, 0.0);
        self.slopes.resize(length * WIDEST, 0.0);
        self.out.resize(width * WIDEST, 0.0);
        self.rows.resize(length.next_multiple_of(WIDEST), Row::default());
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
        workspace.resize(heads);
        let Workspace { turned: [queries, keys, values, gradients], tiles, weights, slopes, out, rows } =
            workspace;
        let scale = 1.0 / (width as f32).sqrt();
        for (to, from, scale) in [
            (&mut *queries, q, scale),
            (&mut *keys, k, scale),
            (&mut *values, v, 1.0),
            (&mut *gradients, gradient, 1.0),
        ] {
            turn(to, from, length, scale);
        }
        for (first, rows) in (0..length).step_by(WIDEST).zip(rows.as_chunks_mut().0) {
            let [tile, gradient_tile] = tiles.each_mut();
            columns(tile, q, length, first);
            columns(gradient_tile, gradient, length, first);
            multiply::<S, H, W>(simd, [keys, tile], [length, width], weights);
            multiply::<S, H, W>(simd, [values, gradient_tile], [length, width], slopes);
            weigh(weights, slopes, rows);
            multiply::<S, H, W>(simd, [k, slopes], [width, length], out);
            place(of_q, out, length, first, scale);
        }
        for first in (0..length).step_by(WIDEST) {
            let [tile, value_tile] = tiles.each_mut();
            columns(tile, k, length, first);
            columns(value_tile, v, length, first);
            multiply::<S, H, W>(simd, [queries, tile], [length, width], weights);
            multiply::<S, H, W>(simd, [gradients, value_tile], [length, width], slopes);
            weigh_again(weights, slopes, rows);
            multiply::<S, H, W>(simd, [gradient, weights], [width, length], out);
            place(of_v, out, length, first, 1.0);
            multiply::<S, H, W>(simd, [q, slopes], [width, length], out);
            place(of_k, out, length, first, scale);
        }
    }
}

/// `[width, length]` → `[length, width]`, times a factor.
#[inline(always)]
fn turn(to: &mut [f32], from: &[f32], length: usize, factor: f32) {
    let width = from.len() / length;
    for (i, from) in from.chunks_exact(length).enumerate() {
        to[i..].iter_mut().step_by(width).zip(from).for_each(|(to, from)| *to = from * factor);
    }
}

/// A tile's columns of `[width, length]`; zeros right of the last.
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

/// A tile of queries: scores become weights w, and the slopes g of the weights become those of the
/// scores, `w (g − Σ w g)`.
#[inline(always)]
fn weigh(weights: &mut [f32], slopes: &mut [f32], rows: &mut [Row; WIDEST]) {
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
    let mut factors = [0.0; WIDEST];
    for i in 0..WIDEST {
        factors[i] = 1.0 / sums[i];
        means[i] *= factors[i];
        rows[i] = Row { most: most[i], factor: factors[i], mean: means[i] };
    }
    for (weights, slopes) in weights.iter().zip(slopes) {
        for i in 0..WIDEST {
            slopes[i] = weights[i] * factors[i] * (slopes[i] - means[i]);
        }
    }
}

/// The same for a tile of keys, when all is known of every query.
#[inline(always)]
fn weigh_again(weights: &mut [f32], slopes: &mut [f32], rows: &[Row]) {
    let (weights, slopes) = (weights.as_chunks_mut::<WIDEST>().0, slopes.as_chunks_mut::<WIDEST>().0);
    for ((weights, slopes), &Row { most, factor, mean }) in weights.iter_mut().zip(slopes).zip(rows) {
        for i in 0..WIDEST {
            weights[i] = exp(weights[i] - most) * factor;
            slopes[i] = weights[i] * (slopes[i] - mean);
        }
    }
}
