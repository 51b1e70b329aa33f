//! Blocks on the way down: `DownBlock2D`, `AttnDownBlock2D`, `ResnetDownsampleBlock2D`
//! (`diffusers.models.unets.unet_2d_blocks`).

use candle_core::Tensor;

use super::attention::Attention;
use super::resnet::{ResnetBlock2D, Size};
use crate::model::config::Resampling;
use crate::model::layers::Conv2d;
use crate::model::parameters::Scope;
use crate::model::{DownBlockType, ModelError, Result, UNet2DConfig};

#[derive(Clone, Debug)]
enum Downsampler {
    Conv(Conv2d),
    Resnet(ResnetBlock2D),
}

impl Downsampler {
    fn load(
        scope: &Scope<'_>,
        config: &UNet2DConfig,
        kind: Resampling,
        channels: usize,
    ) -> Result<Self, ModelError> {
        Ok(match kind {
            Resampling::Conv => {
                Self::Conv(Conv2d::halving(&scope.at("conv"), channels, config.halving_padding())?)
            }
            Resampling::Resnet => {
                Self::Resnet(ResnetBlock2D::load(scope, config, [channels; 2], Size::Halve, 1.0)?)
            }
        })
    }

    fn forward(&self, x: &Tensor, time: &Tensor) -> Result<Tensor> {
        match self {
            Self::Conv(conv) => conv.forward(x),
            Self::Resnet(resnet) => resnet.forward(x, time),
        }
    }
}

/// One level on the way down.
#[derive(Clone, Debug)]
pub(super) struct DownBlock {
    resnets: Vec<ResnetBlock2D>,
    /// As many as residual blocks, or none.
    attentions: Vec<Attention>,
    downsampler: Option<Downsampler>,
}

impl DownBlock {
    pub(super) fn load(
        scope: &Scope<'_>,
        config: &UNet2DConfig,
        kind: DownBlockType,
        [inputs, outputs]: [usize; 2],
        halve: bool,
    ) -> Result<Self, ModelError> {
        let mut resnets = Vec::with_capacity(config.layers_per_block);
        let mut attentions = Vec::new();
        for i in 0..config.layers_per_block {
            let channels = [if i == 0 { inputs } else { outputs }, outputs];
            resnets.push(ResnetBlock2D::load(&scope.at("resnets").at(i), config, channels, Size::Keep, 1.0)?);
            if kind.has_attention() {
                let groups = Some(config.norm_num_groups);
                attentions.push(Attention::load(
                    &scope.at("attentions").at(i),
                    config,
                    outputs,
                    groups,
                    1.0,
                )?);
            }
        }
        let downsampler = if halve {
            let scope = scope.at("downsamplers").at(0);
            Some(Downsampler::load(&scope, config, kind.resampling(config), outputs)?)
        } else {
            None
        };
        Ok(Self { resnets, attentions, downsampler })
    }

    /// The block's output; what the way up needs is pushed to `skips`.
    pub(super) fn forward(&self, x: &Tensor, time: &Tensor, skips: &mut Vec<Tensor>) -> Result<Tensor> {
        let mut hidden = x.clone();
        for (i, resnet) in self.resnets.iter().enumerate() {
            hidden = resnet.forward(&hidden, time)?;
            if let Some(attention) = self.attentions.get(i) {
                hidden = attention.forward(&hidden)?;
            }
            skips.push(hidden.clone());
        }
        if let Some(downsampler) = &self.downsampler {
            hidden = downsampler.forward(&hidden, time)?;
            skips.push(hidden.clone());
        }
        Ok(hidden)
    }
}
