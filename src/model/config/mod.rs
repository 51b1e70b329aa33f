//! The configuration of a U-Net (`config.json` of diffusers' `UNet2DModel`), and what reads the
//! configurations of all networks.

mod check;
mod fields;
mod log_snr;
mod parse;
mod preset;
mod validate;
mod write;

use super::layers::{Activation, Padding, TimeAdd};

pub(crate) use check::{Check, MAX_CHANNELS, MAX_ENTRIES, MAX_LAYERS, MAX_SIZE};
pub(crate) use fields::{Fields, Named, named_by_its_names, object, whole};
pub use log_snr::LogSnrTimesteps;
pub use preset::PRESETS;
pub(crate) use write::DIFFUSERS_VERSION;

/// The only block type that `mid_block_type` can name; null stands for no middle block.
const MID_BLOCK: &str = "UNetMidBlock2D";

/// The key of the note that says which class stands for "no class".
const NULL_CLASS: &str = "_null_class";

/// The key of the note that says how a network is told the level of noise: `ln SNR` at its first and its last timestep, and
/// their number.
const LOG_SNR_TIMESTEPS: &str = "_logsnr_timesteps";

/// The configuration of a `UNet2DModel`; fields and defaults are diffusers' own
/// (`diffusers.models.unets.unet_2d`).
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "they are diffusers' own fields")]
pub struct UNet2DConfig {
    /// Height and width of the samples that the network was made for; it runs at other sizes too.
    pub sample_size: Option<[usize; 2]>,
    /// Channels of the sample.
    pub in_channels: usize,
    /// Channels of the output; twice `in_channels` when the variance is learned.
    pub out_channels: usize,
    /// Whether the sample comes in `[0, 1]` and is mapped to `[-1, 1]` first.
    pub center_input_sample: bool,
    /// How a timestep becomes a vector.
    pub time_embedding_type: TimeEmbeddingType,
    /// Width of the time embedding; four times the first block's channels when not given.
    pub time_embedding_dim: Option<usize>,
    /// Subtracted from the number of frequencies of the positional embedding, which shifts them.
    pub freq_shift: f64,
    /// Whether cosines come before sines in the positional embedding.
    pub flip_sin_to_cos: bool,
    /// The blocks on the way down, finest first.
    pub down_block_types: Vec<DownBlockType>,
    /// Whether there is a block in the middle (`mid_block_type` "`UNetMidBlock2D`" or null).
    pub mid_block: bool,
    /// The blocks on the way up, coarsest first.
    pub up_block_types: Vec<UpBlockType>,
    /// Channels of each block, finest first.
    pub block_out_channels: Vec<usize>,
    /// Number of residual blocks in each block on the way down; each block on the way up has one more.
    pub layers_per_block: usize,
    /// The outputs of the middle block's parts are divided by this.
    pub mid_block_scale_factor: f64,
    /// Zeros around the picture before a convolution halves it: 1 on every side, or 0 for one row of zeros at the
    /// bottom and one column at the right only.
    pub downsample_padding: usize,
    /// How `AttnDownBlock2D` blocks halve the size; the other types of blocks fix it themselves.
    pub downsample_type: Resampling,
    /// How `AttnUpBlock2D` blocks double the size; the other types of blocks fix it themselves.
    pub upsample_type: Resampling,
    /// Probability of dropping an activation. It acts in training only.
    pub dropout: f64,
    /// The non-linearity of residual blocks.
    pub act_fn: Activation,
    /// Channels of one attention head; a single head when not given.
    pub attention_head_dim: Option<usize>,
    /// Groups of every group normalisation.
    pub norm_num_groups: usize,
    /// Groups of the normalisation before the middle block's attention. When not given it is
    /// `norm_num_groups` with [`TimeAdd::Shift`], and with [`TimeAdd::ScaleShift`] there is none.
    pub attn_norm_num_groups: Option<usize>,
    /// Added to the variance in every group normalisation.
    pub norm_eps: f64,
    /// How the time embedding enters residual blocks.
    pub resnet_time_scale_shift: TimeAdd,
    /// Whether the middle block has attention.
    pub add_attention: bool,
    /// What class labels are. When null, they are indices of a table if `num_class_embeds` is given, and the network
    /// has no classes otherwise.
    pub class_embed_type: Option<ClassEmbedType>,
    /// Number of classes, for a table of class embeddings.
    pub num_class_embeds: Option<usize>,
    /// Number of timesteps, for a learned table of time embeddings.
    pub num_train_timesteps: Option<usize>,
    /// The class that stands for "no class" in classifier-free guidance (Ho & Salimans 2022), where it is known.
    /// diffusers has no such field; it is written as the note `_null_class`, which diffusers ignores.
    pub null_class: Option<usize>,
    /// How the network is told the level of noise, where it does not follow from a schedule's timestep. diffusers has no
    /// such field; it is written as the note `_logsnr_timesteps`, which diffusers ignores.
    pub logsnr_timesteps: Option<LogSnrTimesteps>,
}

