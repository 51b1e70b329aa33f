//! Builds an autoencoder's blocks from its config (`diffusers.models.autoencoders.vae`, `Encoder` and `Decoder`).
//!
//! ```text
//! image ─ conv_in ─ down block ─ … ─ down block ─ middle ─ norm ─ conv_out ─ quant_conv ─► mean, logvar
//! latent ─ post_quant_conv ─ conv_in ─ middle ─ up block ─ … ─ up block ─ norm ─ conv_out ─► image
//! ```

use std::sync::Arc;

use super::config::AutoencoderKlConfig;
use crate::model::ModelError;
use crate::model::blocks::{Attending, Attention, DownBlock, Downsample, MidBlock, Style, UpBlock, Upsample};
use crate::model::graph::planned::Section;
use crate::model::graph::{Builder, Graph, Kind, Value};
use crate::model::layers::{Activation, Padding, TimeAdd};
use crate::model::networks::checked;

/// Added to the variance in every group normalisation.
const EPS: f64 = 1e-6;

/// The network's operations: both ways are in one graph, as they are in one file.
#[derive(Clone, Debug)]
pub(super) struct Structure {
    pub(super) graph: Arc<Graph>,
    /// From a picture to mean and log-variance, one after another.
    pub(super) encoder: Section,
    /// From a latent to a picture.
    pub(super) decoder: Section,
}

impl Structure {
    /// The structure for a valid config.
    ///
    /// # Errors
    /// [`ModelError::TooLarge`] for more than 2³² parameters.
    pub(super) fn of(config: &AutoencoderKlConfig) -> Result<Self, ModelError> {
        let mut to = Builder::default();
        let image = to.input(Kind::Picture, config.in_channels);
        let mut moments = to.within("encoder", |to| encoder(to, config, image));
        if config.use_quant_conv {
            let channels = 2 * config.latent_channels;
            moments =
                to.layer("quant_conv", "Conv2d", moments, |to, name| to.pointwise(name, moments, channels));
        }
        let latent = to.input(Kind::Picture, config.latent_channels);
        let mut x = latent;
        if config.use_post_quant_conv {
            let channels = config.latent_channels;
            x = to.layer("post_quant_conv", "Conv2d", x, |to, name| to.pointwise(name, x, channels));
        }
        let decoded = to.within("decoder", |to| decoder(to, config, x));
        let section =
            |picture: Value, output: Value| Section { picture, vector: None, context: None, output };
        Ok(Self {
            graph: Arc::new(checked(to.finish())?),
            encoder: section(image, moments),
            decoder: section(latent, decoded),
        })
    }
}

fn style(config: &AutoencoderKlConfig) -> Style {
    // No residual block is told a time, so it does not matter how it would enter.
    let time_add = TimeAdd::Shift;
    Style { groups: config.norm_num_groups, eps: EPS, activation: config.act_fn, time_add }
}

fn encoder(to: &mut Builder, config: &AutoencoderKlConfig, image: Value) -> Value {
    let first = config.first_channels();
    let mut x = to.layer("conv_in", "Conv2d", image, |to, name| to.conv(name, image, first));
    let levels = config.block_out_channels.len();
    for (level, &outputs) in config.block_out_channels.iter().enumerate() {
        let downsample = (level + 1 < levels).then_some(Downsample::Conv(Padding::RightBottom));
        let block = DownBlock { layers: config.layers_per_block, outputs, attention: None, downsample };
        x = to.block(format_args!("down_blocks.{level}"), "DownEncoderBlock2D", Some(x), |to| {
            // There are no skip connections: all that the decoder knows is in the latent.
            block.describe(to, style(config), x, None, &mut Vec::new())
        });
    }
    let x = middle(to, config, x);
    end(to, config, x, 2 * config.latent_channels)
}

fn decoder(to: &mut Builder, config: &AutoencoderKlConfig, latent: Value) -> Value {
    let last = config.last_channels();
    let x = to.layer("conv_in", "Conv2d", latent, |to, name| to.conv(name, latent, last));
    let mut x = middle(to, config, x);
    let levels = config.block_out_channels.len();
    for (i, &outputs) in config.block_out_channels.iter().rev().enumerate() {
        let upsample = (i + 1 < levels).then_some(Upsample::Conv);
        let block = UpBlock { layers: config.layers_per_block + 1, outputs, attention: None, upsample };
        x = to.block(format_args!("up_blocks.{i}"), "UpDecoderBlock2D", Some(x), |to| {
            block.describe(to, style(config), x, None, &mut Vec::new())
        });
    }
    end(to, config, x, config.out_channels)
}

/// The block in the middle, whose attention has a single head.
fn middle(to: &mut Builder, config: &AutoencoderKlConfig, x: Value) -> Value {
    let groups = Some(config.norm_num_groups);
    let attention = Attention { groups, eps: EPS, head_width: None, divisor: 1.0 };
    let attention = config.mid_block_add_attention.then_some(Attending::Pixels(attention));
    let block = MidBlock { attention, divisor: 1.0 };
    to.block("mid_block", "UNetMidBlock2D", Some(x), |to| block.describe(to, style(config), x, None))
}

/// The last layers, whose non-linearity is always silu, whatever `act_fn` says.
fn end(to: &mut Builder, config: &AutoencoderKlConfig, x: Value, outputs: usize) -> Value {
    let groups = config.norm_num_groups;
    let x = to.layer("conv_norm_out", "GroupNorm", x, |to, name| to.group_norm(name, x, groups, EPS));
    let x = to.activation(x, Activation::Silu);
    to.layer("conv_out", "Conv2d", x, |to, name| to.conv(name, x, outputs))
}
