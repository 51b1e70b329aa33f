//! The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): each picture is its label followed by its bytes.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::labels::Labels;
use super::source::Pictures;
use super::{DatasetError, MAX_BYTES, room_for, unpack};
use crate::files;

/// Bytes of one picture: 32 × 32 pixels, in planes of red, green and blue.
pub(super) const PICTURE: usize = 3 * 32 * 32;
/// The largest list of class names, in bytes.
const MAX_NAMES: u64 = 1 << 16;

/// Reads the pictures of all files, and their classes. Each picture begins with `label_bytes` bytes, the last of which
/// is the class; the names of the classes are the lines of the file `names`.
pub(super) fn read(
    files: &[PathBuf],
    label_bytes: usize,
    names: Option<&Path>,
) -> Result<Pictures, DatasetError> {
    let (mut bytes, mut labels) = (Vec::new(), Vec::new());
    for path in files {
        let mut reader = unpack::open(path, MAX_BYTES)?;
        let stream = |error| DatasetError::stream(path, &error);
        let mut record = Vec::new();
        loop {
            record.clear();
            let wanted = label_bytes + PICTURE;
            let read = reader.by_ref().take(wanted as u64).read_to_end(&mut record).map_err(stream)?;
            if read == 0 {
                break;
            }
            if read < wanted {
                let reason = format!("the last of its pictures has {read} bytes of {wanted}");
                return Err(DatasetError::Damaged { name: path.display().to_string(), reason });
            }
            if labels.len() % 10_000 == 0 {
                room_for(path, "pictures", 2 * bytes.len() as u64)?;
            }
            labels.push(f64::from(record[label_bytes - 1]));
            bytes.extend(&record[label_bytes..]);
        }
    }
    let class_names = match names {
        Some(path) => {
            let text = files::read_text(path, MAX_NAMES)?;
            Some(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
        }
        None => None,
    };
    let name = files.first().map(|path| path.display().to_string()).unwrap_or_default();
    let shape = [labels.len(), 3, 32, 32];
    Ok(Pictures {
        name,
        shape,
        bytes,
        labels: Some(Labels::Numbers(labels)),
        class_names,
        remarks: Vec::new(),
    })
}
