//! How a field becomes pixels on the screen: the visible part, the filter and the mapping to colours.

/// How a value becomes a colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mapping {
    /// `v · gain`, clipped to `[-1, 1]`: what an image file of the picture would show.
    Clip {
        /// Factor before clipping; 1 leaves values as they are.
        gain: f32,
    },
    /// `v / std`, with ±3 as the visible range: noise of any variance looks alike.
    Rescale {
        /// The standard deviation σ of the field, whose ±3 σ fill the range.
        std: f32,
    },
    /// The mean over channels in a diverging colour map: dark at 0, blue below, orange above.
    Signed {
        /// The magnitude that reaches the ends of the map.
        scale: f32,
    },
}

impl Mapping {
    /// The factor that brings the visible range to `[-1, 1]`; 0 if the range is empty.
    pub(super) fn factor(self) -> f32 {
        let factor = match self {
            Self::Clip { gain } => gain,
            Self::Rescale { std } => 1.0 / (3.0 * std),
            Self::Signed { scale } => 1.0 / scale,
        };
        if factor.is_finite() { factor } else { 0.0 }
    }

    /// Whether channels are averaged and coloured by their sign.
    pub(super) fn is_signed(self) -> bool {
        matches!(self, Self::Signed { .. })
    }
}

/// How the source's pixels are sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Filter {
    /// The pixel under the sample's centre.
    #[default]
    Nearest,
    /// Linear interpolation where the picture is magnified, and the mean over the covered area where it is reduced.
    /// Values are averaged before they become colours.
    Smooth,
}

/// The visible part of the source, in source pixels. It may reach beyond the source, where the result is transparent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewRect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width, positive.
    pub width: f32,
    /// Height, positive.
    pub height: f32,
}

impl ViewRect {
    /// The whole of a picture.
    pub fn whole(width: usize, height: usize) -> Self {
        Self { x: 0.0, y: 0.0, width: width as f32, height: height as f32 }
    }
}

/// One way to show a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Display {
    /// How a value becomes a colour.
    pub mapping: Mapping,
    /// How the source is sampled.
    pub filter: Filter,
    /// The visible part of the source (zoom and pan).
    pub view: ViewRect,
    /// Width and height of the result in physical pixels.
    pub size: (usize, usize),
}

/// The source pixels that one output column or row is made of: an index range with three weights, for its first, inner
/// and last pixels.
///
/// They are computed on the CPU in f64 for both engines, so that both sample exactly the same pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tap {
    pub first: u32,
    /// Number of source pixels; 0 beyond the picture's edge.
    pub count: u32,
    pub first_weight: f32,
    pub inner_weight: f32,
    pub last_weight: f32,
}

impl Tap {
    /// The weight of source pixel `k` of `count`.
    pub fn weight(&self, k: u32) -> f32 {
        match k {
            0 => self.first_weight,
            _ if k + 1 == self.count => self.last_weight,
            _ => self.inner_weight,
        }
    }

    /// The tap in the shader's layout.
    pub fn words(&self) -> [u32; 4] {
        [
            self.first | self.count << 16,
            self.first_weight.to_bits(),
            self.inner_weight.to_bits(),
            self.last_weight.to_bits(),
        ]
    }

    fn one(pixel: u32) -> Self {
        Self { first: pixel, count: 1, first_weight: 1.0, inner_weight: 0.0, last_weight: 0.0 }
    }
}

/// The taps of one axis. Of `source` pixels, the range `[start, start + length)` is shown in `output` pixels.
pub(super) fn taps(filter: Filter, start: f32, length: f32, source: usize, output: usize) -> Vec<Tap> {
    let (start, scale) = (f64::from(start), f64::from(length) / output as f64);
    let end = source as f64;
    (0..output)
        .map(|i| {
            let centre = start + (i as f64 + 0.5) * scale;
            if !(0.0..end).contains(&centre) {
                return Tap::default();
            }
            match filter {
                Filter::Nearest => Tap::one(centre as u32),
                Filter::Smooth if scale <= 1.0 => linear(centre - 0.5, source),
                Filter::Smooth => area(centre - 0.5 * scale, centre + 0.5 * scale, source),
            }
        })
        .collect()
}

/// Linear interpolation at `place` between pixel centres; the pixels at the edges extend outwards.
fn linear(place: f64, source: usize) -> Tap {
    let place = place.clamp(0.0, (source - 1) as f64);
    let first = place.floor();
    let f = place - first;
    if f == 0.0 {
        return Tap::one(first as u32);
    }
    let (first_weight, last_weight) = ((1.0 - f) as f32, f as f32);
    Tap { first: first as u32, count: 2, first_weight, inner_weight: 0.0, last_weight }
}

