//! What happens to a picture before it is convolved: normalisation, non-linearity, change of size, zeros
//! around it, transformation to tiles; all in one pass, a few blocks of channels at a time.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::Lanes;
use super::nonlinear::{Nonlinearity, silu};
use super::norm::{Affine, GroupNorm, Image, Modulation, Moments, Unit};
use super::winograd::Tile;

/// A change of size before a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resize {
    Keep,
    /// Takes the mean of every 2×2 block.
    Halve,
    /// Repeats every pixel in both directions.
    Double,
}

/// The size of a batch of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) images: usize,
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Size {
    /// Pixels of all images.
    pub(super) fn rows(self) -> usize {
        self.images * self.height * self.width
    }

    pub(super) fn resized(self, resize: Resize) -> Self {
        let of = |n: usize| match resize {
            Resize::Keep => n,
            Resize::Halve => n / 2,
            Resize::Double => 2 * n,
        };
        Self { height: of(self.height), width: of(self.width), ..self }
    }
}

/// The layout that a convolution reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Pictures framed by zeros: each block of channels is `[images, height, width]`, as the frame's size says.
    Framed(Frame),
    /// Transformed Winograd tiles: each block of channels is `[products, stride]`, with the tiles of all images one
    /// after another.
    Tiles { tile: Tile, frame: Frame, columns: usize, tiles: usize, stride: usize },
}

/// A picture's position within a frame of zeros, and the frame's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Rows of zeros above, and columns of zeros at the left.
    pub(super) before: usize,
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Form {
    /// Pictures without zeros around them.
    pub(super) fn plain(size: Size) -> Self {
        Self::Framed(Frame { before: 0, height: size.height, width: size.width })
    }

    /// Tiles of pictures that have one row or column of zeros on every side.
    pub(super) fn tiles(tile: Tile, size: Size) -> Self {
        let (rows, columns) = (size.height.div_ceil(tile.side()), size.width.div_ceil(tile.side()));
        let frame = Frame { before: 1, height: rows * tile.side() + 2, width: columns * tile.side() + 2 };
        let tiles = size.images * rows * columns;
        // The stride is odd: with a power of two, the products of a tile would compete for the same lines of the cache.
        Self::Tiles { tile, frame, columns, tiles: rows * columns, stride: tiles | 1 }
    }

    /// Rows of one block of channels, for so many images.
    pub(super) fn rows(self, images: usize) -> usize {
        match self {
            Self::Framed(frame) => images * frame.height * frame.width,
            Self::Tiles { tile, stride, .. } => tile.products() * stride,
        }
    }
}

/// The steps that turn a picture into the arranged picture that a convolution reads.
#[derive(Clone, Debug)]
pub(super) struct Arrangement {
    pub(super) norm: Option<GroupNorm>,
    pub(super) activation: Option<Nonlinearity>,
    pub(super) resize: Resize,
    pub(super) size: Size,
    /// The size after resizing; a doubled picture may lack its last row and its last column.
    pub(super) resized: Size,
    pub(super) form: Form,
}

thread_local! {
    /// The framed picture before it is cut into tiles; the memory is kept between calls.
    static FRAMED: RefCell<Vec<Lanes>> = const { RefCell::new(Vec::new()) };
}

impl Arrangement {
    /// `from`: for each block, [`Size::rows`] rows; `to`: for each block, [`Form::rows`] rows.
    pub(super) fn run(
        &self,
        arch: Arch,
        from: &[Lanes],
        modulation: Option<Modulation<'_>>,
        to: &mut [Lanes],
    ) {
        let (rows, out) = (self.size.rows(), self.form.rows(self.size.images));
        let Some(norm) = &self.norm else {
            from.par_chunks(rows).zip(to.par_chunks_mut(out)).for_each(|(from, to)| {
                FRAMED.with_borrow_mut(|framed| {
                    arch.dispatch(Job { arrangement: self, unit: None, from, modulation, to, framed });
                });
            });
            return;
        };
        let mut rest = to;
        let units: Vec<_> = norm
            .units
            .iter()
            .map(|unit| {
                let (to, after) = std::mem::take(&mut rest).split_at_mut(unit.blocks.len() * out);
                rest = after;
                (unit, to)
            })
            .collect();
        units.into_par_iter().for_each(|(unit, to)| {
            let from = &from[unit.blocks.start * rows..unit.blocks.end * rows];
            let unit = Some((norm, unit));
            FRAMED.with_borrow_mut(|framed| {
                arch.dispatch(Job { arrangement: self, unit, from, modulation, to, framed });
            });
        });
    }

    /// Arranges one block of channels of one image.
    #[inline(always)]
    fn block<S: Simd>(
        &self,
        simd: S,
        image: usize,
        (from, to): (&[Lanes], &mut [Lanes]),
        affine: &Affine,
        framed: &mut Vec<Lanes>,
    ) {
        match self.form {
            Form::Framed(frame) => {
                let plane = frame.height * frame.width;
                self.framed(simd, frame, from, affine, &mut to[image * plane..][..plane]);
            }
            Form::Tiles { tile, frame, columns, tiles, stride } => {
                framed.resize(framed.len().max(frame.height * frame.width), Lanes::ZERO);
                self.framed(simd, frame, from, affine, framed);
                for i in 0..tiles {
                    let start = (i / columns * frame.width + i % columns) * tile.side();
                    tile.input(simd, &framed[start..], frame.width, &mut to[image * tiles + i..], stride);
                }
            }
        }
    }

