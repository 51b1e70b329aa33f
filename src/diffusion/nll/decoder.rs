//! The last step of the chain: a normal distribution over the 256 levels of an 8-bit value (Ho et al. 2020, eq. 13).
//!
//! The level v stands for `x = v/127.5 − 1`, and takes the probability of the interval from `x − 1/255` to `x + 1/255`.
//! The intervals of the two ends are open, so that the 256 probabilities sum to 1.
//!
//! The distribution function is exact. Published code has an approximation with a hyperbolic tangent, and no probability
//! below 1e-12, so that its numbers differ in the third digit.

use super::normal::{log_cdf, log_interval};

/// Half of the distance from one level to the next.
const HALF: f64 = 1.0 / 255.0;
/// Values beyond this are the ends, as in Ho et al.'s code. No level but the last is near it.
const END: f64 = 0.999;
/// The number of levels.
pub const LEVELS: usize = 256;

/// The value in `[-1, 1]` of a level from 0 to 255.
pub fn value_of(level: usize) -> f64 {
    level as f64 / 127.5 - 1.0
}

/// `ln p(x)`, where x is the value of a level, under a normal distribution with this mean and standard deviation, which
/// is above 0. For an x between two levels it is the probability of an interval of the same width about x.
pub fn log_probability(x: f64, mean: f64, standard_deviation: f64) -> f64 {
    let at = |end: f64| (end - mean) / standard_deviation;
    if x < -END {
        log_cdf(at(x + HALF))
    } else if x > END {
        log_cdf(-at(x - HALF))
    } else {
        log_interval(at(x - HALF), at(x + HALF))
    }
}

/// `ln p` of all levels.
pub fn log_probabilities(mean: f64, standard_deviation: f64) -> [f64; LEVELS] {
    std::array::from_fn(|level| log_probability(value_of(level), mean, standard_deviation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sharp_distribution_is_its_own_level() {
        for level in [0, 1, 128, 254, 255] {
            let all = log_probabilities(value_of(level), 1e-4);
            assert!(all[level].abs() < 1e-12, "{level}: {}", all[level]);
        }
    }

    #[test]
    fn tails_stay_finite() {
        // A level that is 100 and 20,000 standard deviations from the mean.
        for standard_deviation in [0.02, 1e-4] {
            let found = log_probability(value_of(255), -1.0, standard_deviation);
            let z = (2.0 - HALF) / standard_deviation;
            // The leading terms of the tail, −z²/2 − ln(z √(2π)), are off by 1/z².
            let expected = -0.5 * z * z - (z * std::f64::consts::TAU.sqrt()).ln();
            assert!((found - expected).abs() < 1.5 / (z * z) + 1e-15 * z * z, "{found} {expected}");
        }
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_1(mean in -3.0..3.0_f64, log_sd in -9.0..2.0_f64) {
            let sum: f64 = log_probabilities(mean, log_sd.exp()).iter().map(|p| p.exp()).sum();
            prop_assert!((sum - 1.0).abs() < 1e-12, "{}", sum);
        }

        #[test]
        fn the_mirror_image_is_as_likely(level in 0..LEVELS, mean in -2.0..2.0_f64, sd in 1e-3..1.0_f64) {
            let there = log_probability(value_of(level), mean, sd);
            let back = log_probability(value_of(LEVELS - 1 - level), -mean, sd);
            prop_assert!((there - back).abs() <= 1e-9 * there.abs().max(1.0), "{} {}", there, back);
        }
    }
}
