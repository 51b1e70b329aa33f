//! The clipboards of macOS and Windows, which convert pictures themselves.

use arboard::{Clipboard, Error, ImageData};

use super::{Pasted, failed, of_text, refused};
use crate::imaging::ImagingError;
use crate::imaging::error::one_line;
use crate::imaging::load::from_rgba8;

/// Reads the clipboard.
pub fn read_system() -> Result<Pasted, ImagingError> {
    let mut clipboard = Clipboard::new().map_err(|error| explain(&error))?;
    match clipboard.get().file_list() {
        Ok(files) if !files.is_empty() => return Ok(Pasted::Files(files)),
        _ => {}
    }
    match clipboard.get_image() {
        Ok(ImageData { width, height, bytes }) => {
            let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
            let loaded = from_rgba8("clipboard", side(width), side(height), bytes.into_owned())?;
            return Ok(Pasted::Picture(loaded));
        }
        Err(Error::ContentNotAvailable) => {}
        Err(error) => return Err(explain(&error)),
    }
    of_text(&clipboard.get_text().map_err(|error| explain(&error))?)
}

fn explain(error: &Error) -> ImagingError {
    match error {
        Error::ContentNotAvailable => refused("there is no picture and no file on it"),
        Error::ClipboardOccupied => failed("another program is using it"),
        Error::ConversionFailure => failed("its picture cannot be converted"),
        other => failed(one_line(other)),
    }
}
