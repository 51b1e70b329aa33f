//! Winograd's minimal filtering for 3×3 kernels (Lavin & Gray 2016, §4).
//!
//! `F(m×m, 3×3)` computes m×m results from a tile of (m + 2)×(m + 2) pixels with one product for each pixel,
//! `Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A`: 4 times fewer multiplications than the definition for m = 4, 2.25 times
//! fewer for m = 2. Over channels, the products become one matrix product for each position in the tile.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

mod transforms;

use pulp::Simd;

use super::lanes::Lanes;
use transforms::{
    InputAdjointFour, InputAdjointTwo, InputFour, InputTwo, KernelFour, KernelTwo, OutputAdjointFour,
    OutputAdjointTwo, OutputFour, OutputTwo, Transform,
};

/// The kind of tile, by the side m of its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Tile {
    Two,
    Four,
}

impl Tile {
    /// The side m of a tile's results, in pixels.
    pub(super) const fn side(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Four => 4,
        }
    }

    /// (m + 2)²: the pixels of a tile, and the number of its products.
    pub(super) const fn products(self) -> usize {
        (self.side() + 2) * (self.side() + 2)
    }

    /// The matrix G, row by row.
    pub(super) const G_TWO: [[f64; 3]; 4] =
        [[1.0, 0.0, 0.0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.0, 0.0, 1.0]];
    pub(super) const G_FOUR: [[f64; 3]; 6] = [
        [1.0 / 4.0, 0.0, 0.0],
        [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
        [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
        [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
        [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
        [0.0, 0.0, 1.0],
    ];

    /// Computes `G g Gᵀ` of sixteen kernels side by side, whose taps are `g[tap · stride]`; product i goes to
    /// `to[i · apart]`.
    #[inline(always)]
    pub(super) fn kernels<S: Simd>(
        self,
        simd: S,
        g: &[Lanes],
        stride: usize,
        to: &mut [Lanes],
        apart: usize,
    ) {
        match self {
            Self::Two => kernels::<S, KernelTwo, 4>(simd, g, stride, to, apart),
            Self::Four => kernels::<S, KernelFour, 6>(simd, g, stride, to, apart),
        }
    }

    /// Computes `Bᵀ d B` of the tile that starts at `d[0]` in pictures `width` pixels wide; product i goes to
    /// `to[i · stride]`.
    #[inline(always)]
    pub(super) fn input<S: Simd>(self, simd: S, d: &[Lanes], width: usize, to: &mut [Lanes], stride: usize) {
        match self {
            Self::Two => input::<S, InputTwo, 4>(simd, d, width, to, stride),
            Self::Four => input::<S, InputFour, 6>(simd, d, width, to, stride),
        }
    }

    /// Computes `Aᵀ m A` of the products `m[i · stride]`. Each vector of the result is given to
    /// `write(y, x, index of the vector, vector)`.
    #[inline(always)]
    pub(super) fn output<S: Simd>(
        self,
        simd: S,
        m: &[Lanes],
        stride: usize,
        write: impl FnMut(usize, usize, usize, S::f32s),
    ) {
        match self {
            Self::Two => output::<S, OutputTwo, 4, 2>(simd, m, stride, write),
            Self::Four => output::<S, OutputFour, 6, 4>(simd, m, stride, write),
        }
    }

    /// Computes `A y Aᵀ`, the adjoint of [`output`](Self::output). `read(y, x, index of the vector)` gives the vectors
    /// of the results' gradient; the gradient of product i goes to `to[i · stride]`.
    #[inline(always)]
    pub(super) fn output_adjoint<S: Simd>(
        self,
        simd: S,
        read: impl Fn(usize, usize, usize) -> S::f32s,
        to: &mut [Lanes],
        stride: usize,
    ) {
        match self {
            Self::Two => output_adjoint::<S, OutputAdjointTwo, 2, 4>(simd, read, to, stride),
            Self::Four => output_adjoint::<S, OutputAdjointFour, 4, 6>(simd, read, to, stride),
        }
    }

    /// Computes `B r Bᵀ`, the adjoint of [`input`](Self::input), of the products' gradients `r[i · stride]`, and adds
    /// it to the tile that starts at `d[0]` in pictures `width` pixels wide.
    #[inline(always)]
    pub(super) fn input_adjoint<S: Simd>(
        self,
        simd: S,
        r: &[Lanes],
        stride: usize,
        d: &mut [Lanes],
        width: usize,
    ) {
        match self {
            Self::Two => input_adjoint::<S, InputAdjointTwo, 4>(simd, r, stride, d, width),
            Self::Four => input_adjoint::<S, InputAdjointFour, 6>(simd, r, stride, d, width),
        }
    }
}

/// `T d Tᵀ`: the columns first, then the rows. The two halves look alike but are written out: one function called for
/// both takes the arrays out of the registers, which made calls of a network at least 1.5 times slower.
#[inline(always)]
fn sandwiched<S: Simd, T: Transform<N, M>, const N: usize, const M: usize>(
    simd: S,
    d: [[S::f32s; N]; N],
) -> [[S::f32s; M]; M] {
    let mut columns = [[simd.splat_f32s(0.0); M]; N];
    for x in 0..N {
        let mut column = [simd.splat_f32s(0.0); N];
        for y in 0..N {
            column[y] = d[y][x];
        }
        columns[x] = T::apply(simd, column);
    }
    let mut rows = [[simd.splat_f32s(0.0); M]; M];
    for y in 0..M {
        let mut row = [simd.splat_f32s(0.0); N];
        for x in 0..N {
            row[x] = columns[x][y];
        }
        rows[y] = T::apply(simd, row);
    }
    rows
}

#[inline(always)]
fn kernels<S: Simd, T: Transform<3, N>, const N: usize>(
    simd: S,
    g: &[Lanes],
    stride: usize,
    to: &mut [Lanes],
    apart: usize,
) {
    for v in 0..Lanes::vectors::<S>() {
        let taps = get::<S, 3>(simd, v, g, stride);
        set::<S, N>(v, sandwiched::<S, T, 3, N>(simd, taps), to, apart);
    }
}

#[inline(always)]
fn input<S: Simd, T: Transform<N, N>, const N: usize>(
    simd: S,
    d: &[Lanes],
    width: usize,
    to: &mut [Lanes],
    stride: usize,
) {
    for v in 0..Lanes::vectors::<S>() {
        let mut tile = [[simd.splat_f32s(0.0); N]; N];
        for (y, row) in tile.iter_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                *value = d[y * width + x].vector::<S>(v);
            }
        }
        set::<S, N>(v, sandwiched::<S, T, N, N>(simd, tile), to, stride);
    }
}

#[inline(always)]
fn output<S: Simd, T: Transform<N, M>, const N: usize, const M: usize>(
    simd: S,
    m: &[Lanes],
    stride: usize,
    mut write: impl FnMut(usize, usize, usize, S::f32s),
) {
    for v in 0..Lanes::vectors::<S>() {
        let results = sandwiched::<S, T, N, M>(simd, get::<S, N>(simd, v, m, stride));
        for (y, row) in results.into_iter().enumerate() {
            for (x, value) in row.into_iter().enumerate() {
                write(y, x, v, value);
            }
        }
    }
}

#[inline(always)]
fn output_adjoint<S: Simd, T: Transform<M, N>, const M: usize, const N: usize>(
    simd: S,
    read: impl Fn(usize, usize, usize) -> S::f32s,
    to: &mut [Lanes],
    stride: usize,
) {
    for v in 0..Lanes::vectors::<S>() {
        let mut results = [[simd.splat_f32s(0.0); M]; M];
        for (y, row) in results.iter_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                *value = read(y, x, v);
            }
        }
        set::<S, N>(v, sandwiched::<S, T, M, N>(simd, results), to, stride);
    }
}

