//! Decodes the bytes of a picture of any format, within limits.

use std::error::Error as _;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder};
use image::error::UnsupportedErrorKind;
use image::metadata::Orientation;
use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
};

use super::error::{ImagingError, one_line};
use super::pixels::Pixels;
use super::{jpeg, tiff};
use crate::memory;

/// Longest side of a picture that is decoded, in pixels.
pub(super) const MAX_FILE_SIDE: u32 = 16_384;
/// The most bytes of decoded pixels.
pub(super) const MAX_DECODED_BYTES: u64 = 512 << 20;

/// A decoded, upright picture, and notices about it for the user.
pub(super) struct Decoded {
    pub(super) pixels: Pixels,
    pub(super) notices: Vec<String>,
}

/// Decodes a picture, whose format is found from its content.
///
/// The orientation stored in the file is applied. Sizes are checked before memory for pixels is allocated.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Decoded, ImagingError> {
    if bytes.is_empty() {
        return Err(ImagingError::Empty { name: name.to_owned() });
    }
    let Ok(format) = image::guess_format(bytes) else {
        return Err(unknown(name, bytes));
    };
    if !format.reading_enabled() {
        return Err(ImagingError::Unsupported {
            name: name.to_owned(),
            format: format_name(format),
            reason: "the format is not supported".to_owned(),
        });
    }
    // Damaged files have made decoders panic before; such a panic is reported as a damaged file.
    catch_unwind(AssertUnwindSafe(|| decode_as(name, bytes, format))).unwrap_or_else(|_| {
        Err(ImagingError::Damaged {
            name: name.to_owned(),
            format: format_name(format),
            reason: "the decoder gave up".to_owned(),
        })
    })
}

fn decode_as(name: &str, bytes: &[u8], format: ImageFormat) -> Result<Decoded, ImagingError> {
    if format == ImageFormat::Tiff {
        return tiff::decode(name, bytes);
    }
    if let Some(size) = bmp_size(bytes).filter(|(width, height)| *width.max(height) > MAX_FILE_SIDE) {
        // The decoder calls such a file damaged.
        check_size(name, size, 0, 0)?;
    }
    let failed = |error: ImageError| explain(name, format, &error);
    let (mut decoder, animated) = open_decoder(bytes, format).map_err(failed)?;

    let decoded_bytes = decoder.total_bytes();
    check_size(name, decoder.dimensions(), decoded_bytes, 0)?;
    let mut limits = limits();
    limits.reserve(decoded_bytes).map_err(failed)?;
    decoder.set_limits(limits).map_err(failed)?;

    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    image.apply_orientation(orientation);

    let mut notices = Vec::new();
    if animated || (format == ImageFormat::Gif && is_animated_gif(bytes)) {
        notices.push("an animation: its first picture is shown".to_owned());
    }
    if profile.is_some_and(|profile| !is_srgb(&profile)) {
        notices.push("its colour profile is not applied: values are taken as sRGB".to_owned());
    }
    if format == ImageFormat::Jpeg {
        notices.extend(jpeg::notices(bytes));
    }
    Ok(Decoded { pixels: image.into(), notices })
}

/// Checks, before anything is decoded, that a picture has pixels, that it is not too large, and that there is enough
/// memory: for `decoded` bytes of pixels, and `beside` bytes that are needed at the same time.
pub(super) fn check_size(
    name: &str,
    (width, height): (u32, u32),
    decoded: u64,
    beside: u64,
) -> Result<(), ImagingError> {
    let too_large = |what| Err(ImagingError::TooLarge { name: name.to_owned(), what });
    if width == 0 || height == 0 {
        return Err(ImagingError::NoPixels { name: name.to_owned(), width, height });
    }
    if width.max(height) > MAX_FILE_SIDE {
        return too_large(format!("{width} × {height} pixels, at most {MAX_FILE_SIDE} a side"));
    }
    if decoded > MAX_DECODED_BYTES {
        let (mib, limit) = (decoded >> 20, MAX_DECODED_BYTES >> 20);
        return too_large(format!("{width} × {height} pixels, {mib} MiB decoded, at most {limit} MiB"));
    }
    // Decoders hold the unpacked data and the pixels made of it at the same time.
    match memory::enough_for((2 * decoded).saturating_add(beside)) {
        Ok(()) => Ok(()),
        Err(shortage) => too_large(format!("{width} × {height} pixels: {shortage}")),
    }
}

