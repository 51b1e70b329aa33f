//! Turns the samples of a TIFF picture into colours and alpha, upright.

use ::tiff::decoder::DecodingResult;

use super::kind::{Colours, Kind};
use crate::imaging::pixels::{Pixels, Samples, Stored};

/// Red, green and blue for each index of a palette, in 16 bits.
pub(super) type Palette = Vec<[u16; 3]>;

/// Makes pixels from the decoder's samples, which are numbers in whole bytes, or rows of bits. `None` if
/// there are fewer samples than the kind needs.
pub(super) fn pixels(kind: &Kind, palette: &Palette, stored: DecodingResult) -> Option<Pixels> {
    let samples = numbers(kind, stored)?;
    let pixels = kind.width as usize * kind.height as usize;
    if samples.len() < pixels * kind.samples {
        return None;
    }
    let samples = match samples {
        Samples::U8(s) if kind.colours == Colours::Palette => Samples::U16(looked_up(kind, palette, &s)),
        Samples::U16(s) if kind.colours == Colours::Palette => Samples::U16(looked_up(kind, palette, &s)),
        Samples::U8(s) => Samples::U8(coloured(kind, s)),
        Samples::U16(s) => Samples::U16(coloured(kind, s)),
        Samples::F32(s) => Samples::F32(coloured(kind, s)),
    };
    let lies = (5..=8).contains(&kind.orientation);
    let (width, height) = if lies { (kind.height, kind.width) } else { (kind.width, kind.height) };
    let alpha = kind.alpha.map(|(_, alpha)| alpha);
    Some(Pixels { width, height, channels: kind.channels(), alpha, samples })
}

/// Converts numbers to a depth that pixels have: as they are stored, or for other depths of whole numbers as fractions
/// from 0 to 1. Indices of a palette stay indices.
fn numbers(kind: &Kind, stored: DecodingResult) -> Option<Samples> {
    use DecodingResult as D;
    let largest = (1_u32 << kind.bits.min(16)) - 1;
    Some(match stored {
        D::U8(bytes) if kind.bits == 8 => Samples::U8(bytes),
        D::U8(bytes) => {
            let a_row = kind.width as usize * if kind.planar { 1 } else { kind.samples };
            let numbers = unpacked(&bytes, kind.bits as usize, a_row);
            if kind.colours == Colours::Palette {
                Samples::U16(numbers.collect())
            } else if 255 % largest == 0 {
                let step = (255 / largest) as u8;
                Samples::U8(numbers.map(|v| v as u8 * step).collect())
            } else {
                Samples::F32(numbers.map(|v| f32::from(v) / largest as f32).collect())
            }
        }
        D::U16(numbers) => Samples::U16(numbers),
        D::U32(numbers) => {
            Samples::F32(numbers.iter().map(|&v| (f64::from(v) / f64::from(u32::MAX)) as f32).collect())
        }
        D::U64(numbers) => {
            Samples::F32(numbers.iter().map(|&v| (v as f64 / u64::MAX as f64) as f32).collect())
        }
        D::F16(numbers) => Samples::F32(numbers.iter().map(|v| v.to_f32()).collect()),
        D::F32(numbers) => Samples::F32(numbers),
        D::F64(numbers) => Samples::F32(numbers.iter().map(|&v| v as f32).collect()),
        D::I8(_) | D::I16(_) | D::I32(_) | D::I64(_) => return None,
    })
}

/// Unpacks numbers of at most 15 bits from rows of whole bytes, in which the highest bits come first.
fn unpacked(bytes: &[u8], bits: usize, a_row: usize) -> impl Iterator<Item = u16> {
    let number = move |row: &[u8], i: usize| {
        let (byte, bit) = (i * bits / 8, i * bits % 8);
        let three =
            (0..3).fold(0_u32, |sum, k| sum << 8 | u32::from(row.get(byte + k).copied().unwrap_or(0)));
        ((three >> (24 - bit - bits)) & ((1 << bits) - 1)) as u16
    };
    bytes
        .chunks_exact((a_row * bits).div_ceil(8))
        .flat_map(move |row| (0..a_row).map(move |i| number(row, i)))
}

/// The samples of one pixel.
struct Pixel<'a, S> {
    stored: &'a [S],
    first: usize,
    step: usize,
}

impl<S: Copy> Pixel<'_, S> {
    fn sample(&self, index: usize) -> S {
        self.stored[self.first + index * self.step]
    }
}

