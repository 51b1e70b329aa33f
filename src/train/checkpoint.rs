//! Saving a run and going on exactly.
//!
//! | in the run's folder | what it is |
//! | --- | --- |
//! | `training.safetensors` | everything to go on from: weights, moments, averages, settings |
//! | `model_index.json`, `unet`, `scheduler` | the averaged weights, as diffusers opens them |
//! | `raw` | the weights as they are, as diffusers opens them |
//!
//! The first is a single file that takes its place in one step; so whenever a run is killed, a complete
//! checkpoint is there, old or new. The others are made from it, after it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, View, serialize};
use serde::{Deserialize, Serialize};

use super::optimiser::Slot;
use super::trainer::{Parameter, Trainer};
use super::{TrainError, TrainSettings};
use crate::dataset::{Dataset, DatasetOptions};
use crate::files;
use crate::imaging::{ImagingError, write_atomically};
use crate::model::{UNet2DConfig, WeightType, save_pipeline};

/// The file to go on from.
pub const FILE: &str = "training.safetensors";
/// The folder of weights that are no averages.
pub const RAW: &str = "raw";
/// The entry of the file's header that is not tensors.
const HEADER: &str = "diffuscope.training";
/// More than any checkpoint: four tensors for each of the largest network's.
const MAX_BYTES: u64 = 64 << 30;
/// Of the header.
const VERSION: u32 = 1;
/// What is saved of each tensor.
const PARTS: [&str; 4] = ["weight", "adam.mean", "adam.square", "ema"];

/// All that is no tensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    version: u32,
    iteration: u64,
    ema_loss: Option<f64>,
    settings: TrainSettings,
    /// The text of the network's `config.json`.
    network: String,
    data: DatasetOptions,
    /// Of the data, [`Dataset::fingerprint`].
    fingerprint: u64,
}

/// A saved run.
#[derive(Debug)]
pub struct Checkpoint {
    name: String,
    header: Header,
    config: UNet2DConfig,
    bytes: Vec<u8>,
}

impl Trainer {
    /// Saves the run into a folder, which is made if need be.
    ///
    /// # Errors
    /// When a file cannot be written. What the folder held is then as it was, or one checkpoint apart:
    /// `training.safetensors` is always complete.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        fs::create_dir_all(folder).map_err(|error| making(folder, &error))?;
        let scheduler = self.settings().sampler().to_diffusers(&self.settings().schedule)?;
        let header = Header {
            version: VERSION,
            iteration: self.iteration(),
            ema_loss: self.ema_loss(),
            settings: self.settings().clone(),
            network: self.model().config().to_json(),
            data: self.data().options().clone(),
            fingerprint: self.data().fingerprint(),
        };
        write_atomically(&folder.join(FILE), |writer| {
            let parts = self.parameters().flat_map(|(parameter, shape)| {
                let Parameter { name, slot, .. } = parameter;
                let arrays = [&slot.weight, &slot.mean, &slot.square, &slot.ema];
                let named = PARTS.iter().zip(arrays);
                named.map(move |(part, values)| (format!("{part}/{name}"), Numbers { shape, values }))
            });
            // A single entry, as the library writes several in any order.
            let notes = HashMap::from([(HEADER.to_owned(), serde_json::to_string(&header)?)]);
            writer.write_all(&serialize(parts, Some(notes)).map_err(io::Error::other)?)
        })?;
        save_pipeline(folder, &self.average()?, scheduler.as_str(), WeightType::F32)?;
        save_pipeline(&folder.join(RAW), self.model(), scheduler.as_str(), WeightType::F32)?;
        Ok(())
    }
}

