//! Gradients of an arrangement: from the gradient of the arranged picture that a convolution reads to the
//! gradient of the original picture, in one pass.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::model::graph::planned::arrange::{Arrangement, Form, Frame, Resize, Size};
use crate::model::graph::planned::lanes::{LANES, Lanes};
use crate::model::graph::planned::nonlinear::{Nonlinearity, silu_slope};
use crate::model::graph::planned::norm::{Affine, GroupNorm, Image, MOST_GROUPS, Unit};

thread_local! {
    /// A frame in which the gradients of tiles are added up, and the gradient of a unit after its normalisation; the
    /// memory is kept between calls.
    static SCRATCH: RefCell<[Vec<Lanes>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

/// Computes gradients from the picture `x` and the gradient of the arranged picture. The gradient of `x` is
/// written to `to`, or added to it with `add`. The gradients of the normalisation's scales and shifts are
/// written to `affine`, one pair for each block.
pub(super) fn run(
    arch: Arch,
    arrangement: &Arrangement,
    [x, gradient]: [&[Lanes]; 2],
    to: &mut [Lanes],
    add: bool,
    affine: &mut [[Lanes; 2]],
) {
    let (rows, out) = (arrangement.size.rows(), arrangement.form.rows(arrangement.size.images));
    let blocks = x.len() / rows;
    let single;
    let units = if let Some(norm) = &arrangement.norm {
        &norm.units
    } else {
        single = (0..blocks).map(Unit::block).collect::<Vec<_>>();
        &single
    };
    let (mut to, mut affine) = (to, affine);
    let pieces: Vec<_> = units
        .iter()
        .map(|unit| {
            let (own, after) = std::mem::take(&mut to).split_at_mut(unit.blocks.len() * rows);
            to = after;
            let count = unit.blocks.len().min(affine.len());
            let (sums, after) = std::mem::take(&mut affine).split_at_mut(count);
            affine = after;
            (unit, own, sums)
        })
        .collect();
    pieces.into_par_iter().for_each(|(unit, to, affine)| {
        let x = &x[unit.blocks.start * rows..unit.blocks.end * rows];
        let gradient = &gradient[unit.blocks.start * out..unit.blocks.end * out];
        SCRATCH.with_borrow_mut(|scratch| {
            arch.dispatch(Job { arrangement, unit, x, gradient, to, add, affine, scratch });
        });
    });
}

/// The work of one thread: some blocks of channels, of all images.
struct Job<'a> {
    arrangement: &'a Arrangement,
    unit: &'a Unit,
    x: &'a [Lanes],
    gradient: &'a [Lanes],
    to: &'a mut [Lanes],
    add: bool,
    affine: &'a mut [[Lanes; 2]],
    scratch: &'a mut [Vec<Lanes>; 2],
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        self.affine.fill([Lanes::ZERO; 2]);
        for image in 0..self.arrangement.size.images {
            match &self.arrangement.norm {
                Some(norm) => self.normalised(simd, norm, image),
                None => self.plain(simd, image),
            }
        }
    }
}

