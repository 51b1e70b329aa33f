//! The residual block (`diffusers.models.resnet.ResnetBlock2D`).

use candle_core::Tensor;

use crate::model::layers::{Activation, Conv2d, GroupNorm, Linear, TimeAdd, average_halved, doubled, mean};
use crate::model::parameters::Scope;
use crate::model::{ModelError, Result, UNet2DConfig};

/// What a residual block does to the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Keep,
    Halve,
    Double,
}

impl Size {
    fn apply(self, x: Tensor) -> Result<Tensor> {
        match self {
            Self::Keep => Ok(x),
            Self::Halve => average_halved(&x),
            Self::Double => doubled(&x),
        }
    }
}

/// `(x + f(x, t)) / scale`, with f two normalised convolutions and the time embedding between them.
#[derive(Clone, Debug)]
pub(super) struct ResnetBlock2D {
    norm1: GroupNorm,
    conv1: Conv2d,
    time_emb_proj: Linear,
    norm2: GroupNorm,
    conv2: Conv2d,
    /// Where input and output have different numbers of channels.
    conv_shortcut: Option<Conv2d>,
    size: Size,
    time_add: TimeAdd,
    activation: Activation,
    output_scale_factor: f64,
}

impl ResnetBlock2D {
    pub(super) fn load(
        scope: &Scope<'_>,
        config: &UNet2DConfig,
        [inputs, outputs]: [usize; 2],
        size: Size,
        output_scale_factor: f64,
    ) -> Result<Self, ModelError> {
        let (groups, eps) = (config.norm_num_groups, config.norm_eps);
        let time_add = config.resnet_time_scale_shift;
        let conv_shortcut = if inputs == outputs {
            None
        } else {
            Some(Conv2d::pointwise(&scope.at("conv_shortcut"), inputs, outputs)?)
        };
        Ok(Self {
            norm1: GroupNorm::load(&scope.at("norm1"), inputs, groups, eps)?,
            conv1: Conv2d::same(&scope.at("conv1"), inputs, outputs)?,
            time_emb_proj: Linear::load(
                &scope.at("time_emb_proj"),
                config.time_embed_dim(),
                outputs * time_add.width(),
            )?,
            norm2: GroupNorm::load(&scope.at("norm2"), outputs, groups, eps)?,
            conv2: Conv2d::same(&scope.at("conv2"), outputs, outputs)?,
            conv_shortcut,
            size,
            time_add,
            activation: config.act_fn,
            output_scale_factor,
        })
    }

    /// `x`: `[n, inputs, h, w]`; `time`: `[n, time_embed_dim]`.
    pub(super) fn forward(&self, x: &Tensor, time: &Tensor) -> Result<Tensor> {
        let hidden = self.size.apply(self.norm1.activated(x, self.activation)?)?;
        let time = self.time_emb_proj.forward(&self.activation.forward(time)?)?;
        let hidden = match self.time_add {
            TimeAdd::Shift => self.norm2.activated(&self.conv1.shifted(&hidden, &time)?, self.activation)?,
            TimeAdd::ScaleShift => {
                let normal = self.norm2.forward(&self.conv1.forward(&hidden)?)?;
                self.activation.forward(&TimeAdd::scale_shift(&normal, &time)?)?
            }
        };
        let hidden = self.conv2.forward(&hidden)?;
        let input = self.size.apply(x.clone())?;
        let input = match &self.conv_shortcut {
            Some(conv) => conv.forward(&input)?,
            None => input,
        };
        mean(&input, &hidden, self.output_scale_factor)
    }
}
