//! Builds a network's blocks from its config (`diffusers.models.unets.unet_2d.UNet2DModel`).
//!
//! ```text
//! sample ─ conv_in ─ down block ─ … ─ down block ─ middle ─ up block ─ … ─ up block ─ norm ─ conv_out
//!                         └───────────────┴── kept pictures ───┴──────────────┘
//! timestep, class ─ embedding ─► every residual block
//! ```

use crate::model::blocks::{
    DownBlock, Downsample, MidBlock, Projection, Style, UpBlock, Upsample, timestep_embedding,
};
use crate::model::config::{Conditioning, Resampling, TimeEmbeddingType};
use crate::model::graph::planned::Section;
use crate::model::graph::{Builder, Graph, Kind, Value};
use crate::model::layers::Activation;
use crate::model::{ModelError, UNet2DConfig};

/// Networks with more parameters than this, which take 16 GiB, are not built.
const MAX_PARAMETERS: usize = 1 << 32;

/// The network's operations, and which of their values are inputs and outputs.
#[derive(Clone, Debug)]
pub(super) struct Structure {
    pub(super) graph: Graph,
    pub(super) timesteps: Value,
    /// Class labels, as numbers or vectors, for networks that are told the class.
    pub(super) labels: Option<Value>,
    /// The embedding of timestep and class, `[n, time_embed_dim]`.
    pub(super) embedding: Value,
    pub(super) sample: Value,
    pub(super) output: Value,
}

impl Structure {
    /// The structure for a valid config.
    ///
    /// # Errors
    /// [`ModelError::TooLarge`] for more than 2³² parameters.
    pub(super) fn of(config: &UNet2DConfig) -> Result<Self, ModelError> {
        let mut to = Builder::default();
        let timesteps = to.input(Kind::Number, 1);
        let (labels, embedding) = embedding(&mut to, config, timesteps);
        let sample = to.input(Kind::Picture, config.in_channels);
        let output = denoiser(&mut to, config, sample, embedding);
        let graph = to.finish();
        let parameters = graph.parameter_count();
        if parameters > MAX_PARAMETERS {
            return Err(ModelError::TooLarge { parameters, limit: MAX_PARAMETERS });
        }
        Ok(Self { graph, timesteps, labels, embedding, sample, output })
    }

    /// The part of the graph that is planned: everything that depends on the sample.
    pub(super) fn section(&self) -> Section {
        Section { picture: self.sample, vector: Some(self.embedding), output: self.output }
    }
}

/// Embeds timestep and class label as one vector. Returns the value of the labels, if there are any, and the vector.
fn embedding(to: &mut Builder, config: &UNet2DConfig, timesteps: Value) -> (Option<Value>, Value) {
    let width = config.first_channels();
    let projection = match config.time_embedding_type {
        TimeEmbeddingType::Positional => {
            Projection::Sinusoids { width, flip: config.flip_sin_to_cos, shift: config.freq_shift }
        }
        TimeEmbeddingType::Fourier => Projection::Fourier { frequencies: width },
        TimeEmbeddingType::Learned => {
            Projection::Table { entries: config.num_train_timesteps.unwrap_or_default(), width }
        }
    };
    let dim = config.time_embed_dim();
    let time = to.block("time_proj", "Timesteps", None, |to| projection.describe(to, timesteps));
    let time = to.block("time_embedding", "TimestepEmbedding", None, |to| timestep_embedding(to, time, dim));
    let (labels, class) = match config.conditioning() {
        Conditioning::None => return (None, time),
        Conditioning::Classes { classes } => {
            let labels = to.input(Kind::Number, 1);
            let class = to.block("class_embedding", "Embedding", None, |to| to.lookup(labels, classes, dim));
            (labels, class)
        }
        Conditioning::Values => {
            let labels = to.input(Kind::Number, 1);
            let values = to.within("time_proj", |to| projection.describe(to, labels));
            let class = to.block("class_embedding", "TimestepEmbedding", None, |to| {
                timestep_embedding(to, values, dim)
            });
            (labels, class)
        }
        Conditioning::Embeddings { width } => {
            let labels = to.input(Kind::Vector, width);
            (labels, labels)
        }
    };
    (Some(labels), to.add(time, class, 1.0))
}

/// Describes the way from the sample to the prediction.
fn denoiser(to: &mut Builder, config: &UNet2DConfig, sample: Value, embedding: Value) -> Value {
    let style = Style {
        groups: config.norm_num_groups,
        eps: config.norm_eps,
        activation: config.act_fn,
        time_add: config.resnet_time_scale_shift,
        head_width: config.attention_head_dim,
    };
    let first = config.first_channels();
    let time = Some(to.activation(embedding, config.act_fn));
    let mut x = to.layer("conv_in", "Conv2d", sample, |to, name| to.conv(name, sample, first));
    let mut skips = vec![x];
    let levels = config.block_out_channels.len();
    for (level, kind) in config.down_block_types.iter().enumerate() {
        let downsample = (level + 1 < levels).then(|| match kind.resampling(config) {
            Resampling::Conv => Downsample::Conv(config.halving_padding()),
            Resampling::Resnet => Downsample::Resnet,
        });
        let block = DownBlock {
            layers: config.layers_per_block,
            outputs: config.block_out_channels[level],
            attention: kind.has_attention(),
            downsample,
        };
        x = to.block(format_args!("down_blocks.{level}"), kind.name(), Some(x), |to| {
            block.describe(to, style, x, time, &mut skips)
        });
    }
    if config.mid_block {
        let block = MidBlock {
            attention: config.add_attention,
            attention_groups: config.mid_attention_groups(),
            divisor: config.mid_block_scale_factor,
        };
        x = to.block("mid_block", "UNetMidBlock2D", Some(x), |to| block.describe(to, style, x, time));
    }
    for (i, kind) in config.up_block_types.iter().enumerate() {
        let level = levels - 1 - i;
        let upsample = (level > 0).then(|| match kind.resampling(config) {
            Resampling::Conv => Upsample::Conv,
            Resampling::Resnet => Upsample::Resnet,
        });
        let block = UpBlock {
            layers: config.layers_per_block + 1,
            outputs: config.block_out_channels[level],
            attention: kind.has_attention(),
            upsample,
        };
        x = to.block(format_args!("up_blocks.{i}"), kind.name(), Some(x), |to| {
            block.describe(to, style, x, time, &mut skips)
        });
    }
    x = to.layer("conv_norm_out", "GroupNorm", x, |to, name| {
        to.group_norm(name, x, config.norm_num_groups, config.norm_eps)
    });
    // The last non-linearity is always silu, whatever `act_fn` says.
    x = to.activation(x, Activation::Silu);
    to.layer("conv_out", "Conv2d", x, |to, name| to.conv(name, x, config.out_channels))
}
