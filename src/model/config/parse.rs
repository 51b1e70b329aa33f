//! Reading the config of a `UNet2DModel`, strictly: every field is understood or named in an error.

use serde_json::Value;

use super::fields::{Fields, whole};
use super::{LOG_SNR_TIMESTEPS, LogSnrTimesteps, MID_BLOCK, NULL_CLASS, UNet2DConfig};
use crate::model::ModelError;

impl UNet2DConfig {
    /// Reads a `config.json`. Missing fields get diffusers' defaults. Keys that start with an underscore are notes and
    /// are ignored, except `_class_name` and this program's own `_null_class` and `_logsnr_timesteps`.
    ///
    /// `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError`], naming the field: for one that is unknown, has the wrong type or a value that
    /// is out of range or not supported, and for values that do not go together.
    pub fn from_json(text: &str, name: &str) -> Result<Self, ModelError> {
        let config = Fields::of(text, name, "UNet2DModel")?.all(Self::read)?;
        config.validate(name)?;
        Ok(config)
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, ModelError> {
        let default = Self::default();
        Ok(Self {
            sample_size: fields.size("sample_size")?,
            in_channels: fields.whole("in_channels", default.in_channels)?,
            out_channels: fields.whole("out_channels", default.out_channels)?,
            center_input_sample: fields.boolean("center_input_sample", default.center_input_sample)?,
            time_embedding_type: fields.named("time_embedding_type", default.time_embedding_type)?,
            time_embedding_dim: fields.optional_whole("time_embedding_dim", None)?,
            freq_shift: fields.number("freq_shift", default.freq_shift)?,
            flip_sin_to_cos: fields.boolean("flip_sin_to_cos", default.flip_sin_to_cos)?,
            down_block_types: fields.blocks("down_block_types", default.down_block_types)?,
            mid_block: fields.has_part("mid_block_type", MID_BLOCK)?,
            up_block_types: fields.blocks("up_block_types", default.up_block_types)?,
            block_out_channels: fields.wholes("block_out_channels", default.block_out_channels)?,
            layers_per_block: fields.whole("layers_per_block", default.layers_per_block)?,
            mid_block_scale_factor: fields
                .number("mid_block_scale_factor", default.mid_block_scale_factor)?,
            downsample_padding: fields.whole("downsample_padding", default.downsample_padding)?,
            // diffusers takes null for the default too.
            downsample_type: fields
                .named_or_null("downsample_type", None)?
                .unwrap_or(default.downsample_type),
            upsample_type: fields.named_or_null("upsample_type", None)?.unwrap_or(default.upsample_type),
            dropout: fields.number("dropout", default.dropout)?,
            act_fn: fields.named("act_fn", default.act_fn)?,
            attention_head_dim: fields.optional_whole("attention_head_dim", default.attention_head_dim)?,
            norm_num_groups: fields.whole("norm_num_groups", default.norm_num_groups)?,
            attn_norm_num_groups: fields.optional_whole("attn_norm_num_groups", None)?,
            norm_eps: fields.number("norm_eps", default.norm_eps)?,
            resnet_time_scale_shift: fields
                .named("resnet_time_scale_shift", default.resnet_time_scale_shift)?,
            add_attention: fields.boolean("add_attention", default.add_attention)?,
            class_embed_type: fields.named_or_null("class_embed_type", None)?,
            num_class_embeds: fields.optional_whole("num_class_embeds", None)?,
            num_train_timesteps: fields.optional_whole("num_train_timesteps", None)?,
            null_class: fields.optional_whole(NULL_CLASS, None)?,
            logsnr_timesteps: fields.take(
                LOG_SNR_TIMESTEPS,
                "ln SNR at the first and the last timestep, and their number",
                log_snr_timesteps,
            )?,
        })
    }
}

fn log_snr_timesteps(value: &Value) -> Option<LogSnrTimesteps> {
    let [max, min, steps] = value.as_array()?.as_slice() else { return None };
    let read = LogSnrTimesteps { logsnr_max: max.as_f64()?, logsnr_min: min.as_f64()?, steps: whole(steps)? };
    read.is_valid().then_some(read)
}
