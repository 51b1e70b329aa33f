//! Gradients of convolutions.
//!
//! In tiles, `Y = Aᵀ [U ⊙ V] A` with `V = Bᵀ d B` and `U = G g Gᵀ` (Lavin & Gray 2016, §4). With `M = A ∂Y Aᵀ` the
//! gradients are `∂V = Uᵀ M` and `∂U = M Vᵀ`: for each position of the tile one matrix product, over channels or over
//! tiles. The gradients of the picture and of the kernels are `B ∂V Bᵀ` and `Gᵀ ∂U G`. So the backward pass saves as
//! many multiplications as the forward pass.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::order::Target;
use super::outer::{Factors, outer};
use super::tiles::{Products, Tiles};
use crate::model::Result;
use crate::model::graph::planned::Network;
use crate::model::graph::planned::arrange::{Form, Frame, Size};
use crate::model::graph::planned::conv::{Way, offsets};
use crate::model::graph::planned::lanes::{Channels, LANES, Lanes};
use crate::model::graph::planned::plan::Place;
use crate::model::graph::planned::product::{Factor, PANEL, multiply};
use crate::model::graph::planned::weights::{Kernels, Method, Packed, Panel, unpack};

/// A convolution in the backward pass.
#[derive(Debug)]
pub(super) struct Convolution {
    /// The layers that are computed together: their outputs are concatenated.
    pub(super) names: Vec<String>,
    pub(super) kernel: usize,
    pub(super) method: Method,
    pub(super) inputs: Channels,
    pub(super) outputs: Channels,
    /// Size of the result.
    pub(super) size: Size,
    /// The layout of the arranged picture that the convolution reads.
    pub(super) form: Form,
    /// Where the arranged picture lies.
    pub(super) from: Place,
    /// Where the gradient of the arranged picture is written, if it is needed.
    pub(super) to: Option<Target>,
    pub(super) way: Way,
    /// The weights, packed for products with the result's gradient.
    pub(super) turned: Packed,
    /// The gradient of weights, in the order that [`unpack`] reads.
    pub(super) weights: Vec<Lanes>,
}

/// Rows of a pointwise product that one thread takes at a time.
const ROWS: usize = 256;

thread_local! {
    /// One tap's products for one image; the memory is kept between calls.
    static SCRATCH: RefCell<[Vec<Lanes>; PANEL]> = const { RefCell::new([const { Vec::new() }; PANEL]) };
}

impl Convolution {
    /// Packs the network's current weights.
    pub(super) fn pack(&mut self, arch: Arch, network: &Network) -> Result<()> {
        if self.to.is_none() {
            return Ok(());
        }
        let numbers = network.weights(&self.names)?;
        let Self { kernel, ref inputs, ref outputs, .. } = *self;
        Kernels { numbers: &numbers, kernel, inputs, outputs }.turn(arch, self.method, &mut self.turned);
        Ok(())
    }

    /// Computes gradients from `arranged`, the picture that the convolution read, and `gradient`, the
    /// gradient of its result. Returns the gradient of the weights, with the layers' tensors one after
    /// another, each in the order of the checkpoint; the gradient of `arranged` is written to `gradients`.
    /// `transformed` is working memory.
    pub(super) fn run(
        &mut self,
        arch: Arch,
        arranged: &[Lanes],
        gradient: &[Lanes],
        gradients: &mut [Vec<Lanes>],
        transformed: &mut Vec<Lanes>,
    ) -> Vec<f32> {
        let products = self.method.products(self.kernel * self.kernel);
        let mut weights = std::mem::take(&mut self.weights);
        weights.resize(
            products * self.inputs.blocks() * self.inputs.depth() * self.outputs.blocks(),
            Lanes::ZERO,
        );
        let add = self.to.as_ref().is_some_and(|target| target.add);
        let to =
            self.to.as_ref().map(|Target { place, .. }| &mut gradients[place.buffer][place.range.clone()]);
        match (&self.way, self.form) {
            (Way::Tiles { tile, columns, tiles, stride, .. }, _) => {
                let tiles = Tiles { tile: *tile, columns: *columns, stride: *stride, rows: tiles };
                let length = self.outputs.blocks() * products * stride;
                transformed.resize(transformed.len().max(length), Lanes::ZERO);
                let transformed = &mut transformed[..length];
                tiles.expand(arch, self.size, gradient, transformed);
                self.tiles(arch, &tiles, [arranged, transformed], &mut weights, to);
            }
            (Way::Direct { rows, steps }, Form::Framed(frame)) => {
                self.taps(arch, [rows, steps], [arranged, gradient], &mut weights);
                match to {
                    Some(to) if self.kernel == 1 => self.pointwise(arch, gradient, to, add),
                    Some(to) => self.scatter(arch, frame, [rows, steps], gradient, to),
                    None => {}
                }
            }
            // A direct convolution always reads framed pictures.
            (Way::Direct { .. }, Form::Tiles { .. }) => {}
        }
        self.weights = weights;
        unpack(arch, self.method, self.kernel, [&self.inputs, &self.outputs], &self.weights)
    }

