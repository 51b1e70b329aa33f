//! TIFF files of the many kinds that microscopes, scanners and geographic programs write.
//!
//! The `tiff` crate takes samples out of strips and tiles, but knows only some of their meanings. So the tags
//! are read here and changed, so that the decoder sees a picture of plain samples; colours, palettes, alpha
//! and depths are then applied here. Kinds that are not supported are refused by name.

mod directory;
mod kind;
mod samples;

use std::io::Cursor;

use ::tiff::TiffError;
use ::tiff::decoder::{Decoder, DecodingResult, Limits};

use self::directory::{Directory, File, tag};
use self::kind::{Colours, JPEG, Kind, Numbers};
use self::samples::Palette;
use super::decode::{Decoded, MAX_DECODED_BYTES, MAX_FILE_SIDE, check_size, is_srgb};
use super::error::{ImagingError, one_line};
use super::jpeg;

/// Why a picture cannot be decoded; the file's name is added later.
enum Problem {
    Unsupported(String),
    Damaged(String),
    TooLarge(String),
}

impl Problem {
    fn of(self, name: &str) -> ImagingError {
        let (name, format) = (name.to_owned(), "TIFF".to_owned());
        match self {
            Self::Unsupported(reason) => ImagingError::Unsupported { name, format, reason },
            Self::Damaged(reason) => ImagingError::Damaged { name, format, reason },
            Self::TooLarge(what) => ImagingError::TooLarge { name, what },
        }
    }
}

impl From<TiffError> for Problem {
    fn from(error: TiffError) -> Self {
        match error {
            TiffError::UnsupportedError(error) => Self::Unsupported(one_line(&error)),
            TiffError::LimitsExceeded => Self::TooLarge("it needs too much memory".to_owned()),
            TiffError::FormatError(error) => Self::Damaged(one_line(&error)),
            other => Self::Damaged(one_line(&other)),
        }
    }
}

/// Decodes the first page of a TIFF.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Decoded, ImagingError> {
    let failed = |problem: Problem| problem.of(name);
    let damaged = |reason: &str| Problem::Damaged(reason.to_owned()).of(name);
    let file = File::new(bytes).ok_or_else(|| damaged("its header is none"))?;
    let page = file.first().ok_or_else(|| damaged("its tags are missing"))?;
    let kind = Kind::of(&page).map_err(failed)?;
    let pixels = u64::from(kind.width) * u64::from(kind.height);
    let decoded = pixels.saturating_mul(kind.bytes_a_pixel());
    check_size(name, (kind.width, kind.height), decoded, bytes.len() as u64)?;
    kind.check(&page).map_err(failed)?;
    check_chunks(&kind, &page, bytes).map_err(failed)?;
    let palette = palette(&kind, &page).map_err(failed)?;

    let stored = stored(&kind, &page, bytes).map_err(failed)?;
    let pixels = samples::pixels(&kind, &palette, stored).ok_or_else(|| damaged("samples are missing"))?;
    Ok(Decoded { pixels, notices: notices(&kind, &page, &file) })
}

/// Notices about the picture for the user.
fn notices(kind: &Kind, page: &Directory, file: &File) -> Vec<String> {
    let mut notices = Vec::new();
    match file.pages() {
        0 | 1 => {}
        pages => notices.push(format!("a file of {pages} pages: its first is shown")),
    }
    if kind.numbers == Numbers::Float {
        notices.push("floating-point values: 0 … 1 are shown as black … white, others clipped".to_owned());
    }
    match kind.samples - kind.colours.count() - usize::from(kind.alpha.is_some()) {
        0 => {}
        1 => notices.push("one more channel, which is no colour, is not shown".to_owned()),
        more => notices.push(format!("{more} more channels, which are no colours, are not shown")),
    }
    if page.bytes(tag::ICC_PROFILE).is_some_and(|profile| !is_srgb(profile)) {
        notices.push("its colour profile is not applied: values are taken as sRGB".to_owned());
    }
    notices
}

/// The offset and length in the file of each strip or tile.
fn chunks(page: &Directory) -> Option<Vec<(usize, usize)>> {
    let both = [(tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS), (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS)];
    let (offsets, lengths) =
        both.into_iter().find_map(|(at, length)| Some((page.numbers(at)?, page.numbers(length)?)))?;
    let pairs = offsets.into_iter().zip(lengths);
    pairs.map(|(at, length)| Some((usize::try_from(at).ok()?, usize::try_from(length).ok()?))).collect()
}

