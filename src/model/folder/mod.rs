//! Checkpoints in the format of diffusers:
//!
//! ```text
//! folder/model_index.json                                   which class each part is
//!        scheduler/scheduler_config.json
//!        unet/config.json
//!             diffusion_pytorch_model.safetensors
//!        vae/…                                              the other parts of a text-to-image pipeline
//!        text_encoder/…
//!        tokenizer/…
//!        super_resolution/unet/…                            the second stage of a cascade
//!                         scheduler/…
//! ```
//!
//! The second stage has an index of its own, in which `max_noise_level` is the largest noise on pictures that it learned to
//! enlarge, and `noise_level` the one that suits it. diffusers has no folder for both stages; the names are those of its
//! `StableDiffusionUpscalePipeline`.
//!
//! A [`Pipeline`] has a network that sees nothing but samples and classes, and is opened at once. The parts of a
//! [`StableDiffusion`] folder are large: each is opened when it is asked for.

mod cascade;
mod index;
mod open;
mod part;
mod save;
mod shipped;
mod stable_diffusion;

use std::path::PathBuf;

use super::UNet2DModel;

pub use cascade::{NoiseLevels, SecondStage};
pub(in crate::model) use part::open_bytes;
pub(crate) use save::STAGE;
pub use save::{TextPipeline, pipeline_files, save_autoencoder, save_pipeline, save_text_pipeline};
pub use shipped::{ShippedFiles, ShippedPart, ShippedSecond};
pub use stable_diffusion::{PartName, StableDiffusion, unet_class};

const INDEX: &str = "model_index.json";
pub(crate) const CONFIG: &str = "config.json";
const SCHEDULER: &str = "scheduler_config.json";
const WEIGHTS: &str = "diffusion_pytorch_model.safetensors";
/// The index that lists the files of weights that are split. diffusers looks for it first.
const SHARDS: &str = "diffusion_pytorch_model.safetensors.index.json";

/// An opened checkpoint: its networks, its scheduler, and remarks.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The networks.
    pub parts: Parts,
    /// The text of `scheduler_config.json`, if there is one; it is not parsed here.
    pub scheduler: Option<String>,
    /// The assumptions that were made when it was opened, for people to read: each a sentence without a full
    /// stop.
    pub remarks: Vec<String>,
}

/// A pipeline's networks by their names in `model_index.json`.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The network that predicts the noise.
    pub unet: Part<UNet2DModel>,
}

/// A network, and where it was read from.
#[derive(Clone, Debug)]
pub struct Part<N> {
    /// The network.
    pub network: N,
    /// The file of the weights, or the index of the files that they are split over; a name for a network that was not
    /// read from a file.
    pub file: PathBuf,
    /// Size of the weights in bytes, summed over all their files; 0 for a network that was not read from a file.
    pub bytes: u64,
}

impl Pipeline {
    /// A network that was not read from a file, without a scheduler; `name` is shown in place of a path.
    pub fn of(unet: UNet2DModel, name: impl Into<PathBuf>) -> Self {
        let unet = Part { network: unet, file: name.into(), bytes: 0 };
        Self { parts: Parts { unet }, scheduler: None, remarks: Vec::new() }
    }
}
