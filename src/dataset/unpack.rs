//! Files that may be gzipped.

use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::{DatasetError, MAX_BYTES};
use crate::files::{self, Limited};

/// The largest file, in bytes.
const MAX_FILE: u64 = 64 << 30;

/// A reader of the file's bytes, unpacked if the file is gzipped (by its content, not its name), for at most `limit`
/// bytes.
///
/// # Errors
/// If it cannot be opened. Reading beyond the limit fails, too.
pub(super) fn open(path: &Path, limit: u64) -> Result<Box<dyn Read>, DatasetError> {
    let mut file = files::open(path, MAX_FILE)?;
    let mut start = Vec::new();
    let stream = |error| DatasetError::stream(path, &error);
    file.by_ref().take(2).read_to_end(&mut start).map_err(stream)?;
    file.seek(SeekFrom::Start(0)).map_err(stream)?;
    let file = BufReader::with_capacity(1 << 16, file);
    Ok(if start == [0x1F, 0x8B] {
        Box::new(Limited::new(MultiGzDecoder::new(file), limit))
    } else {
        Box::new(Limited::new(file, limit))
    })
}

/// Reads the rest of a stream, of which all that is wanted has been read: the checksum of a compressed stream stands at
/// its end, and is compared only there.
///
/// # Errors
/// If the stream is damaged, or too much follows.
pub(super) fn finish(reader: impl Read) -> io::Result<()> {
    io::copy(&mut Limited::new(reader, MAX_BYTES), &mut io::sink()).map(drop)
}

/// The first `count` bytes of a file, unpacked; fewer if the file has no more.
///
/// # Errors
/// If it cannot be opened or read.
pub(super) fn start(path: &Path, count: u64) -> Result<Vec<u8>, DatasetError> {
    let mut bytes = Vec::new();
    let reader = open(path, u64::MAX)?;
    reader.take(count).read_to_end(&mut bytes).map_err(|error| DatasetError::stream(path, &error))?;
    Ok(bytes)
}
