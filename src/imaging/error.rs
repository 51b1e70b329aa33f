//! What can go wrong with pictures, each told in one line that a person can act on.

use std::io;
use std::path::Path;

use crate::files::{FileError, folder_of};

/// A picture could not be read or a file could not be written.
///
/// `Display` is one line: the file (or "clipboard"), what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImagingError {
    /// The file cannot be read, whatever its contents are.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no such picture: its name comes from an earlier run, or from another version of this program.
    #[error("{name}: there is no such picture; choose another one")]
    Gone {
        /// The name of the picture.
        name: String,
    },
    /// The file or source has no bytes.
    #[error("{name}: the file is empty; copy or download it again")]
    Empty {
        /// File or source.
        name: String,
    },
    /// The content is not of any known picture format, whatever the file's name says.
    #[error("{name}: not a picture that can be read; open a PNG, JPEG, WebP, GIF, BMP or TIFF file")]
    UnknownFormat {
        /// File or source.
        name: String,
    },
    /// The content is a picture of a kind that is not supported.
    #[error("{name}: this kind of {format} cannot be read ({reason}); convert it to PNG or JPEG")]
    Unsupported {
        /// File or source.
        name: String,
        /// The format's name, such as "TIFF".
        format: String,
        /// Which feature is missing.
        reason: String,
    },
    /// A tensor in the file is not a picture.
    #[error(
        "{name}: {reason}, which is no picture; give tensors of f32 [channels, height, width] with 1 or 3 channels"
    )]
    Tensor {
        /// The file.
        name: String,
        /// The tensor, its type and shape.
        reason: String,
    },
    /// The picture has more pixels or bytes than are decoded.
    #[error("{name}: too large ({what}); scale it down first")]
    TooLarge {
        /// File or source.
        name: String,
        /// The size, and the limit it exceeds.
        what: String,
    },
    /// The picture has no rows or no columns.
    #[error("{name}: the picture has no pixels ({width} × {height}); choose another one")]
    NoPixels {
        /// File or source.
        name: String,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The format is right but its data is not.
    #[error("{name}: the {format} data is damaged or cut short ({reason}); copy or download it again")]
    Damaged {
        /// File or source.
        name: String,
        /// The format's name, such as "PNG".
        format: String,
        /// What the decoder says.
        reason: String,
    },
    /// The clipboard holds no picture, or there is no clipboard.
    #[error("clipboard: {reason}; {advice}")]
    Clipboard {
        /// What is wrong.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
    /// A file could not be written. What was there before is unchanged.
    #[error("{name}: could not be written ({reason}); {advice}")]
    Write {
        /// The path as it was given.
        name: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        advice: String,
    },
    /// Writing was stopped on request; nothing was written.
    #[error("{name}: stopped before the end, nothing was written; start again to have the file")]
    Cancelled {
        /// The path as it was given.
        name: String,
    },
}

impl ImagingError {
    /// `path` could not be read; the message depends on the cause.
    pub(crate) fn reading(path: &Path, error: &io::Error) -> Self {
        FileError::reading(path, error).into()
    }

    /// `path` could not be written; the message depends on the cause. An `ImagingError` inside `error` is returned as
    /// it is.
    pub(crate) fn writing(path: &Path, error: io::Error) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(own) => return own,
            Err(error) => error,
        };
        let folder = folder_of(path);
        let (reason, advice) = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if !folder.is_dir() => (
                format!("there is no folder {}", folder.display()),
                "make the folder or choose another place",
            ),
            io::ErrorKind::IsADirectory => ("this is a folder".to_owned(), "add a file name to the path"),
            io::ErrorKind::InvalidInput => {
                (one_line(&error), "this is a mistake in the program; please report it")
            }
            _ => cause(&error),
        };
        Self::Write { name: path.display().to_string(), reason, advice: advice.to_owned() }
    }

    /// The folder `path` could not be created or written to; the message depends on the cause.
    pub(crate) fn making(path: &Path, error: &io::Error) -> Self {
        let (reason, advice) = match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                ("a file stands where the folder would be".to_owned(), "choose another folder")
            }
            io::ErrorKind::NotFound if !folder_of(path).is_dir() => {
                ("there is no folder above it".to_owned(), "make that first or choose another place")
            }
            _ => cause(error),
        };
        Self::Write { name: path.display().to_string(), reason, advice: advice.to_owned() }
    }
}

/// Why the system does not write, and what to do.
fn cause(error: &io::Error) -> (String, &'static str) {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            (one_line(error), "choose a place where you may write")
        }
        io::ErrorKind::StorageFull => {
            ("the disk is full".to_owned(), "free some space or choose another disk")
        }
        io::ErrorKind::QuotaExceeded => {
            ("your share of the disk is full".to_owned(), "free some space or choose another disk")
        }
        // This happens in /proc, for instance, whose folders do exist.
        io::ErrorKind::NotFound => ("nothing can be made there".to_owned(), "choose another place"),
        _ => (one_line(error), "choose another place and try again"),
    }
}

/// An error's text on one line.
pub(super) fn one_line(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_end_matches(['.', ';', ' ']).to_owned()
}
