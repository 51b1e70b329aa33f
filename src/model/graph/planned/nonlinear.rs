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

/// `t = 1 / (1 + TAIL_SCALE · u)`, in terms of which Φ(−u) is computed.
const TAIL_SCALE: f32 = 0.3;
/// The normal density at 0, 1/√(2π).
const DENSITY: f32 = 0.398_942_28;
/// Coefficients of a minimax polynomial for `Φ(−u) exp(u²/2) / t` with u from 0 to 14, highest power first; its
/// relative error is 1.5e-7.
const TAIL: [f32; 8] = [
    3.5674779e-2,
    -1.5720310e-1,
    2.0635351e-1,
    -5.3683672e-2,
    1.2856146e-1,
    9.9913488e-2,
    1.2075391e-1,
    1.1962930e-1,
];

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

/// The Gaussian error linear unit `x Φ(x)` with the exact normal distribution function Φ (Hendrycks & Gimpel 2016),
/// computed as `max(x, 0) − |x| Φ(−|x|)`. The tail is a polynomial in t, after Abramowitz & Stegun 1964, 26.2.17. Its
/// error is at most 2e-7 of the larger of 1 and |x|.
#[inline(always)]
pub(super) fn gelu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // In this order NaN stays NaN on x86.
    let positive = simd.max_f32s(simd.splat_f32s(0.0), x);
    let [u, tail, _] = tail(simd, x);
    simd.negate_mul_add_e_f32s(u, tail, positive)
}

/// The derivative of [`gelu`], `Φ(x) + x φ(x)` with the normal density φ.
#[inline(always)]
pub(super) fn gelu_slope<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let [_, tail, power] = tail(simd, x);
    let above = simd.sub_f32s(simd.splat_f32s(1.0), tail);
    let below = simd.less_than_f32s(x, simd.splat_f32s(0.0));
    let distribution = simd.select_f32s(below, tail, above);
    let near = simd.max_f32s(simd.splat_f32s(-16.0), simd.min_f32s(simd.splat_f32s(16.0), x));
    let density = simd.mul_f32s(power, simd.splat_f32s(DENSITY));
    simd.mul_add_e_f32s(near, density, distribution)
}

/// `|x|`, at most 16, which stands for u below; the tail Φ(−u); and `exp(−u²/2)`.
#[inline(always)]
fn tail<S: Simd>(simd: S, x: S::f32s) -> [S::f32s; 3] {
    // From 16 on the tail is 0, and the product of infinity and 0 would be NaN.
    let u = simd.min_f32s(simd.abs_f32s(x), simd.splat_f32s(16.0));
    let t = reciprocal(simd, simd.mul_add_e_f32s(u, simd.splat_f32s(TAIL_SCALE), simd.splat_f32s(1.0)));
    let mut p = simd.splat_f32s(TAIL[0]);
    for c in &TAIL[1..] {
        p = simd.mul_add_e_f32s(p, t, simd.splat_f32s(*c));
    }
    let exponent = simd.mul_f32s(simd.mul_f32s(u, u), simd.splat_f32s(-0.5 * std::f32::consts::LOG2_E));
    let power = exp2(simd, exponent);
    [u, simd.mul_f32s(simd.mul_f32s(p, t), power), power]
}
