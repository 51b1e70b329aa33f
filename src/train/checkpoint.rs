//! Saving a run, and resuming it exactly.
//!
//! | in the run's folder | what it is |
//! | --- | --- |
//! | `training.safetensors` | everything that is needed to resume: weights, moments, averages, settings |
//! | `model_index.json`, `unet`, `scheduler` | the averaged weights, in a form that diffusers opens |
//! | [`LEARNED`] | the noise schedule, where it is learned, in a form that diffusers opens |
//! | `raw` | the current weights without averaging, in a form that diffusers opens |
//!
//! `training.safetensors` is replaced in one step; so whenever a run is killed, a complete checkpoint is
//! there, old or new. The other files are written after it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, View, serialize};
use serde::{Deserialize, Serialize};

use super::gamma::table;
use super::optimiser::AdamState;
use super::trainer::{GAMMA, Parameter, Trainer};
use super::{TrainError, TrainSettings};
use crate::dataset::{Dataset, DatasetOptions};
use crate::diffusion::vdm::gamma;
use crate::files;
use crate::imaging::{make_folder, write_atomically};
use crate::model::networks::unet_2d_graph;
use crate::model::{ModelError, UNet2DConfig, WeightType, pipeline_files, save_pipeline};

/// Name of the file that a run is resumed from.
pub const FILE: &str = "training.safetensors";
/// Name of the folder with the weights that are not averaged.
pub const RAW: &str = "raw";
/// Name of the file with the learned noise schedule as a table. It ends like the names of scheduler files, so that it is
/// opened as one.
pub const LEARNED: &str = "learned_scheduler_config.json";
/// The entry of the file's header that holds everything but tensors.
const HEADER: &str = "diffuscope.training";
/// The largest size of a checkpoint in bytes: room for four tensors for every tensor of the largest network.
const MAX_BYTES: u64 = 64 << 30;
/// The version of the header's format.
const VERSION: u32 = 1;
/// The names of the four tensors that are saved for every tensor of the network.
const PARTS: [&str; 4] = ["weight", "adam.mean", "adam.square", "ema"];

