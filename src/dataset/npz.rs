//! NumPy's `.npz` archives: one array of pictures, perhaps one of classes.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::npy::Header;
use super::{Dataset, DatasetError, MAX_BYTES, numbered_classes};
use crate::imaging::ImagingError;

/// What the pictures are called where there are several arrays that could be.
const PICTURES: [&str; 7] = ["x", "images", "x_train", "train_images", "rgba", "rgb", "data"];
/// What the classes are called.
const CLASSES: [&str; 5] = ["y", "labels", "y_train", "train_labels", "label"];

type Archive = ZipArchive<BufReader<File>>;

/// Pictures `[n, h, w]`, `[n, h, w, c]` or `[n, c, h, w]` with 1, 3 or (with alpha, last) 4 channels.
///
/// Whole numbers are taken as 0 to 255; fractions as −1 to 1 where any is negative, as 0 to 1 where
/// none exceeds 1, else as 0 to 255. Alpha is straight and put on white.
pub(super) fn read(path: &Path) -> Result<Dataset, DatasetError> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| ImagingError::reading(path, &error))?;
    let damaged = |reason: String| DatasetError::Damaged { name: name.clone(), reason };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(reason_of(&error)))?;
    let headers = headers(&mut archive).map_err(damaged)?;
    let pictures = pick(&headers, &PICTURES, |header| matches!(header.shape.len(), 3 | 4));
    let Some((entry, header)) = pictures else {
        let names: Vec<String> =
            headers.iter().map(|(entry, header)| format!("{entry} {:?}", header.shape)).collect();
        return Err(DatasetError::Unsupported {
            name,
            reason: format!("no single array of pictures among {}", names.join(", ")),
            advice: "call the pictures x, of shape [n, height, width] or [n, height, width, channels]",
        });
    };
    let layout = Layout::of(&header.shape).ok_or_else(|| DatasetError::Unsupported {
        name: name.clone(),
        reason: format!("{entry} has shape {:?}", header.shape),
        advice: "give 1, 3 or 4 channels, last",
    })?;
    if header.bytes().is_none_or(|bytes| bytes > MAX_BYTES) {
        let what = format!("{entry} has shape {:?}, at most {} GiB are read", header.shape, MAX_BYTES >> 30);
        return Err(DatasetError::TooLarge { name, what });
    }
    let data = data(&mut archive, entry, header).map_err(damaged)?;
    let bytes = if header.is_u8() { data } else { bytes_of(header, &data).map_err(damaged)? };
    let is_labels = |h: &Header| !h.is_float() && h.shape == [layout.n];
    let (labels, classes) = match pick(&headers, &CLASSES, is_labels) {
        None => (None, Vec::new()),
        Some((entry, header)) => {
            let bytes = self::data(&mut archive, entry, header).map_err(damaged)?;
            let numbers: Vec<i64> = header.numbers(&bytes).map(|n| n as i64).collect();
            let (labels, classes) = numbered_classes(&name, &numbers)?;
            (Some(labels), classes)
        }
    };
    let channels = if layout.channels == 4 { 3 } else { layout.channels };
    let shape = [layout.n, channels, layout.height, layout.width];
    Dataset::from_bytes(&name, shape, layout.planar(bytes), labels, classes)
}

/// The arrays in the archive, by name.
fn headers(archive: &mut Archive) -> Result<Vec<(String, Header)>, String> {
    let names = archive.file_names().flatten().filter(|name| name.ends_with(".npy"));
    let entries: Vec<String> = names.map(std::borrow::Cow::into_owned).collect();
    let mut headers = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut file = archive.by_name(&entry).map_err(|error| reason_of(&error))?;
        let header = Header::read(&mut file).map_err(|reason| format!("{entry}: {reason}"))?;
        headers.push((entry.trim_end_matches(".npy").to_owned(), header));
    }
    Ok(headers)
}

fn data(archive: &mut Archive, entry: &str, header: &Header) -> Result<Vec<u8>, String> {
    let mut file = archive.by_name(&format!("{entry}.npy")).map_err(|error| reason_of(&error))?;
    Header::read(&mut file)?;
    header.data(file).map_err(|reason| format!("{entry}: {reason}"))
}

/// The only array that fits, or of several the first with one of the names.
fn pick<'a>(
    headers: &'a [(String, Header)],
    names: &[&str],
    fits: impl Fn(&Header) -> bool,
) -> Option<(&'a str, &'a Header)> {
    let fitting: Vec<(&str, &Header)> = headers
        .iter()
        .filter(|(_, header)| fits(header))
        .map(|(name, header)| (name.as_str(), header))
        .collect();
    match fitting.as_slice() {
        [one] => Some(*one),
        several => names.iter().find_map(|name| several.iter().find(|(entry, _)| entry == name).copied()),
    }
}

/// How pictures lie in an array.
struct Layout {
    n: usize,
    channels: usize,
    height: usize,
    width: usize,
    channels_last: bool,
}

impl Layout {
    fn of(shape: &[usize]) -> Option<Self> {
        let layout = |[n, channels, height, width]: [usize; 4], channels_last| {
            Some(Self { n, channels, height, width, channels_last })
        };
        match *shape {
            [n, h, w] => layout([n, 1, h, w], false),
            [n, h, w, c @ (1 | 3 | 4)] => layout([n, c, h, w], true),
            [n, c @ (1 | 3), h, w] => layout([n, c, h, w], false),
            _ => None,
        }
    }

    /// Plane after plane, without alpha.
    fn planar(&self, bytes: Vec<u8>) -> Vec<u8> {
        if !self.channels_last || self.channels == 1 {
            return bytes;
        }
        let plane = self.height * self.width;
        let mut planar = Vec::with_capacity(self.n * 3 * plane);
        for picture in bytes.chunks_exact((plane * self.channels).max(1)) {
            for channel in 0..3 {
                planar.extend(picture.chunks_exact(self.channels).map(|pixel| match *pixel {
                    [.., alpha] if self.channels == 4 => on_white(pixel[channel], alpha),
                    _ => pixel[channel],
                }));
            }
        }
        planar
    }
}

/// A value with straight alpha, put on white.
fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (f32::from(value), f32::from(alpha) / 255.0);
    (value + (255.0 - value) * (1.0 - alpha)).round() as u8
}

/// Numbers other than bytes as bytes.
fn bytes_of(header: &Header, data: &[u8]) -> Result<Vec<u8>, String> {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in header.numbers(data) {
        if !value.is_finite() {
            return Err(format!("a pixel is {value}"));
        }
        (least, most) = (least.min(value), most.max(value));
    }
    let range = if header.is_float() && (-1.0..0.0).contains(&least) && most <= 1.0 {
        Some((-1.0, 1.0))
    } else if header.is_float() && least >= 0.0 && most <= 1.0 {
        Some((0.0, 1.0))
    } else {
        (least >= 0.0 && most <= 255.0).then_some((0.0, 255.0))
    };
    let (low, high) = range.ok_or_else(|| format!("pixels from {least} to {most}, not from 0 to 255"))?;
    Ok(header.numbers(data).map(|v| ((v - low) / (high - low) * 255.0).round() as u8).collect())
}

fn reason_of(error: &ZipError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