impl Job<'_> {
    /// The gradient of one image where there is no normalisation.
    #[inline(always)]
    fn plain<S: Simd>(&mut self, simd: S, image: usize) {
        let Size { images, height, width } = self.arrangement.size;
        let pixels = height * width;
        let [frame, slopes] = &mut *self.scratch;
        slopes.resize(slopes.len().max(pixels), Lanes::ZERO);
        let source = Image { from: self.x, images, index: image, pixels };
        let (x, slopes) = (source.block(0), &mut slopes[..pixels]);
        before(simd, self.arrangement, image, self.gradient, frame, slopes);
        activate(simd, self.arrangement.activation, &Affine::NONE, x, slopes);
        let to = &mut self.to[image * pixels..][..pixels];
        for (to, slope) in to.iter_mut().zip(&*slopes) {
            for v in 0..Lanes::vectors::<S>() {
                let slope = slope.vector::<S>(v);
                to.set::<S>(v, if self.add { simd.add_f32s(to.vector::<S>(v), slope) } else { slope });
            }
        }
    }

    /// The gradient of one image of a unit that is normalised.
    #[inline(always)]
    fn normalised<S: Simd>(&mut self, simd: S, norm: &GroupNorm, image: usize) {
        let Size { images, height, width } = self.arrangement.size;
        let pixels = height * width;
        let blocks = self.unit.blocks.len();
        let out = self.arrangement.form.rows(images);
        let [frame, slopes] = &mut *self.scratch;
        slopes.resize(slopes.len().max(blocks * pixels), Lanes::ZERO);
        let source = Image { from: self.x, images, index: image, pixels };
        let moments = norm.moments(simd, self.unit, source);
        // Sums over each group, later divided by its size: of the gradient times the centred numbers, and of the
        // gradient.
        let mut means = [[0.0; MOST_GROUPS]; 2];
        let mut sizes = [0.0; MOST_GROUPS];
        for (block, slopes) in slopes.chunks_exact_mut(pixels).take(blocks).enumerate() {
            let affine = moments.affine(self.unit, block);
            let x = source.block(block);
            before(simd, self.arrangement, image, &self.gradient[block * out..][..out], frame, slopes);
            activate(simd, self.arrangement.activation, &affine, x, slopes);
            let [along, total] = totals(simd, &affine, x, slopes);
            let scale = moments.scale(self.unit, block);
            let along = Lanes(std::array::from_fn(|lane| along.0[lane] * scale.0[lane]));
            let weight = &self.unit.weight[block];
            for (means, sums) in means.iter_mut().zip([&along, &total]) {
                let weighted = Lanes(std::array::from_fn(|lane| sums.0[lane] * weight.0[lane]));
                self.unit.gather(block, &weighted, means);
            }
            self.unit.gather(block, &Lanes([pixels as f32; LANES]), &mut sizes);
            for (all, sums) in self.affine[block].iter_mut().zip([along, total]) {
                all.0.iter_mut().zip(sums.0).for_each(|(all, sum)| *all += sum);
            }
        }
        for means in &mut means {
            means.iter_mut().zip(&sizes).for_each(|(mean, size)| *mean /= size.max(1.0));
        }
        for (block, slopes) in slopes.chunks_exact(pixels).take(blocks).enumerate() {
            let affine = moments.affine(self.unit, block);
            let scale = moments.scale(self.unit, block);
            let [along, constant] = means.each_ref().map(|means| self.unit.spread(block, means));
            let line = Line {
                mean: affine.mean,
                factor: affine.factor,
                constant: Lanes(std::array::from_fn(|lane| constant.0[lane] * scale.0[lane])),
                along: Lanes(std::array::from_fn(|lane| along.0[lane] * scale.0[lane] * scale.0[lane])),
            };
            let to = &mut self.to[(block * images + image) * pixels..][..pixels];
            line.apply(simd, source.block(block), slopes, to, self.add);
        }
    }
}

/// The gradient of a normalisation's input, `factor · g − constant − (x − mean) · along`, where g is the
/// gradient of its result.
struct Line {
    mean: Lanes,
    factor: Lanes,
    constant: Lanes,
    along: Lanes,
}

impl Line {
    #[inline(always)]
    fn apply<S: Simd>(&self, simd: S, x: &[Lanes], slopes: &[Lanes], to: &mut [Lanes], add: bool) {
        for v in 0..Lanes::vectors::<S>() {
            let [mean, factor, constant, along] =
                [&self.mean, &self.factor, &self.constant, &self.along].map(|lanes| lanes.vector::<S>(v));
            for ((to, x), slope) in to.iter_mut().zip(x).zip(slopes) {
                let centred = simd.sub_f32s(x.vector::<S>(v), mean);
                let rest = simd.mul_add_e_f32s(centred, along, constant);
                let line = simd.mul_add_e_f32s(factor, slope.vector::<S>(v), simd.neg_f32s(rest));
                to.set::<S>(v, if add { simd.add_f32s(to.vector::<S>(v), line) } else { line });
            }
        }
    }
}

/// Sums over pixels: of slopes times the centred numbers `x − mean`, and of slopes.
#[inline(always)]
fn totals<S: Simd>(simd: S, affine: &Affine, x: &[Lanes], slopes: &[Lanes]) -> [Lanes; 2] {
    let mut totals = [Lanes::ZERO; 2];
    for v in 0..Lanes::vectors::<S>() {
        let mean = affine.mean.vector::<S>(v);
        let mut sums = [[simd.splat_f32s(0.0); 2]; 2];
        for (i, (x, slope)) in x.iter().zip(slopes).enumerate() {
            let slope = slope.vector::<S>(v);
            let sums = &mut sums[i % 2];
            sums[0] = simd.mul_add_e_f32s(simd.sub_f32s(x.vector::<S>(v), mean), slope, sums[0]);
            sums[1] = simd.add_f32s(sums[1], slope);
        }
        for (i, total) in totals.iter_mut().enumerate() {
            total.set::<S>(v, simd.add_f32s(sums[0][i], sums[1][i]));
        }
    }
    totals
}

