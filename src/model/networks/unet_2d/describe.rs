//! Builds a network's blocks from its config (`diffusers.models.unets.unet_2d.UNet2DModel`).
//!
//! ```text
//! sample ─ conv_in ─ down block ─ … ─ down block ─ middle ─ up block ─ … ─ up block ─ norm ─ conv_out
//!                         └───────────────┴── kept pictures ───┴──────────────┘
//! timestep, class ─ embedding ─► every residual block
//! ```

use std::sync::Arc;

use crate::model::blocks::{
    Attending, Attention, ClassEmbedding, DownBlock, Downsample, Embedding, MidBlock, Projection, Style,
    UpBlock, Upsample,
};
use crate::model::config::{Conditioning, Resampling, TimeEmbeddingType};
use crate::model::graph::planned::Section;
use crate::model::graph::{Builder, Kind, Value};
use crate::model::layers::Activation;
use crate::model::networks::checked;
use crate::model::networks::unet::{Inputs, Structure};
use crate::model::{ModelError, UNet2DConfig};

impl Structure {
    /// The structure for a valid config.
    ///
    /// # Errors
    /// [`ModelError::TooLarge`] for more than 2³² parameters.
    pub(super) fn of_unet_2d(config: &UNet2DConfig) -> Result<Self, ModelError> {
        let mut to = Builder::default();
        let timesteps = to.input(Kind::Number, 1);
        let (labels, embedding) = embedding(config).describe(&mut to, timesteps);
        let picture = to.input(Kind::Picture, config.in_channels);
        let output = denoiser(&mut to, config, picture, embedding);
        Ok(Self {
            graph: Arc::new(checked(to.finish())?),
            inputs: Inputs { timesteps, labels, embedding },
            section: Section { picture, vector: Some(embedding), context: None, output },
        })
    }
}

/// The embedding of timestep and class. The non-linearity in it is always silu, whatever `act_fn` says.
fn embedding(config: &UNet2DConfig) -> Embedding {
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
    let class = match config.conditioning() {
        Conditioning::None => ClassEmbedding::None,
        Conditioning::Classes { classes } => ClassEmbedding::Table { classes },
        Conditioning::Values => ClassEmbedding::Timestep,
        Conditioning::Embeddings { .. } => ClassEmbedding::Identity,
    };
    Embedding { projection, width: config.time_embed_dim(), activation: Activation::Silu, class }
}

/// Describes the way from the sample to the prediction.
fn denoiser(to: &mut Builder, config: &UNet2DConfig, sample: Value, embedding: Value) -> Value {
    let style = Style {
        groups: config.norm_num_groups,
        eps: config.norm_eps,
        activation: config.act_fn,
        time_add: config.resnet_time_scale_shift,
    };
    let attention = Attention {
        groups: Some(config.norm_num_groups),
        eps: config.norm_eps,
        head_width: config.attention_head_dim,
        divisor: 1.0,
    };
    let attends = |is_there: bool| is_there.then_some(Attending::Pixels(attention));
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
            attention: attends(kind.has_attention()),
            downsample,
        };
        x = to.block(format_args!("down_blocks.{level}"), kind.name(), Some(x), |to| {
            block.describe(to, style, x, time, &mut skips)
        });
    }
    if config.mid_block {
        let divisor = config.mid_block_scale_factor;
        let attention = Attention { groups: config.mid_attention_groups(), divisor, ..attention };
        let attention = config.add_attention.then_some(Attending::Pixels(attention));
        let block = MidBlock { attention, divisor };
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
            attention: attends(kind.has_attention()),
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
