//! Converts the bytes of a file to numbers.

use std::path::Path;

use candle_core::{Device, Tensor};
use half::{bf16, f16};
use safetensors::tensor::{Dtype, TensorInfo};

use crate::model::error::shown;
use crate::model::{ModelError, Precision};

/// Tensors with at least this many numbers in 16 bits stay so for f32 networks: in most networks, nearly all are.
const MANY: usize = 1 << 16;

/// Whether a tensor has so few numbers that they are always converted.
pub(super) fn is_few(info: &TensorInfo) -> bool {
    info.shape.iter().product::<usize>() < MANY
}

/// Converts bytes to numbers, none of which may be NaN or infinite. For f32, large tensors of half precision stay as they
/// are, since what reads them may keep them so.
pub(super) fn convert(
    path: &Path,
    tensor: &str,
    info: &TensorInfo,
    bytes: &[u8],
    precision: Precision,
) -> Result<Tensor, ModelError> {
    let shape = info.shape.as_slice();
    let made = match (precision, info.dtype) {
        (Precision::F64, Dtype::F64) => {
            let values: Vec<f64> = bytes.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b)).collect();
            finite(path, tensor, values.iter().copied())?;
            Tensor::from_vec(values, shape, &Device::Cpu)?
        }
        (Precision::F32, Dtype::F16) if !is_few(info) => {
            let values: Vec<f16> = bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b)).collect();
            if !values.iter().all(|value| value.is_finite()) {
                finite(path, tensor, values.iter().map(|value| value.to_f64()))?;
            }
            return Ok(Tensor::from_vec(values, shape, &Device::Cpu)?);
        }
        (_, dtype) => {
            let values = widened(dtype, bytes);
            finite(path, tensor, values.iter().map(|&value| value as f64))?;
            Tensor::from_vec(values, shape, &Device::Cpu)?
        }
    };
    Ok(made.to_dtype(precision.dtype())?)
}

/// The numbers as f32. f64, which hardly any file has, is rounded; the other types are exact.
fn widened(dtype: Dtype, bytes: &[u8]) -> Vec<f32> {
    match dtype {
        Dtype::F64 => bytes.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b) as f32).collect(),
        Dtype::F16 => bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect(),
        Dtype::BF16 => bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()).collect(),
        _ => bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
    }
}

pub(super) fn finite(
    path: &Path,
    tensor: &str,
    mut values: impl Iterator<Item = f64>,
) -> Result<(), ModelError> {
    let mut found = 0.0;
    let broken = |value: f64| {
        found = value;
        !value.is_finite()
    };
    match values.position(broken) {
        None => Ok(()),
        Some(index) => {
            let (name, tensor) = (path.display().to_string(), shown(tensor));
            Err(ModelError::NotFinite { name, tensor, found, index })
        }
    }
}
