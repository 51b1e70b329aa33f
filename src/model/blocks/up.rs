//! Blocks on the way up: `UpBlock2D`, `AttnUpBlock2D`, `ResnetUpsampleBlock2D`
//! (`diffusers.models.unets.unet_2d_blocks`).

use super::{Resize, Resnet, Style};
use crate::model::graph::{Builder, Value};

/// How a level doubles the size.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Upsample {
    /// By repeating every pixel, and a convolution.
    Conv,
    /// Inside a residual block.
    Resnet,
}

/// One level on the way up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpBlock {
    /// Residual blocks.
    pub(crate) layers: usize,
    pub(crate) outputs: usize,
    /// Whether there is attention after each of them.
    pub(crate) attention: bool,
    /// Nothing for the last level.
    pub(crate) upsample: Option<Upsample>,
}

impl UpBlock {
    /// The level's result. Each residual block takes a picture that the way down has kept from the end of
    /// `skips`, and there must be as many.
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
            Upsample::Conv => {
                let doubled = to.double(x);
                to.conv("conv", doubled, outputs)
            }
            Upsample::Resnet => {
                Resnet { resize: Resize::Double, ..style.resnet(outputs) }.describe(to, x, time)
            }
        })
    }
}
