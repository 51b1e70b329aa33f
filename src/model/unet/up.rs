//! Blocks on the way up: `UpBlock2D`, `AttnUpBlock2D`, `ResnetUpsampleBlock2D`
//! (`diffusers.models.unets.unet_2d_blocks`).

use candle_core::Tensor;

use super::attention::Attention;
use super::resnet::{ResnetBlock2D, Size};
use crate::model::config::Resampling;
use crate::model::layers::{Conv2d, joined};
use crate::model::parameters::Scope;
use crate::model::{ModelError, Result, UNet2DConfig, UpBlockType};

#[derive(Clone, Debug)]
enum Upsampler {
    Conv(Conv2d),
    Resnet(ResnetBlock2D),
}

impl Upsampler {
    fn load(
        scope: &Scope<'_>,
        config: &UNet2DConfig,
        kind: Resampling,
        channels: usize,
    ) -> Result<Self, ModelError> {
        Ok(match kind {
            Resampling::Conv => Self::Conv(Conv2d::same(&scope.at("conv"), channels, channels)?),
            Resampling::Resnet => {
                Self::Resnet(ResnetBlock2D::load(scope, config, [channels; 2], Size::Double, 1.0)?)
            }
        })
    }

    fn forward(&self, x: &Tensor, time: &Tensor) -> Result<Tensor> {
        match self {
            Self::Conv(conv) => conv.doubling(x),
            Self::Resnet(resnet) => resnet.forward(x, time),
        }
    }
}

/// Channels around one level on the way up.
#[derive(Clone, Copy, Debug)]
pub(super) struct UpChannels {
    /// Of what comes from the coarser level.
    pub(super) previous: usize,
    /// Of the level itself.
    pub(super) own: usize,
    /// Of the level above, which the last of the kept pictures has.
    pub(super) finer: usize,
}

/// One level on the way up.
#[derive(Clone, Debug)]
pub(super) struct UpBlock {
    resnets: Vec<ResnetBlock2D>,
    /// As many as residual blocks, or none.
    attentions: Vec<Attention>,
    upsampler: Option<Upsampler>,
}

impl UpBlock {
    pub(super) fn load(
        scope: &Scope<'_>,
        config: &UNet2DConfig,
        kind: UpBlockType,
        channels: UpChannels,
        double: bool,
    ) -> Result<Self, ModelError> {
        let UpChannels { previous, own, finer } = channels;
        let layers = config.layers_per_block + 1;
        let mut resnets = Vec::with_capacity(layers);
        let mut attentions = Vec::new();
        for i in 0..layers {
            let below = if i == 0 { previous } else { own };
            let kept = if i + 1 == layers { finer } else { own };
            let resnet_scope = scope.at("resnets").at(i);
            resnets.push(ResnetBlock2D::load(&resnet_scope, config, [below + kept, own], Size::Keep, 1.0)?);
            if kind.has_attention() {
                let groups = Some(config.norm_num_groups);
                attentions.push(Attention::load(&scope.at("attentions").at(i), config, own, groups, 1.0)?);
            }
        }
        let upsampler = if double {
            let scope = scope.at("upsamplers").at(0);
            Some(Upsampler::load(&scope, config, kind.resampling(config), own)?)
        } else {
            None
        };
        Ok(Self { resnets, attentions, upsampler })
    }

    /// The block's output; takes what the way down kept from the end of `skips`.
    pub(super) fn forward(&self, x: &Tensor, time: &Tensor, skips: &mut Vec<Tensor>) -> Result<Tensor> {
        let mut hidden = x.clone();
        for (i, resnet) in self.resnets.iter().enumerate() {
            let Some(kept) = skips.pop() else {
                candle_core::bail!("the way down kept too little for the way up");
            };
            hidden = resnet.forward(&joined(&hidden, &kept)?, time)?;
            if let Some(attention) = self.attentions.get(i) {
                hidden = attention.forward(&hidden)?;
            }
        }
        match &self.upsampler {
            Some(upsampler) => upsampler.forward(&hidden, time),
            None => Ok(hidden),
        }
    }
}
