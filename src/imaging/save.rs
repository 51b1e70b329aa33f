//! Writing files whole or not at all; PNG files; rasters as bytes.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::ImagingError;
use crate::diffusion::Raster;
use crate::files::{Unfinished, end_of_links, folder_of, inputs};

/// What [`write_atomically`] gives to its closure: a buffered file that is `Write` and `Seek`.
pub type FileWriter<'a> = BufWriter<Watched<'a>>;

/// Writes a file so that others see either the old content or the complete new one.
///
/// The closure writes to a temporary file in the same folder, which replaces `path` once it is complete and on disk. If
/// the closure or the disk fails, or a signal ends the program, nothing is left behind and what was at `path` is
/// unchanged. A new file has the usual permissions (umask); a replaced one keeps its own. Links are followed to their
/// end, which need not exist yet. If `path` is neither a file nor a folder (a pipe, a device), it is written to
/// directly. A protected [input](inputs) is never replaced.
///
/// # Errors
/// [`ImagingError::Write`], whose text names the path. An [`ImagingError`] inside the closure's `io::Error` is returned
/// as it is.
pub fn write_atomically<T>(
    path: &Path,
    write: impl FnOnce(&mut FileWriter<'_>) -> io::Result<T>,
) -> Result<T, ImagingError> {
    write_inner(path, write).map_err(|error| ImagingError::writing(path, error))
}

/// Checks that [`write_atomically`] could begin now, so that long work is not done in vain.
///
/// # Errors
/// The errors that [`write_atomically`] would return now.
pub fn check_writable(path: &Path) -> Result<(), ImagingError> {
    let check = || match Destination::of(path)? {
        Destination::Pipe => Ok(()),
        Destination::Device => File::options().write(true).open(path).map(drop),
        Destination::File { place, .. } => temporary(&place).map(drop),
    };
    check().map_err(|error| ImagingError::writing(path, error))
}

/// Checks that files could be written into a folder now, which would be created if necessary, so that long work is not
/// done in vain. Nothing is created here.
///
/// # Errors
/// [`ImagingError::Write`] if they could not.
pub fn check_folder(path: &Path) -> Result<(), ImagingError> {
    let check = || {
        // The nearest folder on the way that exists.
        let mut place = end_of_links(path)?;
        loop {
            match place.metadata() {
                Ok(found) if found.is_dir() => {
                    return Unfinished::folder(&place, "folder".as_ref()).map(drop);
                }
                Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let above = folder_of(&place);
                    if above == place {
                        return Err(error);
                    }
                    place = end_of_links(&above)?;
                }
                Err(error) => return Err(error),
            }
        }
    };
    check().map_err(|error| ImagingError::making(path, &error))
}

/// Makes a folder and those above it, where they are not there yet. A link that leads nowhere is followed: the folder is
/// made where it leads.
///
/// # Errors
/// [`ImagingError::Write`] if the system refuses.
pub fn make_folder(path: &Path) -> Result<(), ImagingError> {
    let made = end_of_links(path).and_then(std::fs::create_dir_all);
    made.map_err(|error| ImagingError::making(path, &error))
}

/// What writing to a path means.
enum Destination {
    /// It is written to directly; opening it waits until another program reads from it.
    Pipe,
    /// It is written to directly.
    Device,
    /// A file is created or replaced; it gets the permissions of the one that it replaces.
    File { place: PathBuf, permissions: Option<Permissions> },
}

impl Destination {
    fn of(path: &Path) -> io::Result<Self> {
        let separator = |&last: &u8| std::path::is_separator(last.into());
        if path.as_os_str().as_encoded_bytes().last().is_none_or(separator) || path.file_name().is_none() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let place = end_of_links(path)?;
        if place != path && (path.starts_with("/dev") || path.starts_with("/proc")) && place.is_file() {
            // Replacing the file would lose its contents, although the shell may have been told to append to
            // it.
            let text = "it leads to a file that a shell has opened; name that file itself, or leave the option \
                        out where the command prints its result";
            return Err(io::Error::other(text));
        }
        let old = match place.metadata() {
            Ok(old) => old,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if place != path && !folder_of(&place).is_dir() {
                    let text = format!("it is a link to {}, where there is no folder", place.display());
                    return Err(io::Error::new(io::ErrorKind::NotFound, text));
                }
                return Ok(Self::File { place, permissions: None });
            }
            Err(error) => return Err(error),
        };
        if old.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !old.is_file() {
            #[cfg(unix)]
            if std::os::unix::fs::FileTypeExt::is_fifo(&old.file_type()) {
                return Ok(Self::Pipe);
            }
            return Ok(Self::Device);
        }
        if old.permissions().readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
        }
        inputs::check(&place)?;
        Ok(Self::File { place, permissions: Some(old.permissions()) })
    }
}

