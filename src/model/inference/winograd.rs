//! Winograd's minimal filtering for 3×3 kernels (Lavin & Gray 2016, §4).
//!
//! `F(m×m, 3×3)` computes m×m results from a tile of (m + 2)×(m + 2) pixels with one product for each of
//! them, `Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A`: 4 times fewer multiplications than the definition for m = 4,
//! 2.25 times fewer for m = 2. Over channels, the products become one matrix product for each position of
//! the tile.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::Simd;

use super::lanes::Lanes;

/// One of the two, by the side of a tile's results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Tile {
    Two,
    Four,
}

impl Tile {
    /// m.
    pub(super) const fn side(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Four => 4,
        }
    }

    /// (m + 2)²: pixels of a tile, and products.
    pub(super) const fn products(self) -> usize {
        (self.side() + 2) * (self.side() + 2)
    }

    /// The rows of G.
    pub(super) fn kernel_transform(self) -> &'static [[f64; 3]] {
        match self {
            Self::Two => &[[1.0, 0.0, 0.0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.0, 0.0, 1.0]],
            Self::Four => &[
                [1.0 / 4.0, 0.0, 0.0],
                [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
                [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
                [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
                [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
                [0.0, 0.0, 1.0],
            ],
        }
    }

    /// `Bᵀ d B` of the tile that starts at `d[0]`, for pictures `width` wide: product i to
    /// `to[i · stride]`.
    #[inline(always)]
    pub(super) fn input<S: Simd>(self, simd: S, d: &[Lanes], width: usize, to: &mut [Lanes], stride: usize) {
        match self {
            Self::Two => input(simd, d, width, to, stride, input_2),
            Self::Four => input(simd, d, width, to, stride, input_4),
        }
    }

    /// `Aᵀ m A` of the products `m[i · stride]`: the result at (y, x) goes to `write(y, x)`.
    #[inline(always)]
    pub(super) fn output<S: Simd>(
        self,
        simd: S,
        m: &[Lanes],
        stride: usize,
        write: impl FnMut(usize, usize, usize, S::f32s),
    ) {
        match self {
            Self::Two => output::<S, 4, 2>(simd, m, stride, output_2, write),
            Self::Four => output::<S, 6, 4>(simd, m, stride, output_4, write),
        }
    }
}

#[inline(always)]
fn input<S: Simd, const N: usize>(
    simd: S,
    d: &[Lanes],
    width: usize,
    to: &mut [Lanes],
    stride: usize,
    transform: impl Fn(S, [S::f32s; N]) -> [S::f32s; N],
) {
    for v in 0..Lanes::vectors::<S>() {
        let mut columns = [[simd.splat_f32s(0.0); N]; N];
        for (x, column) in columns.iter_mut().enumerate() {
            *column = transform(simd, std::array::from_fn(|y| d[y * width + x].vector::<S>(v)));
        }
        for y in 0..N {
            let row = transform(simd, std::array::from_fn(|x| columns[x][y]));
            for (x, &value) in row.iter().enumerate() {
                to[(y * N + x) * stride].set::<S>(v, value);
            }
        }
    }
}

#[inline(always)]
fn output<S: Simd, const N: usize, const M: usize>(
    simd: S,
    m: &[Lanes],
    stride: usize,
    transform: impl Fn(S, [S::f32s; N]) -> [S::f32s; M],
    mut write: impl FnMut(usize, usize, usize, S::f32s),
) {
    for v in 0..Lanes::vectors::<S>() {
        let mut columns = [[simd.splat_f32s(0.0); M]; N];
        for (x, column) in columns.iter_mut().enumerate() {
            *column = transform(simd, std::array::from_fn(|y| m[(y * N + x) * stride].vector::<S>(v)));
        }
        for y in 0..M {
            let row = transform(simd, std::array::from_fn(|x| columns[x][y]));
            for (x, &value) in row.iter().enumerate() {
                write(y, x, v, value);
            }
        }
    }
}

/// Bᵀ for m = 2.
#[inline(always)]
fn input_2<S: Simd>(simd: S, d: [S::f32s; 4]) -> [S::f32s; 4] {
    [
        simd.sub_f32s(d[0], d[2]),
        simd.add_f32s(d[1], d[2]),
        simd.sub_f32s(d[2], d[1]),
        simd.sub_f32s(d[1], d[3]),
    ]
}

/// Aᵀ for m = 2.
#[inline(always)]
fn output_2<S: Simd>(simd: S, m: [S::f32s; 4]) -> [S::f32s; 2] {
    [
        simd.add_f32s(simd.add_f32s(m[0], m[1]), m[2]),
        simd.sub_f32s(simd.sub_f32s(m[1], m[2]), m[3]),
    ]
}

/// Bᵀ for m = 4: the points 0, ±1, ±2, ∞.
#[inline(always)]
fn input_4<S: Simd>(simd: S, d: [S::f32s; 6]) -> [S::f32s; 6] {
    let by = |factor: f32, x, y| simd.mul_add_e_f32s(simd.splat_f32s(factor), x, y);
    let even = by(-4.0, d[2], d[4]);
    let odd = by(-4.0, d[1], d[3]);
    let even_2 = simd.sub_f32s(d[4], d[2]);
    let odd_2 = simd.sub_f32s(d[3], d[1]);
    [
        by(4.0, d[0], by(-5.0, d[2], d[4])),
        simd.add_f32s(even, odd),
        simd.sub_f32s(even, odd),
        by(2.0, odd_2, even_2),
        by(-2.0, odd_2, even_2),
        by(4.0, d[1], by(-5.0, d[3], d[5])),
    ]
}

/// Aᵀ for m = 4.
#[inline(always)]
fn output_4<S: Simd>(simd: S, m: [S::f32s; 6]) -> [S::f32s; 4] {
    let by = |factor: f32, x, y| simd.mul_add_e_f32s(simd.splat_f32s(factor), x, y);
    let (sum, difference) = (simd.add_f32s(m[1], m[2]), simd.sub_f32s(m[1], m[2]));
    let (sum_2, difference_2) = (simd.add_f32s(m[3], m[4]), simd.sub_f32s(m[3], m[4]));
    [
        simd.add_f32s(m[0], simd.add_f32s(sum, sum_2)),
        by(2.0, difference_2, difference),
        by(4.0, sum_2, sum),
        simd.add_f32s(m[5], by(8.0, difference_2, difference)),
    ]
}
