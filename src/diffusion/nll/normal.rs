//! Logarithms of probabilities of the standard normal distribution, without cancellation and without underflow.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// From here on `erfc` is computed by its continued fraction: libm's becomes 0 near 27.
const FAR: f64 = 10.0;
/// Levels of the continued fraction; for arguments above [`FAR`], 20 are exact to rounding.
const LEVELS: u32 = 20;

/// `ln erfc(x)`; finite for every finite x whose square is.
pub fn log_erfc(x: f64) -> f64 {
    if x < FAR {
        return libm::erfc(x).ln();
    }
    // √π e^{x²} erfc(x) = 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))) (Abramowitz & Stegun 1964, 7.1.14).
    let fraction = (1..=LEVELS).rev().fold(x, |below, k| x + 0.5 * f64::from(k) / below);
    -x * x - (fraction * PI.sqrt()).ln()
}

/// `ln Φ(z)`, the logarithm of the probability of a value below z.
pub fn log_cdf(z: f64) -> f64 {
    if z > 0.0 {
        // Near 1, what is missing is the exact number.
        return (-0.5 * libm::erfc(z * FRAC_1_SQRT_2)).ln_1p();
    }
    log_erfc(-z * FRAC_1_SQRT_2) - 2.0_f64.ln()
}

/// `ln (Φ(b) − Φ(a))`, the logarithm of the probability of a value between a and b. `−∞` unless `a < b`; the ends may be
/// infinite.
pub fn log_interval(a: f64, b: f64) -> f64 {
    if a >= b {
        return f64::NEG_INFINITY;
    }
    if a > 0.0 {
        // The mirror image, so that the tail that is subtracted is the smaller one.
        return log_interval(-b, -a);
    }
    if b > 0.0 {
        // Both parts are positive: nothing cancels.
        return (0.5 * (libm::erf(b * FRAC_1_SQRT_2) - libm::erf(a * FRAC_1_SQRT_2))).ln();
    }
    let (low, high) = (log_cdf(a), log_cdf(b));
    // ln(e^high − e^low), where the difference of logarithms may be tiny or infinite.
    high + (-(low - high).exp_m1()).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Values of mpmath at 40 digits.
    #[test]
    fn the_tail_is_exact() {
        for (x, expected) in [
            (0.5, -0.735_011_129_837_084_4),
            (9.999, -102.859_790_995_871_9),
            (10.0, -102.879_889_024_844_77),
            (26.0, -679.831_199_763_194_2),
            (70.710_678_118_654_755, -5_004.831_061_513_646),
            (1e8, -1.000_000_000_000_001_9e16),
        ] {
            let found = log_erfc(x);
            assert!((found / expected - 1.0).abs() < 4e-15, "{x}: {found} {expected}");
        }
    }

    /// Where both ways work, they agree: the continued fraction beside libm's erfc.
    #[test]
    fn both_ways_to_the_tail_agree() {
        for i in 0..160 {
            let x = FAR + 0.1 * f64::from(i);
            let expected = libm::erfc(x).ln();
            assert!((log_erfc(x) / expected - 1.0).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn ends_may_be_infinite() {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(log_interval(low, high), 0.0);
        assert_eq!([log_interval(low, 0.0), log_interval(0.0, high)], [0.5_f64.ln(); 2]);
        assert_eq!(log_interval(low, -100.0), log_cdf(-100.0));
        assert_eq!(log_interval(100.0, high), log_cdf(-100.0));
        assert_eq!(log_interval(1.0, 1.0), low);
    }

    proptest! {
        /// Simpson's rule on the density, far out in the tail as well as in the middle.
        #[test]
        fn an_interval_is_the_integral_of_the_density(a in -120.0..120.0_f64, width in 1e-6..0.2_f64) {
            let b = a + width;
            // Relative to the density at the end that is nearer to the middle, so that nothing underflows.
            let peak = if a > 0.0 { a } else { b.min(0.0) };
            let density = |z: f64| (0.5 * (peak - z) * (peak + z)).exp();
            let panels = 4000;
            let h = width / f64::from(panels);
            let sum: f64 = (0..panels)
                .map(|i| {
                    let left = a + h * f64::from(i);
                    h / 6.0 * (density(left) + 4.0 * density(left + 0.5 * h) + density(left + h))
                })
                .sum();
            let expected = sum.ln() - 0.5 * peak * peak - 0.5 * (2.0 * PI).ln();
            let found = log_interval(a, b);
            // Rounding of a and b alone moves the logarithm by a · 1e-16 · a.
            let tolerance = 1e-12 + 1e-16 * a * a / width.min(1.0) + 1e-9;
            prop_assert!((found - expected).abs() < tolerance, "{} {}", found, expected);
        }
    }
}
