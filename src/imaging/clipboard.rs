//! Pictures from and to the system clipboard.

use std::borrow::Cow;

use arboard::ImageData;

use super::error::{ImagingError, one_line};
use super::load::{LoadedImage, from_rgba8, open};
use super::save::check_length;

/// The system clipboard.
///
/// Keep one for as long as the program runs: on Linux, what was copied is served by the program that
/// copied it, and is gone when the last `Clipboard` is dropped. Use it from one thread.
pub struct Clipboard {
    inner: arboard::Clipboard,
}

impl Clipboard {
    /// Connects to the clipboard.
    ///
    /// # Errors
    /// [`ImagingError::Clipboard`] where there is none, such as without a desktop.
    pub fn new() -> Result<Self, ImagingError> {
        Ok(Self { inner: arboard::Clipboard::new().map_err(|error| explain(&error))? })
    }

    /// The picture on the clipboard; or the first picture among copied files.
    ///
    /// # Errors
    /// [`ImagingError::Clipboard`] when there is no picture; for a copied file, those of [`open`].
    pub fn read_image(&mut self) -> Result<LoadedImage, ImagingError> {
        match self.inner.get_image() {
            Ok(ImageData { width, height, bytes }) => {
                let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
                from_rgba8("clipboard", side(width), side(height), bytes.into_owned())
            }
            Err(arboard::Error::ContentNotAvailable) => {
                let files = self.inner.get().file_list().unwrap_or_default();
                let Some(first) = files.first() else {
                    return Err(explain(&arboard::Error::ContentNotAvailable));
                };
                files.iter().find_map(|path| open(path).ok()).map_or_else(|| open(first), Ok)
            }
            Err(error) => Err(explain(&error)),
        }
    }

    /// Copies a picture: `width * height` times red, green, blue, straight alpha.
    ///
    /// # Errors
    /// [`ImagingError::Clipboard`] when the system refuses, or when the bytes do not fit the size.
    pub fn write_image(&mut self, rgba: &[u8], width: u32, height: u32) -> Result<(), ImagingError> {
        check_length(rgba.len(), width, height, 4).map_err(|error| ImagingError::Clipboard {
            reason: one_line(&error),
            advice: "this is a mistake in the program; please report it",
        })?;
        let data = ImageData { width: width as usize, height: height as usize, bytes: Cow::Borrowed(rgba) };
        self.inner.set_image(data).map_err(|error| explain(&error))
    }
}

fn explain(error: &arboard::Error) -> ImagingError {
    let (reason, advice) = match error {
        arboard::Error::ContentNotAvailable => {
            ("there is no picture on it".to_owned(), "copy a picture first, or open a file")
        }
        arboard::Error::ClipboardOccupied => {
            ("another program is using it".to_owned(), "try again in a moment")
        }
        arboard::Error::ConversionFailure => {
            ("its picture cannot be converted".to_owned(), "save the picture as a file and open that")
        }
        other => (one_line(other), "open or save a file instead"),
    };
    ImagingError::Clipboard { reason, advice }
}