impl Default for UNet2DConfig {
    fn default() -> Self {
        use DownBlockType::{AttnDownBlock2D, DownBlock2D};
        use UpBlockType::{AttnUpBlock2D, UpBlock2D};
        Self {
            sample_size: None,
            in_channels: 3,
            out_channels: 3,
            center_input_sample: false,
            time_embedding_type: TimeEmbeddingType::Positional,
            time_embedding_dim: None,
            freq_shift: 0.0,
            flip_sin_to_cos: true,
            down_block_types: vec![DownBlock2D, AttnDownBlock2D, AttnDownBlock2D, AttnDownBlock2D],
            mid_block: true,
            up_block_types: vec![AttnUpBlock2D, AttnUpBlock2D, AttnUpBlock2D, UpBlock2D],
            block_out_channels: vec![224, 448, 672, 896],
            layers_per_block: 2,
            mid_block_scale_factor: 1.0,
            downsample_padding: 1,
            downsample_type: Resampling::Conv,
            upsample_type: Resampling::Conv,
            dropout: 0.0,
            act_fn: Activation::Silu,
            attention_head_dim: Some(8),
            norm_num_groups: 32,
            attn_norm_num_groups: None,
            norm_eps: 1e-5,
            resnet_time_scale_shift: TimeAdd::Shift,
            add_attention: true,
            class_embed_type: None,
            num_class_embeds: None,
            num_train_timesteps: None,
            null_class: None,
            logsnr_timesteps: None,
        }
    }
}

impl UNet2DConfig {
    /// Width of the time embedding.
    pub fn time_embed_dim(&self) -> usize {
        self.time_embedding_dim.unwrap_or(4 * self.first_channels())
    }

    /// Height and width must be divisible by this: 2 to the number of halvings.
    pub fn size_factor(&self) -> usize {
        1 << self.block_out_channels.len().saturating_sub(1)
    }

    /// How a network with this configuration is told the class.
    pub fn conditioning(&self) -> Conditioning {
        match (self.class_embed_type, self.num_class_embeds) {
            (Some(ClassEmbedType::Timestep), _) => Conditioning::Values,
            (Some(ClassEmbedType::Identity), _) => Conditioning::Embeddings { width: self.time_embed_dim() },
            (None, Some(classes)) => Conditioning::Classes { classes },
            (None, None) => Conditioning::None,
        }
    }

    /// The class that guidance takes for "no class": the one given as [`null_class`](Self::null_class), or else the
    /// last one. `None` for networks without a table of classes.
    pub fn guiding_class(&self) -> Option<usize> {
        match self.conditioning() {
            Conditioning::Classes { classes } => Some(self.null_class.unwrap_or(classes - 1)),
            _ => None,
        }
    }

    /// Channels of the finest block. Every valid configuration has one.
    pub(crate) fn first_channels(&self) -> usize {
        self.block_out_channels.first().copied().unwrap_or_default()
    }

    /// Channels of the coarsest block.
    pub(crate) fn last_channels(&self) -> usize {
        self.block_out_channels.last().copied().unwrap_or_default()
    }

    /// Padding of the convolutions that halve the size.
    pub(crate) fn halving_padding(&self) -> Padding {
        if self.downsample_padding == 0 { Padding::RightBottom } else { Padding::Even(1) }
    }

