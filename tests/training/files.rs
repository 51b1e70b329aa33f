//! Makes files of data for tests.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use diffuscope::dataset::{Dataset, DatasetOptions};
use flate2::{Compression, write::GzEncoder};

/// Opens a data set with the default options.
pub fn open(path: &Path) -> Dataset {
    Dataset::open(path, &DatasetOptions::default()).unwrap()
}

/// The error for a data set that cannot be opened, which must be one line.
pub fn reason(path: &Path, options: &DatasetOptions) -> String {
    let text = Dataset::open(path, options).unwrap_err().to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

/// The bytes, packed by gzip.
pub fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The bytes of an IDX file.
pub fn idx(magic: u32, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let words = std::iter::once(&magic).chain(sizes);
    words.flat_map(|word| word.to_be_bytes()).chain(data.iter().copied()).collect()
}

/// The bytes of a NumPy array whose last axis varies fastest.
pub fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
}

/// Writes an archive of NumPy arrays.
pub fn npz(path: &Path, method: zip::CompressionMethod, entries: &[(&str, Vec<u8>)]) {
    let mut archive = zip::ZipWriter::new(fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        archive.start_file(format!("{name}.npy"), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

/// The values of a picture as bytes.
pub fn bytes(data: &Dataset, index: usize, flip: bool) -> Vec<u8> {
    let mut values = Vec::new();
    data.extend_with(&mut values, index, flip);
    values.iter().map(|v| ((v + 1.0) * 127.5).round() as u8).collect()
}
