//! Reads the pixels of an array as planes of bytes, with no more memory than these take.

use std::io::{self, Read};
use std::path::Path;

use super::layout::Layout;
use super::npy::{Elements, Header};
use super::scale::{Numbers, Scale, Seen};
use super::{DatasetError, room_for, unpack};

/// The largest number of bytes that are reserved on the word of the header, before any data have been read.
const BELIEVED: usize = 1 << 26;

/// The numbers of an array, which can be read as often as necessary.
pub(super) trait Source {
    /// Opens a reader at the first number.
    ///
    /// # Errors
    /// If it cannot be opened.
    fn open(&mut self) -> Result<Box<dyn Read + '_>, DatasetError>;
}

/// Reads the pixels, and returns them with a remark about their range of values, if one is needed.
///
/// # Errors
/// If there is too little memory, the array is cut short, or its values are not pixels.
pub(super) fn read(
    path: &Path,
    header: &Header,
    layout: &mut Layout,
    mut source: impl Source,
) -> Result<(Vec<u8>, Option<String>), DatasetError> {
    let Elements::Numbers(numbers) = header.elements else {
        return Err(unsupported(path, format!("pixels of type {} are not read", header.description())));
    };
    room_for(path, &header.description(), layout.len() as u64)?;
    let stream = |error: io::Error| DatasetError::stream(path, &error);
    let mut planes;
    let scale = if numbers == Numbers::Byte && layout.is_planar() {
        planes = Vec::new();
        let wanted = layout.len();
        let mut reader = source.open()?;
        // A header may claim any size, so memory for all of it is reserved only after some data have really
        // come. Growing by doubling would take more memory than was checked for; it is only tried if
        // reserving fails.
        for part in [wanted.min(BELIEVED), wanted.saturating_sub(BELIEVED)] {
            drop(planes.try_reserve_exact(part));
            let read = reader.by_ref().take(part as u64).read_to_end(&mut planes).map_err(stream)?;
            if read < part {
                break;
            }
        }
        if planes.len() < wanted {
            let reason = format!("{} bytes of {wanted}", planes.len());
            return Err(DatasetError::Damaged { name: path.display().to_string(), reason });
        }
        unpack::finish(reader).map_err(stream)?;
        let scale = scale(path, numbers, Seen::of(planes.iter().map(|&byte| f64::from(byte))))?;
        scale.rescale(&mut planes);
        scale
    } else {
        let (mut seen, mut wrong) = (Seen::default(), Ok(()));
        header.each(source.open()?, |value| wrong = wrong.clone().and(seen.add(value))).map_err(stream)?;
        let scale = scale(path, numbers, wrong.map(|()| seen))?;
        planes = vec![0; layout.len()];
        let mut places = layout.places();
        let put = |value| {
            if let Some(byte) = places.next().and_then(|place| planes.get_mut(place)) {
                *byte = scale.byte(value);
            }
        };
        header.each(source.open()?, put).map_err(stream)?;
        scale
    };
    layout.without_alpha(&mut planes);
    Ok((planes, scale.remark(numbers)))
}

fn scale(path: &Path, numbers: Numbers, seen: Result<Seen, String>) -> Result<Scale, DatasetError> {
    seen.and_then(|seen| Scale::of(numbers, seen)).map_err(|reason| unsupported(path, reason))
}

fn unsupported(path: &Path, reason: String) -> DatasetError {
    let name = path.display().to_string();
    DatasetError::Unsupported {
        name,
        reason,
        advice: "save the pixels as bytes from 0 (black) to 255 (white)",
    }
}
