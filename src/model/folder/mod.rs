//! Checkpoints in the format of diffusers:
//!
//! ```text
//! folder/model_index.json                                   which class each part is
//!        scheduler/scheduler_config.json
//!        unet/config.json
//!             diffusion_pytorch_model.safetensors
//! ```

mod open;
mod save;

use std::path::PathBuf;

use super::UNet2DModel;

pub(crate) use save::STAGE;
pub use save::save_pipeline;

const INDEX: &str = "model_index.json";
pub(crate) const CONFIG: &str = "config.json";
const SCHEDULER: &str = "scheduler_config.json";
const WEIGHTS: &str = "diffusion_pytorch_model.safetensors";
/// The index that lists the files of weights that are split. diffusers looks for it first.
const SHARDS: &str = "diffusion_pytorch_model.safetensors.index.json";

/// An opened checkpoint.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The network.
    pub unet: UNet2DModel,
    /// The text of `scheduler_config.json`, if there is one; it is not parsed here.
    pub scheduler: Option<String>,
    /// The file of the weights, or the index of the files that they are split over.
    pub weights: PathBuf,
    /// Size of the weights in bytes, summed over all their files.
    pub weights_bytes: u64,
    /// What was assumed when it was opened, for people to read: each a sentence without a full stop.
    pub remarks: Vec<String>,
}

impl Pipeline {
    /// A network that was not read from a file, without a scheduler; `name` is shown in place of a path.
    pub fn of(unet: UNet2DModel, name: impl Into<PathBuf>) -> Self {
        Self { unet, scheduler: None, weights: name.into(), weights_bytes: 0, remarks: Vec::new() }
    }
}
