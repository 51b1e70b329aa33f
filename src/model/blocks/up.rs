//! Blocks on the way up: `UpBlock2D`, `AttnUpBlock2D`, `ResnetUpsampleBlock2D`, `CrossAttnUpBlock2D`
//! (`diffusers.models.unets.unet_2d_blocks`).

use super::{Attending, Resize, Resnet, Style};
use crate::model::graph::{Builder, Value};

/// How a level doubles height and width.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Upsample {
    /// By repeating every pixel, followed by a convolution.
    Conv,
    /// As [`Conv`](Self::Conv), but to the size of the next skip connection: one row or column less than double where
    /// the way down has halved an odd size.
    ConvToSkip,
    /// Inside one more residual block.
    Resnet,
}

/// One level on the way up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpBlock {
    /// Number of residual blocks.
    pub(crate) layers: usize,
    pub(crate) outputs: usize,
    /// What follows each residual block.
    pub(crate) attention: Option<Attending>,
    /// How the size is doubled at the end of the level; the last level does not double.
    pub(crate) upsample: Option<Upsample>,
}

impl UpBlock {
    /// Returns the level's result. Each residual block takes one picture from the end of `skips`, where the way down
    /// has kept them; there must be at least as many as residual blocks.
    pub(crate) fn describe(
        self,
        to: &mut Builder,
        style: Style,
        mut x: Value,
        time: Option<Value>,
        skips: &mut Vec<Value>,
    ) -> Value {
        let Self { layers, outputs, attention, upsample } = self;
        for i in 0..layers {
            if let Some(skip) = skips.pop() {
                x = to.concat(x, skip);
            }
            x = style.layer(to, i, (x, time), outputs, attention);
        }
        let Some(upsample) = upsample else { return x };
        to.within("upsamplers.0", |to| match upsample {
            Upsample::Conv | Upsample::ConvToSkip => {
                let doubled = match skips.last() {
                    Some(&skip) if matches!(upsample, Upsample::ConvToSkip) => to.double_to(x, skip),
                    _ => to.double(x),
                };
                to.conv("conv", doubled, outputs)
            }
            Upsample::Resnet => {
                Resnet { resize: Resize::Double, ..style.resnet(outputs) }.describe(to, x, time)
            }
        })
    }
}