/// Checks that no strip or tile unpacks to more bytes than the picture can need.
fn check_chunks(kind: &Kind, page: &Directory, bytes: &[u8]) -> Result<(), Problem> {
    let damaged = |reason: &str| Problem::Damaged(reason.to_owned());
    let sides = 1..=2 * u64::from(MAX_FILE_SIDE);
    if kind.tile.is_some_and(|(width, height)| !sides.contains(&width) || !sides.contains(&height)) {
        return Err(damaged("the size of its tiles"));
    }
    let a_tile = kind.tile.map_or(0, |(w, h)| w.saturating_mul(h).saturating_mul(kind.bytes_a_pixel()));
    if a_tile > MAX_DECODED_BYTES {
        return Err(Problem::TooLarge("its tiles need too much memory".to_owned()));
    }
    if kind.compression != JPEG {
        return Ok(());
    }
    let width = kind.tile.map_or(u64::from(kind.width), |(width, _)| width);
    for (at, length) in chunks(page).ok_or_else(|| damaged("where its parts are"))? {
        let end = at.saturating_add(length).min(bytes.len());
        let frame = jpeg::frame(bytes.get(at..end).unwrap_or_default());
        let fits = |frame: &jpeg::Frame| {
            u64::from(frame.width) == width
                && frame.width as u64 * frame.height as u64 * 4 <= MAX_DECODED_BYTES
        };
        if !frame.is_some_and(|frame| fits(&frame)) {
            return Err(damaged("the size of its JPEG data"));
        }
    }
    Ok(())
}

/// The colours of the palette's indices; empty for pictures without a palette.
fn palette(kind: &Kind, page: &Directory) -> Result<Palette, Problem> {
    if kind.colours != Colours::Palette {
        return Ok(Palette::new());
    }
    let values = page.numbers(tag::COLOR_MAP).unwrap_or_default();
    let colours = 1_usize << kind.bits;
    if values.len() < 3 * colours {
        return Err(Problem::Damaged("its palette is missing or too short".to_owned()));
    }
    // Some programs write values of 8 bits where 16 bits are required.
    let scale = if values.iter().all(|&v| v < 256) { 257 } else { 1 };
    let part = |part: usize, index: usize| (values[part * colours + index].min(65_535) * scale) as u16;
    Ok((0..colours).map(|index| [0, 1, 2].map(|i| part(i, index))).collect())
}

/// The samples in the file's order, regardless of their meaning.
fn stored(kind: &Kind, page: &Directory, bytes: &[u8]) -> Result<DecodingResult, Problem> {
    let mut bytes = bytes.to_vec();
    if kind.reversed_bits && kind.compression != JPEG {
        turn_bits(page, &mut bytes);
    }
    show_plain(kind, page, &mut bytes)?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_DECODED_BYTES as usize;
    limits.intermediate_buffer_size = MAX_DECODED_BYTES as usize;
    let mut decoder = Decoder::new(Cursor::new(bytes))?.with_limits(limits);
    let mut stored = DecodingResult::U8(Vec::new());
    let layout = decoder.read_image_to_buffer(&mut stored)?;
    if stored.as_buffer(0).byte_len() < layout.complete_len {
        return Err(Problem::TooLarge("it needs too much memory".to_owned()));
    }
    Ok(stored)
}

/// Rewrites the tags so that the decoder finds plain samples; samples of depths that it does not know become rows of
/// bytes.
fn show_plain(kind: &Kind, page: &Directory, bytes: &mut [u8]) -> Result<(), Problem> {
    page.set(bytes, tag::PHOTOMETRIC, 1);
    page.hide(bytes, tag::EXTRA_SAMPLES);
    if kind.numbers == Numbers::Unsigned {
        page.hide(bytes, tag::SAMPLE_FORMAT);
    }
    if !matches!(kind.bits, 9..=15) {
        return Ok(());
    }
    let a_pixel = u64::from(kind.bits) * if kind.planar { 1 } else { kind.samples as u64 };
    if !kind.planar {
        page.set(bytes, tag::SAMPLES_PER_PIXEL, 1);
    }
    page.set(bytes, tag::BITS_PER_SAMPLE, 8);
    page.set(bytes, tag::IMAGE_WIDTH, (u64::from(kind.width) * a_pixel).div_ceil(8) as u32);
    if let Some((width, _)) = kind.tile {
        if !(width * a_pixel).is_multiple_of(8) {
            return Err(Problem::Unsupported(format!("{kind} in tiles of {width} columns")));
        }
        page.set(bytes, tag::TILE_WIDTH, (width * a_pixel / 8) as u32);
    }
    Ok(())
}

/// Reverses the order of bits in each byte of the picture.
fn turn_bits(page: &Directory, bytes: &mut [u8]) {
    let mut chunks = chunks(page).unwrap_or_default();
    chunks.sort_unstable();
    // Each byte is reversed once only, even if parts overlap.
    let mut done = 0;
    for (at, length) in chunks {
        let part = at.max(done)..at.saturating_add(length).min(bytes.len());
        done = done.max(part.end);
        bytes.get_mut(part).unwrap_or_default().iter_mut().for_each(|byte| *byte = byte.reverse_bits());
    }
}