impl Checkpoint {
    /// Whether there is a checkpoint in a folder.
    pub fn exists(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// Reads the checkpoint in a folder, and clears away what a run that was killed while it wrote has
    /// left there.
    ///
    /// # Errors
    /// When there is none, or it is damaged; the text names the file.
    pub fn open(folder: &Path) -> Result<Self, TrainError> {
        let path = folder.join(FILE);
        let bytes = files::read(&path, MAX_BYTES)?;
        let name = path.display().to_string();
        let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(|error| damaged(&name, &error))?;
        let text = metadata.metadata().as_ref().and_then(|notes| notes.get(HEADER));
        let text = text.ok_or_else(|| damaged(&name, &"it is no checkpoint of a training"))?;
        let header: Header = serde_json::from_str(text).map_err(|error| damaged(&name, &error))?;
        if header.version != VERSION {
            return Err(TrainError::Checkpoint {
                name,
                reason: format!("its version is {}, and this program reads {VERSION}", header.version),
                advice: "go on with the program that saved it",
            });
        }
        let mut config = UNet2DConfig::from_json(&header.network, &name)?;
        // Runs of earlier versions did not note it.
        config.null_class = config.guiding_class();
        clear(folder);
        Ok(Self { name, header, config, bytes })
    }

    /// What the run is.
    pub fn settings(&self) -> &TrainSettings {
        &self.header.settings
    }

    /// What the network is made of.
    pub fn config(&self) -> &UNet2DConfig {
        &self.config
    }

    /// How the data was opened.
    pub fn data_options(&self) -> &DatasetOptions {
        &self.header.data
    }

    /// Iterations that were made.
    pub fn iteration(&self) -> u64 {
        self.header.iteration
    }

    /// The moving average of the loss.
    pub(super) fn ema_loss(&self) -> Option<f64> {
        self.header.ema_loss
    }

    /// Whether the data is the run's own.
    pub(super) fn check_data(&self, data: &Dataset) -> Result<(), TrainError> {
        if data.fingerprint() == self.header.fingerprint {
            return Ok(());
        }
        Err(TrainError::Checkpoint {
            name: self.name.clone(),
            reason: "the run was begun with other data".to_owned(),
            advice: "give the same data, or begin a new run in another folder",
        })
    }

    pub(super) fn into_slots(self) -> Result<Slots, TrainError> {
        let file = SafeTensors::deserialize(&self.bytes).map_err(|error| damaged(&self.name, &error))?;
        let mut arrays = HashMap::new();
        for (name, view) in file.tensors() {
            if view.dtype() != Dtype::F32 {
                return Err(damaged(&self.name, &format!("{name} is of type {:?}", view.dtype())));
            }
            let values: Vec<f32> = view.data().as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
            if let Some(found) = values.iter().find(|value| !value.is_finite()) {
                return Err(damaged(&self.name, &format!("{name} holds {found}")));
            }
            arrays.insert(name, values);
        }
        Ok(Slots { name: self.name, arrays })
    }
}

/// The tensors of a checkpoint.
pub(super) struct Slots {
    name: String,
    arrays: HashMap<String, Vec<f32>>,
}

impl Slots {
    /// All of one tensor, of so many numbers.
    pub(super) fn take(&mut self, tensor: &str, len: usize) -> Result<Slot, TrainError> {
        let mut part = |part: &str| {
            let values = self.arrays.remove(&format!("{part}/{tensor}")).filter(|v| v.len() == len);
            values.ok_or_else(|| damaged(&self.name, &format!("{part}/{tensor} is missing or too short")))
        };
        let [weight, mean, square, ema] = PARTS;
        Ok(Slot { weight: part(weight)?, mean: part(mean)?, square: part(square)?, ema: part(ema)? })
    }
}

/// Numbers on their way into a file.
struct Numbers<'a> {
    shape: &'a [usize],
    values: &'a [f32],
}

impl View for Numbers<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>().into()
    }

    fn data_len(&self) -> usize {
        4 * self.values.len()
    }
}

/// Removes unfinished files and folders of a run that was killed: in its folder, and the pipeline in
/// the making beside it.
fn clear(folder: &Path) {
    let is_part = |name: &str, of: &str| {
        let inside = name.strip_prefix(&format!(".{of}-")).and_then(|rest| rest.strip_suffix(".part"));
        inside.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
    };
    let remove = |place: &Path, of: &[&str]| {
        for entry in place.read_dir().into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            if of.iter().any(|of| is_part(&name, of)) {
                // What cannot be removed does no harm.
                drop(if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) });
            }
        }
    };
    remove(folder, &[FILE, RAW, "loss.csv"]);
    let full: PathBuf = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    if let (Some(parent), Some(name)) = (full.parent(), full.file_name().and_then(|name| name.to_str())) {
        remove(parent, &[name]);
    }
}

fn damaged(name: &str, reason: &dyn std::fmt::Display) -> TrainError {
    let text = reason.to_string();
    TrainError::Checkpoint {
        name: name.to_owned(),
        reason: format!("damaged ({})", text.lines().next().unwrap_or_default()),
        advice: "begin again in another folder, or copy the file from where it is whole",
    }
}

/// The run's folder cannot be made.
fn making(folder: &Path, error: &io::Error) -> TrainError {
    let advice = "choose a place where you may write".to_owned();
    let name = folder.display().to_string();
    TrainError::File(ImagingError::Write { name, reason: error.to_string(), advice })
}
