//! IDX, the format of MNIST (LeCun et al.): a magic number, sizes, and numbers. Files are often gzipped.

use std::io::{self, Read};
use std::path::Path;

use super::labels::Labels;
use super::layout::Layout;
use super::npy::Header;
use super::planes::Source;
use super::source::Pictures;
use super::{DatasetError, MAX_BYTES, planes, room_for, unpack};
use crate::files;

/// The columns of QMNIST's labels: the class, followed by who wrote the digit and where it comes from.
const QMNIST_COLUMNS: usize = 8;

/// Whether a file begins like an IDX file: two zeros, a known type, and one to four sizes.
pub(super) fn is_idx(start: &[u8]) -> bool {
    matches!(start, [0, 0, kind, 1..=4, ..] if descr(*kind).is_some())
}

/// Reads pictures, and their classes if there is a file of labels.
pub(super) fn read(path: &Path, labels: Option<&Path>) -> Result<Pictures, DatasetError> {
    let header = read_header(path)?.0;
    let mut layout = Layout::of(&header.shape).filter(|_| header.shape.len() > 1).ok_or_else(|| {
        let shape = &header.shape;
        let what =
            if shape.len() == 1 { "these are labels".to_owned() } else { format!("its shape is {shape:?}") };
        DatasetError::Unsupported {
            name: path.display().to_string(),
            reason: format!("{what}, not grey or coloured pictures"),
            advice: "give the file of pictures, or their folder",
        }
    })?;
    let (bytes, remark) = planes::read(path, &header, &mut layout, Numbers { path })?;
    let mut remarks: Vec<String> = remark.into_iter().collect();
    let labels = match labels {
        None => None,
        Some(file) => Some(read_labels(file, layout.shape[0], &mut remarks)?),
    };
    let name = path.display().to_string();
    Ok(Pictures { name, shape: layout.shape, bytes, labels, class_names: None, remarks })
}

fn read_labels(path: &Path, n: usize, remarks: &mut Vec<String>) -> Result<Labels, DatasetError> {
    let (header, reader) = read_header(path)?;
    let damaged = |reason| DatasetError::Damaged { name: path.display().to_string(), reason };
    let (rows, columns) = match header.shape[..] {
        [rows] => (rows, 1),
        [rows, columns] => (rows, columns),
        _ => return Err(damaged("these are pictures, not classes".to_owned())),
    };
    if rows != n {
        return Err(damaged(format!("{rows} classes for {n} pictures")));
    }
    room_for(path, "classes", 8 * header.len() as u64)?;
    let mut values = Vec::new();
    header.each(reader, |value| values.push(value)).map_err(|error| DatasetError::stream(path, &error))?;
    if columns == QMNIST_COLUMNS && Labels::of_rows(values.clone(), n).is_err() {
        remarks.push(format!(
            "of the {columns} columns of labels the first is taken for the class, as in QMNIST"
        ));
        values = values.into_iter().step_by(columns).collect();
    }
    Labels::of_rows(values, n).map_err(|reason| DatasetError::Unsupported {
        name: path.display().to_string(),
        reason: format!("not the class of each picture: {reason}"),
        advice: "give --classes none to learn without classes",
    })
}

/// The numbers in an IDX file.
struct Numbers<'a> {
    path: &'a Path,
}

impl Source for Numbers<'_> {
    fn open(&mut self) -> Result<Box<dyn Read + '_>, DatasetError> {
        let (_, reader) = read_header(self.path)?;
        Ok(reader)
    }
}

/// Reads the type and the sizes. The reader that is returned stands at the first number.
fn read_header(path: &Path) -> Result<(Header, Box<dyn Read>), DatasetError> {
    let name = || path.display().to_string();
    let damaged = |reason: String| DatasetError::Damaged { name: name(), reason };
    let stream = |error: io::Error| DatasetError::stream(path, &error);
    let mut reader = unpack::open(path, MAX_BYTES)?;
    let mut word = || {
        let mut bytes = [0; 4];
        reader.read_exact(&mut bytes).map(|()| bytes)
    };
    let magic = word().map_err(stream)?;
    if !is_idx(&magic) {
        let magic = u32::from_be_bytes(magic);
        return Err(damaged(format!("it begins with {magic:#010x}, not 0x00000803 or another of IDX")));
    }
    let mut shape = Vec::new();
    for _ in 0..magic[3] {
        shape.push(u32::from_be_bytes(word().map_err(stream)?) as usize);
    }
    let count = shape.iter().try_fold(1_u64, |all, &size| all.checked_mul(size as u64));
    if count.is_none_or(|count| count > MAX_BYTES) {
        let what = format!("{shape:?} numbers, at most {}", files::bytes(MAX_BYTES));
        return Err(DatasetError::TooLarge { name: name(), what });
    }
    let header = Header::new(descr(magic[2]).unwrap_or_default(), &shape);
    let header = header.map_err(|bad| bad.error(path, "the array"))?;
    Ok((header, reader))
}

/// A type of IDX in NumPy's notation.
fn descr(kind: u8) -> Option<&'static str> {
    match kind {
        0x08 => Some("|u1"),
        0x09 => Some("|i1"),
        0x0B => Some(">i2"),
        0x0C => Some(">i4"),
        0x0D => Some(">f4"),
        0x0E => Some(">f8"),
        _ => None,
    }
}
