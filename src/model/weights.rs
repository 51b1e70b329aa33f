//! Weights on disk: safetensors, read one tensor after another and checked against the config.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::parameters::Precision;
use super::{ModelError, UNet2DConfig, UNet2DModel, memory, unet};

/// The library's own limit for the header; no network comes near it.
const MAX_HEADER: u64 = 100_000_000;

/// Names of attention weights before diffusers 0.15, and what they are called since.
const OLD_NAMES: [(&str, &str); 4] =
    [(".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0.")];

/// The type of numbers in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WeightType {
    /// 32 bits: what the network computes with.
    #[default]
    F32,
    /// 16 bits: half the size; 11 significant binary digits, up to 65 504.
    F16,
}

/// Reads the weights of a network with this configuration.
pub(crate) fn read(
    path: &Path,
    config: &UNet2DConfig,
    precision: Precision,
) -> Result<UNet2DModel, ModelError> {
    let file = File::open(path).map_err(|error| ModelError::reading(path, &error))?;
    let len = file.metadata().map_err(|error| ModelError::reading(path, &error))?.len();
    read_stream(path, &mut BufReader::new(file), len, config, precision)
}

/// As [`read`], from a file's bytes; `name` is what errors call it.
pub(crate) fn from_bytes(
    bytes: &[u8],
    name: &str,
    config: &UNet2DConfig,
    precision: Precision,
) -> Result<UNet2DModel, ModelError> {
    read_stream(Path::new(name), &mut &bytes[..], bytes.len() as u64, config, precision)
}

fn read_stream(
    path: &Path,
    stream: &mut impl Read,
    len: u64,
    config: &UNet2DConfig,
    precision: Precision,
) -> Result<UNet2DModel, ModelError> {
    let layout = unet::layout(config)?;
    let metadata = header(path, stream, len)?;
    let names = matched(path, &metadata, &layout)?;
    let parameters = layout.values().map(|shape| shape.iter().product::<usize>()).sum();
    crate::memory::enough_for(memory::of_parameters(parameters))?;
    let mut tensors = BTreeMap::new();
    // Offsets without gaps are part of the format, so this is the order in the file.
    for stored in metadata.offset_keys() {
        let (Some(info), Some(name)) = (metadata.info(&stored), names.get(&stored)) else { continue };
        let mut bytes = vec![0; info.data_offsets.1 - info.data_offsets.0];
        stream.read_exact(&mut bytes).map_err(|error| ModelError::reading(path, &error))?;
        tensors.insert(name.clone(), convert(path, &stored, info, &bytes, precision)?);
    }
    UNet2DModel::from_tensors(config, precision, tensors)
}