fn temporary(place: &Path) -> io::Result<Unfinished<tempfile::NamedTempFile>> {
    Unfinished::file(&folder_of(place), place.file_name().unwrap_or_default())
}

fn write_inner<T>(path: &Path, write: impl FnOnce(&mut FileWriter<'_>) -> io::Result<T>) -> io::Result<T> {
    let Destination::File { place, permissions } = Destination::of(path)? else {
        return fill(&mut File::options().write(true).open(path)?, write);
    };
    let mut temporary = temporary(&place)?;
    let value = fill(temporary.as_file_mut(), write)?;
    if let Some(permissions) = permissions {
        temporary.as_file().set_permissions(permissions)?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&place)?;
    Ok(value)
}

fn fill<T>(file: &mut File, write: impl FnOnce(&mut FileWriter<'_>) -> io::Result<T>) -> io::Result<T> {
    let mut writer = BufWriter::with_capacity(1 << 16, Watched { file, failure: None });
    let written = write(&mut writer).and_then(|value| writer.flush().map(|()| value));
    written.map_err(|error| writer.get_mut().failure.take().unwrap_or(error))
}

/// A file that remembers its first failure. Encoders turn failures into errors of their own, which do not distinguish a
/// full disk from a mistake.
#[derive(Debug)]
pub struct Watched<'a> {
    file: &'a mut File,
    failure: Option<io::Error>,
}

impl Watched<'_> {
    fn noting<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && error.kind() != io::ErrorKind::Interrupted
            && self.failure.is_none()
        {
            let same = error.raw_os_error().map(io::Error::from_raw_os_error);
            self.failure = Some(same.unwrap_or_else(|| error.kind().into()));
        }
        result
    }
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.file.write(bytes);
        self.noting(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.file.flush();
        self.noting(result)
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let result = self.file.seek(position);
        self.noting(result)
    }
}

/// Interleaved 8-bit pixels, row after row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelBytes<'a> {
    /// One byte for each pixel.
    Grey(&'a [u8]),
    /// Red, green, blue.
    Rgb(&'a [u8]),
    /// Red, green, blue, straight alpha.
    Rgba(&'a [u8]),
}

/// Saves 8-bit pixels of `width × height` as a PNG marked sRGB, atomically.
///
/// # Errors
/// [`ImagingError::Write`], also if the bytes do not match the size.
pub fn save_png(path: &Path, pixels: PixelBytes<'_>, width: u32, height: u32) -> Result<(), ImagingError> {
    write_atomically(path, |writer| encode_png(writer, pixels, width, height))
}

/// Saves a raster as an 8-bit PNG, in grey or RGB according to its channels; values are clipped to `[-1, 1]`.
///
/// # Errors
/// [`ImagingError::Write`] if the file cannot be written.
pub fn save_raster_png(path: &Path, raster: &Raster) -> Result<(), ImagingError> {
    let (width, height) = (raster.width as u32, raster.height as u32);
    if raster.channels == 1 {
        let grey: Vec<u8> = raster.data.iter().map(|&v| to_u8(v)).collect();
        save_png(path, PixelBytes::Grey(&grey), width, height)
    } else {
        save_png(path, PixelBytes::Rgb(&raster_to_rgb8(raster)), width, height)
    }
}

/// Writes 8-bit pixels as a PNG marked sRGB to any writer (a file of [`write_atomically`], or memory).
///
/// # Errors
/// The errors of the writer; `InvalidInput` if the bytes do not match the size.
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

/// `InvalidInput` unless `length` bytes are exactly `width × height` pixels of `channels` bytes, at least one pixel.
pub(super) fn check_length(length: usize, width: u32, height: u32, channels: u64) -> io::Result<()> {
    let wanted = u64::from(width) * u64::from(height) * channels;
    if wanted == 0 || length as u64 != wanted {
        let text = format!("{length} bytes for {width} × {height} pixels of {channels}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    Ok(())
}

/// A value in the model's range as a byte: `(v + 1) · 127.5`, rounded, and clipped to `0..=255`.
fn to_u8(value: f32) -> u8 {
    // The cast saturates; NaN becomes 0.
    ((value + 1.0) * 127.5).round() as u8
}

/// A raster in `[-1, 1]` as interleaved red, green and blue bytes; grey is repeated, values are clipped.
///
/// The inverse of loading: `v / 127.5 − 1` becomes `v` again.
pub fn raster_to_rgb8(raster: &Raster) -> Vec<u8> {
    interleave::<3>(raster)
}

/// Like [`raster_to_rgb8`], with an opaque alpha; used for the clipboard and for [films](super::film).
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
