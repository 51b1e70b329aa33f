//! Convolutions of arranged pictures, with what is added to them.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::arrange::{Form, Frame, Size};
use super::kept::{Columns, Weights};
use super::lanes::Lanes;
use super::product::{Factor, PANEL, multiply, multiply_kept};
use super::weights::Panel;
use super::winograd::Tile;

/// At most this many rows of a direct product, or tiles, are computed by one thread at a time: with their results they
/// fit in its cache.
const MOST_ROWS: usize = 512;
const MOST_TILES: usize = 64;
/// A piece of work has at least this many rows or tiles where the shape allows it, since every piece reads
/// all weights of its panel.
const FEWEST_ROWS: usize = 48;
const FEWEST_TILES: usize = 24;
/// Blocks of inputs whose kernels are transformed at a time, where that is done while they are read: they stay in the
/// second nearest cache together with the results.
const BLOCKS: usize = 4;
/// Pieces of work for each thread, where the shape allows it.
const PIECES: usize = 2;

/// A convolution for one size of pictures.
#[derive(Clone, Debug)]
pub(super) struct Convolution {
    /// Size of the result.
    pub(super) size: Size,
    pub(super) weights: Weights,
    /// Added to every pixel: one `Lanes` for each block of outputs.
    pub(super) bias: Arc<[Lanes]>,
    pub(super) way: Way,
    /// The result is multiplied by this at the end.
    pub(super) scale: f32,
}

/// Where the numbers of each product lie in the arranged picture.
#[derive(Clone, Debug)]
pub(super) enum Way {
    Direct { rows: Vec<u32>, steps: Vec<u32> },
    Tiles { tile: Tile, columns: usize, stride: usize, steps: Vec<u32>, tiles: Vec<u32> },
}

/// A pointwise convolution of another picture of the result's size, which is added.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) weights: Weights,
    pub(super) rows: Vec<u32>,
    pub(super) steps: Vec<u32>,
}

/// The values that a convolution reads and adds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operands<'a> {
    /// The arranged picture, in the form that the convolution was made for.
    pub(super) arranged: &'a [Lanes],
    /// Numbers that are added to each channel of each image, `[blocks, images]`.
    pub(super) shift: Option<&'a [Lanes]>,
    /// A picture with the shape of the result, which is added.
    pub(super) residual: Option<&'a [Lanes]>,
    /// A pointwise convolution and the picture that it reads; its result is added.
    pub(super) side: Option<(&'a Side, &'a [Lanes])>,
}

pub(super) fn offsets(count: usize, apart: usize) -> Vec<u32> {
    (0..count).map(|i| (i * apart) as u32).collect()
}

impl Side {
    pub(super) fn new(weights: Weights, blocks: usize, size: Size) -> Self {
        Self { weights, rows: offsets(size.rows(), 1), steps: offsets(blocks, size.rows()) }
    }
}

impl Convolution {
    /// A convolution that reads `blocks` of inputs in `form` and gives pictures of `size`. Kernels are squares; tiles
    /// need 3×3 kernels and a stride of 1.
    pub(super) fn new(
        weights: Weights,
        bias: Arc<[Lanes]>,
        [blocks, kernel, stride]: [usize; 3],
        form: Form,
        size: Size,
    ) -> Self {
        let out = form.rows(size.images);
        let way = match form {
            Form::Framed(Frame { height, width, .. }) => {
                let rows = (0..size.rows()).map(|row| {
                    let (image, pixel) = (row / (size.height * size.width), row % (size.height * size.width));
                    let (y, x) = (pixel / size.width * stride, pixel % size.width * stride);
                    ((image * height + y) * width + x) as u32
                });
                let taps = (0..kernel * kernel).map(|tap| tap / kernel * width + tap % kernel);
                let steps = (0..blocks).flat_map(|b| taps.clone().map(move |tap| (b * out + tap) as u32));
                Way::Direct { rows: rows.collect(), steps: steps.collect() }
            }
            Form::Tiles { tile, stride, columns, tiles, .. } => Way::Tiles {
                tile,
                stride,
                columns,
                steps: offsets(blocks, out),
                tiles: offsets(size.images * tiles, 1),
            },
        };
        Self { size, weights, bias, way, scale: 1.0 }
    }

    /// Computes the convolution into `out`: for each block, [`Size::rows`] rows.
    pub(super) fn run(&self, arch: Arch, operands: Operands<'_>, out: &mut [Lanes]) {
        self.pieces(out).into_par_iter().for_each(|piece| {
            SCRATCH.with_borrow_mut(|scratch| {
                arch.dispatch(Job { convolution: self, operands, piece, scratch });
            });
        });
    }

