//! Networks: diffusers' `UNet2DModel`, `UNet2DConditionModel` and `AutoencoderKL`, and transformers' `CLIPTextModel`, on
//! [candle](candle_core), in their own files.
//!
//! A network's structure is written once. A config chooses blocks, which describe their layers and operations to a
//! builder. The builder makes a graph, from which everything else is made:
//!
//! ```text
//! config.json ─► networks ─► blocks ─► graph ─┬─► names and shapes of tensors (checkpoints, fresh weights)
//!                                             ├─► reference on candle: f64, any device, gradients
//!                                             ├─► plans for CPUs in f32, and their gradients
//!                                             └─► summary, operations, memory
//! ```
//!
//! | module | what it is |
//! | --- | --- |
//! | [`config`] | `config.json`: the configuration of a network |
//! | `blocks` | residual blocks, attention, levels: each described once |
//! | [`networks`] | networks, described by their blocks from a config |
//! | `graph` | the graph of operations that blocks describe, and all that is made of it |
//! | `graph::planned` | a graph planned for CPUs in f32, and its gradients |
//! | [`layers`] | the primitive operations, behind small structs |
//! | `kernels` | the same operations for CPUs in f32, where most time is spent |
//! | [`parameters`] | named tensors: opened, shared or fresh |
//! | [`weights`] | safetensors, checked against the config |
//! | [`folder`] | pipeline folders: opening and saving |
//! | [`library`] | networks that come with the program, by name |
//! | `device` | where networks compute |
//! | [`summary`](mod@summary) | a network's blocks as a table |
//! | [`operations`](mod@operations) | how much a network computes |
//! | `enlarging` | small pictures as the second stage of a cascade is given them |
//! | [`memory`] | how much memory a network takes |
//! | `simd` | which vector instructions kernels use |
//! | `text_to_image` | a U-Net that is told a text, as a sampler asks it |
//! | [`tape`] | gradients, from a record of the computation |
//! | [`tokenizer`] | texts as the tokens that a text encoder reads |
//!
//! A network is opened from a folder, or made anew from a configuration, and answers what a sampler asks:
//!
//! ```
//! use diffuscope::model::{Denoiser, DownBlockType, UNet2DConfig, UNet2DModel, UpBlockType};
//!
//! let config = UNet2DConfig {
//!     sample_size: Some([8, 8]),
//!     in_channels: 1,
//!     out_channels: 1,
//!     block_out_channels: vec![8],
//!     down_block_types: vec![DownBlockType::DownBlock2D],
//!     up_block_types: vec![UpBlockType::UpBlock2D],
//!     layers_per_block: 1,
//!     norm_num_groups: 4,
//!     ..UNet2DConfig::default()
//! };
//! let unet = UNet2DModel::init(&config, 0)?;
//! let denoiser = Denoiser::new(unet, None, 1.0)?;
//! // Two samples at timestep 500, counted from 0.
//! let output = denoiser.predict(&[0.5; 2 * 64], [2, 1, 8, 8], 500.0)?;
//! assert_eq!(output[..64], output[64..]);
//! # Ok::<_, diffuscope::model::ModelError>(())
//! ```
//!
//! Every failure is a [`ModelError`], whose text is one line: the file or value, what is wrong with it, and
//! what to do.

mod blocks;
pub mod config;
mod denoiser;
mod device;
mod enlarging;
mod error;
pub mod folder;
pub(crate) mod graph;
mod init;
pub(crate) mod kernels;
pub mod layers;
pub mod library;
pub mod memory;
pub mod networks;
pub mod operations;
pub mod parameters;
pub(crate) mod simd;
pub mod summary;
pub mod tape;
mod text_to_image;
pub mod tokenizer;
pub mod weights;

pub use config::{Conditioning, DownBlockType, LogSnrTimesteps, PRESETS, UNet2DConfig, UpBlockType};
pub use denoiser::{Denoise, Denoiser};
pub use device::Compute;
pub use enlarging::{augmented, enlarged, enlargement, second_seed};
pub use error::ModelError;
pub use folder::{
    NoiseLevels, Part, PartName, Parts, Pipeline, SecondStage, StableDiffusion, TextPipeline, pipeline_files,
    save_autoencoder, save_pipeline, save_text_pipeline, unet_class,
};
pub use library::{ModelRef, Shipped, ShippedParts, shipped, shipped_parts};
pub use networks::{
    AttentionMap, AutoencoderKl, AutoencoderKlConfig, ClassLabels, ClipTextConfig, ClipTextModel,
    CrossDownBlockType, CrossUpBlockType, EmbeddedText, LatentDistribution, TextActivation,
    UNet2DConditionConfig, UNet2DConditionModel, UNet2DModel, VectorEmbedType,
};
pub use operations::operations;
pub use parameters::Precision;
pub use summary::{BlockSummary, summary};
pub use tape::Tape;
pub use text_to_image::{TextDenoiser, as_pipelines_do};
pub use tokenizer::{ClipTokenizer, FittedTokens, TokenizerFiles, Tokens};
pub use weights::WeightType;

/// The result of a computation; unless another type of error is named, it is candle's error.
pub(crate) type Result<T, E = candle_core::Error> = std::result::Result<T, E>;
