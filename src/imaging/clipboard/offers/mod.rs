//! What other programs offer on the clipboards of X11 and Wayland: the same contents in several formats, from which the
//! receiver chooses.

mod wayland;
mod x11;

use super::{Pasted, of_text, paths, refused};
use crate::files::{plain, shortened};
use crate::imaging::ImagingError;
use crate::imaging::load::from_bytes;

/// The largest number of bytes that are taken from another program, the same as for files.
const MAX_BYTES: u64 = 1 << 30;
/// Formats of lists of files, as file managers copy them.
const FILES: [&str; 3] = ["text/uri-list", "x-special/gnome-copied-files", "x-special/mate-copied-files"];
/// Formats of pictures, the most exact first.
const PICTURES: [&str; 11] = [
    "image/png",
    "image/tiff",
    "image/bmp",
    "image/x-bmp",
    "image/x-MS-bmp",
    "image/x-ms-bmp",
    "image/x-win-bitmap",
    "image/webp",
    "image/gif",
    "image/jpeg",
    "image/jpg",
];
/// Formats of text, by their names on Wayland and on X11.
const TEXTS: [&str; 5] = ["text/plain;charset=utf-8", "UTF8_STRING", "text/plain", "TEXT", "STRING"];

/// Reads the clipboard.
pub fn read_system() -> Result<Pasted, ImagingError> {
    match wayland::Offer::open() {
        Some(offer) => take(&offer?),
        None => take(&x11::Offer::open()?),
    }
}

/// What a program offers on the clipboard.
trait Offered {
    /// The names of its formats.
    fn formats(&self) -> &[String];

    /// The contents in one of these formats.
    fn bytes(&self, format: &str) -> Result<Vec<u8>, ImagingError>;
}

fn take(offer: &impl Offered) -> Result<Pasted, ImagingError> {
    let offered = |formats: &'static [&'static str]| {
        formats.iter().find(|format| offer.formats().iter().any(|offered| offered == *format))
    };
    if let Some(format) = offered(&FILES) {
        let files = paths(&String::from_utf8_lossy(&offer.bytes(format)?));
        if !files.is_empty() {
            return Ok(Pasted::Files(files));
        }
    }
    if let Some(format) = offered(&PICTURES) {
        return Ok(Pasted::Picture(from_bytes("clipboard", &offer.bytes(format)?)?));
    }
    if let Some(format) = offered(&TEXTS) {
        return of_text(&String::from_utf8_lossy(&offer.bytes(format)?));
    }
    let kinds = offer.formats().iter().filter(|format| format.contains('/'));
    let kinds: Vec<&str> = kinds.map(String::as_str).take(3).collect();
    Err(if kinds.is_empty() {
        refused("there is nothing on it")
    } else {
        refused(format!("{} cannot be pasted", shortened(&plain(&kinds.join(", ")), 80)))
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    struct Fake(Vec<String>, Vec<(&'static str, Vec<u8>)>);

    impl Offered for Fake {
        fn formats(&self) -> &[String] {
            &self.0
        }

        fn bytes(&self, format: &str) -> Result<Vec<u8>, ImagingError> {
            Ok(self.1.iter().find(|(name, _)| *name == format).unwrap().1.clone())
        }
    }

    fn take_of(offers: Vec<(&'static str, Vec<u8>)>) -> Result<Pasted, ImagingError> {
        take(&Fake(offers.iter().map(|(name, _)| (*name).to_owned()).collect(), offers))
    }

    fn picture(format: image::ImageFormat) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(3, 2, image::Rgb([9, 9, 9])).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn pictures_come_in_every_format_that_programs_offer() {
        use image::ImageFormat as F;
        for (format, kind) in [
            ("image/png", F::Png),
            ("image/jpeg", F::Jpeg),
            ("image/bmp", F::Bmp),
            ("image/tiff", F::Tiff),
            ("image/webp", F::WebP),
        ] {
            let offers = vec![("TARGETS", Vec::new()), (format, picture(kind))];
            match take_of(offers) {
                Ok(Pasted::Picture(loaded)) => assert_eq!(loaded.original_size, (3, 2), "{format}"),
                other => panic!("{format}: {other:?}"),
            }
        }
    }

    #[test]
    fn copied_files_come_before_their_icon_and_a_picture_before_its_address() {
        let list = b"copy\nfile:///tmp/a%20b.png\nfile:///tmp/c.png".to_vec();
        let offers =
            vec![("image/png", picture(image::ImageFormat::Png)), ("x-special/gnome-copied-files", list)];
        let wanted = ["/tmp/a b.png", "/tmp/c.png"].map(PathBuf::from);
        assert!(matches!(take_of(offers), Ok(Pasted::Files(files)) if files == wanted));
        let offers = vec![
            ("UTF8_STRING", b"https://example.org/cat.png".to_vec()),
            ("image/png", picture(image::ImageFormat::Png)),
        ];
        assert!(matches!(take_of(offers), Ok(Pasted::Picture(_))));
    }

    #[test]
    fn what_cannot_be_pasted_is_said() {
        let message = |offers| take_of(offers).unwrap_err().to_string();
        assert!(message(vec![("TARGETS", Vec::new())]).contains("there is nothing on it"));
        let text = message(vec![("UTF8_STRING", b"some words".to_vec())]);
        assert!(text.contains("its text names no file") && text.contains("copy a picture"), "{text}");
        let other = message(vec![("TARGETS", Vec::new()), ("application/x-spreadsheet", Vec::new())]);
        assert!(other.contains("application/x-spreadsheet cannot be pasted"), "{other}");
        let broken = message(vec![("image/png", b"no picture".to_vec())]);
        assert!(broken.contains("clipboard"), "{broken}");
    }
}
