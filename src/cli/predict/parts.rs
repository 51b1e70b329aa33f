//! The networks that can be called, each with its inputs and outputs by name.

use std::path::Path;

use candle_core::{Device, Tensor};

use super::PartArg;
use crate::cli::error::CliError;
use crate::cli::network;
use crate::cli::tensors::TensorFile;
use crate::model::{
    AutoencoderKl, ClassLabels, ClipTextModel, Conditioning, LatentDistribution, ModelError, Precision,
    UNet2DConditionModel, UNet2DModel, unet_class,
};

/// A part of a pipeline that is called.
pub(super) enum Network {
    Unet(UNet2DModel),
    ConditionUnet(UNet2DConditionModel),
    VaeEncoder(AutoencoderKl),
    VaeDecoder(AutoencoderKl),
    TextEncoder(ClipTextModel),
}

type Outputs = Vec<(&'static str, Tensor)>;

impl Network {
    /// Opens a part, and reports what was assumed. Weights of other parts are not read.
    pub(super) fn open(model: &Path, part: PartArg, precision: Precision) -> Result<Self, CliError> {
        let is_plain = || unet_class(model).is_none_or(|class| class != "UNet2DConditionModel");
        if part == PartArg::Unet && is_plain() {
            return Ok(Self::Unet(network::open(model, precision)?.parts.unet.network));
        }
        let parts = network::parts(model)?;
        Ok(match part {
            PartArg::Unet => Self::ConditionUnet(network::told(model, parts.unet(precision)?)),
            PartArg::VaeEncoder => Self::VaeEncoder(network::told(model, parts.vae(precision)?)),
            PartArg::VaeDecoder => Self::VaeDecoder(network::told(model, parts.vae(precision)?)),
            PartArg::TextEncoder => Self::TextEncoder(network::told(model, parts.text_encoder(precision)?)),
        })
    }

    /// The network with its weights on a device.
    pub(super) fn on(self, device: &Device) -> Result<Self, ModelError> {
        Ok(match self {
            Self::Unet(unet) => Self::Unet(unet.on(device)?),
            Self::ConditionUnet(unet) => Self::ConditionUnet(unet.on(device)?),
            Self::VaeEncoder(vae) => Self::VaeEncoder(vae.on(device)?),
            Self::VaeDecoder(vae) => Self::VaeDecoder(vae.on(device)?),
            Self::TextEncoder(text) => Self::TextEncoder(text.on(device)?),
        })
    }

    /// Passes the tensors of the input file through the network.
    pub(super) fn pass(&self, input: &TensorFile) -> Result<Outputs, CliError> {
        match self {
            Self::Unet(unet) => {
                let labels = Labels::read(input, unet.config().conditioning())?;
                let timesteps = input.numbers("timestep", input.need("timestep")?)?;
                let sample = finite(input, "sample")?;
                let output = unet.forward(sample, &timesteps, labels.as_ref().map(Labels::borrowed))?;
                Ok(vec![("output", output)])
            }
            Self::ConditionUnet(unet) => {
                let labels = Labels::read(input, unet.config().conditioning())?;
                let timesteps = input.numbers("timestep", input.need("timestep")?)?;
                let [sample, context] = ["sample", "encoder_hidden_states"].map(|name| finite(input, name));
                let labels = labels.as_ref().map(Labels::borrowed);
                let output = unet.forward(sample?, &timesteps, context?, labels)?;
                Ok(vec![("output", output)])
            }
            Self::VaeEncoder(vae) => {
                let LatentDistribution { mean, logvar } = vae.encode(finite(input, "image")?)?;
                Ok(vec![("mean", mean), ("logvar", logvar)])
            }
            Self::VaeDecoder(vae) => Ok(vec![("decoded", vae.decode(finite(input, "latents")?)?)]),
            Self::TextEncoder(text) => {
                let embedded = text.forward(&texts(input)?)?;
                Ok(vec![("last_hidden_state", embedded.states), ("pooler_output", embedded.pooled)])
            }
        }
    }
}

/// A tensor of the input, all of whose numbers must be finite.
fn finite<'a>(input: &'a TensorFile, name: &str) -> Result<&'a Tensor, CliError> {
    let tensor = input.need(name)?;
    input.numbers(name, tensor)?;
    Ok(tensor)
}

/// The texts of the input, as tokens: `input_ids`, `[n, length]`.
fn texts(input: &TensorFile) -> Result<Vec<Vec<u32>>, CliError> {
    let ids = input.need("input_ids")?;
    let &[_, length] = ids.dims() else {
        return Err(input.wrong(&format!("input_ids has shape {:?}; it must be [n, length]", ids.dims())));
    };
    let numbers = input.wholes("input_ids", &input.numbers("input_ids", ids)?)?;
    Ok(numbers.chunks(length.max(1)).map(<[u32]>::to_vec).collect())
}

/// Class labels, owned by this value.
enum Labels {
    Classes(Vec<u32>),
    Values(Vec<f64>),
    Embeddings(Tensor),
}

impl Labels {
    /// The labels for a network that is told the class in this way.
    fn read(input: &TensorFile, conditioning: Conditioning) -> Result<Option<Self>, CliError> {
        if conditioning == Conditioning::None {
            // Labels are passed on although the network has no classes, so that the network refuses them.
            return Ok(input.get("class_labels").map(|_| Self::Classes(Vec::new())));
        }
        let labels = input.need("class_labels")?;
        let numbers = input.numbers("class_labels", labels)?;
        Ok(Some(match conditioning {
            Conditioning::Embeddings { .. } => Self::Embeddings(labels.clone()),
            Conditioning::Values => Self::Values(numbers),
            Conditioning::None | Conditioning::Classes { .. } => {
                Self::Classes(input.wholes("class_labels", &numbers)?)
            }
        }))
    }

    fn borrowed(&self) -> ClassLabels<'_> {
        match self {
            Self::Classes(classes) => ClassLabels::Classes(classes),
            Self::Values(values) => ClassLabels::Values(values),
            Self::Embeddings(vectors) => ClassLabels::Embeddings(vectors),
        }
    }
}