    /// Blocks of inputs, blocks of outputs, and the numbers in each block of inputs.
    fn numbers(&self) -> [usize; 3] {
        [self.inputs.blocks(), self.outputs.blocks(), self.inputs.depth()]
    }

    /// The gradients of a convolution in tiles: of the weights, and, if `of_arranged` is given, of the tiles
    /// that were read.
    fn tiles(
        &self,
        arch: Arch,
        tiles: &Tiles<'_>,
        [arranged, transformed]: [&[Lanes]; 2],
        weights: &mut [Lanes],
        of_arranged: Option<&mut [Lanes]>,
    ) {
        let [inputs, outputs, depth] = self.numbers();
        let products = tiles.tile.products();
        let apart = products * tiles.stride;
        let steps = offsets(outputs, apart);
        let of_product = weights.chunks_mut(inputs * depth * outputs);
        let of_panels = of_product.flat_map(|product| product.chunks_mut(PANEL * depth * outputs));
        let mut pieces: Vec<_> = of_panels.map(|weights| (weights, Vec::with_capacity(PANEL))).collect();
        let panels = inputs.div_ceil(PANEL);
        for (block, rows) in of_arranged.into_iter().flat_map(|to| to.chunks_mut(apart).enumerate()) {
            for (product, rows) in rows.chunks_mut(tiles.stride).enumerate() {
                pieces[product * panels + block / PANEL].1.push(&mut rows[..tiles.rows.len()]);
            }
        }
        pieces.into_par_iter().enumerate().for_each(|(i, (weights, out))| {
            let (product, panel) = (i / panels, i % panels);
            arch.dispatch(Products {
                left: Factor {
                    source: &transformed[product * tiles.stride..],
                    rows: tiles.rows,
                    steps: &steps,
                    depth: self.turned.depth,
                },
                panel: self.turned.panel(panel, [product, products]),
                out,
                arranged: &arranged[panel * PANEL * apart + product * tiles.stride..],
                apart,
                depth,
                weights,
            });
        });
    }

    /// The gradient of the weights of a direct convolution, for every tap and block of inputs.
    fn taps(
        &self,
        arch: Arch,
        [rows, steps]: [&[u32]; 2],
        [arranged, gradient]: [&[Lanes]; 2],
        weights: &mut [Lanes],
    ) {
        let [inputs, outputs, depth] = self.numbers();
        let taps = steps.len() / inputs;
        weights.par_chunks_mut(depth * outputs).enumerate().for_each(|(i, out)| {
            let (tap, block) = (i / inputs, i % inputs);
            let factors = Factors {
                a: &arranged[steps[block * taps + tap] as usize..],
                rows,
                depth,
                b: gradient,
                apart: self.size.rows(),
            };
            arch.dispatch(Outer { factors, blocks: outputs, out });
        });
    }

