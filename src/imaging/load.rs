//! A picture from a file, from bytes or from an RGBA buffer.
//!
//! Values are taken as stored (gamma-encoded sRGB) and mapped to `[-1, 1]`: an 8-bit `v` becomes `v / 127.5 − 1`, a
//! 16-bit one `v / 32767.5 − 1`. Before that, transparent pixels are blended with white in the stored values; an alpha
//! that is 0 everywhere is ignored. Grey pictures have one channel, all others three.

use std::path::{Path, PathBuf};

use image::{DynamicImage, RgbaImage};

use super::decode::decode;
use super::error::ImagingError;
use super::pixels::Pixels;
use crate::diffusion::Raster;
use crate::files;

/// Longest side of a loaded picture in pixels; larger pictures are scaled down to it.
pub const MAX_SIDE: usize = 2048;
/// The largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// A picture as it was loaded, before it is fitted to the working size.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedImage {
    /// The file's name, or what the source is called ("clipboard", a sample's title).
    pub name: String,
    /// The file, when there is one.
    pub path: Option<PathBuf>,
    /// Columns and rows of the upright picture, before any scaling.
    pub original_size: (u32, u32),
    /// The pixels in `[-1, 1]`, shape `[1 or 3, height, width]`, no side above [`MAX_SIDE`].
    pub pixels: Raster,
    /// What the user should know: that it was scaled down, blended with white, is the first picture of an animation, …
    pub notices: Vec<String>,
}

/// Opens a picture file; the format is found from its content, not its name.
///
/// # Errors
/// Any [`ImagingError`] about reading; its text names the path.
pub fn open(path: &Path) -> Result<LoadedImage, ImagingError> {
    let bytes = files::read(path, MAX_FILE_BYTES)?;
    let mut loaded = from_bytes(&path.display().to_string(), &bytes)?;
    if let Some(name) = path.file_name() {
        loaded.name = files::plain(&name.to_string_lossy());
    }
    loaded.path = Some(path.to_owned());
    Ok(loaded)
}

/// Decodes the bytes of a picture file, such as one dropped on the window; `name` is used in messages.
///
/// # Errors
/// Any [`ImagingError`] about the content.
pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<LoadedImage, ImagingError> {
    let decoded = decode(name, bytes)?;
    Ok(from_pixels(name, &decoded.pixels, decoded.notices))
}

/// Takes decoded pixels: red, green, blue and straight alpha, 8 bits each, of `width * height` pixels.
///
/// # Errors
/// [`ImagingError::NoPixels`] if a side is 0; [`ImagingError::Damaged`] if the buffer's length does not match the size.
pub fn from_rgba8(
    name: &str,
    width: u32,
    height: u32,
    rgba: impl Into<Vec<u8>>,
) -> Result<LoadedImage, ImagingError> {
    if width == 0 || height == 0 {
        return Err(ImagingError::NoPixels { name: name.to_owned(), width, height });
    }
    let rgba = rgba.into();
    let length = rgba.len();
    let wanted = u64::from(width) * u64::from(height) * 4;
    match RgbaImage::from_raw(width, height, rgba) {
        Some(image) if length as u64 == wanted => {
            Ok(from_pixels(name, &DynamicImage::from(image).into(), Vec::new()))
        }
        _ => Err(ImagingError::Damaged {
            name: name.to_owned(),
            format: "RGBA".to_owned(),
            reason: format!("{length} bytes for {width} × {height} pixels, not {wanted}"),
        }),
    }
}

/// Maps a decoded picture to `[-1, 1]` on white, and scales it down if it is too large.
fn from_pixels(name: &str, pixels: &Pixels, mut notices: Vec<String>) -> LoadedImage {
    let original_size = (pixels.width, pixels.height);
    let pixels = pixels.to_raster(&mut notices);
    LoadedImage { name: name.to_owned(), path: None, original_size, pixels, notices }
}
