//! Weights packed in the order in which products read them, and gradients unpacked again.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::ops::Range;

use pulp::Arch;
use rayon::prelude::*;

use super::lanes::{Channels, LANES, Lanes};
use super::product::PANEL;
use super::winograd::Tile;

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Method {
    /// By its definition, as one product over channels and taps.
    Direct,
    /// In Winograd's tiles, for 3×3 kernels with a stride of 1.
    Winograd(Tile),
}

impl Method {
    /// How many numbers represent a kernel with this number of `taps`.
    pub(super) fn products(self, taps: usize) -> usize {
        match self {
            Self::Direct => taps,
            Self::Winograd(tile) => tile.products(),
        }
    }
}

/// Kernels `[outputs, inputs, kernel, kernel]` as in a checkpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernels<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) kernel: usize,
    pub(super) inputs: &'a Channels,
    pub(super) outputs: &'a Channels,
}

/// Packed weights: a column for each block of outputs, in 32 bits or 16.
///
/// Each column is `[blocks of inputs, taps, depth]`, or `[products, blocks of inputs, depth]` for tiles.
#[derive(Clone, Debug)]
pub(super) struct Packed<T = Lanes> {
    columns: Vec<Vec<T>>,
    /// Numbers of each block of inputs.
    pub(super) depth: usize,
}

impl<T> Default for Packed<T> {
    fn default() -> Self {
        Self { columns: Vec::new(), depth: 0 }
    }
}

impl<T> Packed<T> {
    /// The number of panels; the columns of a panel are computed together.
    pub(super) fn panels(&self) -> usize {
        self.columns.len().div_ceil(PANEL)
    }

    /// The columns of a panel, each cut into `parts` equal parts, of which only part number `part` is
    /// returned. There is at least one column and there are at most [`PANEL`].
    pub(super) fn panel(&self, panel: usize, [part, parts]: [usize; 2]) -> Panel<'_, T> {
        let mut columns = [[].as_slice(); PANEL];
        let all = self.columns.chunks(PANEL).nth(panel).unwrap_or_default();
        for (own, column) in columns.iter_mut().zip(all) {
            let length = column.len() / parts;
            *own = &column[part * length..][..length];
        }
        Panel { columns, count: all.len() }
    }

    pub(super) fn columns(&self) -> &[Vec<T>] {
        &self.columns
    }
}

impl Packed {
    /// The same order of other numbers; the memory of every column is given back when it has been read.
    pub(super) fn map<T: Send>(self, to: impl Fn(Lanes) -> T + Sync) -> Packed<T> {
        let of = |column: Vec<Lanes>| column.into_iter().map(&to).collect();
        Packed { columns: self.columns.into_par_iter().map(of).collect(), depth: self.depth }
    }
}

/// Some columns that are computed together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel<'a, T = Lanes> {
    columns: [&'a [T]; PANEL],
    count: usize,
}

impl<'a, T> Panel<'a, T> {
    /// `count` columns, each `length` long, that lie one after another.
    pub(super) fn of(all: &'a [T], count: usize, length: usize) -> Self {
        let mut columns = [[].as_slice(); PANEL];
        for (own, column) in columns.iter_mut().zip(all.chunks_exact(length)).take(count) {
            *own = column;
        }
        Self { columns, count }
    }

    pub(super) fn columns(&self) -> &[&'a [T]] {
        &self.columns[..self.count]
    }

    /// The same range of every column.
    pub(super) fn part(mut self, range: &Range<usize>) -> Self {
        for column in &mut self.columns[..self.count] {
            *column = &column[range.clone()];
        }
        self
    }
}

