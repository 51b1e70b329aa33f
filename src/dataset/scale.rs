//! The values of pixels that are black and white.

use crate::files::number;

/// Fractions may exceed their range by this much, because of scaling and rounding.
const SLACK: f64 = 1e-3;
/// The white of some small data sets, such as the digits of UCI and scikit-learn.
const SIXTEEN: f64 = 16.0;

/// The kind of numbers that pixels are stored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Booleans.
    Bool,
    /// Unsigned bytes.
    Byte,
    /// Whole numbers of any other type.
    Whole,
    /// Floating-point numbers.
    Float,
    /// Text in a table, where numbers have no type.
    Text,
}

/// The range of the pixels that were seen so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seen {
    least: f64,
    most: f64,
    whole: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { least: f64::INFINITY, most: f64::NEG_INFINITY, whole: true }
    }
}

impl Seen {
    /// The range of these values.
    ///
    /// # Errors
    /// If one is infinite or NaN.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Result<Self, String> {
        values.into_iter().try_fold(Self::default(), |mut seen, value| seen.add(value).map(|()| seen))
    }

    /// Adds one more pixel.
    ///
    /// # Errors
    /// If it is infinite or NaN.
    pub(super) fn add(&mut self, value: f64) -> Result<(), String> {
        if !value.is_finite() {
            return Err(format!("a pixel is {value}"));
        }
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        self.whole &= value.fract() == 0.0;
        Ok(())
    }

    /// The range of the pixels that either of the two has seen.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            most: self.most.max(other.most),
            whole: self.whole && other.whole,
        }
    }
}

/// The values that stand for black and white.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    black: f64,
    white: f64,
}

impl Scale {
    /// Bytes from 0 to 255.
    const BYTES: Self = Self { black: 0.0, white: 255.0 };

    /// Finds the scale from the kind of numbers and their range.
    ///
    /// # Errors
    /// When no scale fits.
    pub(super) fn of(numbers: Numbers, seen: Seen) -> Result<Self, String> {
        let Seen { least, most, whole } = seen;
        let within = |black: f64, white: f64| least >= black - SLACK && most <= white + SLACK;
        let fractions = matches!(numbers, Numbers::Float | Numbers::Text) || !whole;
        let white = match numbers {
            Numbers::Bool => 1.0,
            _ if fractions && least < -SLACK && within(-1.0, 1.0) => {
                return Ok(Self { black: -1.0, white: 1.0 });
            }
            // If every pixel is black, the scale cannot be determined.
            Numbers::Byte if most == 0.0 => 255.0,
            _ if within(0.0, 1.0) => 1.0,
            // Pictures with sixteen shades contain the lightest shade; tables need not contain it.
            _ if least >= 0.0 && whole && (most == SIXTEEN || numbers == Numbers::Text && most < SIXTEEN) => {
                SIXTEEN
            }
            Numbers::Text if least >= 0.0 && most <= SIXTEEN => SIXTEEN,
            _ if least >= 0.0 && most <= 255.0 => 255.0,
            Numbers::Whole if least >= 0.0 && most <= 65_535.0 => 65_535.0,
            _ => {
                let [least, most] = [least, most].map(number);
                return Err(format!("pixels from {least} to {most}, not from 0 to 255"));
            }
        };
        Ok(Self { black: 0.0, white })
    }

    /// A remark about the scale, if it was not obvious.
    pub(super) fn remark(self, numbers: Numbers) -> Option<String> {
        let told = matches!(numbers, Numbers::Bool)
            || matches!(numbers, Numbers::Byte | Numbers::Text) && self == Self::BYTES;
        (!told).then(|| format!("pixels: {} is taken for black, {} for white", self.black, self.white))
    }

    /// A pixel as a byte from 0 to 255; values outside of the scale are clipped.
    pub(super) fn byte(self, value: f64) -> u8 {
        ((value - self.black) / (self.white - self.black) * 255.0).round() as u8
    }

    /// Converts bytes of a file from this scale to 0–255.
    pub(super) fn rescale(self, bytes: &mut [u8]) {
        if self != Self::BYTES {
            for byte in bytes {
                *byte = self.byte(f64::from(*byte));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(numbers: Numbers, values: &[f64]) -> Result<(f64, f64), String> {
        Scale::of(numbers, Seen::of(values.iter().copied())?).map(|scale| (scale.black, scale.white))
    }

    #[test]
    fn black_and_white_follow_from_kind_and_range() {
        for (numbers, values, expected) in [
            (Numbers::Bool, &[0.0, 1.0][..], (0.0, 1.0)),
            (Numbers::Byte, &[0.0, 1.0], (0.0, 1.0)),
            (Numbers::Byte, &[1.0, 4.0], (0.0, 255.0)),
            (Numbers::Byte, &[0.0, 16.0], (0.0, 16.0)),
            (Numbers::Byte, &[0.0, 255.0], (0.0, 255.0)),
            (Numbers::Whole, &[0.0, 255.0], (0.0, 255.0)),
            (Numbers::Whole, &[0.0, 65_535.0], (0.0, 65_535.0)),
            (Numbers::Float, &[-1.0, 0.5], (-1.0, 1.0)),
            (Numbers::Float, &[-1e-6, 1.000_01], (0.0, 1.0)),
            (Numbers::Float, &[0.0, 16.0], (0.0, 16.0)),
            (Numbers::Float, &[0.0, 15.5], (0.0, 255.0)),
            (Numbers::Text, &[0.0, 1.0], (0.0, 1.0)),
            (Numbers::Text, &[0.0, 12.0], (0.0, 16.0)),
            (Numbers::Text, &[-0.5, 1.0], (-1.0, 1.0)),
        ] {
            assert_eq!(scale(numbers, values), Ok(expected), "{numbers:?} {values:?}");
        }
        for (numbers, values, part) in [
            (Numbers::Text, &[0.0, 400.0][..], "not from 0 to 255"),
            (Numbers::Float, &[-2.1, 2.8], "-2.1 to 2.8"),
            (Numbers::Whole, &[-1.0, 3.0], "-1 to 3"),
            (Numbers::Float, &[f64::NAN], "NaN"),
        ] {
            let error = scale(numbers, values).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn bytes_of_every_scale() {
        let scale = Scale { black: -1.0, white: 1.0 };
        assert_eq!([-1.1, -1.0, 0.0, 0.5, 1.0, 1.1].map(|v| scale.byte(v)), [0, 0, 128, 191, 255, 255]);
        let mut bytes = [0, 8, 16];
        Scale { black: 0.0, white: 16.0 }.rescale(&mut bytes);
        assert_eq!(bytes, [0, 128, 255]);
    }
}
