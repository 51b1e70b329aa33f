//! Winograd's transformations in one dimension: of F(2, 3), and of F(4, 3) with the points 0, ±1, ±2, ∞ (Lavin & Gray
//! 2016, §4).

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::Simd;

/// A linear map from N numbers to M numbers.
pub(super) trait Transform<const N: usize, const M: usize> {
    fn apply<S: Simd>(simd: S, x: [S::f32s; N]) -> [S::f32s; M];
}

/// `Bᵀ d` of F(2, 3).
pub(super) struct InputTwo;

impl Transform<4, 4> for InputTwo {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, d: [S::f32s; 4]) -> [S::f32s; 4] {
        [
            simd.sub_f32s(d[0], d[2]),
            simd.add_f32s(d[1], d[2]),
            simd.sub_f32s(d[2], d[1]),
            simd.sub_f32s(d[1], d[3]),
        ]
    }
}

/// `Aᵀ m` of F(2, 3).
pub(super) struct OutputTwo;

impl Transform<4, 2> for OutputTwo {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, m: [S::f32s; 4]) -> [S::f32s; 2] {
        [simd.add_f32s(simd.add_f32s(m[0], m[1]), m[2]), simd.sub_f32s(simd.sub_f32s(m[1], m[2]), m[3])]
    }
}

/// `A y` of F(2, 3).
pub(super) struct OutputAdjointTwo;

impl Transform<2, 4> for OutputAdjointTwo {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, y: [S::f32s; 2]) -> [S::f32s; 4] {
        [y[0], simd.add_f32s(y[0], y[1]), simd.sub_f32s(y[0], y[1]), simd.neg_f32s(y[1])]
    }
}

/// `B r` of F(2, 3).
pub(super) struct InputAdjointTwo;

impl Transform<4, 4> for InputAdjointTwo {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, r: [S::f32s; 4]) -> [S::f32s; 4] {
        [
            r[0],
            simd.add_f32s(simd.sub_f32s(r[1], r[2]), r[3]),
            simd.add_f32s(simd.sub_f32s(r[1], r[0]), r[2]),
            simd.neg_f32s(r[3]),
        ]
    }
}

/// `G g` of F(2, 3).
pub(super) struct KernelTwo;

impl Transform<3, 4> for KernelTwo {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, g: [S::f32s; 3]) -> [S::f32s; 4] {
        let half = simd.splat_f32s(0.5);
        let sum = simd.add_f32s(g[0], g[2]);
        let [plus, minus] = [simd.add_f32s(sum, g[1]), simd.sub_f32s(sum, g[1])];
        [g[0], simd.mul_f32s(half, plus), simd.mul_f32s(half, minus), g[2]]
    }
}

/// `Bᵀ d` of F(4, 3).
pub(super) struct InputFour;

impl Transform<6, 6> for InputFour {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, d: [S::f32s; 6]) -> [S::f32s; 6] {
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
}

/// `Aᵀ m` of F(4, 3).
pub(super) struct OutputFour;

impl Transform<6, 4> for OutputFour {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, m: [S::f32s; 6]) -> [S::f32s; 4] {
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
}

/// `A y` of F(4, 3).
pub(super) struct OutputAdjointFour;

impl Transform<4, 6> for OutputAdjointFour {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, y: [S::f32s; 4]) -> [S::f32s; 6] {
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
}

/// `B r` of F(4, 3).
pub(super) struct InputAdjointFour;

impl Transform<6, 6> for InputAdjointFour {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, r: [S::f32s; 6]) -> [S::f32s; 6] {
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

/// `G g` of F(4, 3).
pub(super) struct KernelFour;

impl Transform<3, 6> for KernelFour {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, g: [S::f32s; 3]) -> [S::f32s; 6] {
        let [four, two] = [4.0, 2.0].map(|factor| simd.splat_f32s(factor));
        let [quarter, sixth, small] =
            [1.0 / 4.0, -1.0 / 6.0, 1.0 / 24.0].map(|factor| simd.splat_f32s(factor));
        let sum = simd.add_f32s(g[0], g[2]);
        let [plus, minus] = [simd.add_f32s(sum, g[1]), simd.sub_f32s(sum, g[1])];
        let (even, odd) = (simd.mul_add_e_f32s(four, g[2], g[0]), simd.mul_f32s(two, g[1]));
        let [plus_2, minus_2] = [simd.add_f32s(even, odd), simd.sub_f32s(even, odd)];
        [
            simd.mul_f32s(quarter, g[0]),
            simd.mul_f32s(sixth, plus),
            simd.mul_f32s(sixth, minus),
            simd.mul_f32s(small, plus_2),
            simd.mul_f32s(small, minus_2),
            g[2],
        ]
    }
}
