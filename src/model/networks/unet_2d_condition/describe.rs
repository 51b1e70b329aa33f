//! Builds a network's blocks from its config
//! (`diffusers.models.unets.unet_2d_condition.UNet2DConditionModel`): like a `UNet2DModel`, but with a
//! transformer after each residual block of some levels.

use std::sync::Arc;

use super::config::{UNet2DConditionConfig, VectorEmbedType};
use crate::model::ModelError;
use crate::model::blocks::{
    Attending, ClassEmbedding, DownBlock, Downsample, Embedding, MidBlock, Projection, Style, Transformer,
    UpBlock, Upsample,
};
use crate::model::graph::planned::Section;
use crate::model::graph::{Builder, Kind, Value};
use crate::model::networks::checked;
use crate::model::networks::unet::{Inputs, Structure};

impl Structure {
    /// The structure for a valid config.
    ///
    /// # Errors
    /// [`ModelError::TooLarge`] for more than 2³² parameters.
    pub(super) fn of_unet_2d_condition(config: &UNet2DConditionConfig) -> Result<Self, ModelError> {
        let mut to = Builder::default();
        let timesteps = to.input(Kind::Number, 1);
        let (labels, embedding) = embedding(config).describe(&mut to, timesteps);
        let picture = to.input(Kind::Picture, config.in_channels);
        let context = to.input(Kind::Sequence, config.cross_attention_dim);
        let output = denoiser(&mut to, config, [picture, context], embedding);
        Ok(Self {
            graph: Arc::new(checked(to.finish())?),
            inputs: Inputs { timesteps, labels, embedding },
            section: Section { picture, vector: Some(embedding), context: Some(context), output },
        })
    }
}

/// The embedding of timestep and class.
fn embedding(config: &UNet2DConditionConfig) -> Embedding {
    use VectorEmbedType::{Identity, Projection as Projected, SimpleProjection, Timestep};
    let (width, flip, shift) = (config.first_channels(), config.flip_sin_to_cos, config.freq_shift);
    let inputs = config.projection_class_embeddings_input_dim.unwrap_or_default();
    let class = match (config.class_embed_type, config.num_class_embeds) {
        (Some(Timestep), _) => ClassEmbedding::Timestep,
        (Some(Identity), _) => ClassEmbedding::Identity,
        (Some(Projected), _) => ClassEmbedding::Projection { inputs },
        (Some(SimpleProjection), _) => ClassEmbedding::SimpleProjection { inputs },
        (None, Some(classes)) => ClassEmbedding::Table { classes },
        (None, None) => ClassEmbedding::None,
    };
    Embedding {
        projection: Projection::Sinusoids { width, flip, shift },
        width: config.time_embed_dim(),
        activation: config.act_fn,
        class,
    }
}

/// Describes the way from the sample to the prediction.
fn denoiser(
    to: &mut Builder,
    config: &UNet2DConditionConfig,
    [sample, context]: [Value; 2],
    embedding: Value,
) -> Value {
    let style = Style {
        groups: config.norm_num_groups,
        eps: config.norm_eps,
        activation: config.act_fn,
        time_add: config.resnet_time_scale_shift,
    };
    let levels = config.block_out_channels.len();
    let transformer = |level: usize, only_cross: bool| {
        Attending::Context(Transformer {
            groups: config.norm_num_groups,
            heads: config.attention_heads[level],
            layers: config.transformer_layers_per_block[level],
            linear: config.use_linear_projection,
            only_cross,
            context,
        })
    };
    let attends = |is_there: bool, level: usize| {
        is_there.then(|| transformer(level, config.only_cross_attention[level]))
    };
    let first = config.first_channels();
    let time = Some(to.activation(embedding, config.act_fn));
    let mut x = to.layer("conv_in", "Conv2d", sample, |to, name| to.conv(name, sample, first));
    let mut skips = vec![x];
    for (level, kind) in config.down_block_types.iter().enumerate() {
        let block = DownBlock {
            layers: config.layers_per_block[level],
            outputs: config.block_out_channels[level],
            attention: attends(kind.has_transformer(), level),
            downsample: (level + 1 < levels).then(|| Downsample::Conv(config.halving_padding())),
        };
        x = to.block(format_args!("down_blocks.{level}"), kind.name(), Some(x), |to| {
            block.describe(to, style, x, time, &mut skips)
        });
    }
    if config.mid_block {
        let divisor = config.mid_block_scale_factor;
        let block = MidBlock { attention: Some(transformer(levels - 1, false)), divisor };
        x = to
            .block("mid_block", "UNetMidBlock2DCrossAttn", Some(x), |to| block.describe(to, style, x, time));
    }
    for (i, kind) in config.up_block_types.iter().enumerate() {
        let level = levels - 1 - i;
        let block = UpBlock {
            layers: config.layers_per_block[level] + 1,
            outputs: config.block_out_channels[level],
            attention: attends(kind.has_transformer(), level),
            upsample: (level > 0).then_some(Upsample::ConvToSkip),
        };
        x = to.block(format_args!("up_blocks.{i}"), kind.name(), Some(x), |to| {
            block.describe(to, style, x, time, &mut skips)
        });
    }
    x = to.layer("conv_norm_out", "GroupNorm", x, |to, name| {
        to.group_norm(name, x, config.norm_num_groups, config.norm_eps)
    });
    x = to.activation(x, config.act_fn);
    to.layer("conv_out", "Conv2d", x, |to, name| to.conv(name, x, config.out_channels))
}
