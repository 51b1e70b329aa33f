//! What can go wrong with data, each told in one line that a person can act on.

use std::io;
use std::path::Path;

use crate::files::{FileError, plain};
use crate::imaging::ImagingError;
use crate::memory::Shortage;

/// Data could not be read.
///
/// `Display` is one line: the file, what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// The file or folder cannot be opened.
    #[error(transparent)]
    Read(#[from] ImagingError),
    /// The file is of a kind that is not known.
    #[error("{name}: not a data set that can be read; give a folder of pictures, IDX files, .npz or .csv")]
    Unknown {
        /// The path as it was given.
        name: String,
    },
    /// The format is right, but the content is not.
    #[error("{name}: the data is damaged or cut short ({reason}); make or download it again")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The file has a variant of its format that is not supported.
    #[error("{name}: {reason}; {advice}")]
    Unsupported {
        /// The file.
        name: String,
        /// Which variant.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
    /// The data is larger than the limit for what is held in memory.
    #[error("{name}: too large ({what})")]
    TooLarge {
        /// The file.
        name: String,
        /// The size, and the limit it exceeds.
        what: String,
    },
    /// There is not enough memory for the data.
    #[error("{name}: {shortage}; take fewer or smaller pictures, or close other programs")]
    Memory {
        /// The file.
        name: String,
        /// How much is missing.
        shortage: Shortage,
    },
    /// The folder holds several sets, one of which has to be chosen.
    #[error("{name}: it holds several sets: {sets}; choose one with --set NAME")]
    Several {
        /// The folder.
        name: String,
        /// The names of the sets.
        sets: String,
    },
    /// The folder does not hold the set that was asked for.
    #[error("{name}: there is no set {set:?}; it holds {sets}")]
    Set {
        /// The folder.
        name: String,
        /// The set that was asked for.
        set: String,
        /// The sets that the folder holds.
        sets: String,
    },
    /// The table does not have the column that was asked for.
    #[error("{name}: there is no column {column:?}; its columns are {known}")]
    Column {
        /// The table.
        name: String,
        /// The column that was asked for.
        column: String,
        /// The columns that the table has.
        known: String,
    },
    /// The source has no pictures to learn from.
    #[error("{name}: no pictures to learn from ({reason}); choose another place")]
    Empty {
        /// The path as it was given.
        name: String,
        /// Why there are none.
        reason: String,
    },
    /// A file is missing that must exist, as the names of other files show.
    #[error("{name}: there is no {missing}, with or without .gz; put it there with its labels")]
    Part {
        /// The folder.
        name: String,
        /// What the missing file would be called.
        missing: &'static str,
    },
    /// A field is missing in the records, or in some of them.
    #[error("{name}: {field:?} is not a text or number of every record; its fields are {known}")]
    Field {
        /// The file of records.
        name: String,
        /// The field.
        field: String,
        /// The fields of the first record.
        known: String,
    },
    /// The data does not have the class that was asked for.
    #[error("{name}: there is no class {class:?}; its classes are {known}")]
    Class {
        /// The path as it was given.
        name: String,
        /// The class that was asked for.
        class: String,
        /// The classes that the data has.
        known: String,
    },
    /// The size is out of range.
    #[error("the size of the pictures must be from 1 to {}, got {size}", super::MAX_SIZE)]
    Size {
        /// The size that was asked for.
        size: usize,
    },
}

impl From<FileError> for DatasetError {
    fn from(error: FileError) -> Self {
        Self::Read(error.into())
    }
}

impl DatasetError {
    /// The content of a file cannot be unpacked or read to its end.
    pub(super) fn stream(path: &Path, error: &io::Error) -> Self {
        let name = path.display().to_string();
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged { name, reason: "it ends too early".to_owned() },
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                Self::Damaged { name, reason: plain(&error.to_string()) }
            }
            io::ErrorKind::FileTooLarge => Self::TooLarge { name, what: plain(&error.to_string()) },
            _ => FileError::reading(path, error).into(),
        }
    }
}
