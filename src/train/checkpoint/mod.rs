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

mod file;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::gamma::table;
use super::trainer::{GAMMA, Trainer};
use super::{TrainError, TrainSettings};
use crate::dataset::{Dataset, DatasetOptions};
use crate::diffusion::vdm::gamma;
use crate::files;
use crate::imaging::{make_folder, write_atomically};
use crate::model::networks::unet_2d_graph;
use crate::model::{UNet2DConfig, WeightType, pipeline_files, save_pipeline};

pub(super) use file::{Saved, States, check_finite, write};

/// Name of the file that a run is resumed from.
pub const FILE: &str = "training.safetensors";
/// Name of the folder with the weights that are not averaged.
pub const RAW: &str = "raw";
/// Name of the file with the learned noise schedule as a table. It ends like the names of scheduler files, so that it is
/// opened as one.
pub const LEARNED: &str = "learned_scheduler_config.json";
/// The version of the header's format.
const VERSION: u32 = 1;
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
    saved: Saved,
    header: Header,
    config: UNet2DConfig,
}

impl Trainer {
    /// Saves the run to a folder, which is created if necessary.
    ///
    /// # Errors
    /// [`TrainError::Diverged`] if a number is NaN or infinite: then nothing has changed. If a file cannot be written,
    /// some files of the folder may be of the old checkpoint and others of the new one; but `training.safetensors` is
    /// always complete.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        check_finite(self.iteration(), self.states())?;
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
        write(&folder.join(FILE), &header, self.states())?;
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
        let (saved, header): (_, Header) = Saved::open(&folder.join(FILE))?;
        if header.version != VERSION {
            return Err(TrainError::Checkpoint {
                name: saved.name().to_owned(),
                reason: format!("its version is {}, and this program reads {VERSION}", header.version),
                advice: "go on with the program that saved it",
            });
        }
        header.check().map_err(|reason| saved.damaged(&reason))?;
        let mut config = UNet2DConfig::from_json(&header.network, saved.name())?;
        // Runs of earlier versions did not store the null class, or stored one that was never learned.
        config.null_class = config.guiding_class().filter(|_| header.settings.class_dropout > 0.0);
        let graph = unet_2d_graph(&config)?;
        saved.check(|tensor| match tensor {
            GAMMA => header.settings.gamma_rate.map(|_| vec![gamma::PARAMETERS]),
            tensor => graph.parameters().get(tensor).map(|spec| spec.shape.clone()),
        })?;
        Ok(Self { saved, header, config })
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
        self.saved.check_fingerprint(self.header.fingerprint, data.fingerprint())
    }

    /// What the run has learned.
    pub(super) fn into_states(self) -> Result<States, TrainError> {
        self.saved.into_states(self.header.iteration)
    }
}
