//! Winograd's minimal filtering for 3×3 kernels (Lavin & Gray 2016, §4).
//!
//! `F(m×m, 3×3)` computes m×m results from a tile of (m + 2)×(m + 2) pixels with one product for each of
//! them, `Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A`: 4 times fewer multiplications than the definition for m = 4,
//! 2.25 times fewer for m = 2. Over channels, the products become one matrix product for each position of
//! the tile.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]
#![expect(clippy::needless_range_loop, reason = "indices of arrays that are registers")]

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

    /// `Bᵀ d B` of the tile that starts at `d[0]`, for pictures `width` wide: product i to
    /// `to[i · stride]`.
    #[inline(always)]
    pub(super) fn input<S: Simd>(self, simd: S, d: &[Lanes], width: usize, to: &mut [Lanes], stride: usize) {
        match self {
            Self::Two => input::<S, Two, 4, 2>(simd, d, width, to, stride),
            Self::Four => input::<S, Four, 6, 4>(simd, d, width, to, stride),
        }
    }

    /// `Aᵀ m A` of the products `m[i · stride]`: every vector of the result goes to
    /// `write(y, x, vector's index, vector)`.
    #[inline(always)]
    pub(super) fn output<S: Simd>(
        self,
        simd: S,
        m: &[Lanes],
        stride: usize,
        write: impl FnMut(usize, usize, usize, S::f32s),
    ) {
        match self {
            Self::Two => output::<S, Two, 4, 2>(simd, m, stride, write),
            Self::Four => output::<S, Four, 6, 4>(simd, m, stride, write),
        }
    }

    /// `A y Aᵀ`, the adjoint of [`output`](Self::output): `read(y, x, vector's index)` gives the vectors of
    /// the results' gradient; that of product i goes to `to[i · stride]`.
    #[inline(always)]
    pub(super) fn output_adjoint<S: Simd>(
        self,
        simd: S,
        read: impl Fn(usize, usize, usize) -> S::f32s,
        to: &mut [Lanes],
        stride: usize,
    ) {
        match self {
            Self::Two => output_adjoint::<S, Two, 4, 2>(simd, read, to, stride),
            Self::Four => output_adjoint::<S, Four, 6, 4>(simd, read, to, stride),
        }
    }

    /// `B r Bᵀ`, the adjoint of [`input`](Self::input), of the gradients `r[i · stride]` of the products;
    /// added to the tile that starts at `d[0]`, for pictures `width` wide.
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
            Self::Two => input_adjoint::<S, Two, 4, 2>(simd, r, stride, d, width),
            Self::Four => input_adjoint::<S, Four, 6, 4>(simd, r, stride, d, width),
        }
    }
}

#[inline(always)]
fn input<S: Simd, F: Filter<N, M>, const N: usize, const M: usize>(
    simd: S,
    d: &[Lanes],
    width: usize,
    to: &mut [Lanes],
    stride: usize,
) {
    for v in 0..Lanes::vectors::<S>() {
        let mut columns = [[simd.splat_f32s(0.0); N]; N];
        for (x, column) in columns.iter_mut().enumerate() {
            for (y, value) in column.iter_mut().enumerate() {
                *value = d[y * width + x].vector::<S>(v);
            }
            *column = F::input(simd, *column);
        }
        for y in 0..N {
            let mut row = [simd.splat_f32s(0.0); N];
            for x in 0..N {
                row[x] = columns[x][y];
            }
            for (x, &value) in F::input(simd, row).iter().enumerate() {
                to[(y * N + x) * stride].set::<S>(v, value);
            }
        }
    }
}

#[inline(always)]
fn output<S: Simd, F: Filter<N, M>, const N: usize, const M: usize>(
    simd: S,
    m: &[Lanes],
    stride: usize,
    mut write: impl FnMut(usize, usize, usize, S::f32s),
) {
    for v in 0..Lanes::vectors::<S>() {
        let mut columns = [[simd.splat_f32s(0.0); M]; N];
        for (x, result) in columns.iter_mut().enumerate() {
            let mut column = [simd.splat_f32s(0.0); N];
            for (y, value) in column.iter_mut().enumerate() {
                *value = m[(y * N + x) * stride].vector::<S>(v);
            }
            *result = F::output(simd, column);
        }
        for y in 0..M {
            let mut row = [simd.splat_f32s(0.0); N];
            for x in 0..N {
                row[x] = columns[x][y];
            }
            for (x, &value) in F::output(simd, row).iter().enumerate() {
                write(y, x, v, value);
            }
        }
    }
}