#[inline(always)]
fn input_adjoint<S: Simd, T: Transform<N, N>, const N: usize>(
    simd: S,
    r: &[Lanes],
    stride: usize,
    d: &mut [Lanes],
    width: usize,
) {
    for v in 0..Lanes::vectors::<S>() {
        let tile = sandwiched::<S, T, N, N>(simd, get::<S, N>(simd, v, r, stride));
        for (y, row) in tile.into_iter().enumerate() {
            for (x, value) in row.into_iter().enumerate() {
                let d = &mut d[y * width + x];
                d.set::<S>(v, simd.add_f32s(d.vector::<S>(v), value));
            }
        }
    }
}

/// Reads vector `v` of every product of a tile.
#[inline(always)]
fn get<S: Simd, const N: usize>(simd: S, v: usize, from: &[Lanes], stride: usize) -> [[S::f32s; N]; N] {
    let mut products = [[simd.splat_f32s(0.0); N]; N];
    for (y, row) in products.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            *value = from[(y * N + x) * stride].vector::<S>(v);
        }
    }
    products
}

#[inline(always)]
fn set<S: Simd, const N: usize>(v: usize, products: [[S::f32s; N]; N], to: &mut [Lanes], stride: usize) {
    for (y, row) in products.into_iter().enumerate() {
        for (x, value) in row.into_iter().enumerate() {
            to[(y * N + x) * stride].set::<S>(v, value);
        }
    }
}
