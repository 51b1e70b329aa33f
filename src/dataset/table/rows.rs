//! Reads the rows of a table, one at a time.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::dataset::{DatasetError, MAX_TEXT, unpack};
use crate::files::plain;

/// Longest row in bytes, enough for a picture of 1024 × 1024 pixels in three channels.
const MAX_ROW: usize = 1 << 26;
/// The number of bytes of a file that are read to find the separator of its columns.
const START: u64 = 1 << 16;

/// A table that is being read.
pub(super) struct Rows {
    path: PathBuf,
    reader: csv::Reader<Short<Box<dyn Read>>>,
}

/// The first two rows.
pub(super) struct Head {
    pub(super) first: StringRecord,
    pub(super) second: Option<StringRecord>,
}

impl Rows {
    /// Opens a table, gzipped or not.
    ///
    /// # Errors
    /// If it cannot be read, or is not text.
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        let separator = separator(path, &unpack::start(path, START)?)?;
        let short = Short { inner: unpack::open(path, MAX_TEXT)?, since: 0 };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .delimiter(separator)
            .from_reader(short);
        Ok(Self { path: path.to_owned(), reader })
    }

    /// Reads the first two rows, with a reader of their own.
    ///
    /// # Errors
    /// If they cannot be read.
    pub(super) fn head(&self) -> Result<Head, DatasetError> {
        let mut rows = Self::open(&self.path)?;
        let (mut first, mut second) = (StringRecord::new(), StringRecord::new());
        rows.next(&mut first)?;
        let second = if rows.next(&mut second)? { Some(second) } else { None };
        Ok(Head { first, second })
    }

    /// Skips the first row.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn skip_header(&mut self) -> Result<(), DatasetError> {
        self.next(&mut StringRecord::new()).map(|_| ())
    }

    /// Reads one more row that is not empty; returns whether there is one.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn next(&mut self, row: &mut StringRecord) -> Result<bool, DatasetError> {
        loop {
            self.reader.get_mut().since = 0;
            match self.reader.read_record(row) {
                Ok(true) if row.len() == 1 && row.get(0) == Some("") => {}
                Ok(read) => return Ok(read),
                Err(error) => return Err(self.failed(error)),
            }
        }
    }

    fn failed(&self, error: csv::Error) -> DatasetError {
        let text = plain(&error.to_string());
        match error.into_kind() {
            csv::ErrorKind::Io(error) => DatasetError::stream(&self.path, &error),
            csv::ErrorKind::Utf8 { .. } => not_utf8(&self.path),
            _ => DatasetError::Damaged { name: self.path.display().to_string(), reason: text },
        }
    }
}

fn not_utf8(path: &Path) -> DatasetError {
    DatasetError::Unsupported {
        name: path.display().to_string(),
        reason: "this is not text in UTF-8".to_owned(),
        advice: "save the table as CSV in UTF-8",
    }
}

/// The separator of the columns: the one of comma, semicolon and tab that occurs most often in the first line, or else
/// a space.
fn separator(path: &Path, start: &[u8]) -> Result<u8, DatasetError> {
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) || start.contains(&0) {
        return Err(not_utf8(path));
    }
    let line =
        start.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let count = |separator: u8| line.trim_ascii().split(|&byte| byte == separator).count() - 1;
    let most = [b'\t', b';', b','].into_iter().max_by_key(|&separator| count(separator));
    Ok(most.filter(|&separator| count(separator) > 0).unwrap_or(if count(b' ') > 0 { b' ' } else { b',' }))
}

/// Limits the length of a row, since rows are held in memory. A row might never end in a file without line ends, with
/// nothing but line ends, or with a quote that is not closed.
struct Short<R> {
    inner: R,
    /// Bytes that have been read for the current row.
    since: usize,
}

impl<R: Read> Read for Short<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.since += read;
        if self.since > MAX_ROW {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a row of more than 64 MiB"));
        }
        Ok(read)
    }
}
