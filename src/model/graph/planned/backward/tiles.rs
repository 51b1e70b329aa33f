//! Gradients of convolutions in tiles: the tiles of the gradient of a convolution's result, and the products
//! with them.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::outer::{Factors, outer};
use crate::model::graph::planned::arrange::Size;
use crate::model::graph::planned::lanes::Lanes;
use crate::model::graph::planned::product::{Factor, multiply};
use crate::model::graph::planned::weights::Panel;
use crate::model::graph::planned::winograd::Tile;

/// How the results of a convolution are divided into tiles.
pub(super) struct Tiles<'a> {
    pub(super) tile: Tile,
    pub(super) columns: usize,
    pub(super) stride: usize,
    /// The indices of all tiles.
    pub(super) rows: &'a [u32],
}

impl Tiles<'_> {
    /// Computes `A ∂Y Aᵀ` of all tiles: for each block of channels, `[products, stride]`.
    pub(super) fn expand(&self, arch: Arch, size: Size, gradient: &[Lanes], to: &mut [Lanes]) {
        let blocks = gradient.par_chunks(size.rows());
        blocks.zip(to.par_chunks_mut(self.tile.products() * self.stride)).for_each(|(gradient, to)| {
            arch.dispatch(Expand { tiles: self, size, gradient, to });
        });
    }
}

/// The work for the tiles of one block of channels.
struct Expand<'a> {
    tiles: &'a Tiles<'a>,
    size: Size,
    gradient: &'a [Lanes],
    to: &'a mut [Lanes],
}

impl WithSimd for Expand<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { tiles: Tiles { tile, columns, stride, rows }, size, gradient, to } = self;
        let Size { images, height, width } = size;
        let (side, of_image) = (tile.side(), rows.len() / images);
        for i in 0..rows.len() {
            let (image, i_of_image) = (i / of_image, i % of_image);
            let (top, left) = (i_of_image / columns * side, i_of_image % columns * side);
            let first = (image * height + top) * width + left;
            let (within, below) = (width - left, height - top);
            if within >= side && below >= side {
                let part = &gradient[first..];
                tile.output_adjoint(
                    simd,
                    #[inline(always)]
                    |y, x, v| part[y * width + x].vector::<S>(v),
                    &mut to[i..],
                    *stride,
                );
            } else {
                tile.output_adjoint(
                    simd,
                    #[inline(always)]
                    |y, x, v| {
                        if y < below && x < within {
                            gradient[first + y * width + x].vector::<S>(v)
                        } else {
                            simd.splat_f32s(0.0)
                        }
                    },
                    &mut to[i..],
                    *stride,
                );
            }
        }
    }
}

/// The work for one position of the tiles and one panel of inputs.
pub(super) struct Products<'a, 'o> {
    pub(super) left: Factor<'a>,
    pub(super) panel: Panel<'a>,
    /// Where the gradient of `arranged` is written, a slice for each block; empty if it is not needed.
    pub(super) out: Vec<&'o mut [Lanes]>,
    /// The arranged picture that the convolution read; its blocks begin `apart` entries from each other.
    pub(super) arranged: &'a [Lanes],
    pub(super) apart: usize,
    pub(super) depth: usize,
    /// The gradient of the weights, `[blocks · depth, outputs]`.
    pub(super) weights: &'o mut [Lanes],
}

impl WithSimd for Products<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let outputs = self.left.steps.len();
        for (block, weights) in self.weights.chunks_mut(self.depth * outputs).enumerate() {
            let factors = Factors {
                a: &self.arranged[block * self.apart..],
                rows: self.left.rows,
                depth: self.depth,
                b: self.left.source,
                apart: self.apart,
            };
            outer(simd, &factors, outputs, weights);
        }
        if !self.out.is_empty() {
            multiply(simd, &self.left, self.panel.columns(), &mut self.out, false);
        }
    }
}
