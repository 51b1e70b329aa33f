//! The arrays of a NumPy file, with their names: several in an `.npz` archive, one in an `.npy` file.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::names::Name;
use super::npy::{BadHeader, Header};
use super::planes::Source;
use super::{DatasetError, unpack};
use crate::files::{self, Limited, plain, shortened};

/// The largest archive, in bytes.
const MAX_FILE: u64 = 64 << 30;
/// The most arrays in an archive; no data set has more.
const MAX_ARRAYS: usize = 10_000;
/// The most characters of a name that are shown.
const MAX_NAME: usize = 60;

type Archive = ZipArchive<BufReader<Limited>>;

/// The arrays of one file.
pub(super) struct Arrays {
    path: PathBuf,
    /// `None` for an `.npy` file.
    archive: Option<Archive>,
    pub(super) entries: Vec<Entry>,
}

/// One array.
pub(super) struct Entry {
    /// Its name as it is shown.
    pub(super) shown: String,
    pub(super) name: Name,
    index: usize,
    /// Its header, or why it cannot be read.
    pub(super) header: Result<Header, BadHeader>,
}

impl Entry {
    /// The array's name, type and shape, for messages.
    pub(super) fn description(&self) -> String {
        match &self.header {
            Ok(header) => format!("{} {}", self.shown, header.description()),
            Err(_) => self.shown.clone(),
        }
    }
}

impl Arrays {
    /// Opens an archive or a single array. Which of the two it is follows from the content, not from the
    /// file's name.
    ///
    /// # Errors
    /// If it is neither, or damaged.
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        if unpack::start(path, 6)? == b"\x93NUMPY" {
            let header = Header::read(&mut unpack::open(path, u64::MAX)?);
            let header = Ok(header.map_err(|bad| bad.error(path, "the array"))?);
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let entries = vec![entry(&stem, 0, header)];
            return Ok(Self { path: path.to_owned(), archive: None, entries });
        }
        let file = BufReader::new(files::open(path, MAX_FILE)?);
        let mut archive = ZipArchive::new(file).map_err(|error| zip_error(path, &error))?;
        if archive.len() > MAX_ARRAYS {
            let what = format!("{} files in the archive, at most {MAX_ARRAYS} are read", archive.len());
            return Err(DatasetError::TooLarge { name: path.display().to_string(), what });
        }
        let mut entries = Vec::new();
        for index in 0..archive.len() {
            let Some(Ok(name)) = archive.name_for_index(index) else { continue };
            let Some(stem) = name.strip_suffix(".npy").map(str::to_owned) else { continue };
            // An array that cannot be read does not affect the others.
            let header = match archive.by_index(index) {
                // The whole archive is packed in one way.
                Ok(file) if !is_read(file.compression()) => return Err(packed(path, file.compression())),
                Ok(mut file) => Header::read(&mut file),
                Err(error @ ZipError::UnsupportedArchive(_)) => return Err(zip_error(path, &error)),
                Err(error) => Err(BadHeader::Damaged(plain(&error.to_string()))),
            };
            entries.push(entry(&stem, index, header));
        }
        Ok(Self { path: path.to_owned(), archive: Some(archive), entries })
    }

    /// An array of the file, which can be read as often as necessary.
    pub(super) fn array(&mut self, entry: usize) -> Array<'_> {
        Array { arrays: self, entry }
    }

    /// A reader of the elements of an array.
    ///
    /// # Errors
    /// If the archive is damaged.
    pub(super) fn elements(&mut self, entry: usize) -> Result<Box<dyn Read + '_>, DatasetError> {
        let path = &self.path;
        let reader: Box<dyn Read + '_> = match &mut self.archive {
            None => unpack::open(path, u64::MAX)?,
            Some(archive) => {
                let index = self.entries[entry].index;
                Box::new(archive.by_index(index).map_err(|error| zip_error(path, &error))?)
            }
        };
        let mut reader = BufReader::with_capacity(1 << 16, reader);
        Header::read(&mut reader).map_err(|bad| bad.error(path, &self.entries[entry].shown))?;
        Ok(Box::new(reader))
    }
}

/// One array, as a source of its elements.
pub(super) struct Array<'a> {
    arrays: &'a mut Arrays,
    entry: usize,
}

impl Source for Array<'_> {
    fn open(&mut self) -> Result<Box<dyn Read + '_>, DatasetError> {
        self.arrays.elements(self.entry)
    }
}

fn entry(name: &str, index: usize, header: Result<Header, BadHeader>) -> Entry {
    Entry { shown: shortened(&plain(name), MAX_NAME), name: Name::of(name), index, header }
}

fn damaged(path: &Path, reason: String) -> DatasetError {
    DatasetError::Damaged { name: path.display().to_string(), reason }
}

/// Whether arrays that are compressed in this way can be read.
fn is_read(method: CompressionMethod) -> bool {
    matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated)
}

/// The error for arrays that are compressed in a way that is not read.
fn packed(path: &Path, method: CompressionMethod) -> DatasetError {
    let known = [
        (CompressionMethod::BZIP2, "bzip2"),
        (CompressionMethod::LZMA, "LZMA"),
        (CompressionMethod::ZSTD, "Zstandard"),
        (CompressionMethod::XZ, "XZ"),
        (CompressionMethod::DEFLATE64, "Deflate64"),
    ];
    let name = known.iter().find(|(known, _)| *known == method).map_or("another method", |(_, name)| name);
    DatasetError::Unsupported {
        name: path.display().to_string(),
        reason: format!("it is compressed with {name}, which is not read"),
        advice: "save it with numpy.savez or numpy.savez_compressed",
    }
}

fn zip_error(path: &Path, error: &ZipError) -> DatasetError {
    let reason = plain(error.to_string().lines().next().unwrap_or_default());
    match error {
        ZipError::Io(error) => DatasetError::stream(path, error),
        ZipError::UnsupportedArchive(_) => DatasetError::Unsupported {
            name: path.display().to_string(),
            reason: format!("this kind of archive is not read ({reason})"),
            advice: "save it anew with numpy.savez_compressed",
        },
        _ => damaged(path, reason),
    }
}
