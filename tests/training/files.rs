//! Files of data, made up.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use diffuscope::dataset::{Dataset, DatasetOptions};
use flate2::{Compression, write::GzEncoder};

/// Opens a data set as it is.
pub fn open(path: &Path) -> Dataset {
    Dataset::open(path, &DatasetOptions::default()).unwrap()
}

/// Why a data set cannot be opened: one line.
pub fn reason(path: &Path, options: &DatasetOptions) -> String {
    let text = Dataset::open(path, options).unwrap_err().to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

/// Packed by gzip.
pub fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A file of IDX.
pub fn idx(magic: u32, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let words = std::iter::once(&magic).chain(sizes);
    words.flat_map(|word| word.to_be_bytes()).chain(data.iter().copied()).collect()
}

/// An array of NumPy, the last axis the fastest.
pub fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
}

/// Writes an archive of arrays.
pub fn npz(path: &Path, method: zip::CompressionMethod, entries: &[(&str, Vec<u8>)]) {
    let mut archive = zip::ZipWriter::new(fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        archive.start_file(format!("{name}.npy"), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

/// Values of a picture as bytes.
pub fn bytes(data: &Dataset, index: usize, flip: bool) -> Vec<u8> {
    let mut values = Vec::new();
    data.extend_with(&mut values, index, flip);
    values.iter().map(|v| ((v + 1.0) * 127.5).round() as u8).collect()
}
