//! How much memory networks take.
//!
//! The memory of weights is checked before they are read. The memory that pictures take inside a network depends on
//! their size: a plan checks it before it takes any.

use super::graph::planned::need;
use super::networks::FromCheckpoint;
use super::{
    AutoencoderKl, AutoencoderKlConfig, ClipTextConfig, ClipTextModel, ModelError, Precision,
    UNet2DConditionConfig, UNet2DConditionModel, UNet2DConfig, UNet2DModel, WeightType,
};

/// Places of a text in Stable Diffusion.
const TOKENS: usize = 77;

/// The most bytes that a network takes on the CPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Its weights, while it is opened and afterwards.
    pub weights: u64,
    /// Pictures inside it, during a call.
    pub values: u64,
}

impl Need {
    /// What is needed to open and to call the network.
    pub fn total(self) -> u64 {
        self.weights + self.values
    }
}

/// The bytes that a network's weights take, if they are stored in this type.
pub(super) fn of_weights<N: FromCheckpoint>(
    config: &N::Config,
    precision: Precision,
    kind: WeightType,
) -> Result<u64, ModelError> {
    let (graph, sections) = N::sections(config)?;
    Ok(match (precision, kind) {
        (Precision::F64, _) => (size_of::<f64>() * graph.parameter_count()) as u64,
        (Precision::F32, WeightType::F32) => need::of_weights(&graph, &sections, size_of::<f32>()),
        (Precision::F32, WeightType::F16) => need::of_weights(&graph, &sections, size_of::<half::f16>()),
    })
}

/// The bytes that values take in a call of one of a network's sections with one picture of this size.
fn of_values<N: FromCheckpoint>(
    config: &N::Config,
    section: usize,
    size: [usize; 2],
    length: usize,
) -> Result<u64, ModelError> {
    let (graph, sections) = N::sections(config)?;
    let section = sections.get(section).copied();
    Ok(section.and_then(|section| need::of_values(&graph, section, (1, size), length)).unwrap_or_default())
}

/// What a `UNet2DModel` takes for one picture of this height and width.
///
/// # Errors
/// If the configuration describes more than 2³² parameters.
pub fn of_unet(config: &UNet2DConfig, size: [usize; 2], kind: WeightType) -> Result<Need, ModelError> {
    let weights = of_weights::<UNet2DModel>(config, Precision::F32, kind)?;
    Ok(Need { weights, values: of_values::<UNet2DModel>(config, 0, size, 0)? })
}

/// What a `UNet2DConditionModel` takes for one sample of this height and width and a context of this many places.
///
/// # Errors
/// The errors of [`of_unet`].
pub fn of_condition_unet(
    config: &UNet2DConditionConfig,
    size: [usize; 2],
    length: usize,
    kind: WeightType,
) -> Result<Need, ModelError> {
    let weights = of_weights::<UNet2DConditionModel>(config, Precision::F32, kind)?;
    Ok(Need { weights, values: of_values::<UNet2DConditionModel>(config, 0, size, length)? })
}

/// What Stable Diffusion 1.x takes (text encoder, U-Net and autoencoder together) for a picture with sides of this many
/// pixels.
///
/// # Errors
/// None: the configurations are valid.
pub fn of_stable_diffusion_1(side: usize, kind: WeightType) -> Result<Need, ModelError> {
    let name = "Stable Diffusion 1.x";
    let text = r#"{"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}"#;
    let text = ClipTextConfig::from_json(text, name)?;
    let vae = r#"{"block_out_channels": [128, 256, 512, 512], "layers_per_block": 2, "latent_channels": 4,
        "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;
    let vae = AutoencoderKlConfig::from_json(vae, name)?;
    let latent = [side / vae.size_factor(); 2];
    let unet = of_condition_unet(&UNet2DConditionConfig::stable_diffusion_1()?, latent, TOKENS, kind)?;
    let decoder = of_values::<AutoencoderKl>(&vae, 1, latent, 0)?;
    let others = of_weights::<ClipTextModel>(&text, Precision::F32, kind)?
        + of_weights::<AutoencoderKl>(&vae, Precision::F32, kind)?;
    // The plans of both networks are kept.
    Ok(Need { weights: unet.weights + others, values: unet.values + decoder })
}
