//! What can go wrong with data, each in one line a person can act on.

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
    /// A file of no kind that is known here.
    #[error("{name}: not a data set that can be read; give a folder of pictures, IDX files, .npz or .csv")]
    Unknown {
        /// The path as it was given.
        name: String,
    },
    /// The format is right but the content is not.
    #[error("{name}: the data is damaged or cut short ({reason}); make or download it again")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A variant of the format that is not read here.
    #[error("{name}: {reason}; {advice}")]
    Unsupported {
        /// The file.
        name: String,
        /// Which.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
    /// More than is held in memory.
    #[error("{name}: too large ({what})")]
    TooLarge {
        /// The file.
        name: String,
        /// The size, and the limit it exceeds.
        what: String,
    },
    /// More than there is memory for.
    #[error("{name}: {shortage}; take fewer or smaller pictures, or close other programs")]
    Memory {
        /// The file.
        name: String,
        /// How much is missing.
        shortage: Shortage,
    },
    /// A folder with several sets, of which one is to be chosen.
    #[error("{name}: it holds several sets: {sets}; choose one with --set NAME")]
    Several {
        /// The folder.
        name: String,
        /// Their names.
        sets: String,
    },
    /// A set that a folder does not hold.
    #[error("{name}: there is no set {set:?}; it holds {sets}")]
    Set {
        /// The folder.
        name: String,
        /// What was asked for.
        set: String,
        /// Those that there are.
        sets: String,
    },
    /// A column that a table does not have.
    #[error("{name}: there is no column {column:?}; its columns are {known}")]
    Column {
        /// The table.
        name: String,
        /// What was asked for.
        column: String,
        /// Those that there are.
        known: String,
    },
    /// There is nothing to learn from.
    #[error("{name}: no pictures to learn from ({reason}); choose another place")]
    Empty {
        /// The path as it was given.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A source lacks one of the parts that its names speak of.
    #[error("{name}: there is no {missing}, with or without .gz; put it there with its labels")]
    Part {
        /// The folder.
        name: String,
        /// What such a file would be called.
        missing: &'static str,
    },
    /// A field that the records do not have, or not for every picture.
    #[error("{name}: {field:?} is not a text or number of every record; its fields are {known}")]
    Field {
        /// The file of records.
        name: String,
        /// The field.
        field: String,
        /// Those of the first record.
        known: String,
    },
    /// A class that the data does not have.
    #[error("{name}: there is no class {class:?}; its classes are {known}")]
    Class {
        /// The path as it was given.
        name: String,
        /// The class that was asked for.
        class: String,
        /// Those that there are.
        known: String,
    },
    /// A size out of range.
    #[error("the size of the pictures must be from 1 to {}, got {size}", super::MAX_SIZE)]
    Size {
        /// What was asked for.
        size: usize,
    },
}

impl From<FileError> for DatasetError {
    fn from(error: FileError) -> Self {
        Self::Read(error.into())
    }
}

impl DatasetError {
    /// A file whose content cannot be unpacked or read to its end.
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
