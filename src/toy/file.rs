//! A learned score on disk: safetensors with what the network was made for in its header.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use safetensors::SafeTensors;

use super::{NetConfig, ScoreNet, ToyError};
use crate::diffusion::process::Process;
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::toy::PlaneData;
use crate::files;
use crate::imaging::write_atomically;

/// The largest network takes 13 MB.
const MAX_BYTES: u64 = 64 << 20;

/// A network and the named data that it has learned.
#[derive(Clone, Debug)]
pub struct SavedNet {
    /// The data.
    pub data: PlaneData,
    /// The network.
    pub network: ScoreNet,
}

impl SavedNet {
    /// Saves the network, whole or not at all.
    ///
    /// # Errors
    /// [`ToyError::File`].
    pub fn save(&self, path: &Path) -> Result<(), ToyError> {
        let config = self.network.config();
        let about = HashMap::from([
            ("data".to_owned(), self.data.name().to_owned()),
            ("process".to_owned(), config.process.name().to_owned()),
            ("target".to_owned(), config.target.name().to_owned()),
            ("hidden".to_owned(), config.hidden.to_string()),
        ]);
        let tensors = self
            .network
            .layers()
            .iter()
            .enumerate()
            .flat_map(|(number, layer)| names(number).into_iter().zip(layer));
        write_atomically(path, |writer| {
            writer.write_all(&safetensors::serialize(tensors, Some(about)).map_err(io::Error::other)?)
        })?;
        Ok(())
    }

    /// Reads a network that was saved.
    ///
    /// # Errors
    /// [`ToyError::File`] when there is none; [`ToyError::Model`] for anything else than a sound one.
    pub fn open(path: &Path) -> Result<Self, ToyError> {
        let wrong = |reason: String| ToyError::Model { name: path.display().to_string(), reason };
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
            let largest = tensor.abs()?.max_all()?.to_scalar::<f32>()?;
            let sum = tensor.sum_all()?.to_scalar::<f32>()?;
            if largest.is_finite() && sum.is_finite() {
                Ok(tensor)
            } else {
                Err(wrong(format!("{name} is not finite")))
            }
        };
        let mut layers = Vec::new();
        for (number, [inputs, outputs]) in config.layers().into_iter().enumerate() {
            let [weight, bias] = names(number);
            layers.push([tensor(&weight, &[outputs, inputs])?, tensor(&bias, &[outputs])?]);
        }
        Ok(Self { data, network: ScoreNet::from_tensors(config, layers) })
    }
}

fn names(layer: usize) -> [String; 2] {
    [format!("layers.{layer}.weight"), format!("layers.{layer}.bias")]
}

/// The data and the network that a header tells of.
fn about(about: &HashMap<String, String>) -> Option<(PlaneData, NetConfig)> {
    let target = about.get("target")?;
    let config = NetConfig {
        process: Process::from_name(about.get("process")?)?,
        target: PredictionType::ALL.into_iter().find(|kind| kind.name() == target)?,
        hidden: about.get("hidden")?.parse().ok().filter(|hidden| (1..=1024).contains(hidden))?,
    };
    Some((PlaneData::from_name(about.get("data")?)?, config))
}