/// Reads and checks the header of `len` bytes; the stream is then at its first tensor.
fn header(path: &Path, stream: &mut impl Read, len: u64) -> Result<Metadata, ModelError> {
    let damaged = |reason: &dyn std::fmt::Display| ModelError::damaged(path, reason);
    let mut size = [0; 8];
    let mut start = [0; 2];
    if len < 8 {
        return Err(damaged(&format!("only {len} bytes")));
    }
    stream.read_exact(&mut size).map_err(|error| ModelError::reading(path, &error))?;
    start.copy_from_slice(&size[..2]);
    // A zip archive or a bare pickle: PyTorch's own format under a wrong name.
    if &start == b"PK" || matches!(start, [0x80, 2..=5]) && size[2..] != [0; 6] {
        return Err(ModelError::Pickle { name: path.display().to_string() });
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
    Ok(metadata)
}

/// Name in the file → name in the network, once all names, types and shapes agree.
fn matched(
    path: &Path,
    metadata: &Metadata,
    layout: &BTreeMap<String, Vec<usize>>,
) -> Result<HashMap<String, String>, ModelError> {
    let file = || path.display().to_string();
    let stored = metadata.tensors();
    let mut names = HashMap::with_capacity(stored.len());
    let mut extra = Vec::new();
    for name in stored.keys() {
        match network_name(name, layout) {
            // The old name of something that is also there under its new one has no place.
            Some(new) if new == *name || !stored.contains_key(&new) => {
                names.insert(name.clone(), new);
            }
            _ => extra.push(name.as_str()),
        }
    }
    let found: std::collections::HashSet<&String> = names.values().collect();
    let missing: Vec<&str> = layout.keys().filter(|name| !found.contains(name)).map(String::as_str).collect();
    if let Some((tensor, more)) = first(missing) {
        return Err(ModelError::MissingTensor { name: file(), tensor, more });
    }
    if let Some((tensor, more)) = first(extra) {
        return Err(ModelError::ExtraTensor { name: file(), tensor, more });
    }
    let mut sorted: Vec<_> = names.iter().collect();
    sorted.sort();
    for (tensor, name) in sorted {
        let info = stored[tensor];
        let tensor = tensor.clone();
        if info.shape != layout[name] {
            let (expected, found) = (layout[name].clone(), info.shape.clone());
            return Err(ModelError::TensorShape { name: file(), tensor, expected, found });
        }
        if !matches!(info.dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16) {
            return Err(ModelError::TensorType { name: file(), tensor, found: format!("{:?}", info.dtype) });
        }
    }
    Ok(names)
}

/// The name in the network of a tensor in a file, if it has one.
fn network_name(stored: &str, layout: &BTreeMap<String, Vec<usize>>) -> Option<String> {
    if layout.contains_key(stored) {
        return Some(stored.to_owned());
    }
    let renamed = OLD_NAMES.iter().filter(|(old, _)| stored.contains(old));
    renamed.map(|(old, new)| stored.replace(old, new)).find(|name| layout.contains_key(name))
}

/// The first name in the alphabet, and how many more there are.
fn first(mut names: Vec<&str>) -> Option<(String, String)> {
    names.sort_unstable();
    let more = if names.len() > 1 { format!(" (and {} more)", names.len() - 1) } else { String::new() };
    names.first().map(|name| ((*name).to_owned(), more))
}

/// Bytes to numbers, none of them NaN or infinite.
fn convert(
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
        (_, dtype) => {
            let values = widened(dtype, bytes);
            finite(path, tensor, values.iter().map(|&value| value as f64))?;
            Tensor::from_vec(values, shape, &Device::Cpu)?
        }
    };
    Ok(made.to_dtype(precision.dtype())?)
}

/// As f32. f64, which hardly any file has, is rounded; the others are exact.
fn widened(dtype: Dtype, bytes: &[u8]) -> Vec<f32> {
    match dtype {
        Dtype::F64 => bytes.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b) as f32).collect(),
        Dtype::F16 => bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect(),
        Dtype::BF16 => bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()).collect(),
        _ => bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
    }
}

fn finite(path: &Path, tensor: &str, mut values: impl Iterator<Item = f64>) -> Result<(), ModelError> {
    let mut found = 0.0;
    let broken = |value: f64| {
        found = value;
        !value.is_finite()
    };
    match values.position(broken) {
        None => Ok(()),
        Some(index) => {
            let (name, tensor) = (path.display().to_string(), tensor.to_owned());
            Err(ModelError::NotFinite { name, tensor, found, index })
        }
    }
}

/// Checks that a network's weights can be written in this type.
pub(crate) fn check(model: &UNet2DModel, kind: WeightType) -> Result<(), ModelError> {
    let most = match kind {
        WeightType::F32 => f32::MAX as f64,
        WeightType::F16 => f16::MAX.to_f64(),
    };
    for (name, tensor) in model.tensors() {
        let values = tensor.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>()?;
        finite(Path::new("network"), name, values.iter().copied())?;
        if let Some(&found) = values.iter().find(|value| value.abs() > most) {
            return Err(ModelError::Overflow { tensor: name.to_owned(), found });
        }
    }
    Ok(())
}

/// Writes a network's weights as PyTorch's safetensors do, sorted by name.
pub(crate) fn write(writer: &mut impl Write, model: &UNet2DModel, kind: WeightType) -> io::Result<()> {
    let (dtype, width) = match kind {
        WeightType::F32 => (Dtype::F32, 4),
        WeightType::F16 => (Dtype::F16, 2),
    };
    let mut end = 0;
    let infos = model.tensors().map(|(name, tensor)| {
        let start = end;
        end += width * tensor.elem_count();
        let shape = tensor.dims().to_vec();
        (name.to_owned(), TensorInfo { dtype, shape, data_offsets: (start, end) })
    });
    let notes = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let metadata = Metadata::new(Some(notes), infos.collect()).map_err(io::Error::other)?;
    let mut header = serde_json::to_vec(&metadata)?;
    header.resize(header.len().next_multiple_of(8), b' ');
    writer.write_all(&(header.len() as u64).to_le_bytes())?;
    writer.write_all(&header)?;
    for (_, tensor) in model.tensors() {
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
