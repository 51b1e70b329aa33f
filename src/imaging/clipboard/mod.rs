//! What can be pasted: files, pictures, and text that names files.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`paths`](fn@paths) | the files that a text names |
//! | `offers` | what other programs offer on the clipboards of X11 and Wayland, in their own formats |
//! | `converted` | the clipboards of macOS and Windows, which convert pictures themselves |

#[cfg(not(all(unix, not(target_os = "macos"))))]
mod converted;
#[cfg(all(unix, not(target_os = "macos")))]
mod offers;
mod paths;

use std::path::PathBuf;

#[cfg(not(all(unix, not(target_os = "macos"))))]
use self::converted::read_system;
#[cfg(all(unix, not(target_os = "macos")))]
use self::offers::read_system;
pub use self::paths::paths;
use super::error::ImagingError;
use super::load::LoadedImage;

const COPY_FIRST: &str = "copy a picture, a file or the whole path of a file, and paste again";

/// What was on the clipboard.
#[derive(Debug)]
pub enum Pasted {
    /// At least one file or folder; whether they exist has not been checked.
    Files(Vec<PathBuf>),
    /// A picture.
    Picture(LoadedImage),
}

/// Reads the clipboard: copied files, or a picture, or else text that names files. This may take a moment, since
/// another program has to answer.
///
/// # Errors
/// [`ImagingError::Clipboard`] if the clipboard has none of these, with a text that says what it has instead;
/// and the errors of [`from_bytes`](super::load::from_bytes) for a picture that cannot be decoded.
pub fn read() -> Result<Pasted, ImagingError> {
    read_system()
}

/// The files that a text names; an error if it names none.
fn of_text(text: &str) -> Result<Pasted, ImagingError> {
    let files = paths(text);
    if files.is_empty() { Err(refused("its text names no file")) } else { Ok(Pasted::Files(files)) }
}

fn refused(reason: impl Into<String>) -> ImagingError {
    ImagingError::Clipboard { reason: reason.into(), advice: COPY_FIRST }
}

/// The error for a clipboard that does not work, or whose owner does not answer.
fn failed(reason: impl Into<String>) -> ImagingError {
    ImagingError::Clipboard { reason: reason.into(), advice: "open a file instead, or drop it on the window" }
}
