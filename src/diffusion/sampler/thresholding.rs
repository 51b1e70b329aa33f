//! Keeping `x̂_0` within the range of pictures.

use serde::{Deserialize, Serialize};

use std::ops::RangeInclusive;

use super::SamplerError;

/// What is done to `x̂_0` before a step uses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "thresholding", rename_all = "snake_case")]
pub enum Thresholding {
    /// It is used as it is.
    #[default]
    None,
    /// It is clamped to `[−range, range]` (Ho et al. 2020, in their code).
    Clip {
        /// Largest magnitude, above 0.
        range: f64,
    },
    /// It is clamped to `[−s, s]` and divided by s. Here s is a quantile of `|x̂_0|` over the sample, clamped
    /// to `[1, max]` (Saharia et al. 2022, section 2.3).
    Dynamic {
        /// Which quantile, from 0 to 1; 0.995 in the paper.
        ratio: f64,
        /// Largest s. With 1, this clips to `[−1, 1]`; with less than 1, s is `max`.
        max: f64,
    },
}

/// The allowed bounds.
pub(super) const BOUNDS: RangeInclusive<f64> = 1e-6..=1e6;
/// The allowed quantiles.
pub(super) const RATIOS: RangeInclusive<f64> = 0.0..=1.0;

impl Thresholding {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If one is out of range or not a number.
    pub(super) fn validate(self) -> Result<(), SamplerError> {
        let check = |parameter, value: f64, range: RangeInclusive<f64>| {
            if range.contains(&value) {
                Ok(())
            } else {
                let (low, high) = range.into_inner();
                Err(SamplerError::Parameter { parameter, value, low, high })
            }
        };
        match self {
            Self::None => Ok(()),
            Self::Clip { range } => check("range", range, BOUNDS),
            Self::Dynamic { ratio, max } => {
                check("ratio", ratio, RATIOS)?;
                check("max", max, BOUNDS)
            }
        }
    }

    /// Brings one sample's `x̂_0` (all its channels and pixels) into range. NaN stays NaN.
    pub fn apply(self, x0: &mut [f64]) {
        match self {
            Self::None => {}
            Self::Clip { range } => {
                for x in x0 {
                    *x = x.clamp(-range, range);
                }
            }
            Self::Dynamic { ratio, max } => {
                let s = quantile(x0, ratio).max(1.0).min(max);
                for x in x0 {
                    *x = x.clamp(-s, s) / s;
                }
            }
        }
    }
}

/// The quantile of the magnitudes, interpolated linearly between order statistics (the default of torch and numpy).
fn quantile(values: &[f64], ratio: f64) -> f64 {
    let mut magnitudes: Vec<f64> = values.iter().map(|x| x.abs()).collect();
    let Some(last) = magnitudes.len().checked_sub(1) else { return 0.0 };
    let place = ratio.clamp(0.0, 1.0) * last as f64;
    let below = place as usize;
    let (_, &mut lower, above) = magnitudes.select_nth_unstable_by(below, f64::total_cmp);
    let upper = above.iter().copied().fold(f64::INFINITY, f64::min);
    let fraction = place - below as f64;
    if fraction == 0.0 { lower } else { lower + fraction * (upper - lower) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_is_linear_between_order_statistics() {
        let values = [3.0, -1.0, 0.0, -4.0, 2.0];
        for (ratio, expected) in [(0.0, 0.0), (0.25, 1.0), (0.5, 2.0), (0.6, 2.4), (0.995, 3.98), (1.0, 4.0)]
        {
            assert!((quantile(&values, ratio) - expected).abs() < 1e-12, "{ratio}");
        }
    }

    #[test]
    fn dynamic_thresholding_saturates_and_scales() {
        let apply = |max, mut x: Vec<f64>| {
            Thresholding::Dynamic { ratio: 0.5, max }.apply(&mut x);
            x
        };
        assert_eq!(apply(10.0, vec![-4.0, 2.0, 1.0]), [-1.0, 1.0, 0.5]);
        assert_eq!(apply(1.6, vec![-4.0, 2.0, 0.8]), [-1.0, 1.0, 0.5]);
        // A picture that is within the range stays as it is.
        assert_eq!(apply(10.0, vec![0.5, -0.25, 1.0]), [0.5, -0.25, 1.0]);
    }

    #[test]
    fn clip_keeps_what_is_inside() {
        let mut x = [-3.0, 0.25, 1.5];
        Thresholding::Clip { range: 1.0 }.apply(&mut x);
        assert_eq!(x, [-1.0, 0.25, 1.0]);
        let bad = Thresholding::Clip { range: f64::NAN }.validate().unwrap_err().to_string();
        assert_eq!(bad, "range must be from 1e-6 to 1000000.0, got NaN");
    }
}