impl Kernels<'_> {
    /// Packs the kernels for products with the inputs, which give the outputs.
    pub(super) fn pack(&self, arch: Arch, method: Method) -> Packed {
        let mut packed = Packed::default();
        self.repack(arch, method, &mut packed);
        packed
    }

    /// Like [`pack`](Self::pack), reusing the memory of `packed`.
    pub(super) fn repack(&self, arch: Arch, method: Method, packed: &mut Packed) {
        let blocks = self.inputs.of_blocks();
        let depth = self.inputs.depth();
        let [block, product] = match method {
            Method::Direct => [self.kernel * self.kernel * depth, depth],
            Method::Winograd(_) => [depth, blocks.len() * depth],
        };
        let of = |input, output| self.of(output, input);
        packed.depth = depth;
        self.fill(arch, method, [&blocks, &self.outputs.of_blocks()], [block, product], of, packed);
    }

    /// Packs the kernels for products with gradients of the outputs, which give gradients of the inputs: into
    /// a column for each block of inputs, `[taps or products, blocks of outputs, depth]`.
    pub(super) fn turn(&self, arch: Arch, method: Method, turned: &mut Packed) {
        let blocks = self.outputs.of_blocks();
        let depth = self.outputs.depth();
        turned.depth = depth;
        let of = |output, input| self.of(output, input);
        let apart = [depth, blocks.len() * depth];
        self.fill(arch, method, [&blocks, &self.inputs.of_blocks()], apart, of, turned);
    }

    /// Fills columns with the packed form of the kernels `of(row, lane)`. `apart` says how many rows lie between blocks
    /// of kernels, and between the numbers of one kernel.
    fn fill<'a>(
        &self,
        arch: Arch,
        method: Method,
        [rows, lanes]: [&[Range<usize>]; 2],
        apart: [usize; 2],
        of: impl Fn(usize, usize) -> &'a [f32] + Sync,
        packed: &mut Packed,
    ) {
        let products = method.products(self.kernel * self.kernel);
        let length = products * rows.len() * packed.depth;
        packed.columns.resize(lanes.len(), Vec::new());
        packed.columns.par_iter_mut().zip(lanes).for_each(|(column, lanes)| {
            column.resize(length, Lanes::ZERO);
            for (block, rows) in rows.iter().enumerate() {
                for (k, row) in rows.clone().enumerate() {
                    let to = &mut column[block * apart[0] + k..];
                    let kernels = lanes.clone().map(|lane| of(row, lane));
                    match method {
                        Method::Direct => gather(kernels, to, apart[1]),
                        Method::Winograd(tile) => arch.dispatch(
                            #[inline(always)]
                            || transform(tile, kernels, to, apart[1]),
                        ),
                    }
                }
            }
        });
    }

    /// The `taps` numbers of the kernel for one output and one input.
    fn of(&self, output: usize, input: usize) -> &[f32] {
        let taps = self.kernel * self.kernel;
        &self.numbers[(output * self.inputs.count() + input) * taps..][..taps]
    }
}

/// Writes kernels side by side, tap by tap: each kernel to one lane.
fn gather<'a>(kernels: impl Iterator<Item = &'a [f32]>, to: &mut [Lanes], apart: usize) {
    for (lane, kernel) in kernels.enumerate() {
        for (to, &weight) in to.iter_mut().step_by(apart).zip(kernel) {
            to.0[lane] = weight;
        }
    }
}

/// Computes `G g Gᵀ` of kernels side by side in f64, rounded once at the end.
#[inline(always)]
fn transform<'a>(tile: Tile, kernels: impl Iterator<Item = &'a [f32]>, to: &mut [Lanes], apart: usize) {
    let mut taps = [[[0.0; LANES]; 3]; 3];
    for (lane, kernel) in kernels.enumerate() {
        for (tap, &weight) in taps.as_flattened_mut().iter_mut().zip(kernel) {
            tap[lane] = f64::from(weight);
        }
    }
    match tile {
        Tile::Two => sandwiched(&Tile::G_TWO, &taps, to, apart),
        Tile::Four => sandwiched(&Tile::G_FOUR, &taps, to, apart),
    }
}

