//! The kind of a TIFF picture: what its tags say about its samples, and how the kind is named in messages.

use std::fmt;

use super::Problem;
use super::directory::{Directory, tag};
use crate::imaging::pixels::Alpha;

/// What the colour samples of a pixel mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    Grey { white_is_zero: bool },
    Rgb,
    Palette,
    Cmyk,
    YCbCr,
}

/// The type of the numbers in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    Unsigned,
    Signed,
    Float,
    Complex,
}

/// What the tags of a page say about its picture.
pub(super) struct Kind {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) colours: Colours,
    pub(super) numbers: Numbers,
    /// Bits of one sample.
    pub(super) bits: u32,
    /// Samples of one pixel: colours and others.
    pub(super) samples: usize,
    /// The index of the alpha sample, and how colours are stored beside it.
    pub(super) alpha: Option<(usize, Alpha)>,
    /// Whether each sample is stored for all pixels before the next one, instead of a pixel's samples side by side.
    pub(super) planar: bool,
    pub(super) compression: u64,
    pub(super) predicted: bool,
    /// Whether the first pixel is in the lowest bits of a byte.
    pub(super) reversed_bits: bool,
    /// Orientation from 1 to 8, as in Exif.
    pub(super) orientation: u64,
    /// Columns and rows of a tile, if the picture is stored in tiles.
    pub(super) tile: Option<(u64, u64)>,
}

pub(super) const FAX4: u64 = 4;
pub(super) const JPEG: u64 = 7;

impl Colours {
    /// Number of samples for the colours of a pixel, without alpha and others.
    pub(super) fn count(self) -> usize {
        match self {
            Self::Grey { .. } | Self::Palette => 1,
            Self::Rgb | Self::YCbCr => 3,
            Self::Cmyk => 4,
        }
    }
}

impl Kind {
    /// Reads the tags. A picture that a `Kind` cannot describe is refused by name.
    pub(super) fn of(page: &Directory) -> Result<Self, Problem> {
        let number = |tag, default| page.number(tag).unwrap_or(default);
        let side = |tag| u32::try_from(number(tag, 0)).unwrap_or(u32::MAX);
        let photometric = page.number(tag::PHOTOMETRIC);
        let photometric = photometric.ok_or(Problem::Damaged("what its colours are is not said".into()))?;
        let colours = match photometric {
            0 | 1 => Colours::Grey { white_is_zero: photometric == 0 },
            2 => Colours::Rgb,
            3 => Colours::Palette,
            5 => Colours::Cmyk,
            6 => Colours::YCbCr,
            other => return Err(Problem::Unsupported(photometric_name(other))),
        };
        let samples = usize::try_from(number(tag::SAMPLES_PER_PIXEL, 1)).unwrap_or(usize::MAX);
        let bits = page.numbers(tag::BITS_PER_SAMPLE).unwrap_or_else(|| vec![1]);
        if bits.iter().any(|&one| one != bits[0]) {
            let bits: Vec<String> = bits.iter().take(5).map(u64::to_string).collect();
            return Err(Problem::Unsupported(format!("samples of {} bits", bits.join(", "))));
        }
        let formats = page.numbers(tag::SAMPLE_FORMAT).unwrap_or_default();
        if formats.iter().any(|&one| one != formats[0]) {
            return Err(Problem::Unsupported("samples of different number formats".into()));
        }
        let numbers = match formats.first() {
            // Some files call plain numbers "undefined".
            None | Some(1 | 4) => Numbers::Unsigned,
            Some(2) => Numbers::Signed,
            Some(3) => Numbers::Float,
            Some(5 | 6) => Numbers::Complex,
            Some(other) => return Err(Problem::Unsupported(format!("number format {other}"))),
        };
        let tile = page.number(tag::TILE_WIDTH).zip(page.number(tag::TILE_LENGTH));
        Ok(Self {
            width: side(tag::IMAGE_WIDTH),
            height: side(tag::IMAGE_LENGTH),
            colours,
            numbers,
            bits: bits.first().map_or(1, |&bits| u32::try_from(bits).unwrap_or(u32::MAX)),
            samples,
            alpha: alpha(page, colours, samples)?,
            planar: number(tag::PLANAR_CONFIGURATION, 1) == 2 && samples > 1,
            compression: number(tag::COMPRESSION, 1),
            predicted: number(tag::PREDICTOR, 1) != 1,
            reversed_bits: number(tag::FILL_ORDER, 1) == 2,
            orientation: number(tag::ORIENTATION, 1),
            tile,
        })
    }

    /// Number of channels of the decoded picture.
    pub(super) fn channels(&self) -> usize {
        if matches!(self.colours, Colours::Grey { .. }) { 1 } else { 3 }
    }

    /// The most bytes that a pixel takes, as it is stored or as it is decoded.
    pub(super) fn bytes_a_pixel(&self) -> u64 {
        let palette = self.colours == Colours::Palette;
        let becomes = match self.bits {
            1 | 2 | 4 | 8 if !palette => 1,
            16 if self.numbers == Numbers::Unsigned => 2,
            _ if palette => 2,
            _ => 4,
        };
        let stored = (self.samples as u64).saturating_mul(u64::from(self.bits.div_ceil(8)).max(becomes));
        stored.max((self.channels() + 1) as u64 * becomes)
    }

