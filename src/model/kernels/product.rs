//! A matrix product with a gathered right factor: the loop in which nearly all time is spent.
//!
//! `C[m, j] = Σ_k A[m, k] · B[k, j]`, where A lies in memory as it is and `B[k, j]` is read from
//! `source[rows[k] + columns[j]]`. With the offsets of a convolution's taps in `rows` and the offsets of its
//! pixels in `columns` this is a convolution (the implicit GEMM of Chetlur et al. 2014).
//!
//! B is copied a tile at a time, a few vectors wide and [`DEPTH`] deep, to where it stays in the
//! nearest cache while all rows of A pass by. Every element of C is the sum of the same products in the
//! same order however the work is divided, so results do not depend on the number of threads.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::cell::RefCell;
use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Rows of a tile of B: 32 channels of a 3×3 kernel. With 32 columns that is 36 KiB.
pub(super) const DEPTH: usize = 288;
/// Columns of one piece of work; a multiple of every tile's width.
const GROUP: usize = 128;
/// The fewest pieces of work, where the shape allows it: enough that threads finish together.
const PIECES: usize = 8;
/// The fewest rows of A in a piece of work: with fewer, copying the tile does not pay.
const FEWEST_ROWS: usize = 32;

/// Consecutive rows of B, whose factors in each row of A are consecutive in memory.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Index in A of the factor that belongs to A's first row and the block's first row of B.
    pub(super) start: usize,
    /// The rows of B.
    pub(super) rows: Range<usize>,
}

/// The right factor: numbers `source[rows[k] + columns[j]]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gathered<'a> {
    pub(super) source: &'a [f32],
    pub(super) rows: &'a [usize],
    pub(super) columns: &'a [usize],
    /// Columns come in runs of this many, within which they are `step` apart. A power of two that divides the number of
    /// columns.
    pub(super) run: usize,
    /// Distance of neighbouring columns within a run: 1 or 2.
    pub(super) step: usize,
}

/// The longest run, up to a tile's width, that divides rows of `period` columns.
pub(super) fn run_length(period: usize) -> usize {
    1 << period.trailing_zeros().min(5)
}

/// A product to be computed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product<'a> {
    pub(super) a: &'a [f32],
    /// Distance from one row of A to the next.
    pub(super) stride: usize,
    pub(super) height: usize,
    pub(super) blocks: &'a [Block],
    pub(super) b: Gathered<'a>,
    /// Added to the result: one number for each row, or for each image and row.
    pub(super) shift: Option<&'a [f32]>,
}

/// A part of one row of the result.
struct Segment<'o> {
    row: usize,
    column: usize,
    image: usize,
    out: &'o mut [f32],
}

/// The work that one thread does at a time.
struct Piece<'o> {
    rows: Range<usize>,
    columns: Range<usize>,
    segments: Vec<Segment<'o>>,
}

impl Product<'_> {
    /// Computes the product into `out`, `[columns / plane, height, plane]`: every image has `plane` columns, and its
    /// result is `[height, plane]`.
    pub(super) fn run(&self, arch: Arch, plane: usize, out: &mut [f32]) {
        pieces(self.height, self.b.columns.len(), plane, out)
            .into_par_iter()
            .for_each(|piece| self.piece(arch, piece));
    }

    fn piece(&self, arch: Arch, piece: Piece<'_>) {
        let Piece { rows, columns, segments } = piece;
        BUFFERS.with_borrow_mut(|[panel, c]| {
            let width = columns.len().next_multiple_of(WIDEST);
            panel.resize(DEPTH * WIDEST, 0.0);
            c.resize(c.len().max(rows.len() * width), 0.0);
            arch.dispatch(Tiles {
                product: self,
                rows: rows.clone(),
                columns: columns.clone(),
                panel,
                c,
                width,
            });
            for Segment { row, column, image, out } in segments {
                let from = &c[(row - rows.start) * width + column - columns.start..][..out.len()];
                match self.shift {
                    None => out.copy_from_slice(from),
                    Some(shift) => {
                        let shift = shift[(image * self.height + row) % shift.len()];
                        out.iter_mut().zip(from).for_each(|(out, x)| *out = x + shift);
                    }
                }
            }
        });
    }
}

thread_local! {
    /// The tile of B and the piece of C that this thread works on; the memory is kept between calls.
    static BUFFERS: RefCell<[Vec<f32>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

/// Divides the result into pieces. Neither the sums nor their order depend on how it is divided.
fn pieces(height: usize, columns: usize, plane: usize, out: &mut [f32]) -> Vec<Piece<'_>> {
    let tiles = columns.div_ceil(WIDEST);
    let group = (tiles / PIECES * WIDEST).clamp(WIDEST, GROUP);
    let groups = columns.div_ceil(group);
    let parts = PIECES.div_ceil(groups).min(height / FEWEST_ROWS).max(1);
    let part = height.div_ceil(parts).next_multiple_of(8);
    let parts = height.div_ceil(part);
    let mut pieces: Vec<_> = (0..groups * parts)
        .map(|i| {
            let (row, column) = (i % parts * part, i / parts * group);
            Piece {
                rows: row..(row + part).min(height),
                columns: column..(column + group).min(columns),
                segments: Vec::with_capacity(part * group.div_ceil(plane)),
            }
        })
        .collect();
    for (i, mut rest) in out.chunks_mut(plane).enumerate() {
        let (image, row) = (i / height, i % height);
        let mut column = image * plane;
        while !rest.is_empty() {
            let here = (group - column % group).min(rest.len());
            let (out, after) = rest.split_at_mut(here);
            pieces[column / group * parts + row / part].segments.push(Segment { row, column, image, out });
            (column, rest) = (column + here, after);
        }
    }
    pieces
}

/// The number of columns of the widest tile.
pub(super) const WIDEST: usize = 32;

/// Computes a piece of C, `[rows, width]`, tile by tile.
struct Tiles<'a> {
    product: &'a Product<'a>,
    rows: Range<usize>,
    columns: Range<usize>,
    panel: &'a mut [f32],
    c: &'a mut [f32],
    width: usize,
}

