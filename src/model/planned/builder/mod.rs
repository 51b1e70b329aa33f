//! From a configuration to a plan: the network's blocks (`diffusers.models.unets.unet_2d_blocks`), one
//! after another, as steps.

mod layers;
mod places;

use self::layers::{Before, Conv, Projection};
use self::places::{Picture, SHARED, Shared};
use super::Network;
use super::arrange::{Resize, Size};
use super::lanes::Lanes;
use super::nonlinear::Nonlinearity;
use super::plan::{Added, Plan, Step};
use crate::model::config::Resampling;
use crate::model::{ModelError, Result, UNet2DConfig, memory};

pub(super) struct Builder<'a> {
    network: &'a Network,
    config: &'a UNet2DConfig,
    activation: Nonlinearity,
    steps: Vec<Step>,
    /// Lengths.
    buffers: Vec<usize>,
    /// Whether every picture has a buffer of its own, for gradients.
    keep_all: bool,
    /// For every buffer, the one that would do otherwise.
    shared: Vec<usize>,
    images: usize,
    projections: Vec<Projection>,
    projected: usize,
    projected_blocks: usize,
    /// Pictures that wait for the way up, beside the places of what they are concatenated with.
    kept: Vec<Picture>,
    /// Channels of what each of them is concatenated with, in the order of the way up.
    beside: Vec<usize>,
}

impl Network {
    /// The steps for pictures of a size; with `keep_all` nothing is overwritten that gradients depend on.
    ///
    /// # Errors
    /// [`ModelError::Memory`], before any is taken, and those of the tensor library.
    pub(super) fn plan(&self, size: Size, keep_all: bool) -> Result<Plan, ModelError> {
        // At least this; what it is exactly is known once the steps are.
        crate::memory::enough_for(memory::of_plan(&self.config, size.images, size.height * size.width))?;

        let mut builder = Builder {
            network: self,
            config: &self.config,
            activation: self.activation,
            steps: Vec::new(),
            buffers: vec![0; SHARED],
            keep_all,
            shared: (0..SHARED).collect(),
            images: size.images,
            projections: Vec::new(),
            projected: 0,
            projected_blocks: 0,
            kept: Vec::new(),
            beside: beside(&self.config),
        };
        builder.projected = builder.buffer(0);
        builder.unet(size)
    }
}

/// Channels that come from below into every residual block on the way up.
fn beside(config: &UNet2DConfig) -> Vec<usize> {
    let channels = &config.block_out_channels;
    let levels = channels.len();
    let mut beside = Vec::new();
    for level in (0..levels).rev() {
        beside.push(channels[(level + 1).min(levels - 1)]);
        beside.extend((0..config.layers_per_block).map(|_| channels[level]));
    }
    beside
}