#[inline(always)]
fn output_adjoint<S: Simd, F: Filter<N, M>, const N: usize, const M: usize>(
    simd: S,
    read: impl Fn(usize, usize, usize) -> S::f32s,
    to: &mut [Lanes],
    stride: usize,
) {
    for v in 0..Lanes::vectors::<S>() {
        let mut columns = [[simd.splat_f32s(0.0); N]; M];
        for (x, result) in columns.iter_mut().enumerate() {
            let mut column = [simd.splat_f32s(0.0); M];
            for (y, value) in column.iter_mut().enumerate() {
                *value = read(y, x, v);
            }
            *result = F::output_adjoint(simd, column);
        }
        for y in 0..N {
            let mut row = [simd.splat_f32s(0.0); M];
            for x in 0..M {
                row[x] = columns[x][y];
            }
            for (x, &value) in F::output_adjoint(simd, row).iter().enumerate() {
                to[(y * N + x) * stride].set::<S>(v, value);
            }
        }
    }
}

#[inline(always)]
fn input_adjoint<S: Simd, F: Filter<N, M>, const N: usize, const M: usize>(
    simd: S,
    r: &[Lanes],
    stride: usize,
    d: &mut [Lanes],
    width: usize,
) {
    for v in 0..Lanes::vectors::<S>() {
        let mut columns = [[simd.splat_f32s(0.0); N]; N];
        for (x, column) in columns.iter_mut().enumerate() {
            for (y, value) in column.iter_mut().enumerate() {
                *value = r[(y * N + x) * stride].vector::<S>(v);
            }
            *column = F::input_adjoint(simd, *column);
        }
        for y in 0..N {
            let mut row = [simd.splat_f32s(0.0); N];
            for x in 0..N {
                row[x] = columns[x][y];
            }
            for (x, &value) in F::input_adjoint(simd, row).iter().enumerate() {
                let d = &mut d[y * width + x];
                d.set::<S>(v, simd.add_f32s(d.vector::<S>(v), value));
            }
        }
    }
}

/// A filter in one dimension: M results from N numbers.
trait Filter<const N: usize, const M: usize> {
    /// Bᵀ d.
    fn input<S: Simd>(simd: S, d: [S::f32s; N]) -> [S::f32s; N];

    /// Aᵀ m.
    fn output<S: Simd>(simd: S, m: [S::f32s; N]) -> [S::f32s; M];

    /// A y.
    fn output_adjoint<S: Simd>(simd: S, y: [S::f32s; M]) -> [S::f32s; N];

    /// B r.
    fn input_adjoint<S: Simd>(simd: S, r: [S::f32s; N]) -> [S::f32s; N];
}

/// F(2, 3).
struct Two;

impl Filter<4, 2> for Two {
    #[inline(always)]
    fn input<S: Simd>(simd: S, d: [S::f32s; 4]) -> [S::f32s; 4] {
        [
            simd.sub_f32s(d[0], d[2]),
            simd.add_f32s(d[1], d[2]),
            simd.sub_f32s(d[2], d[1]),
            simd.sub_f32s(d[1], d[3]),
        ]
    }

    #[inline(always)]
    fn output<S: Simd>(simd: S, m: [S::f32s; 4]) -> [S::f32s; 2] {
        [simd.add_f32s(simd.add_f32s(m[0], m[1]), m[2]), simd.sub_f32s(simd.sub_f32s(m[1], m[2]), m[3])]
    }

    #[inline(always)]
    fn output_adjoint<S: Simd>(simd: S, y: [S::f32s; 2]) -> [S::f32s; 4] {
        [y[0], simd.add_f32s(y[0], y[1]), simd.sub_f32s(y[0], y[1]), simd.neg_f32s(y[1])]
    }

    #[inline(always)]
    fn input_adjoint<S: Simd>(simd: S, r: [S::f32s; 4]) -> [S::f32s; 4] {
        [
            r[0],
            simd.add_f32s(simd.sub_f32s(r[1], r[2]), r[3]),
            simd.add_f32s(simd.sub_f32s(r[1], r[0]), r[2]),
            simd.neg_f32s(r[3]),
        ]
    }
}