#[inline(always)]
fn sandwiched<const N: usize>(
    g: &[[f64; 3]; N],
    taps: &[[[f64; LANES]; 3]; 3],
    to: &mut [Lanes],
    apart: usize,
) {
    for (i, y) in g.iter().enumerate() {
        let row: [_; 3] = std::array::from_fn(|j| mix(y, [&taps[0][j], &taps[1][j], &taps[2][j]]));
        for (l, x) in g.iter().enumerate() {
            let sums = mix(x, row.each_ref());
            to[(i * N + l) * apart] = Lanes(sums.map(|sum| sum as f32));
        }
    }
}

/// `Σ factors[i] · lanes[i]`.
#[inline(always)]
fn mix<const N: usize>(factors: &[f64; N], lanes: [&[f64; LANES]; N]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for (factor, lanes) in factors.iter().zip(lanes) {
        sums.iter_mut().zip(lanes).for_each(|(sum, x)| *sum += factor * x);
    }
    sums
}

/// Brings the gradient of packed weights, `[taps or products, inputs, blocks of outputs]` with [`Channels::depth`] rows
/// for every block of inputs, into the order of a checkpoint's tensor, `[outputs, inputs, taps]`.
pub(super) fn unpack(
    arch: Arch,
    method: Method,
    kernel: usize,
    [inputs, outputs]: [&Channels; 2],
    gradient: &[Lanes],
) -> Vec<f32> {
    let (taps, depth) = (kernel * kernel, inputs.depth());
    let (blocks, lanes) = (inputs.of_blocks(), outputs.of_blocks());
    let mut out = vec![0.0; outputs.count() * inputs.count() * taps];
    let mut rest = out.as_mut_slice();
    let parts: Vec<_> = lanes
        .iter()
        .map(|lanes| {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(lanes.len() * inputs.count() * taps);
            rest = after;
            part
        })
        .collect();
    parts.into_par_iter().enumerate().for_each(|(j, out)| {
        for (block, channels) in blocks.iter().enumerate() {
            for (k, input) in channels.clone().enumerate() {
                let from = &gradient[(block * depth + k) * lanes.len() + j..];
                let apart = blocks.len() * depth * lanes.len();
                let of_taps = match method {
                    Method::Direct => {
                        let mut of_taps = [Lanes::ZERO; 9];
                        of_taps.iter_mut().zip(from.iter().step_by(apart)).for_each(|(to, from)| *to = *from);
                        of_taps
                    }
                    Method::Winograd(tile) => arch.dispatch(
                        #[inline(always)]
                        || transform_back(tile, from, apart),
                    ),
                };
                for lane in 0..lanes[j].len() {
                    let to = &mut out[(lane * inputs.count() + input) * taps..][..taps];
                    to.iter_mut().zip(&of_taps).for_each(|(to, from)| *to = from.0[lane]);
                }
            }
        }
    });
    out
}

/// Computes `Gᵀ u G` in f64, rounded once at the end.
#[inline(always)]
fn transform_back(tile: Tile, u: &[Lanes], apart: usize) -> [Lanes; 9] {
    match tile {
        Tile::Two => sandwiched_back(&Tile::G_TWO, u, apart),
        Tile::Four => sandwiched_back(&Tile::G_FOUR, u, apart),
    }
}

#[inline(always)]
fn sandwiched_back<const N: usize>(g: &[[f64; 3]; N], u: &[Lanes], apart: usize) -> [Lanes; 9] {
    let mut taps = [[[0.0; LANES]; 3]; 3];
    let columns: [[f64; N]; 3] = std::array::from_fn(|j| std::array::from_fn(|i| g[i][j]));
    for (i, y) in g.iter().enumerate() {
        let row: [_; N] = std::array::from_fn(|l| u[(i * N + l) * apart].0.map(f64::from));
        for (j, column) in columns.iter().enumerate() {
            let sums = mix(column, row.each_ref());
            for (taps, factor) in taps.iter_mut().zip(y) {
                taps[j].iter_mut().zip(sums).for_each(|(tap, sum)| *tap += factor * sum);
            }
        }
    }
    std::array::from_fn(|tap| Lanes(taps[tap / 3][tap % 3].map(|sum| sum as f32)))
}
