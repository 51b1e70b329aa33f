//! The configuration of a `UNet2DConditionModel`: its `config.json`.

use serde_json::{Value, json};

use crate::model::ModelError;
use crate::model::config::{
    Check, Conditioning, DIFFUSERS_VERSION, Fields, MAX_CHANNELS, MAX_ENTRIES, MAX_LAYERS, MAX_SIZE, named,
    whole,
};
use crate::model::layers::{Activation, Padding, TimeAdd};

/// The only block type that `mid_block_type` can name; null stands for no middle block.
const MID_BLOCK: &str = "UNetMidBlock2DCrossAttn";

/// The configuration of a `UNet2DConditionModel` (`diffusers.models.unets.unet_2d_condition`). Fields have diffusers'
/// names, except [`attention_heads`](Self::attention_heads). Where diffusers takes one value or a list of one for each
/// level, there is a list here, finest level first.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "they are diffusers' own fields")]
pub struct UNet2DConditionConfig {
    /// Height and width of the samples that the network was made for; it runs at other sizes too.
    pub sample_size: Option<[usize; 2]>,
    /// Channels of the sample.
    pub in_channels: usize,
    /// Channels of the output.
    pub out_channels: usize,
    /// Whether the sample comes in `[0, 1]` and is mapped to `[-1, 1]` first.
    pub center_input_sample: bool,
    /// Whether cosines come before sines in the embedding of timesteps.
    pub flip_sin_to_cos: bool,
    /// Subtracted from the number of frequencies of the embedding, which shifts them.
    pub freq_shift: f64,
    /// Width of the time embedding; four times the first block's channels when not given.
    pub time_embedding_dim: Option<usize>,
    /// The blocks on the way down, finest first.
    pub down_block_types: Vec<CrossDownBlockType>,
    /// Whether there is a block in the middle (`mid_block_type` "`UNetMidBlock2DCrossAttn`" or null).
    pub mid_block: bool,
    /// The blocks on the way up, coarsest first.
    pub up_block_types: Vec<CrossUpBlockType>,
    /// Whether both attentions of each transformer layer are to the context, by level. In the middle block the first
    /// attention is always to the pixels.
    pub only_cross_attention: Vec<bool>,
    /// Channels of each level.
    pub block_out_channels: Vec<usize>,
    /// Number of residual blocks on the way down, by level; the way up has one more in each level.
    pub layers_per_block: Vec<usize>,
    /// Zeros around the picture before a convolution halves it: 1 on every side, or 0 for one row of zeros at the
    /// bottom and one column at the right only.
    pub downsample_padding: usize,
    /// The outputs of the middle block's residual blocks are divided by this.
    pub mid_block_scale_factor: f64,
    /// Probability of dropping an activation. It acts in training only.
    pub dropout: f64,
    /// The non-linearity of residual blocks and of the time embedding.
    pub act_fn: Activation,
    /// Groups of every group normalisation.
    pub norm_num_groups: usize,
    /// Added to the variance in the group normalisations of residual blocks.
    pub norm_eps: f64,
    /// Width of the context that is attended to.
    pub cross_attention_dim: usize,
    /// Transformer layers after each residual block, by level.
    pub transformer_layers_per_block: Vec<usize>,
    /// Heads of every attention, by level. diffusers calls this `attention_head_dim`: an error in its first versions
    /// that it keeps, since all configs have it.
    pub attention_heads: Vec<usize>,
    /// Whether the maps into and out of transformers are stored as linear maps, not as 1×1 convolutions.
    pub use_linear_projection: bool,
    /// How the time embedding enters residual blocks.
    pub resnet_time_scale_shift: TimeAdd,
    /// What class labels are. When null, they are indices of a table if `num_class_embeds` is given, and the network
    /// has no classes otherwise.
    pub class_embed_type: Option<VectorEmbedType>,
    /// Number of classes, for a table of class embeddings.
    pub num_class_embeds: Option<usize>,
    /// Width of the class labels, if they are vectors that are projected.
    pub projection_class_embeddings_input_dim: Option<usize>,
}

named! {
    /// A block on the way down, `down_block_types`.
    CrossDownBlockType {
        /// Residual blocks.
        DownBlock2D = "DownBlock2D",
        /// Residual blocks, each with a transformer.
        CrossAttnDownBlock2D = "CrossAttnDownBlock2D",
    }
}

