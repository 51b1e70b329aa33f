//! Sums of outer products: gradients of weights.
//!
//! `C[k, o] = Σ A[row, k] · B[row, o]`, the adjoint of [`product`](crate::model::graph::planned::product). Both
//! factors are read without being copied or rearranged, in blocks of sixteen numbers. Every element of C is
//! one sum over all rows in their order, so it does not depend on how the work is divided.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]
#![expect(clippy::needless_range_loop, reason = "indices of arrays that are registers")]

use pulp::Simd;

use crate::model::graph::planned::lanes::{LANES, Lanes};

/// The two factors of the product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factors<'a> {
    /// The left factor has the numbers `a[rows[i]][..depth]` for every row i.
    pub(super) a: &'a [Lanes],
    pub(super) rows: &'a [u32],
    pub(super) depth: usize,
    /// The right factor has one `Lanes` for every row of each block; blocks begin `apart` entries from each
    /// other.
    pub(super) b: &'a [Lanes],
    pub(super) apart: usize,
}

/// The number of rows that are summed over for all of C before the next rows: so many rows of a block of
/// either factor, 8 KiB, stay in the nearest cache.
const ROWS: usize = 128;

/// Computes the sums into `out`, `[depth, blocks]`.
#[inline(always)]
pub(super) fn outer<S: Simd>(simd: S, factors: &Factors<'_>, blocks: usize, out: &mut [Lanes]) {
    out.fill(Lanes::ZERO);
    for (i, rows) in factors.rows.chunks(ROWS).enumerate() {
        let factors = Factors { rows, b: &factors.b[i * ROWS..], ..*factors };
        let mut block = 0;
        // The constants are the numbers, blocks and vectors of the part of C that is held in registers at a
        // time. They are chosen to use all registers.
        while S::F32_LANES == 16 && block + 2 <= blocks {
            numbers::<S, 8, 2, 1>(simd, &factors, [block, blocks], out);
            block += 2;
        }
        for block in block..blocks {
            match S::F32_LANES {
                16 => numbers::<S, 8, 1, 1>(simd, &factors, [block, blocks], out),
                8 => numbers::<S, 6, 1, 2>(simd, &factors, [block, blocks], out),
                4 => numbers::<S, 4, 1, 4>(simd, &factors, [block, blocks], out),
                _ => numbers::<S, 1, 1, 16>(simd, &factors, [block, blocks], out),
            }
        }
    }
}

/// Adds to the sums of P blocks from `block` on, for K numbers of the left factor at a time.
#[inline(always)]
fn numbers<S: Simd, const K: usize, const P: usize, const V: usize>(
    simd: S,
    factors: &Factors<'_>,
    [block, blocks]: [usize; 2],
    out: &mut [Lanes],
) {
    let mut k = 0;
    while k < factors.depth {
        let out = &mut out[k * blocks + block..];
        k += match factors.depth - k {
            left if left >= K => part::<S, K, P, V>(simd, factors, [k, block], out, blocks),
            left if left >= 4 && K > 4 => part::<S, 4, P, V>(simd, factors, [k, block], out, blocks),
            _ => part::<S, 1, P, V>(simd, factors, [k, block], out, blocks),
        };
    }
}

/// Adds to the sums of P blocks for K numbers of the left factor, from number `k` on. Returns K.
#[inline(always)]
fn part<S: Simd, const K: usize, const P: usize, const V: usize>(
    simd: S,
    factors: &Factors<'_>,
    [k, block]: [usize; 2],
    out: &mut [Lanes],
    blocks: usize,
) -> usize {
    let Factors { a, rows, b, apart, .. } = *factors;
    let b: [&[Lanes]; P] = std::array::from_fn(|j| &b[(block + j) * apart..][..rows.len()]);
    let mut sums = [[[simd.splat_f32s(0.0); V]; P]; K];
    for (sums, out) in sums.iter_mut().zip(out.chunks(blocks)) {
        for (sums, out) in sums.iter_mut().zip(out) {
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = out.vector::<S>(v);
            }
        }
    }
    for (i, &row) in rows.iter().enumerate() {
        let numbers: &[f32; K] = a[row as usize].0[k % LANES..].first_chunk().unwrap_or(&[0.0; K]);
        let mut outputs = [[simd.splat_f32s(0.0); V]; P];
        for j in 0..P {
            for v in 0..V {
                outputs[j][v] = b[j][i].vector::<S>(v);
            }
        }
        for n in 0..K {
            let number = simd.splat_f32s(numbers[n]);
            for j in 0..P {
                for v in 0..V {
                    sums[n][j][v] = simd.mul_add_e_f32s(number, outputs[j][v], sums[n][j][v]);
                }
            }
        }
    }
    for (sums, out) in sums.iter().zip(out.chunks_mut(blocks)) {
        for (sums, out) in sums.iter().zip(out) {
            for (v, &sum) in sums.iter().enumerate() {
                out.set::<S>(v, sum);
            }
        }
    }
    K
}