/// Everything in a checkpoint that is not a tensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    version: u32,
    iteration: u64,
    ema_loss: Option<f64>,
    settings: TrainSettings,
    /// The text of the network's `config.json`.
    network: String,
    data: DatasetOptions,
    /// [`Dataset::fingerprint`] of the data.
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
    /// Saves the run to a folder, which is created if necessary.
    ///
    /// # Errors
    /// [`TrainError::Diverged`] if a number is NaN or infinite: then nothing has changed. If a file cannot be written,
    /// some files of the folder may be of the old checkpoint and others of the new one; but `training.safetensors` is
    /// always complete.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        self.check_finite()?;
        make_folder(folder)?;
        let scheduler = self.settings().sampler().to_diffusers(&self.settings().schedule)?;
        // A run that is limited by time may have passed the number of iterations in its settings.
        let iterations = self.settings().iterations.map(|last| last.max(self.iteration()));
        let header = Header {
            version: VERSION,
            iteration: self.iteration(),
            ema_loss: self.ema_loss(),
            settings: TrainSettings { iterations, ..self.settings().clone() },
            network: self.model().config().to_json(),
            data: self.data().options().clone(),
            fingerprint: self.data().fingerprint(),
        };
        write_atomically(&folder.join(FILE), |writer| {
            let gamma = self.gamma_learner().map(|gamma| &gamma.adam);
            let gamma_shape = [gamma.map_or(0, |adam| adam.weight.len())];
            let learned =
                self.parameters().map(|(Parameter { name, adam, .. }, shape)| (name.as_str(), adam, shape));
            let all = learned.chain(gamma.map(|adam| (GAMMA, adam, gamma_shape.as_slice())));
            let parts = all.flat_map(|(name, adam, shape)| {
                let arrays = [&adam.weight, &adam.mean, &adam.square, &adam.ema];
                let named = PARTS.iter().zip(arrays);
                named.map(move |(part, values)| (format!("{part}/{name}"), Numbers { shape, values }))
            });
            // A single entry, because safetensors writes several in any order.
            let notes = HashMap::from([(HEADER.to_owned(), serde_json::to_string(&header)?)]);
            writer.write_all(&serialize(parts, Some(notes)).map_err(io::Error::other)?)
        })?;
        save_pipeline(folder, &self.average()?, scheduler.as_str(), WeightType::F32)?;
        save_pipeline(&folder.join(RAW), self.model(), scheduler.as_str(), WeightType::F32)?;
        self.save_schedule(folder)
    }

    /// Writes a learned noise schedule as a table, beside the schedule of the network's own timesteps, which has the same
    /// ends.
    fn save_schedule(&self, folder: &Path) -> Result<(), TrainError> {
        let Some(gamma) = self.gamma() else { return Ok(()) };
        let schedule = table(gamma, self.settings().schedule.steps)?;
        let scheduler = self.settings().sampler().to_diffusers(schedule.spec())?;
        write_atomically(&folder.join(LEARNED), |writer| writer.write_all(scheduler.as_bytes()))?;
        Ok(())
    }

    /// Fails if a number is not finite, so that a usable checkpoint is never replaced by one that cannot be resumed.
    fn check_finite(&self) -> Result<(), TrainError> {
        let learned = self.parameters().map(|(Parameter { adam, .. }, _)| adam);
        for adam in learned.chain(self.gamma_learner().map(|gamma| &gamma.adam)) {
            let parts = [
                ("weight", &adam.weight),
                ("gradient's moving mean", &adam.mean),
                ("gradient's mean square", &adam.square),
                ("average of a weight", &adam.ema),
            ];
            for (what, values) in parts {
                if let Some(&found) = values.iter().find(|value| !value.is_finite()) {
                    return Err(TrainError::Diverged {
                        iteration: self.iteration(),
                        what,
                        found: found.into(),
                    });
                }
            }
        }
        Ok(())
    }
}

impl Header {
    /// Says what is wrong with a header that no run can have.
    fn check(&self) -> Result<(), String> {
        self.settings.validate().map_err(|error| error.to_string())?;
        let last = self.settings.iterations.unwrap_or(u32::MAX.into());
        if self.iteration > last.min(u32::MAX.into()) {
            return Err(format!("it is at iteration {} of {last}", self.iteration));
        }
        // A loss is computed in f32. It is there from the first iteration on.
        match self.ema_loss {
            None if self.iteration == 0 => Ok(()),
            None => Err(format!("it has no loss at iteration {}", self.iteration)),
            Some(_) if self.iteration == 0 => Err("it has a loss before the first iteration".to_owned()),
            Some(loss) if (0.0..=f64::from(f32::MAX)).contains(&loss) => Ok(()),
            Some(loss) => Err(format!("its loss is {}", files::number(loss))),
        }
    }
}

