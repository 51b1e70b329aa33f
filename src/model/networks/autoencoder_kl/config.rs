//! The configuration of an `AutoencoderKL`: its `config.json`.

use serde_json::json;

use crate::model::ModelError;
use crate::model::config::{Check, DIFFUSERS_VERSION, Fields, MAX_CHANNELS, MAX_LAYERS, MAX_SIZE, Named};
use crate::model::layers::Activation;

/// The only type of blocks on the way to latents.
struct EncoderBlock;

impl Named for EncoderBlock {
    const KNOWN: &'static [&'static str] = &["DownEncoderBlock2D"];

    fn called(name: &str) -> Option<Self> {
        Self::KNOWN.contains(&name).then_some(Self)
    }
}

/// The only type of blocks on the way back.
struct DecoderBlock;

impl Named for DecoderBlock {
    const KNOWN: &'static [&'static str] = &["UpDecoderBlock2D"];

    fn called(name: &str) -> Option<Self> {
        Self::KNOWN.contains(&name).then_some(Self)
    }
}

/// The scaling factor of Stable Diffusion 1.x and 2.x, which configs of that time do not name.
const SCALING_FACTOR: f64 = 0.18215;

/// The configuration of an `AutoencoderKL` (`diffusers.models.autoencoders.autoencoder_kl`); fields and defaults are
/// diffusers' own.
#[derive(Clone, Debug, PartialEq)]
pub struct AutoencoderKlConfig {
    /// Height and width of the pictures that the network was made for; it runs at other sizes too.
    pub sample_size: Option<[usize; 2]>,
    /// Channels of the pictures that are encoded.
    pub in_channels: usize,
    /// Channels of the pictures that are decoded.
    pub out_channels: usize,
    /// Channels of latents.
    pub latent_channels: usize,
    /// Channels of each level, finest first. Each level but the last halves height and width.
    pub block_out_channels: Vec<usize>,
    /// Number of residual blocks in each level of the encoder; the decoder has one more in each.
    pub layers_per_block: usize,
    /// The non-linearity of residual blocks.
    pub act_fn: Activation,
    /// Groups of every group normalisation.
    pub norm_num_groups: usize,
    /// Whether the blocks in the middle have attention.
    pub mid_block_add_attention: bool,
    /// Whether a 1×1 convolution follows the encoder.
    pub use_quant_conv: bool,
    /// Whether a 1×1 convolution comes before the decoder.
    pub use_post_quant_conv: bool,
    /// Latents are the mean times this, so that their variance is about 1 (Rombach et al. 2022, section G).
    pub scaling_factor: f64,
}

impl AutoencoderKlConfig {
    /// Reads a `config.json`. Missing fields get diffusers' defaults; keys that start with an underscore are notes and
    /// are ignored, except `_class_name`. `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError`], naming the field: for one that is unknown, has the wrong type or a value that is out of range or
    /// not supported, and for values that do not go together.
    pub fn from_json(text: &str, name: &str) -> Result<Self, ModelError> {
        let config = Fields::of(text, name, "AutoencoderKL")?.all(|fields| Self::read(fields, name))?;
        config.validate(name)?;
        Ok(config)
    }

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self, ModelError> {
        let check = Check { name };
        let block_out_channels = fields.wholes("block_out_channels", vec![64])?;
        let levels = block_out_channels.len();
        // There is only one type of each, so that a list tells nothing but its length.
        let down = fields.blocks("down_block_types", vec![EncoderBlock])?;
        check.one_for_each_level("down_block_types", down.len(), levels)?;
        let up = fields.blocks("up_block_types", vec![DecoderBlock])?;
        check.one_for_each_level("up_block_types", up.len(), levels)?;
        let config = Self {
            sample_size: fields.size("sample_size")?,
            in_channels: fields.whole("in_channels", 3)?,
            out_channels: fields.whole("out_channels", 3)?,
            latent_channels: fields.whole("latent_channels", 4)?,
            block_out_channels,
            layers_per_block: fields.whole("layers_per_block", 1)?,
            act_fn: fields.named("act_fn", Activation::default())?,
            norm_num_groups: fields.whole("norm_num_groups", 32)?,
            mid_block_add_attention: fields.boolean("mid_block_add_attention", true)?,
            use_quant_conv: fields.boolean("use_quant_conv", true)?,
            use_post_quant_conv: fields.boolean("use_post_quant_conv", true)?,
            scaling_factor: fields.number("scaling_factor", SCALING_FACTOR)?,
        };
        // Other ways to scale latents.
        for field in ["shift_factor", "latents_mean", "latents_std"] {
            fields.only(field, &json!(null))?;
        }
        // It asks for f32 where the rest of a pipeline is in half precision, which is not used here.
        fields.without_effect(&["force_upcast"]);
        Ok(config)
    }

    /// The text of a `config.json` that diffusers opens; it reads back as the same configuration.
    pub fn to_json(&self) -> String {
        let levels = self.block_out_channels.len();
        let size = self.sample_size.map(|[h, w]| if h == w { json!(h) } else { json!([h, w]) });
        let fields = json!({
            "_class_name": "AutoencoderKL",
            "_diffusers_version": DIFFUSERS_VERSION,
            "act_fn": self.act_fn.name(),
            "block_out_channels": self.block_out_channels,
            "down_block_types": vec![EncoderBlock::KNOWN[0]; levels],
            "in_channels": self.in_channels,
            "latent_channels": self.latent_channels,
            "layers_per_block": self.layers_per_block,
            "mid_block_add_attention": self.mid_block_add_attention,
            "norm_num_groups": self.norm_num_groups,
            "out_channels": self.out_channels,
            "sample_size": size,
            "scaling_factor": self.scaling_factor,
            "up_block_types": vec![DecoderBlock::KNOWN[0]; levels],
            "use_post_quant_conv": self.use_post_quant_conv,
            "use_quant_conv": self.use_quant_conv,
        });
        // The alternate form of `Display` is indented JSON; unlike a writer it cannot fail.
        format!("{fields:#}\n")
    }

    /// Checks all values and that they go together. `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError::Field`], naming the field.
    pub fn validate(&self, name: &str) -> Result<(), ModelError> {
        let check = Check { name };
        for (field, value, most) in [
            ("in_channels", self.in_channels, MAX_CHANNELS),
            ("out_channels", self.out_channels, MAX_CHANNELS),
            ("latent_channels", self.latent_channels, MAX_CHANNELS),
            ("layers_per_block", self.layers_per_block, MAX_LAYERS),
            ("norm_num_groups", self.norm_num_groups, MAX_SIZE),
        ] {
            check.count(field, value, most)?;
        }
        check.sample_size(self.sample_size)?;
        check.divisor("scaling_factor", self.scaling_factor)?;
        check.levels(&self.block_out_channels, self.norm_num_groups)
    }

    /// Height and width of pictures must be divisible by this; a latent has a pixel for each such square.
    pub fn size_factor(&self) -> usize {
        1 << self.block_out_channels.len().saturating_sub(1)
    }

    /// Channels of the finest level. Every valid configuration has one.
    pub(super) fn first_channels(&self) -> usize {
        self.block_out_channels.first().copied().unwrap_or_default()
    }

    /// Channels of the coarsest level.
    pub(super) fn last_channels(&self) -> usize {
        self.block_out_channels.last().copied().unwrap_or_default()
    }
}
