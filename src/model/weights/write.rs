//! Writes a network's weights to a file.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use candle_core::{DType, Tensor};
use half::f16;
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::values::finite;
use crate::model::ModelError;

/// The type of numbers in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WeightType {
    /// 32 bits: what the network computes with.
    #[default]
    F32,
    /// 16 bits: half the size; 11 significant binary digits, up to 65 504.
    F16,
}

/// Checks that weights are all finite and can be represented in this type.
pub(crate) fn check(tensors: &[(&str, Tensor)], kind: WeightType) -> Result<(), ModelError> {
    let most = match kind {
        WeightType::F32 => f32::MAX as f64,
        WeightType::F16 => f16::MAX.to_f64(),
    };
    for (name, tensor) in tensors {
        let values = tensor.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>()?;
        finite(Path::new("network"), name, values.iter().copied())?;
        if let Some(&found) = values.iter().find(|value| value.abs() > most) {
            return Err(ModelError::Overflow { tensor: (*name).to_owned(), found });
        }
    }
    Ok(())
}

/// Writes weights, which are sorted by name, in the safetensors format as PyTorch does.
pub(crate) fn write(writer: &mut impl Write, tensors: &[(&str, Tensor)], kind: WeightType) -> io::Result<()> {
    let (dtype, width) = match kind {
        WeightType::F32 => (Dtype::F32, 4),
        WeightType::F16 => (Dtype::F16, 2),
    };
    let mut end = 0;
    let infos = tensors.iter().map(|(name, tensor)| {
        let start = end;
        end += width * tensor.elem_count();
        let shape = tensor.dims().to_vec();
        ((*name).to_owned(), TensorInfo { dtype, shape, data_offsets: (start, end) })
    });
    let notes = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let metadata = Metadata::new(Some(notes), infos.collect()).map_err(io::Error::other)?;
    let mut header = serde_json::to_vec(&metadata)?;
    header.resize(header.len().next_multiple_of(8), b' ');
    writer.write_all(&(header.len() as u64).to_le_bytes())?;
    writer.write_all(&header)?;
    for (_, tensor) in tensors {
        let values = tensor.flatten_all().and_then(|flat| flat.to_dtype(DType::F32)?.to_vec1::<f32>());
        let values = values.map_err(io::Error::other)?;
        let bytes: Vec<u8> = match kind {
            WeightType::F32 => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            WeightType::F16 => values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect(),
        };
        writer.write_all(&bytes)?;
    }
    Ok(())
}