/// Calls a function for each pixel, in the order of the upright picture.
fn each<S: Copy>(kind: &Kind, stored: &[S], mut pixel: impl FnMut(&Pixel<S>)) {
    let (width, height) = (kind.width as usize, kind.height as usize);
    let (columns, rows) = if kind.orientation >= 5 { (height, width) } else { (width, height) };
    let (columns, rows) = if kind.orientation > 8 { (width, height) } else { (columns, rows) };
    for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
        // The orientations of Exif and TIFF 6.0 say where the first row and the first column are.
        let (row, column) = match kind.orientation {
            2 => (y, width - 1 - x),
            3 => (height - 1 - y, width - 1 - x),
            4 => (height - 1 - y, x),
            5 => (x, y),
            6 => (height - 1 - x, y),
            7 => (height - 1 - x, width - 1 - y),
            8 => (x, width - 1 - y),
            _ => (y, x),
        };
        let at = row * width + column;
        let (first, step) = if kind.planar { (at, width * height) } else { (at * kind.samples, 1) };
        pixel(&Pixel { stored, first, step });
    }
}

/// The colours of indices; black for indices that are not in the palette.
fn looked_up<S: Copy + Into<usize>>(kind: &Kind, palette: &Palette, stored: &[S]) -> Vec<u16> {
    let mut colours =
        Vec::with_capacity(stored.len() / kind.samples * (3 + usize::from(kind.alpha.is_some())));
    let largest = (1 << kind.bits) - 1;
    each(kind, stored, |pixel| {
        colours.extend(palette.get(pixel.sample(0).into()).unwrap_or(&[0; 3]));
        colours.extend(kind.alpha.map(|(i, _)| (pixel.sample(i).into() * 65_535 / largest) as u16));
    });
    colours
}

/// Converts samples to grey, or to red, green and blue; followed by alpha if there is one.
fn coloured<S: Stored>(kind: &Kind, stored: Vec<S>) -> Vec<S> {
    let stays = matches!(kind.colours, Colours::Grey { white_is_zero: false } | Colours::Rgb)
        && kind.alpha.is_none_or(|(i, _)| i == kind.colours.count())
        && kind.samples == kind.colours.count() + usize::from(kind.alpha.is_some());
    if stays && !kind.planar && !(2..=8).contains(&kind.orientation) {
        return stored;
    }
    let a_pixel = kind.channels() + usize::from(kind.alpha.is_some());
    let mut colours = Vec::with_capacity(stored.len() / kind.samples * a_pixel);
    each(kind, &stored, |pixel| {
        let value = |i: usize| pixel.sample(i).value();
        match kind.colours {
            Colours::Grey { white_is_zero: true } => colours.push(S::of(S::FULL - value(0))),
            Colours::Grey { .. } | Colours::Palette => colours.push(pixel.sample(0)),
            Colours::Rgb => colours.extend([0, 1, 2].map(|i| pixel.sample(i))),
            Colours::Cmyk => {
                let light = 1.0 - value(3) / S::FULL;
                colours.extend([0, 1, 2].map(|i| S::of((S::FULL - value(i)) * light)));
            }
            Colours::YCbCr => {
                colours.extend(
                    of_luma([0, 1, 2].map(|i| value(i) * 255.0 / S::FULL))
                        .map(|v| S::of(v * S::FULL / 255.0)),
                );
            }
        }
        colours.extend(kind.alpha.map(|(i, _)| pixel.sample(i)));
    });
    colours
}

/// Red, green and blue from luma and chroma as in JPEG, all in 0 … 255 (JFIF 1.02, page 3).
fn of_luma([y, blue, red]: [f32; 3]) -> [f32; 3] {
    let (blue, red) = (blue - 128.0, red - 128.0);
    let rgb = [y + 1.402 * red, y - 0.344_136 * blue - 0.714_136 * red, y + 1.772 * blue];
    rgb.map(|v| v.round().clamp(0.0, 255.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_depth_come_out_of_their_rows() {
        let twelve = [0xAB, 0xCD, 0xEF, 0x12, 0x30, 0x45, 0x60, 0x78];
        let numbers: Vec<u16> = unpacked(&twelve[..8], 12, 2).collect();
        assert_eq!(numbers, [0xABC, 0xDEF, 0x123, 0x045]);
        // One number of 12 bits takes two bytes of a row, whose last bits are unused.
        assert_eq!(unpacked(&twelve[..4], 12, 1).collect::<Vec<_>>(), [0xABC, 0xEF1]);
        assert_eq!(
            unpacked(&[0b1010_0001, 0b1000_0000], 1, 9).collect::<Vec<_>>(),
            [1, 0, 1, 0, 0, 0, 0, 1, 1]
        );
        assert_eq!(unpacked(&[0xFF, 0xFE, 0x00, 0x02], 15, 2).collect::<Vec<_>>(), [0x7FFF, 0]);
    }
}
