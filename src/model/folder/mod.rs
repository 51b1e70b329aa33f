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
/// What larger networks are split by. diffusers looks for it first.
const SHARDS: &str = "diffusion_pytorch_model.safetensors.index.json";

/// An opened checkpoint.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The network.
    pub unet: UNet2DModel,
    /// The text of `scheduler_config.json`, if there is one; not looked into here.
    pub scheduler: Option<String>,
    /// The file with the weights, or the index of those that they are split over.
    pub weights: PathBuf,
    /// Bytes of weights, in all files of them.
    pub weights_bytes: u64,
    /// What was taken for granted in opening it, each a sentence without a full stop.
    pub remarks: Vec<String>,
}

impl Pipeline {
    /// A network that is in no file, without a scheduler; `name` stands for its place.
    pub fn of(unet: UNet2DModel, name: impl Into<PathBuf>) -> Self {
        Self { unet, scheduler: None, weights: name.into(), weights_bytes: 0, remarks: Vec::new() }
    }
}
