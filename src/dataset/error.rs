//! What can go wrong with data, each in one line a person can act on.

use crate::files::FileError;
use crate::imaging::ImagingError;

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
    /// There is nothing to learn from.
    #[error("{name}: no pictures to learn from ({reason}); choose another place")]
    Empty {
        /// The path as it was given.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A folder of IDX files lacks those of a part.
    #[error(
        "{name}: there is no {part}-images-idx3-ubyte, with or without .gz; put it there with its labels"
    )]
    Part {
        /// The folder.
        name: String,
        /// "train" or "t10k".
        part: &'static str,
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
