//! The clipboard of Wayland, for servers that let programs without a focused window read it.

use std::io::Read as _;
use std::sync::mpsc::channel;
use std::time::Duration;

use wl_clipboard_rs::paste::{self, ClipboardType, Error, MimeType, Seat};

use super::super::failed;
use super::{MAX_BYTES, Offered};
use crate::files::Limited;
use crate::imaging::ImagingError;

/// How long another program may take to send what was copied.
const PATIENCE: Duration = Duration::from_secs(10);

/// The formats that the clipboard's owner offers, and the connection to it.
pub struct Offer {
    formats: Vec<String>,
}

impl Offer {
    /// What is on the clipboard; `None` if it cannot be read, so that X11's is tried instead.
    pub fn open() -> Option<Result<Self, ImagingError>> {
        std::env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty())?;
        match paste::get_mime_types_ordered(ClipboardType::Regular, Seat::Unspecified) {
            Ok(formats) => Some(Ok(Self { formats })),
            Err(Error::ClipboardEmpty | Error::NoMimeType) => Some(Ok(Self { formats: Vec::new() })),
            Err(error) => {
                log::debug!("the clipboard of Wayland: {error}");
                None
            }
        }
    }
}

impl Offered for Offer {
    fn formats(&self) -> &[String] {
        &self.formats
    }

    fn bytes(&self, format: &str) -> Result<Vec<u8>, ImagingError> {
        let wanted = MimeType::Specific(format);
        let contents = paste::get_contents(ClipboardType::Regular, Seat::Unspecified, wanted);
        let (pipe, _) = contents.map_err(|error| failed(error.to_string()))?;
        let (sender, receiver) = channel();
        // Reading a pipe has no time limit, so a thread reads it, which may wait longer than this function.
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = Limited::new(pipe, MAX_BYTES).read_to_end(&mut bytes);
            drop(sender.send(read.map(|_| bytes)));
        });
        match receiver.recv_timeout(PATIENCE) {
            Ok(read) => read.map_err(|error| failed(error.to_string())),
            Err(_) => Err(failed("the program that copied does not answer")),
        }
    }
}
