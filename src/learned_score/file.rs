//! A learned score on disk: a safetensors file whose header says what the network was made for.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use safetensors::SafeTensors;

use super::{NetConfig, ScoreError, ScoreNet};
use crate::diffusion::data::PlaneData;
use crate::diffusion::process::Process;
use crate::diffusion::sampler::PredictionType;
use crate::files;
use crate::imaging::write_atomically;

/// The largest size of a file in bytes; the largest network takes 13 MB.
const MAX_BYTES: u64 = 64 << 20;

/// A network, and the named data that it has learned.
#[derive(Clone, Debug)]
pub struct SavedNet {
    /// The data.
    pub data: PlaneData,
    /// The network.
    pub network: ScoreNet,
}

impl SavedNet {
    /// Saves the network: either the whole file is written, or nothing changes.
    ///
    /// # Errors
    /// [`ScoreError::File`] if it cannot be written; [`ScoreError::NotFinite`] if a tensor is not finite.
    pub fn save(&self, path: &Path) -> Result<(), ScoreError> {
        let config = self.network.config();
        let about = [
            ("data", self.data.name()),
            ("process", config.process.name()),
            ("target", config.target.name()),
            ("hidden", &config.hidden.to_string()),
        ];
        let layers = self.network.layers().iter().enumerate();
        let tensors: Vec<_> =
            layers.flat_map(|(number, layer)| names(number).into_iter().zip(layer)).collect();
        for (name, tensor) in &tensors {
            if !is_finite(tensor)? {
                return Err(ScoreError::NotFinite { tensor: name.clone() });
            }
        }
        write_atomically(path, |writer| {
            let bytes = safetensors::serialize(tensors, None).map_err(io::Error::other)?;
            writer.write_all(&noted(&bytes, &about)?)
        })?;
        Ok(())
    }

    /// Reads a network that was saved.
    ///
    /// # Errors
    /// [`ScoreError::File`] if the file cannot be read; [`ScoreError::Model`] if it does not hold a valid learned
    /// score.
    pub fn open(path: &Path) -> Result<Self, ScoreError> {
        let wrong = |reason: String| ScoreError::Model { name: path.display().to_string(), reason };
        let bytes = files::read(path, MAX_BYTES)?;
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|error| wrong(error.to_string()))?;
        let file = SafeTensors::deserialize(&bytes).map_err(|error| wrong(error.to_string()))?;
        let about = header.metadata().as_ref().and_then(about);
        let (data, config) =
            about.ok_or_else(|| wrong("its header does not say what it was made for".to_owned()))?;
        let tensor = |name: &str, shape: &[usize]| {
            let view = file.tensor(name).map_err(|_| wrong(format!("there is no tensor called {name}")))?;
            if view.dtype() != safetensors::Dtype::F32 || view.shape() != shape {
                return Err(wrong(format!(
                    "tensor {name} is {:?} of shape {:?}",
                    view.dtype(),
                    view.shape()
                )));
            }
            let tensor = Tensor::from_raw_buffer(view.data(), DType::F32, shape, &Device::Cpu)?;
            if is_finite(&tensor)? { Ok(tensor) } else { Err(wrong(format!("{name} is not finite"))) }
        };
        let mut layers = Vec::new();
        for (number, [inputs, outputs]) in config.shape().layers().into_iter().enumerate() {
            let [weight, bias] = names(number);
            layers.push([tensor(&weight, &[outputs, inputs])?, tensor(&bias, &[outputs])?]);
        }
        Ok(Self { data, network: ScoreNet::from_tensors(config, layers) })
    }
}

fn is_finite(tensor: &Tensor) -> Result<bool, ScoreError> {
    let values = tensor.flatten_all()?.to_vec1::<f32>()?;
    Ok(values.iter().all(|value| value.is_finite()))
}

/// A safetensors file with these notes in its header besides the tensors, in this order. (The safetensors library
/// writes notes in another order every time.)
fn noted(file: &[u8], notes: &[(&str, &str)]) -> io::Result<Vec<u8>> {
    let damaged = || io::Error::from(io::ErrorKind::InvalidData);
    let (length, rest) = file.split_first_chunk::<8>().ok_or_else(damaged)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(io::Error::other)?;
    let (header, tensors) = rest.split_at_checked(length).ok_or_else(damaged)?;
    let tail = header.strip_prefix(b"{").ok_or_else(damaged)?.trim_ascii_end();
    let mut text = b"{\"__metadata__\":{".to_vec();
    for (i, (name, value)) in notes.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let (name, value) = (serde_json::to_string(name)?, serde_json::to_string(value)?);
        write!(text, "{comma}{name}:{value}")?;
    }
    text.extend_from_slice(b"},");
    text.extend_from_slice(tail);
    // Tensors begin at multiples of 8 bytes.
    text.resize(text.len().next_multiple_of(8), b' ');
    Ok([&(text.len() as u64).to_le_bytes(), &text[..], tensors].concat())
}

fn names(layer: usize) -> [String; 2] {
    [format!("layers.{layer}.weight"), format!("layers.{layer}.bias")]
}

/// The data and the network's configuration that a header describes; `None` if it describes none.
fn about(about: &HashMap<String, String>) -> Option<(PlaneData, NetConfig)> {
    let target = about.get("target")?;
    let config = NetConfig {
        process: Process::from_name(about.get("process")?)?,
        target: PredictionType::ALL.into_iter().find(|kind| kind.name() == target)?,
        hidden: about.get("hidden")?.parse().ok().filter(|hidden| (1..=1024).contains(hidden))?,
    };
    Some((PlaneData::from_name(about.get("data")?)?, config))
}