    /// Divides the result into pieces of work: into panels of outputs and, where there are many rows, into strips of
    /// the pictures.
    fn pieces<'o>(&self, out: &'o mut [Lanes]) -> Vec<Piece<'o>> {
        let Size { images, height, width } = self.size;
        // Rows of pixels in a strip; products in a strip; and the fewest and the most products in a piece.
        let (thick, wide, limits) = match &self.way {
            Way::Direct { .. } => (1, width, [FEWEST_ROWS, MOST_ROWS]),
            Way::Tiles { tile, columns, .. } => (tile.side(), *columns, [FEWEST_TILES, MOST_TILES]),
        };
        let of_image = height.div_ceil(thick);
        let strips = images * of_image;
        let [fewest, most] = limits.map(|limit| (limit / wide).max(1));
        let panels = self.weights.panels();
        let wanted = (PIECES * rayon::current_num_threads()).div_ceil(panels);
        let parts = wanted.min(strips / fewest).max(strips.div_ceil(most)).max(1);
        let part = strips.div_ceil(parts);
        let parts = strips.div_ceil(part);
        let start = |strip: usize| {
            let strip = strip.min(strips);
            (strip / of_image * height + strip % of_image * thick) * width
        };
        let mut pieces: Vec<_> = (0..panels * parts)
            .map(|i| Piece {
                panel: i / parts,
                strips: i % parts * part..((i % parts + 1) * part).min(strips),
                rows: start(i % parts * part)..start((i % parts + 1) * part),
                out: Vec::with_capacity(PANEL),
            })
            .collect();
        for (block, mut rest) in out.chunks_exact_mut(self.size.rows()).enumerate() {
            for piece in &mut pieces[block / PANEL * parts..][..parts] {
                let (own, after) = rest.split_at_mut(piece.rows.len());
                piece.out.push(own);
                rest = after;
            }
        }
        pieces
    }
}

thread_local! {
    /// The memory is kept between calls.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Working memory of a piece.
#[derive(Default)]
struct Scratch {
    /// The products of tiles.
    products: Vec<Lanes>,
    /// Weights in 32 bits.
    widened: Vec<Lanes>,
    /// Kernels for tiles, `[columns, products, blocks · depth]`.
    kernels: Vec<Lanes>,
}

/// The work that one thread does at a time: some rows of the outputs of one panel.
struct Piece<'o> {
    panel: usize,
    strips: Range<usize>,
    rows: Range<usize>,
    /// For each block of the panel, the results for these rows.
    out: Vec<&'o mut [Lanes]>,
}

struct Job<'a, 'o> {
    convolution: &'a Convolution,
    operands: Operands<'a>,
    piece: Piece<'o>,
    scratch: &'a mut Scratch,
}

impl WithSimd for Job<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { convolution: Convolution { weights, way, .. }, operands, mut piece, scratch } = self;
        let source = operands.arranged;
        match way {
            Way::Direct { rows, steps } => {
                let a = Factor { source, rows: &rows[piece.rows.clone()], steps, depth: weights.depth() };
                let columns = weights.panel(piece.panel);
                multiply_kept(simd, &a, columns, &mut piece.out, false, &mut scratch.widened);
            }
            Way::Tiles { tile, columns, stride, steps, tiles } => {
                let own = piece.strips.start * columns..piece.strips.end * columns;
                let a = Factor { source, rows: &tiles[own], steps, depth: weights.depth() };
                self.convolution.tiles(simd, (*tile, *columns, *stride), &a, &mut piece, scratch);
            }
        }
        if let Some((side, source)) = operands.side {
            let a = Factor {
                source,
                rows: &side.rows[piece.rows.clone()],
                steps: &side.steps,
                depth: side.weights.depth(),
            };
            let columns = side.weights.panel(piece.panel);
            multiply_kept(simd, &a, columns, &mut piece.out, true, &mut scratch.widened);
        }
        self.convolution.finish(simd, operands, &mut piece);
    }
}

