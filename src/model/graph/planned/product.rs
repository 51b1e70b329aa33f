//! Matrix products with a packed right factor: the loop in which a network spends nearly all its time.
//!
//! `C[row, o] = Σ A[row, k] · B[k, o]`. A is read where it lies, in blocks of sixteen numbers that may be anywhere:
//! with the offsets of a convolution's taps as [`Factor::steps`] the product is a convolution (the implicit GEMM of
//! Chetlur et al. 2014). B is packed once, in columns: a column has the factors of one block of outputs, in the order in
//! which they are read. Up to [`PANEL`] columns are given at a time. Every element of C is the sum of the same products
//! in the same order, however the work is divided.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]
#![expect(clippy::needless_range_loop, reason = "indices of arrays that are registers")]

use pulp::Simd;

use super::kept::Columns;
use super::lanes::{LANES, Lanes};

/// The most columns that are computed together.
pub(super) const PANEL: usize = 2;
/// The number of steps that are computed for all rows before the next steps: a column's part for so many
/// steps, 16 KiB, stays in the nearest cache.
const CHUNK: usize = 16;

/// The left factor: the numbers `source[rows[i] + steps[s]][..depth]` for every row i and step s.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor<'a> {
    pub(super) source: &'a [Lanes],
    pub(super) rows: &'a [u32],
    pub(super) steps: &'a [u32],
    pub(super) depth: usize,
}

/// Computes the product with some columns, each `[steps, depth]`, and writes it to `out`, or adds it with `add`. `out`
/// has as many blocks as there are columns, each with a place for every row.
#[inline(always)]
pub(super) fn multiply<S: Simd>(
    simd: S,
    a: &Factor<'_>,
    columns: &[&[Lanes]],
    out: &mut [&mut [Lanes]],
    add: bool,
) {
    for (i, steps) in a.steps.chunks(CHUNK).enumerate() {
        let a = Factor { steps, ..*a };
        let add = add || i > 0;
        let part = |column: &&'_ [Lanes]| i * CHUNK * a.depth..column.len().min((i + 1) * CHUNK * a.depth);
        // The constants are the rows, columns and vectors of the part of C that is held in registers at a
        // time. They are chosen to use all registers.
        if let (16, [first, second], [one, two]) = (S::F32_LANES, columns, &mut *out) {
            let columns = [&first[part(first)], &second[part(second)]];
            rows::<S, 12, 2, 1>(simd, &a, columns, [one, two], add);
            continue;
        }
        for (column, out) in columns.iter().zip(&mut *out) {
            let column = [&column[part(column)]];
            match S::F32_LANES {
                16 => rows::<S, 12, 1, 1>(simd, &a, column, [out], add),
                8 => rows::<S, 6, 1, 2>(simd, &a, column, [out], add),
                4 => rows::<S, 4, 1, 4>(simd, &a, column, [out], add),
                _ => rows::<S, 1, 1, 16>(simd, &a, column, [out], add),
            }
        }
    }
}

/// Like [`multiply`], with columns that may be in 16 bits; `widened` is working memory.
#[inline(always)]
pub(super) fn multiply_kept<S: Simd>(
    simd: S,
    a: &Factor<'_>,
    columns: Columns<'_>,
    out: &mut [&mut [Lanes]],
    add: bool,
    widened: &mut Vec<Lanes>,
) {
    for (i, steps) in a.steps.chunks(CHUNK).enumerate() {
        let start = i * CHUNK * a.depth;
        let part = columns.part(&(start..start + steps.len() * a.depth), widened);
        multiply(simd, &Factor { steps, ..*a }, part.columns(), out, add || i > 0);
    }
}

/// Computes all rows, H at a time, for P columns.
#[inline(always)]
fn rows<S: Simd, const H: usize, const P: usize, const V: usize>(
    simd: S,
    a: &Factor<'_>,
    columns: [&[Lanes]; P],
    mut out: [&mut [Lanes]; P],
    add: bool,
) {
    let mut row = 0;
    while row < a.rows.len() {
        let part = Part { a, row, columns, add };
        row += match a.rows.len() - row {
            left if left >= H => part.run::<S, H, V>(simd, &mut out),
            left if left >= 8 && H > 8 => part.run::<S, 8, V>(simd, &mut out),
            left if left >= 4 && H > 4 => part.run::<S, 4, V>(simd, &mut out),
            left if left >= 2 && H > 2 => part.run::<S, 2, V>(simd, &mut out),
            _ => part.run::<S, 1, V>(simd, &mut out),
        };
    }
}

/// A few rows of A times some columns.
#[derive(Clone, Copy)]
struct Part<'a, const P: usize> {
    a: &'a Factor<'a>,
    row: usize,
    columns: [&'a [Lanes]; P],
    add: bool,
}

impl<const P: usize> Part<'_, P> {
    /// Computes H rows. Returns H.
    #[inline(always)]
    fn run<S: Simd, const H: usize, const V: usize>(self, simd: S, out: &mut [&mut [Lanes]; P]) -> usize {
        let Self { a, row, columns, add } = self;
        let mut sums = [[[simd.splat_f32s(0.0); V]; P]; H];
        if add {
            for (j, out) in out.iter().enumerate() {
                for (sums, out) in sums.iter_mut().zip(&out[row..row + H]) {
                    for (v, sum) in sums[j].iter_mut().enumerate() {
                        *sum = out.vector::<S>(v);
                    }
                }
            }
        }
        let rows: &[u32; H] = a.rows[row..].first_chunk().unwrap_or(&[0; H]);
        for (i, step) in a.steps.iter().enumerate() {
            let mut numbers = [&Lanes::ZERO.0; H];
            for (numbers, row) in numbers.iter_mut().zip(rows) {
                *numbers = &a.source[(row + step) as usize].0;
            }
            let columns = columns.map(|column| &column[i * a.depth..][..a.depth]);
            let mut whole = [&[Lanes::ZERO; LANES]; P];
            let mut are_whole = true;
            for (whole, column) in whole.iter_mut().zip(columns) {
                match column.try_into() {
                    Ok(column) => *whole = column,
                    Err(_) => are_whole = false,
                }
            }
            if are_whole {
                accumulate(simd, &numbers, whole.map(<[Lanes; LANES]>::as_slice), LANES, &mut sums);
            } else {
                accumulate(simd, &numbers, columns, a.depth, &mut sums);
            }
        }
        for (j, out) in out.iter_mut().enumerate() {
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
fn accumulate<S: Simd, const H: usize, const P: usize, const V: usize>(
    simd: S,
    numbers: &[&[f32; LANES]; H],
    columns: [&[Lanes]; P],
    depth: usize,
    sums: &mut [[[S::f32s; V]; P]; H],
) {
    for k in 0..depth {
        let mut outputs = [[simd.splat_f32s(0.0); V]; P];
        for j in 0..P {
            for v in 0..V {
                outputs[j][v] = columns[j][k].vector::<S>(v);
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