/// Multiplies gradients by the derivative of the non-linearity at its input.
#[inline(always)]
fn activate<S: Simd>(
    simd: S,
    activation: Option<Nonlinearity>,
    affine: &Affine,
    x: &[Lanes],
    slopes: &mut [Lanes],
) {
    let Some(activation) = activation else { return };
    for (slope, x) in slopes.iter_mut().zip(x) {
        for v in 0..Lanes::vectors::<S>() {
            let x = affine.apply(simd, v, x.vector::<S>(v));
            let by = match activation {
                Nonlinearity::Silu => silu_slope(simd, x),
                Nonlinearity::Relu => simd.select_f32s(
                    simd.greater_than_f32s(x, simd.splat_f32s(0.0)),
                    simd.splat_f32s(1.0),
                    simd.splat_f32s(0.0),
                ),
            };
            slope.set::<S>(v, simd.mul_f32s(slope.vector::<S>(v), by));
        }
    }
}

/// The gradient of one block of one image as it was before it was resized and framed. `gradient` is the
/// gradient of the arranged block, for all images.
#[inline(always)]
fn before<S: Simd>(
    simd: S,
    arrangement: &Arrangement,
    image: usize,
    gradient: &[Lanes],
    framed: &mut Vec<Lanes>,
    to: &mut [Lanes],
) {
    match arrangement.form {
        Form::Framed(frame) => {
            let plane = frame.height * frame.width;
            resize(simd, arrangement, frame, &gradient[image * plane..][..plane], to);
        }
        Form::Tiles { tile, frame, columns, tiles, stride } => {
            let plane = frame.height * frame.width;
            framed.resize(framed.len().max(plane), Lanes::ZERO);
            let framed = &mut framed[..plane];
            framed.fill(Lanes::ZERO);
            for i in 0..tiles {
                let start = (i / columns * frame.width + i % columns) * tile.side();
                let r = &gradient[image * tiles + i..];
                tile.input_adjoint(simd, r, stride, &mut framed[start..], frame.width);
            }
            resize(simd, arrangement, frame, framed, to);
        }
    }
}

/// The gradient of the picture from the gradient of the framed picture: the adjoint of the resizing.
#[inline(always)]
fn resize<S: Simd>(simd: S, arrangement: &Arrangement, frame: Frame, framed: &[Lanes], to: &mut [Lanes]) {
    let width = arrangement.size.width;
    let resized = arrangement.resized;
    // A doubled picture may have been cut at its lower and its right edge.
    let is_cut = [resized.height, resized.width] != [2 * arrangement.size.height, 2 * width];
    for (y, to) in to.chunks_exact_mut(width).enumerate() {
        let row = |y: usize| &framed[(y + frame.before) * frame.width + frame.before..];
        match arrangement.resize {
            Resize::Keep => to.copy_from_slice(&row(y)[..width]),
            Resize::Double if is_cut => {
                for (x, to) in to.iter_mut().enumerate() {
                    *to = Lanes::ZERO;
                    for (y, x) in
                        [0, 1].into_iter().flat_map(|down| [0, 1].map(|on| (2 * y + down, 2 * x + on)))
                    {
                        if y < resized.height && x < resized.width {
                            let from = &row(y)[x];
                            for v in 0..Lanes::vectors::<S>() {
                                to.set::<S>(v, simd.add_f32s(to.vector::<S>(v), from.vector::<S>(v)));
                            }
                        }
                    }
                }
            }
            Resize::Double => {
                let rows = row(2 * y).chunks_exact(2).zip(row(2 * y + 1).chunks_exact(2));
                for (to, (above, below)) in to.iter_mut().zip(rows) {
                    for v in 0..Lanes::vectors::<S>() {
                        let [a, b] = [above, below]
                            .map(|pair| simd.add_f32s(pair[0].vector::<S>(v), pair[1].vector::<S>(v)));
                        to.set::<S>(v, simd.add_f32s(a, b));
                    }
                }
            }
            Resize::Halve => {
                let row = row(y / 2);
                for (x, to) in to.iter_mut().enumerate() {
                    for v in 0..Lanes::vectors::<S>() {
                        to.set::<S>(v, simd.mul_f32s(row[x / 2].vector::<S>(v), simd.splat_f32s(0.25)));
                    }
                }
            }
        }
    }
}
