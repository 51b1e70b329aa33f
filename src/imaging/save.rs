//! Writing files whole or not at all; PNG; rasters as bytes.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::ImagingError;
use crate::diffusion::Raster;

/// What [`write_atomically`] hands to its closure: a buffered file, `Write` and `Seek`.
pub type FileWriter<'a> = BufWriter<&'a mut File>;

/// Writes a file so that others see either the old content or the complete new one.
///
/// The closure writes to a temporary file in the same folder, which takes the place of `path` once
/// it is complete and on disk. When the closure or the disk fails, nothing is left behind and what
/// was at `path` is unchanged. A new file has the permissions any program's files get (umask); one
/// that is replaced keeps its own; a link is followed. What is neither file nor folder (a pipe, a
/// device) is written directly.
///
/// # Errors
/// [`ImagingError::Write`], whose text names the path; an [`ImagingError`] wrapped in the closure's
/// `io::Error` is returned as it is.
pub fn write_atomically<T>(
    path: &Path,
    write: impl FnOnce(&mut FileWriter<'_>) -> io::Result<T>,
) -> Result<T, ImagingError> {
    write_inner(path, write).map_err(|error| ImagingError::writing(path, error))
}

/// Whether [`write_atomically`] could begin now, so that long work is not done for nothing.
///
/// # Errors
/// What it would say.
pub fn check_writable(path: &Path) -> Result<(), ImagingError> {
    let check = || {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // Pipes and devices are written directly.
        if path.exists() && !path.is_file() {
            return Ok(());
        }
        tempfile::tempfile_in(folder_of(path)).map(drop).map_err(|error| io::Error::from(error.kind()))
    };
    check().map_err(|error| ImagingError::writing(path, error))
}

fn write_inner<T>(path: &Path, write: impl FnOnce(&mut FileWriter<'_>) -> io::Result<T>) -> io::Result<T> {
    let old = match path.metadata() {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if let Some(old) = &old {
        if old.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !old.is_file() {
            return fill(&mut File::options().write(true).open(path)?, write);
        }
        if old.permissions().readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
        }
    }
    let target: Cow<Path> = if old.is_some() { fs::canonicalize(path)?.into() } else { Cow::Borrowed(path) };
    let Some(file_name) = target.file_name() else {
        return Err(io::ErrorKind::IsADirectory.into());
    };
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(file_name);
    prefix.push("-");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system takes the umask off, as for any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // The library's error names the temporary file, which nobody has asked for.
    let mut temporary =
        builder.tempfile_in(folder_of(&target)).map_err(|error| io::Error::from(error.kind()))?;
    let value = fill(temporary.as_file_mut(), write)?;
    if let Some(old) = old {
        temporary.as_file().set_permissions(old.permissions())?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(value)
}

fn fill<T>(file: &mut File, write: impl FnOnce(&mut FileWriter<'_>) -> io::Result<T>) -> io::Result<T> {
    let mut writer = BufWriter::with_capacity(1 << 16, file);
    let value = write(&mut writer)?;
    writer.flush()?;
    Ok(value)
}

/// The folder that a path's last part is in.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Interleaved 8-bit pixels, row after row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelBytes<'a> {
    /// One byte a pixel.
    Grey(&'a [u8]),
    /// Red, green, blue.
    Rgb(&'a [u8]),
    /// Red, green, blue, straight alpha.
    Rgba(&'a [u8]),
}

/// Saves 8-bit pixels of `width × height` as a PNG marked sRGB, atomically.
///
/// # Errors
/// [`ImagingError::Write`], also when the bytes do not fit the size.
pub fn save_png(path: &Path, pixels: PixelBytes<'_>, width: u32, height: u32) -> Result<(), ImagingError> {
    write_atomically(path, |writer| encode_png(writer, pixels, width, height))
}

/// Saves a raster as an 8-bit PNG, grey or RGB as it is, values clipped to `[-1, 1]`.
///
/// # Errors
/// [`ImagingError::Write`].
pub fn save_raster_png(path: &Path, raster: &Raster) -> Result<(), ImagingError> {
    let (width, height) = (raster.width as u32, raster.height as u32);
    if raster.channels == 1 {
        let grey: Vec<u8> = raster.data.iter().map(|&v| to_u8(v)).collect();
        save_png(path, PixelBytes::Grey(&grey), width, height)
    } else {
        save_png(path, PixelBytes::Rgb(&raster_to_rgb8(raster)), width, height)
    }
}

/// Writes 8-bit pixels as a PNG marked sRGB to any writer (a file of [`write_atomically`], memory).
///
/// # Errors
/// Those of the writer; `InvalidInput` when the bytes do not fit the size.
pub fn encode_png(writer: impl Write, pixels: PixelBytes<'_>, width: u32, height: u32) -> io::Result<()> {
    let (colour, channels, bytes) = match pixels {
        PixelBytes::Grey(bytes) => (png::ColorType::Grayscale, 1, bytes),
        PixelBytes::Rgb(bytes) => (png::ColorType::Rgb, 3, bytes),
        PixelBytes::Rgba(bytes) => (png::ColorType::Rgba, 4, bytes),
    };
    check_length(bytes.len(), width, height, channels)?;
    let mut encoder = png::Encoder::new(writer, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let mut png = encoder.write_header()?;
    png.write_image_data(bytes)?;
    png.finish()?;
    Ok(())
}

/// `InvalidInput` unless `length` bytes are exactly `width × height` pixels of `channels`, at least one.
pub(super) fn check_length(length: usize, width: u32, height: u32, channels: u64) -> io::Result<()> {
    let wanted = u64::from(width) * u64::from(height) * channels;
    if wanted == 0 || length as u64 != wanted {
        let text = format!("{length} bytes for {width} × {height} pixels of {channels}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    Ok(())
}

/// A value of the model's range as a byte: `(v + 1) · 127.5`, rounded, clipped to `0..=255`.
fn to_u8(value: f32) -> u8 {
    // The cast saturates; not-a-number becomes 0.
    ((value + 1.0) * 127.5).round() as u8
}

/// Interleaved red, green, blue bytes of a raster in `[-1, 1]`; grey is repeated, values are clipped.
///
/// The inverse of loading: `v / 127.5 − 1` becomes `v` again.
pub fn raster_to_rgb8(raster: &Raster) -> Vec<u8> {
    interleave::<3>(raster)
}

/// As [`raster_to_rgb8`], with an opaque alpha: for the clipboard and for [films](super::film).
pub fn raster_to_rgba8(raster: &Raster) -> Vec<u8> {
    interleave::<4>(raster)
}

fn interleave<const N: usize>(raster: &Raster) -> Vec<u8> {
    let mut bytes = vec![255; raster.plane_len() * N];
    for colour in 0..3 {
        let plane = raster.plane(colour.min(raster.channels - 1));
        for (pixel, &value) in bytes.chunks_exact_mut(N).zip(plane) {
            pixel[colour] = to_u8(value);
        }
    }
    bytes
}
