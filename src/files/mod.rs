//! Reading files that a person has named: always through this module, and always with a limit.
//!
//! Only regular files are opened. A device such as `/dev/zero` never ends, and a pipe may wait for ever; both
//! give errors that say so. Files are read up to a limit, not up to the length that the system reports, which
//! is wrong for files that grow and for files in `/proc`.

mod error;
pub mod inputs;
mod json;
pub mod locks;
mod place;
mod text;
mod unfinished;

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::memory;

pub use self::error::{FileError, SpecialFile};
pub use self::json::{is_repeated, repeated_fields};
pub use self::place::{end_of_links, folder_of, same_place};
pub use self::text::{escaped, fixed, message, number, plain, shortened};
pub use self::unfinished::{Unfinished, is_leftover, leftover_of};

/// The largest scheduler, schedule or scene, in bytes; a table of 10,000 betas takes 250 kB.
pub const MAX_CONFIG_BYTES: u64 = 4 << 20;

/// A regular file from which no more bytes can be read than a limit.
///
/// Reading beyond the limit fails with [`io::ErrorKind::FileTooLarge`], so that a file that is too large is never
/// mistaken for one that ends there.
#[derive(Debug)]
pub struct Limited<R = File> {
    inner: R,
    limit: u64,
    left: u64,
}

impl<R: Read> Limited<R> {
    /// Limits `inner` to `limit` bytes, for instance for streams that unpack to more than a file holds.
    pub fn new(inner: R, limit: u64) -> Self {
        Self { inner, limit, left: limit }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            // The stream may end exactly here, which only reading one more byte can tell.
            let mut one = [0];
            return match self.inner.read(&mut one)? {
                0 => Ok(0),
                _ => Err(too_large(self.limit)),
            };
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

/// Positions count from the start of the file, so seeking back neither adds to the allowance nor takes from it.
impl<R: Read + Seek> Seek for Limited<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let place = self.inner.seek(position)?;
        self.left = self.limit.saturating_sub(place);
        Ok(place)
    }
}

fn too_large(limit: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {}", bytes(limit)))
}

/// A number of bytes as people read it: "4 MiB", "300 bytes".
pub fn bytes(count: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    match units.iter().find(|(shift, _)| count >= 1 << shift) {
        Some((shift, unit)) if count.is_multiple_of(1 << shift) => format!("{} {unit}", count >> shift),
        Some((shift, unit)) => format!("{:.1} {unit}", count as f64 / (1_u64 << shift) as f64),
        None => format!("{count} bytes"),
    }
}

/// Opens a regular file for reading; links are followed.
///
/// # Errors
/// A [`FileError`] that names the path, if there is no such file; it is a folder, a device, a pipe or a socket; it must
/// not be read; or it is longer than `limit` bytes already.
pub fn open(path: &Path, limit: u64) -> Result<Limited, FileError> {
    let failed = |error: io::Error| FileError::reading(path, &error);
    // Checked before opening, since opening a pipe waits for its writer.
    check_regular(path, &path.metadata().map_err(failed)?)?;
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    check_regular(path, &metadata)?;
    if metadata.len() > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    inputs::remember(path, &metadata);
    Ok(Limited::new(file, limit))
}

/// Whether a path is a folder; if not, it is a regular file.
///
/// # Errors
/// A [`FileError`] that names the path, if nothing is there, or it is a device, a pipe or a socket.
pub fn is_folder(path: &Path) -> Result<bool, FileError> {
    let metadata = path.metadata().map_err(|error| FileError::reading(path, &error))?;
    if metadata.is_dir() {
        return Ok(true);
    }
    check_regular(path, &metadata).map(|()| false)
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
/// The errors of [`open`]; also if there is not enough memory, the file turns out to be longer, or reading fails.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut file = open(path, limit)?;
    // This is only an estimate, since the length that the system reports can be wrong.
    let length = path.metadata().map_or(0, |metadata| metadata.len());
    memory::enough_for(length).map_err(|shortage| FileError::Memory { path: path.to_owned(), shortage })?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => FileError::TooLarge { path: path.to_owned(), limit },
        _ => FileError::reading(path, &error),
    })?;
    Ok(bytes)
}

