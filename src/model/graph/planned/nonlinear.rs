//! Exponentials and the non-linearities made of them, in vectors.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::Simd;

/// A non-linearity that kernels can apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nonlinearity {
    Silu,
    Relu,
}

/// 1.5 · 2²³: adding it to a small number rounds it to a whole number, which is then in the lowest bits.
const ROUND: f32 = 12582912.0;
/// Coefficients of a minimax polynomial for 2ʳ − 1 with |r| ≤ 1/2, highest power first; its relative error is 2⁻²⁸ in
/// exact arithmetic.
const POWERS: [f32; 6] =
    [1.53533619e-4, 1.33988739e-3, 9.61843692e-3, 5.55033237e-2, 2.40226477e-1, 6.93147182e-1];

/// 2ˣ with a relative error of at most 2⁻²³. Below −126 and above 120 it is the value at that limit.
#[inline(always)]
pub(super) fn exp2<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // In this order NaN stays NaN on x86.
    let x = simd.max_f32s(simd.splat_f32s(-126.0), simd.min_f32s(simd.splat_f32s(120.0), x));
    let shifted = simd.add_f32s(x, simd.splat_f32s(ROUND));
    let r = simd.sub_f32s(x, simd.sub_f32s(shifted, simd.splat_f32s(ROUND)));
    let mut p = simd.splat_f32s(POWERS[0]);
    for c in &POWERS[1..] {
        p = simd.mul_add_e_f32s(p, r, simd.splat_f32s(*c));
    }
    let p = simd.mul_add_e_f32s(p, r, simd.splat_f32s(1.0));
    // The whole part is moved to the bits of the exponent; the bits above it are shifted out.
    let whole = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
    simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(p), whole))
}

/// 1/x for x from 1 to 2¹²¹, with a relative error of 2⁻²³: a first guess from the bits, and three steps of Newton's
/// method.
#[inline(always)]
fn reciprocal<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let guess = simd.sub_u32s(simd.splat_u32s(0x7ef3_11c7), simd.transmute_u32s_f32s(x));
    let mut y = simd.transmute_f32s_u32s(guess);
    for _ in 0..3 {
        let error = simd.negate_mul_add_e_f32s(x, y, simd.splat_f32s(1.0));
        y = simd.mul_add_e_f32s(y, error, y);
    }
    y
}

/// The derivative of [`silu`]: `s + x s (1 − s)` with `s = 1 / (1 + e⁻ˣ)`.
#[inline(always)]
pub(super) fn silu_slope<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let power = exp2(simd, simd.mul_f32s(x, simd.splat_f32s(-std::f32::consts::LOG2_E)));
    let s = reciprocal(simd, simd.add_f32s(power, simd.splat_f32s(1.0)));
    let rest = simd.negate_mul_add_e_f32s(s, s, s);
    simd.mul_add_e_f32s(x, rest, s)
}

/// The sigmoid linear unit, `x / (1 + e⁻ˣ)`.
#[inline(always)]
pub(super) fn silu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let power = exp2(simd, simd.mul_f32s(x, simd.splat_f32s(-std::f32::consts::LOG2_E)));
    simd.mul_f32s(x, reciprocal(simd, simd.add_f32s(power, simd.splat_f32s(1.0))))
}