/// The limits that decoders are given. Sides are checked by this program, whose messages can name them.
fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(2 * MAX_DECODED_BYTES);
    limits
}

/// The decoder for a format, and whether the file is an animation (for GIF this is not known yet).
fn open_decoder<'a>(bytes: &'a [u8], format: ImageFormat) -> ImageResult<(Box<dyn ImageDecoder + 'a>, bool)> {
    let cursor = Cursor::new(bytes);
    Ok(match format {
        ImageFormat::Png => {
            let decoder = PngDecoder::with_limits(cursor, limits())?;
            let animated = decoder.is_apng()?;
            (Box::new(decoder), animated)
        }
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(cursor)?;
            let animated = decoder.has_animation();
            (Box::new(decoder), animated)
        }
        other => {
            let mut reader = ImageReader::with_format(cursor, other);
            reader.no_limits();
            (Box::new(reader.into_decoder()?), false)
        }
    })
}

/// The width and height that the header of a BMP states; `None` for other formats and for the oldest kind of header,
/// whose sizes have 16 bits.
fn bmp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let word = |at: usize| Some(i32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    // Rows may be stored from top to bottom, which a negative height says.
    let size = (word(18)?.unsigned_abs(), word(22)?.unsigned_abs());
    (bytes.starts_with(b"BM") && word(14)? >= 16).then_some(size)
}

/// Whether a GIF has a second frame that can be decoded.
fn is_animated_gif(bytes: &[u8]) -> bool {
    let Ok(mut decoder) = GifDecoder::new(Cursor::new(bytes)) else { return false };
    decoder.set_limits(limits()).is_ok() && decoder.into_frames().take(2).flatten().count() == 2
}

/// Whether a colour profile is named sRGB, in any encoding of its description.
pub(super) fn is_srgb(profile: &[u8]) -> bool {
    let wide = b"s\0R\0G\0B";
    profile.windows(4).any(|w| w == b"sRGB") || profile.windows(wide.len()).any(|w| w == wide)
}

/// The error for bytes of an unknown format; it names formats that people often have.
fn unknown(name: &str, bytes: &[u8]) -> ImagingError {
    let name = name.to_owned();
    if bytes.get(4..8) == Some(b"ftyp") {
        let (format, reason) = ("HEIF or video".to_owned(), "the format is not supported".to_owned());
        return ImagingError::Unsupported { name, format, reason };
    }
    if bytes.starts_with(b"II+\0") || bytes.starts_with(b"MM\0+") {
        let (format, reason) =
            ("TIFF".to_owned(), "it is a BigTIFF, for files of more than 4 GiB".to_owned());
        return ImagingError::Unsupported { name, format, reason };
    }
    ImagingError::UnknownFormat { name }
}

fn explain(name: &str, format: ImageFormat, error: &ImageError) -> ImagingError {
    let name = name.to_owned();
    let reason = match error {
        ImageError::Decoding(inner) => inner.source().map_or_else(|| one_line(inner), |e| one_line(&e)),
        ImageError::Unsupported(inner) => match inner.kind() {
            UnsupportedErrorKind::GenericFeature(text) => one_line(&text),
            UnsupportedErrorKind::Color(colour) => one_line(&format!("pixels of type {colour:?}")),
            _ => one_line(inner),
        },
        other => one_line(other),
    };
    match error {
        ImageError::Limits(_) => ImagingError::TooLarge { name, what: "it needs too much memory".to_owned() },
        ImageError::Unsupported(_) => ImagingError::Unsupported { name, format: format_name(format), reason },
        _ => ImagingError::Damaged { name, format: format_name(format), reason },
    }
}

fn format_name(format: ImageFormat) -> String {
    match format {
        ImageFormat::WebP => "WebP".to_owned(),
        other => format!("{other:?}").to_uppercase(),
    }
}
