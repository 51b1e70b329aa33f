//! IDX, the format of MNIST (LeCun et al.): a magic number, sizes, and bytes; often gzipped.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::{Dataset, DatasetError, MAX_BYTES, Part, numbered_classes};
use crate::imaging::ImagingError;

/// Unsigned bytes in three dimensions.
const IMAGES: u32 = 0x0803;
/// Unsigned bytes in one dimension.
const LABELS: u32 = 0x0801;

/// The file of pictures in a folder: of several those for training, or for testing.
pub(super) fn find(folder: &Path, part: Part) -> Result<Option<PathBuf>, DatasetError> {
    let failed = |error: io::Error| DatasetError::from(ImagingError::reading(folder, &error));
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.contains("idx3-ubyte") && !name.starts_with('.') {
            let wanted = match part {
                Part::Test => name.contains("t10k") || name.contains("test"),
                Part::All | Part::Train => name.contains("train"),
            };
            found.push((!wanted, path));
        }
    }
    found.sort();
    match found.into_iter().next() {
        Some((true, _)) if part != Part::All => {
            Err(DatasetError::Part { name: folder.display().to_string(), part: part.name() })
        }
        first => Ok(first.map(|(_, path)| path)),
    }
}

/// Pictures, and their classes where the file of labels lies beside.
pub(super) fn read(path: &Path) -> Result<Dataset, DatasetError> {
    let shown = path.display().to_string();
    let ([n, height, width], pixels) = array(path, IMAGES)?;
    let (labels, classes) = match labels_of(path) {
        None => (None, Vec::new()),
        Some(file) => {
            let ([count], bytes) = array(&file, LABELS)?;
            if count != n {
                let reason = format!("{count} classes for {n} pictures");
                return Err(DatasetError::Damaged { name: file.display().to_string(), reason });
            }
            let numbers: Vec<i64> = bytes.iter().map(|&byte| i64::from(byte)).collect();
            let (labels, classes) = numbered_classes(&file.display().to_string(), &numbers)?;
            (Some(labels), classes)
        }
    };
    Dataset::from_bytes(&shown, [n, 1, height, width], pixels, labels, classes)
}

/// `train-images-idx3-ubyte.gz` → `train-labels-idx1-ubyte.gz`, with or without `.gz`, if it is there.
fn labels_of(images: &Path) -> Option<PathBuf> {
    let name = images.file_name()?.to_str()?;
    let name = name.replace("images", "labels").replace("idx3", "idx1");
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let candidates = [name.clone(), plain.to_owned(), format!("{plain}.gz")];
    let mut paths = candidates.iter().map(|name| images.with_file_name(name));
    paths.find(|path| path != images && path.is_file())
}

/// Sizes and bytes of a file with this magic number.
fn array<const D: usize>(path: &Path, magic: u32) -> Result<([usize; D], Vec<u8>), DatasetError> {
    let name = || path.display().to_string();
    let damaged = |reason: String| DatasetError::Damaged { name: name(), reason };
    let cut = |error: io::Error| damaged(error.to_string());
    let mut reader = open(path)?;
    let mut word = || {
        let mut bytes = [0; 4];
        reader.read_exact(&mut bytes).map(|()| u32::from_be_bytes(bytes))
    };
    let found = word().map_err(cut)?;
    if found != magic {
        return Err(damaged(format!("it begins with {found:#010x}, not {magic:#010x}")));
    }
    let mut sizes = [0; D];
    for size in &mut sizes {
        *size = word().map_err(cut)? as usize;
    }
    let bytes = sizes.iter().try_fold(1_u64, |all, &size| all.checked_mul(size as u64));
    let bytes = bytes.filter(|&bytes| bytes <= MAX_BYTES).ok_or_else(|| {
        let what = format!("{sizes:?} bytes, at most {} GiB", MAX_BYTES >> 30);
        DatasetError::TooLarge { name: name(), what }
    })?;
    // Grows with what is there, whatever the sizes promise.
    let mut data = Vec::new();
    let read = reader.take(bytes).read_to_end(&mut data).map_err(cut)?;
    if (read as u64) < bytes {
        return Err(damaged(format!("{read} bytes of {bytes}")));
    }
    Ok((sizes, data))
}

/// The file's bytes, unpacked when it is gzipped (by its content, not its name).
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, DatasetError> {
    let failed = |error: io::Error| DatasetError::from(ImagingError::reading(path, &error));
    let mut start = Vec::new();
    File::open(path).and_then(|file| file.take(2).read_to_end(&mut start)).map_err(failed)?;
    let file = BufReader::new(File::open(path).map_err(failed)?);
    Ok(if start == [0x1F, 0x8B] { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}