/// F(4, 3), with the points 0, ±1, ±2, ∞.
struct Four;

impl Filter<6, 4> for Four {
    #[inline(always)]
    fn input<S: Simd>(simd: S, d: [S::f32s; 6]) -> [S::f32s; 6] {
        let two = simd.splat_f32s(2.0);
        let four = simd.splat_f32s(4.0);
        let five = simd.splat_f32s(5.0);
        let even = simd.negate_mul_add_e_f32s(four, d[2], d[4]);
        let odd = simd.negate_mul_add_e_f32s(four, d[1], d[3]);
        let even_2 = simd.sub_f32s(d[4], d[2]);
        let odd_2 = simd.sub_f32s(d[3], d[1]);
        [
            simd.mul_add_e_f32s(four, d[0], simd.negate_mul_add_e_f32s(five, d[2], d[4])),
            simd.add_f32s(even, odd),
            simd.sub_f32s(even, odd),
            simd.mul_add_e_f32s(two, odd_2, even_2),
            simd.negate_mul_add_e_f32s(two, odd_2, even_2),
            simd.mul_add_e_f32s(four, d[1], simd.negate_mul_add_e_f32s(five, d[3], d[5])),
        ]
    }

    #[inline(always)]
    fn output<S: Simd>(simd: S, m: [S::f32s; 6]) -> [S::f32s; 4] {
        let two = simd.splat_f32s(2.0);
        let four = simd.splat_f32s(4.0);
        let eight = simd.splat_f32s(8.0);
        let (sum, difference) = (simd.add_f32s(m[1], m[2]), simd.sub_f32s(m[1], m[2]));
        let (sum_2, difference_2) = (simd.add_f32s(m[3], m[4]), simd.sub_f32s(m[3], m[4]));
        [
            simd.add_f32s(m[0], simd.add_f32s(sum, sum_2)),
            simd.mul_add_e_f32s(two, difference_2, difference),
            simd.mul_add_e_f32s(four, sum_2, sum),
            simd.add_f32s(m[5], simd.mul_add_e_f32s(eight, difference_2, difference)),
        ]
    }
    #[inline(always)]
    fn output_adjoint<S: Simd>(simd: S, y: [S::f32s; 4]) -> [S::f32s; 6] {
        let two = simd.splat_f32s(2.0);
        let four = simd.splat_f32s(4.0);
        let (even, odd) = (simd.add_f32s(y[0], y[2]), simd.add_f32s(y[1], y[3]));
        let even_2 = simd.mul_add_e_f32s(four, y[2], y[0]);
        let odd_2 = simd.mul_f32s(two, simd.mul_add_e_f32s(four, y[3], y[1]));
        [
            y[0],
            simd.add_f32s(even, odd),
            simd.sub_f32s(even, odd),
            simd.add_f32s(even_2, odd_2),
            simd.sub_f32s(even_2, odd_2),
            y[3],
        ]
    }

    #[inline(always)]
    fn input_adjoint<S: Simd>(simd: S, r: [S::f32s; 6]) -> [S::f32s; 6] {
        let two = simd.splat_f32s(2.0);
        let four = simd.splat_f32s(4.0);
        let five = simd.splat_f32s(5.0);
        let (sum, difference) = (simd.add_f32s(r[1], r[2]), simd.sub_f32s(r[1], r[2]));
        let (sum_2, difference_2) = (simd.add_f32s(r[3], r[4]), simd.sub_f32s(r[3], r[4]));
        let twice = simd.mul_f32s(two, difference_2);
        [
            simd.mul_f32s(four, r[0]),
            simd.sub_f32s(simd.mul_f32s(four, simd.sub_f32s(r[5], difference)), twice),
            simd.negate_mul_add_e_f32s(
                five,
                r[0],
                simd.negate_mul_add_e_f32s(four, sum, simd.neg_f32s(sum_2)),
            ),
            simd.negate_mul_add_e_f32s(five, r[5], simd.add_f32s(difference, twice)),
            simd.add_f32s(r[0], simd.add_f32s(sum, sum_2)),
            r[5],
        ]
    }
}
