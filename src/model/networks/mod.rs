//! The networks, each described by its blocks (`model/blocks`) from a config of diffusers.
//!
//! A network is a graph whose inputs and outputs are known, with its tensors, the checks of its inputs, and the choice
//! of which part of the graph is planned.
//!
//! | module | what it is |
//! | --- | --- |
//! | `body` | a graph with its tensors, and the ways to compute it; all networks share it |
//! | `inputs` | timesteps, class labels and contexts, checked before anything is computed |
//! | `unet` | the embedding of timestep and class, which the U-Nets share |
//! | `unet_2d` | `UNet2DModel` |
//! | `unet_2d_condition` | `UNet2DConditionModel`, which attends to a context, such as an embedded text |
//! | `autoencoder_kl` | `AutoencoderKL`, between pictures and their latents |
//! | `clip_text` | `CLIPTextModel`, which embeds a text |

mod autoencoder_kl;
mod body;
mod clip_text;
mod inputs;
mod unet;
mod unet_2d;
mod unet_2d_condition;

use super::graph::Graph;
use super::graph::planned::Section;
use super::parameters::Precision;
use super::weights::{Storage, Tensors};
use super::{ModelError, UNet2DConfig};

pub use autoencoder_kl::{AutoencoderKl, AutoencoderKlConfig, LatentDistribution};
pub use clip_text::{ClipTextConfig, ClipTextModel, EmbeddedText, TextActivation};
pub use inputs::ClassLabels;
pub use unet_2d::UNet2DModel;
#[cfg(test)]
pub(crate) use unet_2d::planned;
pub use unet_2d_condition::{
    AttentionMap, CrossDownBlockType, CrossUpBlockType, UNet2DConditionConfig, UNet2DConditionModel,
    VectorEmbedType,
};

/// Networks with more parameters than this, which take 16 GiB, are not built.
const MAX_PARAMETERS: usize = 1 << 32;

/// A network that can be made from the contents of a folder of diffusers: a config and tensors.
pub(crate) trait FromCheckpoint: Sized {
    /// The configuration that `config.json` describes.
    type Config;

    /// How the files of its weights are called, and their tensors.
    const STORED: Storage = Storage::DIFFUSERS;

    /// Reads a `config.json`; `name` stands for the file in errors.
    ///
    /// # Errors
    /// A [`ModelError`] that names the field.
    fn read_config(text: &str, name: &str) -> Result<Self::Config, ModelError>;

    /// The graph of the network with this config, which must be valid.
    ///
    /// # Errors
    /// [`ModelError::TooLarge`] for more than 2³² parameters.
    fn graph(config: &Self::Config) -> Result<Graph, ModelError>;

    /// The graph of the network with this config, which must be valid, and the parts of it that are planned, as far as
    /// they can be.
    ///
    /// # Errors
    /// The errors of [`graph`](Self::graph).
    fn sections(config: &Self::Config) -> Result<(Graph, Vec<Section>), ModelError>;

    /// The network, from tensors that were checked against the parameters of its [`graph`](Self::graph).
    ///
    /// # Errors
    /// The errors of [`graph`](Self::graph).
    fn from_tensors(
        config: &Self::Config,
        precision: Precision,
        tensors: Tensors,
    ) -> Result<Self, ModelError>;
}

/// The graph of the `UNet2DModel` with this config, which must be valid.
///
/// # Errors
/// [`ModelError::TooLarge`] for more than 2³² parameters.
pub(crate) fn unet_2d_graph(config: &UNet2DConfig) -> Result<Graph, ModelError> {
    UNet2DModel::graph(config)
}

/// The graph, if it does not have too many parameters.
fn checked(graph: Graph) -> Result<Graph, ModelError> {
    let parameters = graph.parameter_count();
    if parameters > MAX_PARAMETERS {
        return Err(ModelError::TooLarge { parameters, limit: MAX_PARAMETERS });
    }
    Ok(graph)
}
