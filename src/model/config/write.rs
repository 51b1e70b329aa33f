//! Writing `config.json` as diffusers does: every field, sorted.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{LOG_SNR_TIMESTEPS, LogSnrTimesteps, MID_BLOCK, NULL_CLASS, UNet2DConfig};

/// The version of diffusers whose format is written. Later versions read it as well.
pub(crate) const DIFFUSERS_VERSION: &str = "0.31.0";

impl UNet2DConfig {
    /// The text of a `config.json` that diffusers opens; it reads back as the same configuration.
    pub fn to_json(&self) -> String {
        let names = |names: Vec<&'static str>| json!(names);
        let size = self.sample_size.map(|[h, w]| if h == w { json!(h) } else { json!([h, w]) });
        let mut fields: BTreeMap<&str, Value> = [
            ("_class_name", json!("UNet2DModel")),
            ("_diffusers_version", json!(DIFFUSERS_VERSION)),
            ("act_fn", json!(self.act_fn.name())),
            ("add_attention", json!(self.add_attention)),
            ("attention_head_dim", json!(self.attention_head_dim)),
            ("attn_norm_num_groups", json!(self.attn_norm_num_groups)),
            ("block_out_channels", json!(self.block_out_channels)),
            ("center_input_sample", json!(self.center_input_sample)),
            ("class_embed_type", json!(self.class_embed_type.map(super::ClassEmbedType::name))),
            ("down_block_types", names(self.down_block_types.iter().map(|block| block.name()).collect())),
            ("downsample_padding", json!(self.downsample_padding)),
            ("downsample_type", json!(self.downsample_type.name())),
            ("dropout", json!(self.dropout)),
            ("flip_sin_to_cos", json!(self.flip_sin_to_cos)),
            ("freq_shift", number(self.freq_shift)),
            ("in_channels", json!(self.in_channels)),
            ("layers_per_block", json!(self.layers_per_block)),
            ("mid_block_scale_factor", number(self.mid_block_scale_factor)),
            ("mid_block_type", json!(self.mid_block.then_some(MID_BLOCK))),
            ("norm_eps", json!(self.norm_eps)),
            ("norm_num_groups", json!(self.norm_num_groups)),
            ("num_class_embeds", json!(self.num_class_embeds)),
            ("num_train_timesteps", json!(self.num_train_timesteps)),
            ("out_channels", json!(self.out_channels)),
            ("resnet_time_scale_shift", json!(self.resnet_time_scale_shift.name())),
            ("sample_size", json!(size)),
            ("time_embedding_dim", json!(self.time_embedding_dim)),
            ("time_embedding_type", json!(self.time_embedding_type.name())),
            ("up_block_types", names(self.up_block_types.iter().map(|block| block.name()).collect())),
            ("upsample_type", json!(self.upsample_type.name())),
        ]
        .into();
        if let Some(class) = self.null_class {
            fields.insert(NULL_CLASS, json!(class));
        }
        if let Some(LogSnrTimesteps { logsnr_max, logsnr_min, steps }) = self.logsnr_timesteps {
            fields.insert(LOG_SNR_TIMESTEPS, json!((logsnr_max, logsnr_min, steps)));
        }
        // The alternate form of `Display` is indented JSON; unlike a writer it cannot fail.
        format!("{:#}\n", json!(fields))
    }
}

/// Whole numbers without a decimal point, as the field's type in Python is `int`.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e9 { json!(value as i64) } else { json!(value) }
}
