//! Blocks on the way down: `DownBlock2D`, `AttnDownBlock2D`, `ResnetDownsampleBlock2D`,
//! `CrossAttnDownBlock2D` (`diffusers.models.unets.unet_2d_blocks`).

use super::{Attending, Resize, Resnet, Style};
use crate::model::graph::{Builder, Value};
use crate::model::layers::Padding;

/// How a level halves height and width.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Downsample {
    /// By a convolution with stride 2.
    Conv(Padding),
    /// Inside one more residual block.
    Resnet,
}

/// One level on the way down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DownBlock {
    /// Number of residual blocks.
    pub(crate) layers: usize,
    pub(crate) outputs: usize,
    /// What follows each residual block.
    pub(crate) attention: Option<Attending>,
    /// How the size is halved at the end of the level; the last level does not halve.
    pub(crate) downsample: Option<Downsample>,
}

impl DownBlock {
    /// Returns the level's result. The pictures that the way up needs as skip connections are pushed to `skips`.
    pub(crate) fn describe(
        self,
        to: &mut Builder,
        style: Style,
        mut x: Value,
        time: Option<Value>,
        skips: &mut Vec<Value>,
    ) -> Value {
        let Self { layers, outputs, attention, downsample } = self;
        for i in 0..layers {
            x = style.layer(to, i, (x, time), outputs, attention);
            skips.push(x);
        }
        let Some(downsample) = downsample else { return x };
        let x = to.within("downsamplers.0", |to| match downsample {
            Downsample::Conv(padding) => to.halving("conv", x, outputs, padding),
            Downsample::Resnet => {
                Resnet { resize: Resize::Halve, ..style.resnet(outputs) }.describe(to, x, time)
            }
        });
        skips.push(x);
        x
    }
}