/// The mean over `[low, high]`, restricted to the picture.
fn area(low: f64, high: f64, source: usize) -> Tap {
    let (low, high) = (low.max(0.0), high.min(source as f64));
    let first = low.floor();
    // The last pixel of which more than a rounding error is covered.
    let last = ((high - 1e-9).floor()).max(first);
    if last == first {
        return Tap::one(first as u32);
    }
    let whole = high - low;
    Tap {
        first: first as u32,
        count: (last - first) as u32 + 1,
        first_weight: ((first + 1.0 - low) / whole) as f32,
        inner_weight: (1.0 / whole) as f32,
        last_weight: ((high - last) / whole) as f32,
    }
}

/// The diverging map at −1, −15/16, …, 1 as sRGB bytes; linear in between. Its lightness (in Oklab) rises from 0.16 at
/// the centre to 0.93 at both ends in the same way, so that magnitudes can be read in grey too; blue and orange are
/// distinct for colour-blind eyes.
pub(super) const DIVERGING: [[u8; 3]; 33] = [
    [200, 239, 255],
    [166, 228, 255],
    [134, 216, 254],
    [103, 202, 251],
    [73, 188, 246],
    [41, 173, 238],
    [0, 158, 229],
    [0, 142, 217],
    [0, 127, 203],
    [0, 111, 186],
    [0, 96, 168],
    [0, 81, 147],
    [5, 67, 124],
    [14, 53, 99],
    [17, 40, 73],
    [16, 27, 46],
    [13, 13, 13],
    [43, 20, 16],
    [68, 26, 16],
    [91, 32, 14],
    [114, 39, 8],
    [135, 48, 0],
    [154, 59, 0],
    [172, 72, 0],
    [188, 87, 0],
    [202, 103, 0],
    [215, 120, 28],
    [225, 137, 53],
    [233, 156, 78],
    [240, 174, 105],
    [245, 192, 133],
    [248, 211, 165],
    [250, 228, 199],
];

/// The diverging map's colour for `v`, which is clipped to `[-1, 1]`; also used for legends.
pub fn diverging(v: f32) -> [u8; 3] {
    let p = (v.clamp(-1.0, 1.0) + 1.0) * 16.0;
    let i = (p as usize).min(31);
    let f = p - i as f32;
    std::array::from_fn(|k| {
        let (a, b) = (f32::from(DIVERGING[i][k]), f32::from(DIVERGING[i + 1][k]));
        (a * (1.0 - f) + b * f + 0.5).floor() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::{Filter, diverging, taps};

    #[test]
    fn weights_sum_to_one() {
        for (start, length, source, output) in [
            (0.0, 7.0, 7, 3),
            (0.0, 7.0, 7, 20),
            (-2.3, 11.0, 7, 5),
            (1.2, 0.7, 7, 9),
            (0.0, 4096.0, 4096, 1),
        ] {
            for filter in [Filter::Nearest, Filter::Smooth] {
                for tap in taps(filter, start, length, source, output) {
                    let sum: f32 = (0..tap.count).map(|k| tap.weight(k)).sum();
                    assert!(tap.count == 0 || (sum - 1.0).abs() < 1e-5, "{tap:?}");
                    assert!((tap.first + tap.count) as usize <= source, "{tap:?}");
                }
            }
        }
    }

    #[test]
    fn at_scale_one_both_filters_copy() {
        for filter in [Filter::Nearest, Filter::Smooth] {
            for (i, tap) in taps(filter, 0.0, 9.0, 9, 9).iter().enumerate() {
                assert_eq!((tap.first as usize, tap.count), (i, 1));
            }
        }
    }

    #[test]
    fn beyond_the_edges_is_nothing() {
        let taps = taps(Filter::Smooth, -2.0, 8.0, 4, 8);
        let counts: Vec<u32> = taps.iter().map(|tap| tap.count.min(1)).collect();
        assert_eq!(counts, [0, 0, 1, 1, 1, 1, 0, 0]);
    }

    #[test]
    fn diverging_map_is_dark_at_zero() {
        assert_eq!(diverging(0.0), [13, 13, 13]);
        assert_eq!(diverging(-7.0), [200, 239, 255]);
        assert_eq!(diverging(1.0), [250, 228, 199]);
    }
}