impl Builder<'_> {
    fn unet(mut self, size: Size) -> Result<Plan, ModelError> {
        let config = self.config;
        let levels = config.block_out_channels.len();
        let sample = self.fresh(&[config.in_channels], size);
        let conv_in = Conv::same("conv_in", config.first_channels());
        let to = self.keep(conv_in.outputs, size);
        self.convolve(&conv_in, &sample, Before::default(), Added::default(), &to.place)?;
        let mut hidden = to;
        for i in 0..levels {
            hidden = self.down(i, hidden)?;
        }
        hidden = self.middle(&hidden)?;
        for i in 0..levels {
            hidden = self.up(i, &hidden)?;
        }
        let output = self.fresh(&[config.out_channels], size);
        let norm = Some(("conv_norm_out", config.norm_num_groups));
        let before = Before { norm, activation: Some(Nonlinearity::Silu), ..Before::default() };
        let conv_out = Conv::same("conv_out", config.out_channels);
        self.convolve(&conv_out, &hidden, before, Added::default(), &output.place)?;
        let time = self.project()?;
        // Gradients share buffers, so they take less than what is kept for them.
        let lanes = self.buffers.iter().sum::<usize>() * if self.keep_all { 2 } else { 1 };
        crate::memory::enough_for((lanes * size_of::<Lanes>()) as u64)?;
        Ok(Plan {
            size,
            steps: self.steps,
            shared: self.shared,
            buffers: self.buffers.into_iter().map(|length| vec![Lanes::ZERO; length]).collect(),
            sample: sample.place,
            time,
            output: output.place,
        })
    }

    fn down(&mut self, i: usize, mut hidden: Picture) -> Result<Picture> {
        let (config, kind) = (self.config, self.config.down_block_types[i]);
        let outputs = config.block_out_channels[i];
        let block = format!("down_blocks.{i}");
        for layer in 0..config.layers_per_block {
            let resnet = format!("{block}.resnets.{layer}");
            let size = hidden.size;
            if kind.has_attention() {
                let between = self.shared(Shared::First, outputs, size);
                self.resnet(&resnet, &hidden, Resize::Keep, 1.0, &between)?;
                hidden = self.keep(outputs, size);
                let groups = Some(config.norm_num_groups);
                self.attention(&format!("{block}.attentions.{layer}"), &between, groups, 1.0, &hidden)?;
            } else {
                let to = self.keep(outputs, size);
                self.resnet(&resnet, &hidden, Resize::Keep, 1.0, &to)?;
                hidden = to;
            }
        }
        if i + 1 == config.block_out_channels.len() {
            return Ok(hidden);
        }
        let name = format!("{block}.downsamplers.0");
        if kind.resampling(config) == Resampling::Resnet {
            let to = self.keep(outputs, hidden.size.resized(Resize::Halve));
            self.resnet(&name, &hidden, Resize::Halve, 1.0, &to)?;
            return Ok(to);
        }
        let name = format!("{name}.conv");
        let conv = Conv { name: &name, kernel: 3, stride: 2, padding: config.halving_padding(), outputs };
        let to = self.keep(outputs, conv.output(hidden.size));
        self.convolve(&conv, &hidden, Before::default(), Added::default(), &to.place)?;
        Ok(to)
    }

    fn middle(&mut self, hidden: &Picture) -> Result<Picture> {
        let config = self.config;
        let channels = config.last_channels();
        let factor = config.mid_block_scale_factor;
        let first = self.shared(Shared::First, channels, hidden.size);
        let to = self.above(channels, hidden.size);
        if !config.mid_block {
            // By a detour, as it is there already, beside its new place.
            self.copy(hidden, &first);
            self.copy(&first, &to);
            return Ok(to);
        }
        self.resnet("mid_block.resnets.0", hidden, Resize::Keep, factor, &first)?;
        let mut between = first;
        if config.add_attention {
            let second = self.shared(Shared::Second, channels, hidden.size);
            let groups = config.mid_attention_groups();
            self.attention("mid_block.attentions.0", &between, groups, factor, &second)?;
            between = second;
        }
        self.resnet("mid_block.resnets.1", &between, Resize::Keep, factor, &to)?;
        Ok(to)
    }

    fn up(&mut self, i: usize, hidden: &Picture) -> Result<Picture> {
        let (config, kind) = (self.config, self.config.up_block_types[i]);
        let level = config.block_out_channels.len() - 1 - i;
        let outputs = config.block_out_channels[level];
        let block = format!("up_blocks.{i}");
        let mut hidden = hidden.clone();
        for layer in 0..=config.layers_per_block {
            let joined = self.joined(&hidden)?;
            let resnet = format!("{block}.resnets.{layer}");
            let size = hidden.size;
            // The last ones' results are still to be doubled; all others go where they are joined.
            let last = layer == config.layers_per_block;
            let to = |builder: &mut Self, shared| {
                if last { builder.shared(shared, outputs, size) } else { builder.above(outputs, size) }
            };
            if kind.has_attention() {
                let between = self.shared(Shared::First, outputs, size);
                self.resnet(&resnet, &joined, Resize::Keep, 1.0, &between)?;
                hidden = to(self, Shared::Second);
                let groups = Some(config.norm_num_groups);
                self.attention(&format!("{block}.attentions.{layer}"), &between, groups, 1.0, &hidden)?;
            } else {
                hidden = to(self, Shared::First);
                self.resnet(&resnet, &joined, Resize::Keep, 1.0, &hidden)?;
            }
        }
        if level == 0 {
            return Ok(hidden);
        }
        let name = format!("{block}.upsamplers.0");
        let to = self.above(outputs, hidden.size.resized(Resize::Double));
        if kind.resampling(config) == Resampling::Resnet {
            self.resnet(&name, &hidden, Resize::Double, 1.0, &to)?;
        } else {
            let before = Before { resize: Some(Resize::Double), ..Before::default() };
            let conv = format!("{name}.conv");
            self.convolve(&Conv::same(&conv, outputs), &hidden, before, Added::default(), &to.place)?;
        }
        Ok(to)
    }
}
