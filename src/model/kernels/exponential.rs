//! The exponential and functions made of it, in arithmetic that the compiler turns into vectors.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

/// 1.5 · 2²³: adding it to a small number rounds it to a whole number, which is then in the lowest bits.
const ROUND: f32 = 12582912.0;
/// ln 2 in two parts; the first has so few digits that its multiples are exact.
const LN_2: [f32; 2] = [0.693359375, -2.12194440e-4];

/// eˣ with a relative error of at most 2⁻²². Below −87 and above 88 it is the value at that limit.
///
/// `eˣ = 2ⁿ eʳ` with |r| ≤ ln 2 / 2, and the polynomial for eʳ of Moshier's Cephes library (`expf`).
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Not `clamp`, so that NaN stays NaN.
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2[0]) - n * LN_2[1];
    let p = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r
        + 1.6666665459e-1)
        * r
        + 5.0000001201e-1;
    let power = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    (p * r * r + r + 1.0) * f32::from_bits(power)
}

/// The sigmoid linear unit, `x / (1 + e⁻ˣ)`.
#[inline(always)]
pub(super) fn silu(x: f32) -> f32 {
    x * sigmoid(x)
}

/// The derivative of [`silu`]: `s (1 + x (1 − s))` with the sigmoid s.
#[inline(always)]
pub(super) fn silu_slope(x: f32) -> f32 {
    let s = sigmoid(x);
    s * (1.0 + x * (1.0 - s))
}

#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every 977th of all f32 numbers from −87 to 88.
    fn numbers() -> impl Iterator<Item = f32> {
        let of = |from: u32, to: u32| (from..to).step_by(977).map(f32::from_bits);
        of(0, 88f32.to_bits()).chain(of((-0f32).to_bits(), (-87f32).to_bits()))
    }

    #[test]
    fn the_exponential_has_its_digits() {
        let error = |x: f32| {
            let exact = libm::exp(x as f64);
            (exp(x) as f64 - exact).abs() / exact
        };
        let worst = numbers().map(error).fold(0.0, f64::max);
        assert!(worst <= f64::exp2(-22.0), "{worst:e}");
        assert_eq!([exp(-1e30), exp(1e30)], [exp(-87.0), exp(88.0)]);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn silu_and_its_slope_are_those_of_the_definition() {
        for x in numbers() {
            let exact = x as f64;
            let s = 1.0 / (1.0 + libm::exp(-exact));
            let (value, slope) = (exact * s, s * (1.0 + exact * (1.0 - s)));
            assert!((silu(x) as f64 - value).abs() <= 4e-7 * value.abs().max(1e-30), "silu({x})");
            assert!((silu_slope(x) as f64 - slope).abs() <= 1e-6, "slope at {x}");
        }
    }
}
