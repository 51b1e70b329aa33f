//! Self-attention over the pixels (`diffusers.models.attention_processor.Attention`).

use candle_core::Tensor;

use crate::model::layers::{GroupNorm, Linear, attend, mean};
use crate::model::parameters::Scope;
use crate::model::{ModelError, Result, UNet2DConfig};

/// `(x + attention(norm(x))) / scale`, every pixel looking at every other.
#[derive(Clone, Debug)]
pub(super) struct Attention {
    group_norm: Option<GroupNorm>,
    to_q: Linear,
    to_k: Linear,
    to_v: Linear,
    to_out: Linear,
    heads: usize,
    output_scale_factor: f64,
}

impl Attention {
    pub(super) fn load(
        scope: &Scope<'_>,
        config: &UNet2DConfig,
        channels: usize,
        groups: Option<usize>,
        output_scale_factor: f64,
    ) -> Result<Self, ModelError> {
        let head = config.attention_head_dim.unwrap_or(channels);
        let heads = channels / head;
        // Less than the channels where the head's width does not divide them.
        let inner = heads * head;
        let norm = |groups| GroupNorm::load(&scope.at("group_norm"), channels, groups, config.norm_eps);
        Ok(Self {
            group_norm: groups.map(norm).transpose()?,
            to_q: Linear::load(&scope.at("to_q"), channels, inner)?,
            to_k: Linear::load(&scope.at("to_k"), channels, inner)?,
            to_v: Linear::load(&scope.at("to_v"), channels, inner)?,
            // The second element of diffusers' list is dropout, which has no weights.
            to_out: Linear::load(&scope.at("to_out").at(0), inner, channels)?,
            heads,
            output_scale_factor,
        })
    }

    /// `[n, channels, h, w]`, same shape out.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let normal = match &self.group_norm {
            Some(norm) => norm.forward(x)?,
            None => x.clone(),
        };
        let query = self.to_q.channels_first(&normal)?;
        let (key, value) = (self.to_k.channels_first(&normal)?, self.to_v.channels_first(&normal)?);
        let hidden = self.to_out.channels_first(&attend(&query, &key, &value, self.heads)?)?;
        mean(&hidden, x, self.output_scale_factor)
    }
}
