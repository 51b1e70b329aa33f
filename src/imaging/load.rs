//! A picture from a file, from bytes or from an RGBA buffer.
//!
//! Values are taken as stored (gamma-encoded sRGB) and mapped to `[-1, 1]`: an 8-bit `v` becomes
//! `v / 127.5 − 1`, a 16-bit one `v / 32767.5 − 1`. Alpha is composited on white first, in the
//! stored values. Grey pictures have one channel, all others three.

use std::path::{Path, PathBuf};

use image::{DynamicImage, RgbaImage};

use super::decode::decode;
use super::error::ImagingError;
use super::fit::scaled_to;
use super::resample::{Kernel, resample};
use crate::diffusion::Raster;
use crate::files;

/// Longest side of a loaded picture; larger ones are scaled down to it.
pub const MAX_SIDE: usize = 2048;
/// Longest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// A picture as it came, ready to be fitted to the working size.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedImage {
    /// File name, or what the source calls it ("clipboard", a sample's title).
    pub name: String,
    /// The file, when there is one.
    pub path: Option<PathBuf>,
    /// Columns and rows of the upright picture, before any scaling.
    pub original_size: (u32, u32),
    /// The pixels in `[-1, 1]`, shape `[1 or 3, height, width]`, no side above [`MAX_SIDE`].
    pub pixels: Raster,
    /// What the user should know: scaled down, shown on white, first picture of an animation …
    pub notices: Vec<String>,
}

/// Opens a picture file; the format is found by its content, not by its name.
///
/// # Errors
/// Any [`ImagingError`] about reading; its text names the path.
pub fn open(path: &Path) -> Result<LoadedImage, ImagingError> {
    let bytes = files::read(path, MAX_FILE_BYTES)?;
    let mut loaded = from_bytes(&path.display().to_string(), &bytes)?;
    if let Some(name) = path.file_name() {
        loaded.name = name.to_string_lossy().into_owned();
    }
    loaded.path = Some(path.to_owned());
    Ok(loaded)
}

/// Decodes the bytes of a picture file, such as one dropped on the window; `name` is for messages.
///
/// # Errors
/// Any [`ImagingError`] about the content.
pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<LoadedImage, ImagingError> {
    let decoded = decode(name, bytes)?;
    Ok(from_image(name, &decoded.image, decoded.notices))
}

/// Takes decoded pixels: `width * height` times red, green, blue, straight alpha, 8 bits each.
///
/// # Errors
/// [`ImagingError::NoPixels`], or [`ImagingError::Damaged`] when the buffer does not fit the size.
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
        Some(image) if length as u64 == wanted => Ok(from_image(name, &image.into(), Vec::new())),
        _ => Err(ImagingError::Damaged {
            name: name.to_owned(),
            format: "RGBA".to_owned(),
            reason: format!("{length} bytes for {width} × {height} pixels, not {wanted}"),
        }),
    }
}

/// Maps a decoded picture to `[-1, 1]` on white, scaling it down where it is too large.
fn from_image(name: &str, image: &DynamicImage, mut notices: Vec<String>) -> LoadedImage {
    use DynamicImage as D;
    let size = (image.width(), image.height());
    let (pixels, transparent) = match image {
        D::ImageLuma8(i) => to_raster(i.as_raw(), size, 1, false),
        D::ImageLumaA8(i) => to_raster(i.as_raw(), size, 1, true),
        D::ImageRgb8(i) => to_raster(i.as_raw(), size, 3, false),
        D::ImageRgba8(i) => to_raster(i.as_raw(), size, 3, true),
        D::ImageLuma16(i) => to_raster(i.as_raw(), size, 1, false),
        D::ImageLumaA16(i) => to_raster(i.as_raw(), size, 1, true),
        D::ImageRgb16(i) => to_raster(i.as_raw(), size, 3, false),
        D::ImageRgba16(i) => to_raster(i.as_raw(), size, 3, true),
        D::ImageRgb32F(i) => to_raster(i.as_raw(), size, 3, false),
        D::ImageRgba32F(i) => to_raster(i.as_raw(), size, 3, true),
        other => to_raster(other.to_rgba16().as_raw(), size, 3, true),
    };
    if matches!(image, D::ImageRgb32F(_) | D::ImageRgba32F(_)) {
        notices.push("floating-point values: 0 … 1 are shown as black … white, others clipped".to_owned());
    }
    if transparent {
        notices.push("transparent parts are shown on white".to_owned());
    }
    if (pixels.width, pixels.height) != (size.0 as usize, size.1 as usize) {
        let (w, h) = (pixels.width, pixels.height);
        notices.push(format!("scaled down from {} × {} to {w} × {h} pixels", size.0, size.1));
    }
    LoadedImage { name: name.to_owned(), path: None, original_size: size, pixels, notices }
}

/// A stored sample; `FULL` is the value of full intensity.
trait Stored: Copy + Sync + PartialOrd {
    const FULL: f32;
    /// The value in `0..=FULL`; not-a-number counts as 0.
    fn value(self) -> f32;
}

impl Stored for u8 {
    const FULL: f32 = 255.0;
    fn value(self) -> f32 {
        f32::from(self)
    }
}

impl Stored for u16 {
    const FULL: f32 = 65_535.0;
    fn value(self) -> f32 {
        f32::from(self)
    }
}

impl Stored for f32 {
    const FULL: f32 = 1.0;
    fn value(self) -> f32 {
        if self.is_nan() { 0.0 } else { self.clamp(0.0, 1.0) }
    }
}

/// Interleaved samples of `channels` colours (and alpha) → planar raster in `[-1, 1]`, no side above
/// [`MAX_SIDE`]; and whether any pixel is not opaque.
fn to_raster<S: Stored>(samples: &[S], size: (u32, u32), channels: usize, alpha: bool) -> (Raster, bool) {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let stride = channels + usize::from(alpha);
    let transparent = alpha && samples.iter().skip(channels).step_by(stride).any(|a| a.value() < S::FULL);
    let row = |channel: usize, y: usize, out: &mut [f32]| {
        let line = samples[y * width * stride..][..width * stride].chunks_exact(stride);
        for (value, pixel) in out.iter_mut().zip(line) {
            let mut v = pixel[channel].value();
            if transparent {
                // Exact for opaque (v) and for clear (white) pixels alike.
                v += (S::FULL - v) * (1.0 - pixel[channels].value() / S::FULL);
            }
            *value = v / (S::FULL / 2.0) - 1.0;
        }
    };
    if width.max(height) > MAX_SIDE {
        let shape = scaled_to(height, width, MAX_SIDE);
        return (resample(channels, (height, width), shape, Kernel::Lanczos3, &row), transparent);
    }
    let mut data = vec![0.0; channels * height * width];
    for (i, line) in data.chunks_exact_mut(width).enumerate() {
        row(i / height, i % height, line);
    }
    (Raster::new(channels, height, width, data), transparent)
}
