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

pub use save::save_pipeline;

const INDEX: &str = "model_index.json";
const CONFIG: &str = "config.json";
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
    /// The file with the weights.
    pub weights: PathBuf,
}
