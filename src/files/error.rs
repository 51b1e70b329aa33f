//! Why a file cannot be read, each reason told in one line that a person can act on.

use std::io;
use std::path::{Path, PathBuf};

use crate::memory::Shortage;

/// A file named by a person could not be read.
///
/// `Display` is one line: the path, what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// There is no file with this path.
    #[error("{}: there is no such file; check the path", path.display())]
    NotFound {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The path is a folder, where a file is needed.
    #[error("{}: this is a folder; choose a file in it", path.display())]
    Folder {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The path is a device, a pipe or a socket, which may never end.
    #[error("{}: this is {}, not a file; save its content as a file and give that", path.display(), kind.in_words())]
    Special {
        /// The path as it was given.
        path: PathBuf,
        /// What it is.
        kind: SpecialFile,
    },
    /// The file is larger than any file of its kind.
    #[error("{}: too large (it has more than {})", path.display(), super::bytes(*limit))]
    TooLarge {
        /// The path as it was given.
        path: PathBuf,
        /// The most bytes that are read.
        limit: u64,
    },
    /// The file needs more memory than there is.
    #[error("{}: {shortage}; close other programs or take a smaller file", path.display())]
    Memory {
        /// The path as it was given.
        path: PathBuf,
        /// How much memory is needed, and how much there is.
        shortage: Shortage,
    },
    /// The file was expected to be text, but is not UTF-8.
    #[error("{}: this is not UTF-8 text", path.display())]
    NotText {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The file exists, but the system does not let it be read.
    #[error("{}: cannot be read ({reason}); check the file's permissions and the disk", path.display())]
    Unreadable {
        /// The path as it was given.
        path: PathBuf,
        /// What the system says about it.
        reason: String,
    },
}

/// The kinds of special files, which may never end when they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialFile {
    /// Such as `/dev/zero`.
    Device,
    /// A FIFO.
    Pipe,
    /// A socket.
    Socket,
}

impl SpecialFile {
    /// The name of the kind, with its article.
    fn in_words(self) -> &'static str {
        match self {
            Self::Device => "a device",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
        }
    }

    /// An identifier, by which messages in other languages name the kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Pipe => "pipe",
            Self::Socket => "socket",
        }
    }
}

impl FileError {
    /// `path` could not be read; the message depends on the cause.
    pub fn reading(path: &Path, error: &io::Error) -> Self {
        let owned = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound { path: owned },
            io::ErrorKind::IsADirectory => Self::Folder { path: owned },
            _ => Self::Unreadable { path: owned, reason: super::plain(&error.to_string()) },
        }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        match self {
            Self::NotFound { path }
            | Self::Folder { path }
            | Self::Special { path, .. }
            | Self::TooLarge { path, .. }
            | Self::Memory { path, .. }
            | Self::NotText { path }
            | Self::Unreadable { path, .. } => path,
        }
    }
}