    /// The gradient of the input of a pointwise convolution: one matrix product.
    fn pointwise(&self, arch: Arch, gradient: &[Lanes], to: &mut [Lanes], add: bool) {
        let rows = self.size.rows();
        let steps = offsets(self.outputs.blocks(), rows);
        let chunks = rows.div_ceil(ROWS);
        let mut pieces: Vec<_> =
            (0..self.turned.panels() * chunks).map(|_| Vec::with_capacity(PANEL)).collect();
        for (block, to) in to.chunks_mut(rows).enumerate() {
            for (i, to) in to.chunks_mut(ROWS).enumerate() {
                pieces[block / PANEL * chunks + i].push(to);
            }
        }
        let all = offsets(ROWS.min(rows), 1);
        pieces.into_par_iter().enumerate().for_each(|(i, mut out)| {
            let left = Factor {
                source: &gradient[i % chunks * ROWS..],
                rows: &all[..out[0].len()],
                steps: &steps,
                depth: self.turned.depth,
            };
            let panel = self.turned.panel(i / chunks, [0, 1]);
            arch.dispatch(Product { left, panel, out: &mut out, add });
        });
    }

    /// The gradient of the input of a direct convolution: the products of every tap of the kernel are added
    /// to the places that the tap read.
    fn scatter(
        &self,
        arch: Arch,
        frame: Frame,
        [rows, steps]: [&[u32]; 2],
        gradient: &[Lanes],
        to: &mut [Lanes],
    ) {
        let Size { images, height, width } = self.size;
        let (pixels, plane) = (height * width, frame.height * frame.width);
        let taps = steps.len() / self.inputs.blocks();
        let mut pieces: Vec<_> =
            (0..self.turned.panels() * images).map(|_| Vec::with_capacity(PANEL)).collect();
        for (block, to) in to.chunks_mut(images * plane).enumerate() {
            for (image, to) in to.chunks_mut(plane).enumerate() {
                pieces[block / PANEL * images + image].push(to);
            }
        }
        let (all, blocks) = (offsets(pixels, 1), offsets(self.outputs.blocks(), self.size.rows()));
        pieces.into_par_iter().enumerate().for_each(|(i, mut out)| {
            let left = Factor {
                source: &gradient[i % images * pixels..],
                rows: &all,
                steps: &blocks,
                depth: self.turned.depth,
            };
            for out in &mut out {
                out.fill(Lanes::ZERO);
            }
            SCRATCH.with_borrow_mut(|scratch| {
                for (k, &tap) in steps[..taps].iter().enumerate() {
                    let panel = self.turned.panel(i / images, [k, taps]);
                    for products in &mut *scratch {
                        products.resize(products.len().max(pixels), Lanes::ZERO);
                    }
                    let mut products = scratch.each_mut().map(|x| &mut x[..pixels]);
                    let into = &mut products[..out.len()];
                    arch.dispatch(Product { left, panel, out: into, add: false });
                    for (out, products) in out.iter_mut().zip(products) {
                        // All images have the same layout, so the rows of the first image serve for each.
                        for (&row, product) in rows[..pixels].iter().zip(&*products) {
                            let sum = &mut out[(row + tap) as usize].0;
                            sum.iter_mut().zip(product.0).for_each(|(sum, x)| *sum += x);
                        }
                    }
                }
            });
        });
    }
}

struct Outer<'a> {
    factors: Factors<'a>,
    blocks: usize,
    out: &'a mut [Lanes],
}

impl WithSimd for Outer<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        outer(simd, &self.factors, self.blocks, self.out);
    }
}

struct Product<'a, 'b, 'o> {
    left: Factor<'a>,
    panel: Panel<'a>,
    out: &'b mut [&'o mut [Lanes]],
    add: bool,
}

impl WithSimd for Product<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        multiply(simd, &self.left, self.panel.columns(), self.out, self.add);
    }
}

/// The gradient of a shift, which was added to every pixel: sums over the pixels, `[blocks, images]`.
pub(super) fn sums(arch: Arch, gradient: &[Lanes], pixels: usize, to: &mut [Lanes]) {
    to.par_iter_mut().zip(gradient.par_chunks(pixels)).with_min_len(8).for_each(|(to, plane)| {
        *to = arch.dispatch(
            #[inline(always)]
            || sum(plane),
        );
    });
}

#[inline(always)]
fn sum(plane: &[Lanes]) -> Lanes {
    // Two sums side by side, since in a single sum each addition would wait for the addition before.
    let mut sums = [[0.0_f32; LANES]; 2];
    for (i, x) in plane.iter().enumerate() {
        sums[i % 2].iter_mut().zip(x.0).for_each(|(sum, x)| *sum += x);
    }
    Lanes(std::array::from_fn(|lane| sums[0][lane] + sums[1][lane]))
}
