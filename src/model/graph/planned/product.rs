//! Matrix products with a packed right factor: the loop in which a network spends nearly all its time.
//!
//! `C[row, o] = Σ A[row, k] · B[k, o]`. A is read where it lies, in blocks of sixteen numbers that may be anywhere:
//! with the offsets of a convolution's taps as [`Factor::steps`] the product is a convolution (the implicit GEMM of
//! Chetlur et al. 2014). B is packed once, in panels of up to [`PANEL`] blocks of outputs, in the order in which it is
//! read. Every element of C is the sum of the same products in the same order, however the work is divided.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]
#![expect(clippy::needless_range_loop, reason = "indices of arrays that are registers")]

use pulp::Simd;

use super::lanes::{LANES, Lanes};

/// The most blocks of outputs that are computed together.
pub(super) const PANEL: usize = 2;
/// The number of steps after which the next rows are computed: a panel's part for so many steps, 32 KiB, stays in the
/// nearest cache.
const CHUNK: usize = 16;

/// The left factor: the numbers `source[rows[i] + steps[s]][..depth]` for every row i and step s.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor<'a> {
    pub(super) source: &'a [Lanes],
    pub(super) rows: &'a [u32],
    pub(super) steps: &'a [u32],
    pub(super) depth: usize,
}

/// Computes the product with one panel, `[steps · depth, blocks]`, and writes it to `out`, or adds it with `add`. `out`
/// has as many blocks as the panel, each with a place for every row.
#[inline(always)]
pub(super) fn multiply<S: Simd>(
    simd: S,
    a: &Factor<'_>,
    panel: &[Lanes],
    out: &mut [&mut [Lanes]],
    add: bool,
) {
    let deep = a.depth * out.len();
    for (i, (steps, panel)) in a.steps.chunks(CHUNK).zip(panel.chunks(CHUNK * deep)).enumerate() {
        let a = Factor { steps, ..*a };
        let add = add || i > 0;
        // Rows, blocks and vectors of the part of C that is held in registers at a time: chosen to use all registers.
        match (S::F32_LANES, out.len()) {
            (16, PANEL) => rows::<S, 12, PANEL, PANEL, 1>(simd, &a, 0, panel, out, add),
            (16, _) => rows::<S, 12, 1, 1, 1>(simd, &a, 0, panel, out, add),
            (8, PANEL) => {
                for block in 0..PANEL {
                    rows::<S, 6, PANEL, 1, 2>(simd, &a, block, panel, out, add);
                }
            }
            (8, _) => rows::<S, 6, 1, 1, 2>(simd, &a, 0, panel, out, add),
            (4, PANEL) => {
                for block in 0..PANEL {
                    rows::<S, 4, PANEL, 1, 4>(simd, &a, block, panel, out, add);
                }
            }
            (4, _) => rows::<S, 4, 1, 1, 4>(simd, &a, 0, panel, out, add),
            (_, PANEL) => {
                for block in 0..PANEL {
                    rows::<S, 1, PANEL, 1, 16>(simd, &a, block, panel, out, add);
                }
            }
            _ => rows::<S, 1, 1, 1, 16>(simd, &a, 0, panel, out, add),
        }
    }
}

/// Computes all rows, H at a time, for the blocks `first..first + P` of a panel of W blocks.
#[inline(always)]
fn rows<S: Simd, const H: usize, const W: usize, const P: usize, const V: usize>(
    simd: S,
    a: &Factor<'_>,
    first: usize,
    panel: &[Lanes],
    out: &mut [&mut [Lanes]],
    add: bool,
) {
    let (panel, _) = panel.as_chunks::<W>();
    let mut row = 0;
    while row < a.rows.len() {
        let part = Part { a, row, first, panel, add };
        row += match a.rows.len() - row {
            left if left >= H => part.run::<S, H, P, V>(simd, out),
            left if left >= 8 && H > 8 => part.run::<S, 8, P, V>(simd, out),
            left if left >= 4 && H > 4 => part.run::<S, 4, P, V>(simd, out),
            left if left >= 2 && H > 2 => part.run::<S, 2, P, V>(simd, out),
            _ => part.run::<S, 1, P, V>(simd, out),
        };
    }
}

/// A few rows of A times a part of a panel.
#[derive(Clone, Copy)]
struct Part<'a, const W: usize> {
    a: &'a Factor<'a>,
    row: usize,
    first: usize,
    panel: &'a [[Lanes; W]],
    add: bool,
}

impl<const W: usize> Part<'_, W> {
    /// Computes H rows. Returns H.
    #[inline(always)]
    fn run<S: Simd, const H: usize, const P: usize, const V: usize>(
        self,
        simd: S,
        out: &mut [&mut [Lanes]],
    ) -> usize {
        let Self { a, row, first, panel, add } = self;
        let mut sums = [[[simd.splat_f32s(0.0); V]; P]; H];
        if add {
            for (j, out) in out[first..first + P].iter().enumerate() {
                for (sums, out) in sums.iter_mut().zip(&out[row..row + H]) {
                    for (v, sum) in sums[j].iter_mut().enumerate() {
                        *sum = out.vector::<S>(v);
                    }
                }
            }
        }
        let rows: &[u32; H] = a.rows[row..].first_chunk().unwrap_or(&[0; H]);
        for (step, panel) in a.steps.iter().zip(panel.chunks_exact(a.depth)) {
            let mut numbers = [&Lanes::ZERO.0; H];
            for (numbers, row) in numbers.iter_mut().zip(rows) {
                *numbers = &a.source[(row + step) as usize].0;
            }
            if let Ok(panel) = <&[[Lanes; W]; LANES]>::try_from(panel) {
                accumulate(simd, &numbers, first, panel, &mut sums);
            } else {
                accumulate(simd, &numbers, first, panel, &mut sums);
            }
        }
        for (j, out) in out[first..first + P].iter_mut().enumerate() {
            for (sums, out) in sums.iter().zip(&mut out[row..row + H]) {
                for (v, &sum) in sums[j].iter().enumerate() {
                    out.set::<S>(v, sum);
                }
            }
        }
        H
    }
}

/// Adds the products of one step.
#[inline(always)]
fn accumulate<S: Simd, const H: usize, const W: usize, const P: usize, const V: usize>(
    simd: S,
    numbers: &[&[f32; LANES]; H],
    first: usize,
    panel: &[[Lanes; W]],
    sums: &mut [[[S::f32s; V]; P]; H],
) {
    for (k, b) in panel.iter().enumerate() {
        let mut outputs = [[simd.splat_f32s(0.0); V]; P];
        for j in 0..P {
            for v in 0..V {
                outputs[j][v] = b[(first + j) % W].vector::<S>(v);
            }
        }
        for i in 0..H {
            let a = simd.splat_f32s(numbers[i][k % LANES]);
            for j in 0..P {
                for v in 0..V {
                    sums[i][j][v] = simd.mul_add_e_f32s(a, outputs[j][v], sums[i][j][v]);
                }
            }
        }
    }
}