    /// Groups of the normalisation before the middle block's attention, if there is one.
    pub(crate) fn mid_attention_groups(&self) -> Option<usize> {
        self.attn_norm_num_groups.or(match self.resnet_time_scale_shift {
            TimeAdd::Shift => Some(self.norm_num_groups),
            TimeAdd::ScaleShift => None,
        })
    }
}

/// How a network is told the class of what it denoises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conditioning {
    /// Not at all.
    None,
    /// Indices `0..classes` of a table.
    Classes {
        /// Number of classes.
        classes: usize,
    },
    /// Numbers, embedded as timesteps are.
    Values,
    /// Vectors that are added to the time embedding, as they are or after learned layers.
    Embeddings {
        /// Width of the vectors.
        width: usize,
    },
}

/// Declares an enum of the values that a field of a config can have, each with its name in the config.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// Names of all values, as in a config.
            pub const NAMES: &[&str] = &[$($text),*];

            /// The value with that name, if there is one.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }

            /// The value's name in a config.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        $crate::model::config::named_by_its_names!($name);
    };
}

pub(crate) use named;

named! {
    /// How a timestep becomes a vector, `time_embedding_type`.
    TimeEmbeddingType {
        /// Sines and cosines of fixed frequencies (Vaswani et al. 2017; Ho et al. 2020).
        Positional = "positional",
        /// Sines and cosines of the logarithm at random frequencies (Song et al. 2021). The output
        /// is divided by the timestep, which is a noise level σ here.
        Fourier = "fourier",
        /// A learned table.
        Learned = "learned",
    }
}

named! {
    /// A block on the way down, `down_block_types`.
    DownBlockType {
        /// Residual blocks; halved by a convolution.
        DownBlock2D = "DownBlock2D",
        /// Residual blocks, each with attention; halved as `downsample_type` says.
        AttnDownBlock2D = "AttnDownBlock2D",
        /// Residual blocks; halved by one more residual block.
        ResnetDownsampleBlock2D = "ResnetDownsampleBlock2D",
    }
}

named! {
    /// A block on the way up, `up_block_types`.
    UpBlockType {
        /// Residual blocks; doubled, then a convolution.
        UpBlock2D = "UpBlock2D",
        /// Residual blocks, each with attention; doubled as `upsample_type` says.
        AttnUpBlock2D = "AttnUpBlock2D",
        /// Residual blocks; doubled by one more residual block.
        ResnetUpsampleBlock2D = "ResnetUpsampleBlock2D",
    }
}

named! {
    /// How the size is halved or doubled, `downsample_type` and `upsample_type`.
    Resampling {
        /// By a convolution: with stride 2, or after doubling every pixel.
        Conv = "conv",
        /// Inside a residual block: by averaging, or by doubling every pixel.
        Resnet = "resnet",
    }
}

named! {
    /// What class labels are, `class_embed_type`.
    ClassEmbedType {
        /// Numbers, embedded as timesteps are.
        Timestep = "timestep",
        /// Vectors as wide as the time embedding.
        Identity = "identity",
    }
}

impl DownBlockType {
    /// Whether each of its residual blocks is followed by attention.
    pub fn has_attention(self) -> bool {
        self == Self::AttnDownBlock2D
    }

    pub(crate) fn resampling(self, config: &UNet2DConfig) -> Resampling {
        match self {
            Self::DownBlock2D => Resampling::Conv,
            Self::AttnDownBlock2D => config.downsample_type,
            Self::ResnetDownsampleBlock2D => Resampling::Resnet,
        }
    }
}

impl UpBlockType {
    /// Whether each of its residual blocks is followed by attention.
    pub fn has_attention(self) -> bool {
        self == Self::AttnUpBlock2D
    }

    pub(crate) fn resampling(self, config: &UNet2DConfig) -> Resampling {
        match self {
            Self::UpBlock2D => Resampling::Conv,
            Self::AttnUpBlock2D => config.upsample_type,
            Self::ResnetUpsampleBlock2D => Resampling::Resnet,
        }
    }
}