impl Checkpoint {
    /// Whether a folder has a checkpoint.
    pub fn exists(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// The files that saving a run replaces in its folder.
    pub fn files(folder: &Path) -> Vec<PathBuf> {
        let pipelines = [pipeline_files(folder), pipeline_files(&folder.join(RAW))];
        pipelines.into_iter().flatten().chain([FILE, LEARNED].map(|name| folder.join(name))).collect()
    }

    /// Reads the checkpoint in a folder; the folder is not changed.
    ///
    /// # Errors
    /// If there is none, there is not enough memory for it, or it is damaged; the text names the file.
    pub fn open(folder: &Path) -> Result<Self, TrainError> {
        let path = folder.join(FILE);
        // Memory for the file and for the tensors copied from it. If the size is unknown, reading reports the error.
        let size = path.metadata().map_or(0, |file| file.len());
        crate::memory::enough_for(size.saturating_mul(2)).map_err(ModelError::from)?;
        let bytes = files::read(&path, MAX_BYTES)?;
        // A run that goes on replaces it.
        files::inputs::release(&path);
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
        header.check().map_err(|reason| damaged(&name, &reason))?;
        let mut config = UNet2DConfig::from_json(&header.network, &name)?;
        // Runs of earlier versions did not store the null class, or stored one that was never learned.
        config.null_class = config.guiding_class().filter(|_| header.settings.class_dropout > 0.0);
        let graph = unet_2d_graph(&config)?;
        for (found, info) in metadata.tensors() {
            let shape = found.split_once('/').filter(|(part, _)| PARTS.contains(part));
            let shape = shape.and_then(|(_, tensor)| match tensor {
                GAMMA => header.settings.gamma_rate.map(|_| vec![gamma::PARAMETERS]),
                tensor => graph.parameters().get(tensor).map(|spec| spec.shape.clone()),
            });
            if (info.dtype, Some(&info.shape)) != (Dtype::F32, shape.as_ref()) {
                let reason = format!("{found} is {:?} of shape {:?}", info.dtype, info.shape);
                return Err(damaged(&name, &reason));
            }
        }
        Ok(Self { name, header, config, bytes })
    }

    /// The settings of the run.
    pub fn settings(&self) -> &TrainSettings {
        &self.header.settings
    }

    /// The configuration of the network.
    pub fn config(&self) -> &UNet2DConfig {
        &self.config
    }

    /// The options that the data was opened with.
    pub fn data_options(&self) -> &DatasetOptions {
        &self.header.data
    }

    /// The number of iterations that were made.
    pub fn iteration(&self) -> u64 {
        self.header.iteration
    }

    /// The moving average of the loss.
    pub(super) fn ema_loss(&self) -> Option<f64> {
        self.header.ema_loss
    }

    /// Checks that the data is the one that the run was trained on.
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

    pub(super) fn into_states(self) -> Result<States, TrainError> {
        let file = SafeTensors::deserialize(&self.bytes).map_err(|error| damaged(&self.name, &error))?;
        let mut arrays = HashMap::new();
        let [_, mean, square, _] = PARTS.map(|part| format!("{part}/"));
        for (name, view) in file.tensors() {
            let values: Vec<f32> = view.data().as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
            let (is_mean, is_square) = (name.starts_with(&mean), name.starts_with(&square));
            // Before the first iteration the moments are 0.
            let unmoved = self.header.iteration == 0 && (is_mean || is_square);
            let possible =
                |&value: &f32| value.is_finite() && !(is_square && value < 0.0) && !(unmoved && value != 0.0);
            if let Some(found) = values.iter().find(|value| !possible(value)) {
                return Err(damaged(&self.name, &format!("{name} holds {found}")));
            }
            arrays.insert(name, values);
        }
        Ok(States { name: self.name, arrays })
    }
}

/// The tensors of a checkpoint.
pub(super) struct States {
    name: String,
    arrays: HashMap<String, Vec<f32>>,
}

impl States {
    /// The state of one tensor, which has `len` numbers.
    pub(super) fn take(&mut self, tensor: &str, len: usize) -> Result<AdamState, TrainError> {
        let mut part = |part: &str| {
            let values = self.arrays.remove(&format!("{part}/{tensor}")).filter(|v| v.len() == len);
            values.ok_or_else(|| damaged(&self.name, &format!("{part}/{tensor} is missing or too short")))
        };
        let [weight, mean, square, ema] = PARTS;
        Ok(AdamState { weight: part(weight)?, mean: part(mean)?, square: part(square)?, ema: part(ema)? })
    }
}

/// The numbers of a tensor that is being written.
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

fn damaged(name: &str, reason: &dyn std::fmt::Display) -> TrainError {
    let text = reason.to_string();
    TrainError::Checkpoint {
        name: name.to_owned(),
        reason: format!("damaged ({})", text.lines().next().unwrap_or_default()),
        advice: "begin again in another folder, or copy the file from where it is whole",
    }
}
