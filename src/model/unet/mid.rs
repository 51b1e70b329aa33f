//! The block in the middle (`diffusers.models.unets.unet_2d_blocks.UNetMidBlock2D`).

use candle_core::Tensor;

use super::attention::Attention;
use super::resnet::{ResnetBlock2D, Size};
use crate::model::parameters::Scope;
use crate::model::{ModelError, Result, UNet2DConfig};

/// Two residual blocks with attention between them.
#[derive(Clone, Debug)]
pub(super) struct UNetMidBlock2D {
    first: ResnetBlock2D,
    attention: Option<Attention>,
    second: ResnetBlock2D,
}

impl UNetMidBlock2D {
    pub(super) fn load(scope: &Scope<'_>, config: &UNet2DConfig) -> Result<Self, ModelError> {
        let channels = config.last_channels();
        let factor = config.mid_block_scale_factor;
        let resnet = |i: usize| {
            let scope = scope.at("resnets").at(i);
            ResnetBlock2D::load(&scope, config, [channels; 2], Size::Keep, factor)
        };
        let attention = if config.add_attention {
            let scope = scope.at("attentions").at(0);
            Some(Attention::load(&scope, config, channels, config.mid_attention_groups(), factor)?)
        } else {
            None
        };
        Ok(Self { first: resnet(0)?, attention, second: resnet(1)? })
    }

    pub(super) fn forward(&self, x: &Tensor, time: &Tensor) -> Result<Tensor> {
        let mut hidden = self.first.forward(x, time)?;
        if let Some(attention) = &self.attention {
            hidden = attention.forward(&hidden)?;
        }
        self.second.forward(&hidden, time)
    }
}
