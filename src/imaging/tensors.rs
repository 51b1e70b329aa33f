//! Rasters as tensors in safetensors files: `f32` with shape `[channels, height, width]`.

use std::io::{self, Write};
use std::path::Path;

use safetensors::tensor::{Dtype, Metadata, SafeTensors, TensorView, serialize};

use super::error::{ImagingError, one_line};
use super::save::write_atomically;
use crate::diffusion::Raster;
use crate::files::{self, FileError};

/// The largest file, in bytes; no trajectory that is kept is larger.
const MAX_FILE_BYTES: u64 = 4 << 30;

/// The longest header in bytes: the safetensors library allows no more.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// A named tensor to be saved.
#[derive(Clone, Copy, Debug)]
pub struct NamedTensor<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its shape; empty for a single number.
    pub shape: &'a [usize],
    /// Its values, in row-major order.
    pub data: &'a [f32],
}

/// Saves named rasters exactly and atomically; any reader of safetensors can open them.
///
/// # Errors
/// [`ImagingError::Write`], also if two tensors have the same name.
pub fn save_safetensors(path: &Path, tensors: &[(&str, &Raster)]) -> Result<(), ImagingError> {
    let shapes: Vec<[usize; 3]> = tensors.iter().map(|(_, r)| [r.channels, r.height, r.width]).collect();
    let tensors = tensors.iter().zip(&shapes);
    let tensors = tensors.map(|((name, raster), shape)| NamedTensor { name, shape, data: &raster.data });
    save_tensors(path, &tensors.collect::<Vec<_>>())
}

/// Like [`save_safetensors`], for `f32` tensors of any shape.
///
/// # Errors
/// [`ImagingError::Write`], also if two tensors have the same name, or one does not fill its shape.
pub fn save_tensors(path: &Path, tensors: &[NamedTensor<'_>]) -> Result<(), ImagingError> {
    write_atomically(path, |writer| {
        for (i, NamedTensor { name, .. }) in tensors.iter().enumerate() {
            if tensors[..i].iter().any(|other| other.name == *name) {
                let text = format!("two tensors are called {name}");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
        }
        let bytes: Vec<Vec<u8>> =
            tensors.iter().map(|t| t.data.iter().flat_map(|v| v.to_le_bytes()).collect()).collect();
        let mut views = Vec::with_capacity(tensors.len());
        for (tensor, bytes) in tensors.iter().zip(&bytes) {
            let view = TensorView::new(Dtype::F32, tensor.shape.to_vec(), bytes);
            views.push((tensor.name, view.map_err(io::Error::other)?));
        }
        writer.write_all(&serialize(views, None).map_err(io::Error::other)?)
    })
}

/// Reads a safetensors file of at most `limit` bytes. The header, which comes first, says how long the file must be, so
/// that a large file that is not safetensors is not read whole.
///
/// # Errors
/// If the file cannot be read; [`ImagingError::Damaged`] if the file is not safetensors.
pub fn read_safetensors(path: &Path, limit: u64) -> Result<Vec<u8>, ImagingError> {
    let start = files::start(path, 8)?;
    if start.is_empty() {
        return Err(ImagingError::Empty { name: path.display().to_string() });
    }
    let header = start.try_into().map_or(0, u64::from_le_bytes).min(MAX_HEADER_BYTES);
    let start = files::start(path, 8 + header)?;
    let tensors: Metadata = serde_json::from_slice(start.get(8..).unwrap_or_default())
        .map_err(|_| damaged(path, &"it does not begin with the header of a safetensors file"))?;
    let length = (tensors.data_len() as u64).saturating_add(8 + header);
    match files::read(path, length.min(limit)) {
        Err(FileError::TooLarge { .. }) if length <= limit => {
            Err(damaged(path, &"more bytes than its header says"))
        }
        read => Ok(read?),
    }
}

fn damaged(path: &Path, reason: &dyn std::fmt::Display) -> ImagingError {
    let format = "safetensors file".to_owned();
    ImagingError::Damaged { name: path.display().to_string(), format, reason: one_line(reason) }
}

/// Reads rasters back, sorted by name.
///
/// # Errors
/// If the file cannot be read; [`ImagingError::Tensor`] for a tensor that is not `f32` of shape
/// `[1 or 3, height, width]`; [`ImagingError::Damaged`] if the file is not safetensors.
pub fn load_safetensors(path: &Path) -> Result<Vec<(String, Raster)>, ImagingError> {
    let bytes = read_safetensors(path, MAX_FILE_BYTES)?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| damaged(path, &error))?;
    let mut rasters = Vec::with_capacity(file.len());
    for (name, view) in file.tensors() {
        let (Dtype::F32, &[channels @ (1 | 3), height, width]) = (view.dtype(), view.shape()) else {
            let reason = format!("tensor {name} is {:?} of shape {:?}", view.dtype(), view.shape());
            return Err(ImagingError::Tensor { name: path.display().to_string(), reason });
        };
        let values = view.data().as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b));
        rasters.push((name, Raster::new(channels, height, width, values.collect::<Vec<_>>())));
    }
    rasters.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(rasters)
}