/// Reads a regular file of at most `limit` bytes of UTF-8 text; a byte order mark is removed.
///
/// # Errors
/// The errors of [`read`], and [`FileError::NotText`] if the file is not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String, FileError> {
    let text = String::from_utf8(read(path, limit)?);
    let text = text.map_err(|_| FileError::NotText { path: path.to_owned() })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The first bytes of a regular file: `count`, or fewer if the file is shorter.
///
/// # Errors
/// The errors of [`open`]; the file may have any length.
pub fn start(path: &Path, count: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let file = open(path, u64::MAX)?;
    file.take(count).read_to_end(&mut bytes).map_err(|error| FileError::reading(path, &error))?;
    Ok(bytes)
}

fn check_regular(path: &Path, metadata: &Metadata) -> Result<(), FileError> {
    let path = || PathBuf::from(path);
    if metadata.is_dir() {
        return Err(FileError::Folder { path: path() });
    }
    match special(metadata) {
        Some(kind) => Err(FileError::Special { path: path(), kind }),
        None => Ok(()),
    }
}

/// The kind of something that is neither a file nor a folder.
#[cfg(unix)]
fn special(metadata: &Metadata) -> Option<SpecialFile> {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    if kind.is_file() {
        None
    } else if kind.is_fifo() {
        Some(SpecialFile::Pipe)
    } else if kind.is_socket() {
        Some(SpecialFile::Socket)
    } else {
        Some(SpecialFile::Device)
    }
}

#[cfg(not(unix))]
fn special(metadata: &Metadata) -> Option<SpecialFile> {
    (!metadata.is_file()).then_some(SpecialFile::Device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_for_streams_without_an_end() {
        let mut bytes = Vec::new();
        let error = Limited::new(io::repeat(7), 1000).read_to_end(&mut bytes).unwrap_err();
        assert_eq!((error.kind(), bytes.len()), (io::ErrorKind::FileTooLarge, 1000));
        let mut exact = Vec::new();
        Limited::new(&[1_u8; 1000][..], 1000).read_to_end(&mut exact).unwrap();
        assert_eq!(exact.len(), 1000);
    }

    #[test]
    fn files_are_read_up_to_their_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        std::fs::write(&path, "\u{feff}abc").unwrap();
        assert_eq!(read_text(&path, 6).unwrap(), "abc");
        assert!(matches!(read(&path, 5), Err(FileError::TooLarge { limit: 5, .. })));
        assert_eq!(start(&path, 3).unwrap(), "\u{feff}".as_bytes());
        std::fs::write(&path, [0xff]).unwrap();
        assert!(matches!(read_text(&path, 6), Err(FileError::NotText { .. })));
        assert!(matches!(read(folder.path(), 6), Err(FileError::Folder { .. })));
        assert!(matches!(read(&folder.path().join("no"), 6), Err(FileError::NotFound { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for (path, kind) in [(Path::new("/dev/zero"), "a device"), (&socket, "a socket"), (&pipe, "a pipe")] {
            let error = read(path, 100).unwrap_err().to_string();
            assert!(error.contains(kind) && error.contains(&path.display().to_string()), "{error}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_reported_length_is_not_trusted() {
        // Files in /proc report a length of 0.
        assert!(!read(Path::new("/proc/self/status"), 1 << 20).unwrap().is_empty());
        assert!(matches!(read(Path::new("/proc/self/status"), 10), Err(FileError::TooLarge { .. })));
    }

    #[test]
    fn sizes_are_told_in_units() {
        assert_eq!([300, 4 << 20, 1 << 30, 1536].map(bytes), ["300 bytes", "4 MiB", "1 GiB", "1.5 KiB"]);
    }
}
