//! The checks of a `UNet2DModel`'s configuration: each value alone, and values that must go together.

use super::check::{Check, MAX_CHANNELS, MAX_ENTRIES, MAX_LAYERS, MAX_SIZE};
use super::{NULL_CLASS, TimeEmbeddingType, UNet2DConfig};
use crate::model::ModelError;

impl UNet2DConfig {
    /// Checks all values and that they go together. `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError::Field`] or [`ModelError::Unsupported`], naming the field.
    pub fn validate(&self, name: &str) -> Result<(), ModelError> {
        let check = Check { name };
        check.count("in_channels", self.in_channels, MAX_CHANNELS)?;
        check.count("out_channels", self.out_channels, MAX_CHANNELS)?;
        check.count("layers_per_block", self.layers_per_block, MAX_LAYERS)?;
        check.count("norm_num_groups", self.norm_num_groups, MAX_SIZE)?;
        check.sample_size(self.sample_size)?;
        for (field, value, most) in [
            ("time_embedding_dim", self.time_embedding_dim, 4 * MAX_SIZE),
            ("attention_head_dim", self.attention_head_dim, MAX_SIZE),
            ("attn_norm_num_groups", self.attn_norm_num_groups, MAX_SIZE),
            ("num_class_embeds", self.num_class_embeds, MAX_ENTRIES),
            ("num_train_timesteps", self.num_train_timesteps, MAX_ENTRIES),
        ] {
            check.count_if_given(field, value, most)?;
        }
        if let Some(class) = self.null_class {
            let classes = self.num_class_embeds.filter(|_| self.class_embed_type.is_none()).unwrap_or(0);
            if class >= classes {
                return Err(check.wrong(NULL_CLASS, &format!("below num_class_embeds, {classes}"), &class));
            }
        }
        self.check_numbers(&check)?;
        self.check_levels(&check)?;
        self.check_attention(&check)?;
        self.check_time(&check)
    }

    fn check_numbers(&self, check: &Check<'_>) -> Result<(), ModelError> {
        check.ratio("dropout", self.dropout)?;
        check.ratio("norm_eps", self.norm_eps)?;
        check.divisor("mid_block_scale_factor", self.mid_block_scale_factor)?;
        if self.downsample_padding > 1 {
            return Err(check.wrong("downsample_padding", "0 or 1", &self.downsample_padding));
        }
        Ok(())
    }

    fn check_levels(&self, check: &Check<'_>) -> Result<(), ModelError> {
        check.levels(&self.block_out_channels, self.norm_num_groups)?;
        let levels = self.block_out_channels.len();
        check.one_for_each_level("down_block_types", self.down_block_types.len(), levels)?;
        check.one_for_each_level("up_block_types", self.up_block_types.len(), levels)
    }

    /// Every attention needs at least one head.
    fn check_attention(&self, check: &Check<'_>) -> Result<(), ModelError> {
        let mid = self.mid_block && self.add_attention;
        if let (true, Some(groups)) = (mid, self.mid_attention_groups()) {
            let field = format!("block_out_channels[{}]", self.block_out_channels.len() - 1);
            check.divisible(&field, self.last_channels(), "attn_norm_num_groups", groups)?;
        }
        let Some(width) = self.attention_head_dim else { return Ok(()) };
        let attended = |level: usize| {
            self.down_block_types[level].has_attention()
                || self.up_block_types[self.up_block_types.len() - 1 - level].has_attention()
                || (mid && level + 1 == self.block_out_channels.len())
        };
        for (level, &channels) in self.block_out_channels.iter().enumerate() {
            if attended(level) && width > channels {
                let expected =
                    format!("at most block_out_channels[{level}], {channels}, which has attention");
                return Err(check.wrong("attention_head_dim", &expected, &width));
            }
        }
        Ok(())
    }

    fn check_time(&self, check: &Check<'_>) -> Result<(), ModelError> {
        match self.time_embedding_type {
            TimeEmbeddingType::Positional => check.shift(self.freq_shift, self.first_channels() / 2),
            TimeEmbeddingType::Learned if self.num_train_timesteps.is_none() => {
                Err(check.wrong("num_train_timesteps", "given when time_embedding_type is learned", &"null"))
            }
            TimeEmbeddingType::Fourier | TimeEmbeddingType::Learned => Ok(()),
        }
    }
}
