//! Why a file cannot be read, each in one line a person can act on.

use std::io;
use std::path::{Path, PathBuf};

use crate::memory::Shortage;

/// A file that a person named could not be read.
///
/// `Display` is one line: the path, what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// No file has this path.
    #[error("{}: there is no such file; check the path", path.display())]
    NotFound {
        /// The path as it was given.
        path: PathBuf,
    },
    /// A folder where a file is needed.
    #[error("{}: this is a folder; choose a file in it", path.display())]
    Folder {
        /// The path as it was given.
        path: PathBuf,
    },
    /// A device, a pipe or a socket, which may never end.
    #[error("{}: this is {}, not a file; save its content as a file and give that", path.display(), kind.in_words())]
    Special {
        /// The path as it was given.
        path: PathBuf,
        /// What it is.
        kind: SpecialFile,
    },
    /// More bytes than such a file ever has.
    #[error("{}: too large (it has more than {})", path.display(), super::bytes(*limit))]
    TooLarge {
        /// The path as it was given.
        path: PathBuf,
        /// How many bytes are read at most.
        limit: u64,
    },
    /// More bytes than there is memory for.
    #[error("{}: {shortage}; close other programs or take a smaller file", path.display())]
    Memory {
        /// The path as it was given.
        path: PathBuf,
        /// How much is needed, and how much there is.
        shortage: Shortage,
    },
    /// Bytes that are no UTF-8 where text is needed.
    #[error("{}: this is not UTF-8 text", path.display())]
    NotText {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The file is there but the system does not hand out its bytes.
    #[error("{}: cannot be read ({reason}); check the file's permissions and the disk", path.display())]
    Unreadable {
        /// The path as it was given.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
}

/// What may never end when it is read.
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
    /// With its article.
    fn in_words(self) -> &'static str {
        match self {
            Self::Device => "a device",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
        }
    }

    /// By which messages of other languages know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Pipe => "pipe",
            Self::Socket => "socket",
        }
    }
}

impl FileError {
    /// A failure to read `path`, by its cause.
    pub fn reading(path: &Path, error: &io::Error) -> Self {
        let owned = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound { path: owned },
            io::ErrorKind::IsADirectory => Self::Folder { path: owned },
            _ => Self::Unreadable { path: owned, reason: super::plain(&error.to_string()) },
        }
    }

    /// The file.
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