impl Convolution {
    /// Computes all products of some tiles, then their results.
    #[inline(always)]
    fn tiles<S: Simd>(
        &self,
        simd: S,
        (tile, columns, stride): (Tile, usize, usize),
        a: &Factor<'_>,
        piece: &mut Piece<'_>,
        Scratch { products, widened, kernels }: &mut Scratch,
    ) {
        let (count, blocks) = (a.rows.len(), piece.out.len());
        // An odd stride, for the same reason as in [`Form::tiles`].
        let apart = (count * blocks) | 1;
        products.resize(products.len().max(tile.products() * apart), Lanes::ZERO);
        let at_once = if matches!(self.weights, Weights::Kept(_)) { BLOCKS } else { a.steps.len().max(1) };
        for (chunk, steps) in a.steps.chunks(at_once).enumerate() {
            let length = steps.len() * a.depth;
            if let Weights::Kept(_) = &self.weights {
                let taps = self.weights.panel(piece.panel);
                transform(simd, tile, taps, (chunk * BLOCKS, steps.len(), a.depth), widened, kernels);
            }
            for (i, products) in products.chunks_exact_mut(apart).take(tile.products()).enumerate() {
                let panel = match &self.weights {
                    Weights::Ready(packed) => packed.panel(piece.panel, [i, tile.products()]),
                    Weights::Kept(_) => {
                        let apart = tile.products() * (length | 1);
                        Panel::of(kernels, blocks, apart).part(&(i * (length | 1)..i * (length | 1) + length))
                    }
                };
                let a = Factor { source: &a.source[i * stride..], steps, ..*a };
                let (first, second) = products.split_at_mut(count);
                let second = &mut second[..count * (blocks - 1)];
                multiply(simd, &a, panel.columns(), &mut [first, second][..blocks], chunk > 0);
            }
        }
        let Size { height, width, .. } = self.size;
        let of_image = height.div_ceil(tile.side());
        for (j, out) in piece.out.iter_mut().enumerate() {
            for i in 0..count {
                let strip = piece.strips.start + i / columns;
                let (top, left) = (strip % of_image * tile.side(), i % columns * tile.side());
                let first = (strip / of_image * height + top) * width + left - piece.rows.start;
                tile.output(
                    simd,
                    &products[j * count + i..],
                    apart,
                    #[inline(always)]
                    |y, x, v, value| {
                        if top + y < height && left + x < width {
                            out[first + y * width + x].set::<S>(v, value);
                        }
                    },
                );
            }
        }
    }

    /// Adds bias, shift, residual and side to the products, and scales the result.
    #[inline(always)]
    fn finish<S: Simd>(&self, simd: S, operands: Operands<'_>, piece: &mut Piece<'_>) {
        let (rows, plane) = (self.size.rows(), self.size.height * self.size.width);
        let scale = simd.splat_f32s(self.scale);
        for (j, out) in piece.out.iter_mut().enumerate() {
            let block = piece.panel * PANEL + j;
            let mut row = piece.rows.start;
            while row < piece.rows.end {
                let image = row / plane;
                let end = ((image + 1) * plane).min(piece.rows.end);
                let out = &mut out[row - piece.rows.start..end - piece.rows.start];
                let bias = self.bias[block];
                let shift = operands.shift.map_or(Lanes::ZERO, |all| all[block * self.size.images + image]);
                for v in 0..Lanes::vectors::<S>() {
                    let shift = simd.add_f32s(bias.vector::<S>(v), shift.vector::<S>(v));
                    match operands.residual {
                        None => {
                            for out in out.iter_mut() {
                                out.set::<S>(
                                    v,
                                    simd.mul_f32s(simd.add_f32s(out.vector::<S>(v), shift), scale),
                                );
                            }
                        }
                        Some(residual) => {
                            for (out, x) in out.iter_mut().zip(&residual[block * rows + row..]) {
                                let sum = simd.add_f32s(out.vector::<S>(v), shift);
                                out.set::<S>(v, simd.mul_f32s(simd.add_f32s(sum, x.vector::<S>(v)), scale));
                            }
                        }
                    }
                }
                row = end;
            }
        }
    }
}

/// Transforms the kernels of `count` blocks of inputs from block `first` on, for tiles: `[columns, products, blocks ·
/// depth]`, where products are an odd number of entries apart, again as in [`Form::tiles`].
#[inline(always)]
fn transform<S: Simd>(
    simd: S,
    tile: Tile,
    taps: Columns<'_>,
    (first, count, depth): (usize, usize, usize),
    widened: &mut Vec<Lanes>,
    kernels: &mut Vec<Lanes>,
) {
    let of_block = 9 * depth;
    let taps = taps.part(&(first * of_block..(first + count) * of_block), widened);
    let apart = (count * depth) | 1;
    let of_column = tile.products() * apart;
    kernels.resize(kernels.len().max(taps.columns().len() * of_column), Lanes::ZERO);
    for (taps, to) in taps.columns().iter().zip(kernels.chunks_exact_mut(of_column)) {
        for (i, taps) in taps.chunks_exact(of_block).enumerate() {
            for k in 0..depth {
                tile.kernels(simd, &taps[k..], depth, &mut to[i * depth + k..], apart);
            }
        }
    }
}