named! {
    /// A block on the way up, `up_block_types`.
    CrossUpBlockType {
        /// Residual blocks.
        UpBlock2D = "UpBlock2D",
        /// Residual blocks, each with a transformer.
        CrossAttnUpBlock2D = "CrossAttnUpBlock2D",
    }
}

named! {
    /// What class labels are, `class_embed_type`.
    VectorEmbedType {
        /// Numbers, embedded as timesteps are.
        Timestep = "timestep",
        /// Vectors as wide as the time embedding.
        Identity = "identity",
        /// Vectors, which two learned layers map to the width of the time embedding.
        Projection = "projection",
        /// Vectors, which a linear map maps to the width of the time embedding.
        SimpleProjection = "simple_projection",
    }
}

impl UNet2DConditionConfig {
    /// The network of Stable Diffusion 1.x (Rombach et al. 2022): 860 million parameters, for latents of 64 × 64.
    ///
    /// # Errors
    /// None: the config is valid.
    pub fn stable_diffusion_1() -> Result<Self, ModelError> {
        // All else is what diffusers takes when a field is missing.
        Self::from_json(r#"{"sample_size": 64, "cross_attention_dim": 768}"#, "Stable Diffusion 1.x")
    }

    /// Reads a `config.json`. Missing fields get diffusers' defaults; keys that start with an underscore are notes and
    /// are ignored, except `_class_name`. `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError`], naming the field: for one that is unknown, has the wrong type or a value that is out of range or
    /// not supported, and for values that do not go together.
    pub fn from_json(text: &str, name: &str) -> Result<Self, ModelError> {
        let config = Fields::of(text, name, "UNet2DConditionModel")?.all(Self::read)?;
        config.validate(name)?;
        Ok(config)
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, ModelError> {
        use CrossDownBlockType::{CrossAttnDownBlock2D, DownBlock2D};
        use CrossUpBlockType::{CrossAttnUpBlock2D, UpBlock2D};
        unsupported(fields)?;
        let down = vec![CrossAttnDownBlock2D, CrossAttnDownBlock2D, CrossAttnDownBlock2D, DownBlock2D];
        let up = vec![UpBlock2D, CrossAttnUpBlock2D, CrossAttnUpBlock2D, CrossAttnUpBlock2D];
        let block_out_channels = fields.wholes("block_out_channels", vec![320, 640, 1280, 1280])?;
        let levels = block_out_channels.len();
        Ok(Self {
            sample_size: fields.size("sample_size")?,
            in_channels: fields.whole("in_channels", 4)?,
            out_channels: fields.whole("out_channels", 4)?,
            center_input_sample: fields.boolean("center_input_sample", false)?,
            flip_sin_to_cos: fields.boolean("flip_sin_to_cos", true)?,
            freq_shift: fields.number("freq_shift", 0.0)?,
            time_embedding_dim: fields.optional_whole("time_embedding_dim", None)?,
            down_block_types: fields.blocks("down_block_types", down)?,
            mid_block: fields.has_part("mid_block_type", MID_BLOCK)?,
            up_block_types: fields.blocks("up_block_types", up)?,
            only_cross_attention: fields.of_levels(
                "only_cross_attention",
                "true, false",
                Value::as_bool,
                (false, levels),
            )?,
            block_out_channels,
            layers_per_block: fields.wholes_of_levels("layers_per_block", 2, levels)?,
            downsample_padding: fields.whole("downsample_padding", 1)?,
            mid_block_scale_factor: fields.number("mid_block_scale_factor", 1.0)?,
            dropout: fields.number("dropout", 0.0)?,
            act_fn: fields.named("act_fn", Activation::default())?,
            norm_num_groups: fields.whole("norm_num_groups", 32)?,
            norm_eps: fields.number("norm_eps", 1e-5)?,
            cross_attention_dim: fields.whole("cross_attention_dim", 1280)?,
            transformer_layers_per_block: fields.wholes_of_levels(
                "transformer_layers_per_block",
                1,
                levels,
            )?,
            attention_heads: fields.wholes_of_levels("attention_head_dim", 8, levels)?,
            use_linear_projection: fields.boolean("use_linear_projection", false)?,
            resnet_time_scale_shift: fields.named("resnet_time_scale_shift", TimeAdd::default())?,
            class_embed_type: fields.named_or_null("class_embed_type", None)?,
            num_class_embeds: fields.optional_whole("num_class_embeds", None)?,
            projection_class_embeddings_input_dim: fields
                .optional_whole("projection_class_embeddings_input_dim", None)?,
        })
    }

    /// The text of a `config.json` that diffusers opens; it reads back as the same configuration.
    pub fn to_json(&self) -> String {
        let size = self.sample_size.map(|[h, w]| if h == w { json!(h) } else { json!([h, w]) });
        let fields = json!({
            "_class_name": "UNet2DConditionModel",
            "_diffusers_version": DIFFUSERS_VERSION,
            "act_fn": self.act_fn.name(),
            "attention_head_dim": self.attention_heads,
            "block_out_channels": self.block_out_channels,
            "center_input_sample": self.center_input_sample,
            "class_embed_type": self.class_embed_type.map(VectorEmbedType::name),
            "cross_attention_dim": self.cross_attention_dim,
            "down_block_types": self.down_block_types.iter().map(|block| block.name()).collect::<Vec<_>>(),
            "downsample_padding": self.downsample_padding,
            "dropout": self.dropout,
            "flip_sin_to_cos": self.flip_sin_to_cos,
            "freq_shift": self.freq_shift,
            "in_channels": self.in_channels,
            "layers_per_block": self.layers_per_block,
            "mid_block_scale_factor": self.mid_block_scale_factor,
            "mid_block_type": self.mid_block.then_some(MID_BLOCK),
            "norm_eps": self.norm_eps,
            "norm_num_groups": self.norm_num_groups,
            "num_class_embeds": self.num_class_embeds,
            "only_cross_attention": self.only_cross_attention,
            "out_channels": self.out_channels,
            "projection_class_embeddings_input_dim": self.projection_class_embeddings_input_dim,
            "resnet_time_scale_shift": self.resnet_time_scale_shift.name(),
            "sample_size": size,
            "time_embedding_dim": self.time_embedding_dim,
            "transformer_layers_per_block": self.transformer_layers_per_block,
            "up_block_types": self.up_block_types.iter().map(|block| block.name()).collect::<Vec<_>>(),
            "use_linear_projection": self.use_linear_projection,
        });
        // The alternate form of `Display` is indented JSON; unlike a writer it cannot fail.
        format!("{fields:#}\n")
    }

    /// Checks all values and that they go together. `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError::Field`] or [`ModelError::Unsupported`], naming the field.
    pub fn validate(&self, name: &str) -> Result<(), ModelError> {
        let check = Check { name };
        check.count("in_channels", self.in_channels, MAX_CHANNELS)?;
        check.count("out_channels", self.out_channels, MAX_CHANNELS)?;
        check.count("norm_num_groups", self.norm_num_groups, MAX_SIZE)?;
        check.count("cross_attention_dim", self.cross_attention_dim, MAX_SIZE)?;
        check.sample_size(self.sample_size)?;
        for (field, value, most) in [
            ("time_embedding_dim", self.time_embedding_dim, 4 * MAX_SIZE),
            ("num_class_embeds", self.num_class_embeds, MAX_ENTRIES),
            ("projection_class_embeddings_input_dim", self.projection_class_embeddings_input_dim, MAX_SIZE),
        ] {
            check.count_if_given(field, value, most)?;
        }
        check.ratio("dropout", self.dropout)?;
        check.ratio("norm_eps", self.norm_eps)?;
        check.divisor("mid_block_scale_factor", self.mid_block_scale_factor)?;
        if self.downsample_padding > 1 {
            return Err(check.wrong("downsample_padding", "0 or 1", &self.downsample_padding));
        }
        check.shift(self.freq_shift, self.first_channels() / 2)?;
        let projects = matches!(
            self.class_embed_type,
            Some(VectorEmbedType::Projection | VectorEmbedType::SimpleProjection)
        );
        if projects && self.projection_class_embeddings_input_dim.is_none() {
            let expected = "given when class_embed_type is a projection";
            return Err(check.wrong("projection_class_embeddings_input_dim", expected, &"null"));
        }
        self.check_levels(&check)
    }

    fn check_levels(&self, check: &Check<'_>) -> Result<(), ModelError> {
        check.levels(&self.block_out_channels, self.norm_num_groups)?;
        let levels = self.block_out_channels.len();
        for (field, found) in [
            ("down_block_types", self.down_block_types.len()),
            ("up_block_types", self.up_block_types.len()),
            ("only_cross_attention", self.only_cross_attention.len()),
            ("layers_per_block", self.layers_per_block.len()),
            ("transformer_layers_per_block", self.transformer_layers_per_block.len()),
            ("attention_head_dim", self.attention_heads.len()),
        ] {
            check.one_for_each_level(field, found, levels)?;
        }
        for (level, &channels) in self.block_out_channels.iter().enumerate() {
            let layers = [
                ("layers_per_block", self.layers_per_block[level], MAX_LAYERS),
                ("transformer_layers_per_block", self.transformer_layers_per_block[level], MAX_LAYERS),
                // Every head needs at least one channel.
                ("attention_head_dim", self.attention_heads[level], channels),
            ];
            for (field, value, most) in layers {
                check.count(&format!("{field}[{level}]"), value, most)?;
            }
        }
        Ok(())
    }

    /// Width of the time embedding.
    pub fn time_embed_dim(&self) -> usize {
        self.time_embedding_dim.unwrap_or(4 * self.first_channels())
    }

    /// Height and width must be divisible by this. It is 1 if halving convolutions have zeros on all sides:
    /// then the way up can restore the size of any picture that the way down has halved.
    pub fn size_factor(&self) -> usize {
        if self.downsample_padding == 1 { 1 } else { 1 << self.block_out_channels.len().saturating_sub(1) }
    }

    /// How a network with this configuration is told the class.
    pub fn conditioning(&self) -> Conditioning {
        use VectorEmbedType::{Identity, Projection, SimpleProjection, Timestep};
        match (self.class_embed_type, self.num_class_embeds) {
            (Some(Timestep), _) => Conditioning::Values,
            (Some(Identity), _) => Conditioning::Embeddings { width: self.time_embed_dim() },
            (Some(Projection | SimpleProjection), _) => Conditioning::Embeddings {
                width: self.projection_class_embeddings_input_dim.unwrap_or_default(),
            },
            (None, Some(classes)) => Conditioning::Classes { classes },
            (None, None) => Conditioning::None,
        }
    }

    /// Channels of the finest level. Every valid configuration has one.
    pub(super) fn first_channels(&self) -> usize {
        self.block_out_channels.first().copied().unwrap_or_default()
    }

    /// Padding of the convolutions that halve the size.
    pub(super) fn halving_padding(&self) -> Padding {
        if self.downsample_padding == 0 { Padding::RightBottom } else { Padding::Even(1) }
    }
}

impl Fields<'_> {
    fn wholes_of_levels(
        &mut self,
        field: &str,
        default: usize,
        levels: usize,
    ) -> Result<Vec<usize>, ModelError> {
        self.of_levels(field, "a whole number", whole, (default, levels))
    }
}

/// Takes out the fields of features that are not supported, which must have their default values, and the
/// fields that change nothing here.
fn unsupported(fields: &mut Fields<'_>) -> Result<(), ModelError> {
    for (field, value) in [
        ("addition_embed_type", json!(null)),
        ("attention_type", json!("default")),
        ("class_embeddings_concat", json!(false)),
        ("conv_in_kernel", json!(3)),
        ("conv_out_kernel", json!(3)),
        ("cross_attention_norm", json!(null)),
        ("dual_cross_attention", json!(false)),
        ("encoder_hid_dim", json!(null)),
        ("encoder_hid_dim_type", json!(null)),
        ("num_attention_heads", json!(null)),
        ("resnet_out_scale_factor", json!(1.0)),
        ("resnet_skip_time_act", json!(false)),
        ("reverse_transformer_layers_per_block", json!(null)),
        ("time_cond_proj_dim", json!(null)),
        ("time_embedding_act_fn", json!(null)),
        ("time_embedding_type", json!("positional")),
        ("timestep_post_act", json!(null)),
    ] {
        fields.only(field, &value)?;
    }
    // The first two fields belong to `addition_embed_type`, and the third to another kind of middle block.
    // The last field matters only in half precision, which is not used here.
    fields.without_effect(&[
        "addition_embed_type_num_heads",
        "addition_time_embed_dim",
        "mid_block_only_cross_attention",
        "upcast_attention",
    ]);
    Ok(())
}

impl CrossDownBlockType {
    /// Whether each of its residual blocks is followed by a transformer.
    pub fn has_transformer(self) -> bool {
        self == Self::CrossAttnDownBlock2D
    }
}

impl CrossUpBlockType {
    /// Whether each of its residual blocks is followed by a transformer.
    pub fn has_transformer(self) -> bool {
        self == Self::CrossAttnUpBlock2D
    }
}