impl WithSimd for Tiles<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // The constants are the rows and vectors of the part of C that is held in registers at a time. They
        // are chosen to use all registers.
        match S::F32_LANES {
            16 => self.run::<S, 8, 2>(simd),
            8 => self.run::<S, 6, 2>(simd),
            4 => self.run::<S, 6, 4>(simd),
            _ => self.run::<S, 4, 8>(simd),
        }
    }
}

impl Tiles<'_> {
    #[inline(always)]
    fn run<S: Simd, const H: usize, const W: usize>(self, simd: S) {
        let Self { product, rows, columns, panel, c, width } = self;
        let tile = W * S::F32_LANES;
        for (i, block) in product.blocks.iter().enumerate() {
            for first in columns.clone().step_by(tile) {
                let here = first..(first + tile).min(columns.end);
                product.b.copy(block.rows.clone(), here, &mut panel[..block.rows.len() * tile], tile);
                let (panel, _) = S::as_simd_f32s(&panel[..block.rows.len() * tile]);
                let (panel, _) = panel.as_chunks::<W>();
                for row in rows.clone().step_by(H) {
                    let a = &product.a[block.start + row * product.stride..];
                    let c = &mut c[(row - rows.start) * width + first - columns.start..];
                    let height = (rows.end - row).min(H);
                    let part = Part { a, stride: product.stride, panel, width, add: i > 0 };
                    part.of_height::<S, H>(simd, height, c);
                }
            }
        }
    }
}

/// A few rows of A times a tile of B.
#[derive(Clone, Copy)]
pub(super) struct Part<'a, V, const W: usize> {
    pub(super) a: &'a [f32],
    pub(super) stride: usize,
    pub(super) panel: &'a [[V; W]],
    /// Length of a row of C.
    pub(super) width: usize,
    /// Whether to add to C or to overwrite it.
    pub(super) add: bool,
}

impl<V: Copy, const W: usize> Part<'_, V, W> {
    /// Computes `height` rows, where `height` ≤ H ≤ 8.
    #[inline(always)]
    pub(super) fn of_height<S: Simd<f32s = V>, const H: usize>(self, simd: S, height: usize, c: &mut [f32]) {
        match height {
            _ if height == H => self.run::<S, H>(simd, c),
            7 => self.run::<S, 7>(simd, c),
            6 => self.run::<S, 6>(simd, c),
            5 => self.run::<S, 5>(simd, c),
            4 => self.run::<S, 4>(simd, c),
            3 => self.run::<S, 3>(simd, c),
            2 => self.run::<S, 2>(simd, c),
            _ => self.run::<S, 1>(simd, c),
        }
    }

    #[inline(always)]
    fn run<S: Simd<f32s = V>, const H: usize>(self, simd: S, c: &mut [f32]) {
        let mut a = [[].as_slice(); H];
        for (i, a) in a.iter_mut().enumerate() {
            *a = &self.a[i * self.stride..][..self.panel.len()];
        }
        let mut sums = [[simd.splat_f32s(0.0); W]; H];
        for (k, b) in self.panel.iter().enumerate() {
            for i in 0..H {
                let a = simd.splat_f32s(a[i][k]);
                for j in 0..W {
                    sums[i][j] = simd.mul_add_e_f32s(a, b[j], sums[i][j]);
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            let (c, _) = S::as_mut_simd_f32s(&mut c[i * self.width..][..W * S::F32_LANES]);
            for (c, &sum) in c.iter_mut().zip(sums) {
                *c = if self.add { simd.add_f32s(*c, sum) } else { sum };
            }
        }
    }
}

impl Gathered<'_> {
    /// Copies a tile to `panel`, `[rows, width]`. Numbers to the right of the last column are left as they are.
    #[inline(always)]
    fn copy(&self, rows: Range<usize>, columns: Range<usize>, panel: &mut [f32], width: usize) {
        match (self.step, self.run.min(width)) {
            (1, 32) => self.runs::<32, 1>(rows, columns, panel, width),
            (1, 16) => self.runs::<16, 1>(rows, columns, panel, width),
            (1, 8) => self.runs::<8, 1>(rows, columns, panel, width),
            (1, 4) => self.runs::<4, 1>(rows, columns, panel, width),
            (1, 2) => self.runs::<2, 1>(rows, columns, panel, width),
            (2, 16 | 32) => self.runs::<16, 2>(rows, columns, panel, width),
            (2, 8) => self.runs::<8, 2>(rows, columns, panel, width),
            (2, 4) => self.runs::<4, 2>(rows, columns, panel, width),
            _ => self.runs::<1, 1>(rows, columns, panel, width),
        }
    }

    #[inline(always)]
    fn runs<const N: usize, const STEP: usize>(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        panel: &mut [f32],
        width: usize,
    ) {
        let mut starts = [0; WIDEST];
        let columns = self.columns[columns].iter().step_by(N);
        let count = columns.len();
        starts.iter_mut().zip(columns).for_each(|(start, &column)| *start = column);
        for (&row, panel) in self.rows[rows].iter().zip(panel.chunks_exact_mut(width)) {
            for (&start, to) in starts[..count].iter().zip(panel.as_chunks_mut::<N>().0) {
                let from = &self.source[row + start..][..=(N - 1) * STEP];
                for (i, to) in to.iter_mut().enumerate() {
                    *to = from[i * STEP];
                }
            }
        }
    }
}