    /// Checks that this kind can be decoded.
    pub(super) fn check(&self, page: &Directory) -> Result<(), Problem> {
        let refused = |why: &str| Err(Problem::Unsupported(format!("{self}{why}")));
        if let Some(name) = compression_name(self.compression) {
            return Err(Problem::Unsupported(format!("{name} compression")));
        }
        match self.numbers {
            Numbers::Unsigned if matches!(self.bits, 1..=16 | 32 | 64) => {}
            Numbers::Float if matches!(self.bits, 16 | 32 | 64) => {}
            Numbers::Signed => return refused(": signed numbers have no black and white of their own"),
            _ => return refused(""),
        }
        let whole_bytes = self.bits.is_multiple_of(8);
        let fits = match self.colours {
            Colours::Grey { .. } | Colours::Rgb => true,
            Colours::Palette => self.numbers == Numbers::Unsigned && self.bits <= 16,
            Colours::Cmyk => self.numbers == Numbers::Unsigned && matches!(self.bits, 8 | 16),
            Colours::YCbCr => self.numbers == Numbers::Unsigned && self.bits == 8,
        };
        if !fits {
            return refused("");
        }
        if matches!(self.alpha, Some((_, Alpha::Premultiplied)))
            && !matches!(self.colours, Colours::Grey { white_is_zero: false } | Colours::Rgb)
        {
            return refused(", multiplied by it");
        }
        if self.predicted && !whole_bytes {
            return refused(" with a predictor");
        }
        match self.compression {
            FAX4 if self.bits != 1 || self.samples != 1 => return refused(" with fax compression"),
            JPEG if self.bits != 8 => return refused(" with JPEG compression"),
            _ => {}
        }
        if self.colours == Colours::Cmyk && page.number(tag::INK_SET).is_some_and(|inks| inks != 1) {
            return Err(Problem::Unsupported("inks other than CMYK".into()));
        }
        if self.colours == Colours::YCbCr {
            self.check_luma(page)?;
        }
        Ok(())
    }

    /// Luma and chroma are supported with the coefficients of JPEG, either in full resolution or compressed as JPEG.
    fn check_luma(&self, page: &Directory) -> Result<(), Problem> {
        let coefficients = page.quotients(tag::YCBCR_COEFFICIENTS).unwrap_or_default();
        if coefficients.iter().zip([0.299, 0.587, 0.114]).any(|(a, b)| (a - b).abs() > 1e-3) {
            return Err(Problem::Unsupported("luma (YCbCr) of other coefficients than JPEG's".into()));
        }
        let subsampled = page.numbers(tag::YCBCR_SUBSAMPLING).is_none_or(|by| by.iter().any(|&by| by != 1));
        if self.compression != JPEG && subsampled {
            return Err(Problem::Unsupported("luma (YCbCr) with chroma of lower resolution".into()));
        }
        Ok(())
    }
}

/// The index of the alpha sample and how colours are stored beside it, if there is one.
fn alpha(page: &Directory, colours: Colours, samples: usize) -> Result<Option<(usize, Alpha)>, Problem> {
    let wrong = || Problem::Unsupported(format!("{} with {samples} samples a pixel", colours.name()));
    let others = samples.checked_sub(colours.count()).ok_or_else(wrong)?;
    let Some(kinds) = page.numbers(tag::EXTRA_SAMPLES) else {
        return match others {
            0 => Ok(None),
            // The file does not say what the additional sample is, but it usually is alpha.
            1 => Ok(Some((colours.count(), Alpha::Straight))),
            _ => Err(wrong()),
        };
    };
    let kind = |kind: &u64| match kind {
        1 => Some(Alpha::Premultiplied),
        2 => Some(Alpha::Straight),
        _ => None,
    };
    let found = kinds.iter().take(others).enumerate().find_map(|(i, one)| Some((i, kind(one)?)));
    Ok(found.map(|(i, alpha)| (colours.count() + i, alpha)))
}

/// The kind as a person would name it: "12-bit grey with alpha".
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = match self.numbers {
            Numbers::Unsigned => "",
            Numbers::Signed => "signed ",
            Numbers::Float => "floating-point ",
            Numbers::Complex => "complex ",
        };
        write!(f, "{}-bit {numbers}{}", self.bits, self.colours.name())?;
        if self.alpha.is_some() { f.write_str(" with alpha") } else { Ok(()) }
    }
}

impl Colours {
    fn name(self) -> &'static str {
        match self {
            Self::Grey { white_is_zero: false } => "grey",
            Self::Grey { white_is_zero: true } => "grey (white is zero)",
            Self::Rgb => "RGB",
            Self::Palette => "palette",
            Self::Cmyk => "CMYK",
            Self::YCbCr => "luma (YCbCr)",
        }
    }
}

fn photometric_name(number: u64) -> String {
    let name = match number {
        4 => "a transparency mask",
        8 => "CIE L*a*b* colours",
        9 => "ICC L*a*b* colours",
        10 => "ITU L*a*b* colours",
        32803 => "raw data of a camera",
        32844 | 32845 => "LogLuv colours",
        34892 => "linear raw data of a camera",
        other => return format!("colours of kind {other}"),
    };
    name.to_owned()
}

/// The name of a compression that is not supported; `None` for supported ones.
fn compression_name(number: u64) -> Option<String> {
    let name = match number {
        1 | FAX4 | 5 | JPEG | 8 | 32773 | 32946 => return None,
        2 | 3 | 32771 => "fax (group 3)",
        6 => "old JPEG",
        9 | 10 | 34661 => "JBIG",
        33003 | 33005 | 34712 => "JPEG 2000",
        34676 | 34677 => "SGI LogLuv",
        34887 => "LERC",
        34892 => "lossy JPEG",
        34925 => "LZMA",
        34933 | 50001 => "WebP",
        50000 => "Zstandard",
        50002 | 52546 => "JPEG XL",
        other => return Some(format!("kind {other} of")),
    };
    Some(name.to_owned())
}