    /// Writes the picture, normalised and resized, into its frame of zeros.
    #[inline(always)]
    fn framed<S: Simd>(&self, simd: S, frame: Frame, from: &[Lanes], affine: &Affine, to: &mut [Lanes]) {
        match (self.norm.is_some(), self.activation) {
            (false, None) => self.place::<S, Same>(simd, frame, from, affine, to),
            (true, None) => self.place::<S, Linear>(simd, frame, from, affine, to),
            (_, Some(Nonlinearity::Silu)) => self.place::<S, Silu>(simd, frame, from, affine, to),
            (_, Some(Nonlinearity::Relu)) => self.place::<S, Relu>(simd, frame, from, affine, to),
        }
    }

    #[inline(always)]
    fn place<S: Simd, F: Pointwise>(
        &self,
        simd: S,
        frame: Frame,
        from: &[Lanes],
        affine: &Affine,
        to: &mut [Lanes],
    ) {
        let inner = self.resized;
        let vectors = Lanes::vectors::<S>();
        for (y, to) in to.chunks_exact_mut(frame.width).take(frame.height).enumerate() {
            let Some(y) = y.checked_sub(frame.before).filter(|&y| y < inner.height) else {
                to.fill(Lanes::ZERO);
                continue;
            };
            to[..frame.before].fill(Lanes::ZERO);
            to[frame.before + inner.width..].fill(Lanes::ZERO);
            let to = &mut to[frame.before..][..inner.width];
            let row = |y: usize| &from[y * self.size.width..][..self.size.width];
            match self.resize {
                Resize::Keep => {
                    for (to, x) in to.iter_mut().zip(row(y)) {
                        for v in 0..vectors {
                            to.set::<S>(v, F::apply(simd, affine, v, x));
                        }
                    }
                }
                Resize::Double => {
                    for (to, x) in to.chunks_mut(2).zip(row(y / 2)) {
                        for v in 0..vectors {
                            to[0].set::<S>(v, F::apply(simd, affine, v, x));
                        }
                        if let [first, second] = to {
                            *second = *first;
                        }
                    }
                }
                Resize::Halve => {
                    let rows = row(2 * y).chunks_exact(2).zip(row(2 * y + 1).chunks_exact(2));
                    for (to, (above, below)) in to.iter_mut().zip(rows) {
                        for v in 0..vectors {
                            let mut sum = F::apply(simd, affine, v, &above[0]);
                            for x in [&above[1], &below[0], &below[1]] {
                                sum = simd.add_f32s(sum, F::apply(simd, affine, v, x));
                            }
                            to.set::<S>(v, simd.mul_f32s(sum, simd.splat_f32s(0.25)));
                        }
                    }
                }
            }
        }
    }
}

/// The function applied to every pixel.
trait Pointwise {
    fn apply<S: Simd>(simd: S, affine: &Affine, v: usize, x: &Lanes) -> S::f32s;
}

struct Same;

impl Pointwise for Same {
    #[inline(always)]
    fn apply<S: Simd>(_: S, _: &Affine, v: usize, x: &Lanes) -> S::f32s {
        x.vector::<S>(v)
    }
}

struct Linear;

impl Pointwise for Linear {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, affine: &Affine, v: usize, x: &Lanes) -> S::f32s {
        affine.apply(simd, v, x.vector::<S>(v))
    }
}

struct Silu;

impl Pointwise for Silu {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, affine: &Affine, v: usize, x: &Lanes) -> S::f32s {
        silu(simd, affine.apply(simd, v, x.vector::<S>(v)))
    }
}

struct Relu;

impl Pointwise for Relu {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, affine: &Affine, v: usize, x: &Lanes) -> S::f32s {
        simd.max_f32s(simd.splat_f32s(0.0), affine.apply(simd, v, x.vector::<S>(v)))
    }
}

/// The work of one thread: some blocks of channels, of all images.
struct Job<'a> {
    arrangement: &'a Arrangement,
    unit: Option<(&'a GroupNorm, &'a Unit)>,
    from: &'a [Lanes],
    modulation: Option<Modulation<'a>>,
    to: &'a mut [Lanes],
    framed: &'a mut Vec<Lanes>,
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { arrangement, unit, from, modulation, to, framed } = self;
        let Size { images, height, width } = arrangement.size;
        let (pixels, out) = (height * width, arrangement.form.rows(images));
        for image in 0..images {
            let source = Image { from, images, index: image, pixels };
            let moments = match unit {
                Some((norm, unit)) => norm.moments(simd, unit, source),
                None => Moments::NONE,
            };
            for (block, to) in to.chunks_exact_mut(out).enumerate() {
                let mut affine = match unit {
                    Some((_, unit)) => moments.affine(unit, block),
                    None => Affine::NONE,
                };
                if let (Some(modulation), Some((_, unit))) = (modulation, unit) {
                    modulation.apply(unit.blocks.start + block, image, images, &mut affine);
                }
                arrangement.block(simd, image, (source.block(block), to), &affine, framed);
            }
        }
    }
}
