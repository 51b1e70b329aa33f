//! The header of a safetensors file.

use std::io::Read;
use std::path::Path;

use safetensors::tensor::Metadata;

use super::pickle;
use crate::model::ModelError;

/// The largest header in bytes: more than the names and shapes of any network take.
const MAX_HEADER: u64 = 16 << 20;

/// A file whose header has been read; the stream is at its first tensor.
pub(super) struct Part<'a, R> {
    pub(super) path: &'a Path,
    pub(super) stream: R,
    pub(super) len: u64,
    pub(super) metadata: Metadata,
}

impl<'a, R: Read> Part<'a, R> {
    /// Reads and checks the header of a stream of `len` bytes.
    pub(super) fn begin(path: &'a Path, mut stream: R, len: u64) -> Result<Self, ModelError> {
        let damaged = |reason: &dyn std::fmt::Display| ModelError::damaged(path, reason);
        let mut size = [0; 8];
        if len < 8 {
            return Err(damaged(&format!("only {len} bytes")));
        }
        stream.read_exact(&mut size).map_err(|error| ModelError::reading(path, &error))?;
        // This is a zip archive or a bare pickle: PyTorch's own format under a wrong name.
        if size.starts_with(b"PK") || matches!(size, [0x80, 2..=5, ..]) && size[2..] != [0; 6] {
            return Err(pickle::refused(path));
        }
        let size = u64::from_le_bytes(size);
        if size > MAX_HEADER || size > len - 8 {
            return Err(damaged(&"it does not begin with the header of a safetensors file"));
        }
        let mut text = vec![0; size as usize];
        stream.read_exact(&mut text).map_err(|error| ModelError::reading(path, &error))?;
        let metadata: Metadata = serde_json::from_slice(&text).map_err(|error| damaged(&error))?;
        let (needed, found) = (metadata.data_len() as u64, len - 8 - size);
        if needed != found {
            return Err(damaged(&format!("{found} bytes of tensors instead of {needed}")));
        }
        Ok(Self { path, stream, len, metadata })
    }
}
