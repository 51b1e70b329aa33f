//! `UNet2DModel` of diffusers: its weights, and the ways to compute it.

mod describe;

use std::sync::Arc;

use candle_core::{Device, Tensor, Var};

use super::FromCheckpoint;
use super::body::{Body, of_every_network};
use super::inputs::{ClassLabels, Domain};
use super::unet::{self, Inputs, Structure, of_a_u_net};
use crate::model::config::{Conditioning, TimeEmbeddingType};
use crate::model::graph::Graph;
use crate::model::graph::planned::Section;
use crate::model::parameters::Precision;
use crate::model::weights::Tensors;
use crate::model::{LogSnrTimesteps, ModelError, Tape, UNet2DConfig};

/// A U-Net that predicts noise (or x₀, or v) from a noised sample and a timestep.
///
/// Opened networks hold plain tensors. Networks from [`init`](Self::init) and [`trainable`](Self::trainable) hold
/// variables, through which gradients flow.
#[derive(Clone, Debug)]
pub struct UNet2DModel {
    config: UNet2DConfig,
    inputs: Inputs,
    body: Body,
}

impl FromCheckpoint for UNet2DModel {
    type Config = UNet2DConfig;

    fn read_config(text: &str, name: &str) -> Result<UNet2DConfig, ModelError> {
        UNet2DConfig::from_json(text, name)
    }

    fn graph(config: &UNet2DConfig) -> Result<Graph, ModelError> {
        Structure::of_unet_2d(config).map(|structure| Arc::unwrap_or_clone(structure.graph))
    }

    fn sections(config: &Self::Config) -> Result<(Graph, Vec<Section>), ModelError> {
        let Structure { graph, section, .. } = Structure::of_unet_2d(config)?;
        Ok((Arc::unwrap_or_clone(graph), vec![section]))
    }

    fn from_tensors(
        config: &UNet2DConfig,
        precision: Precision,
        tensors: Tensors,
    ) -> Result<Self, ModelError> {
        let Structure { graph, inputs, section } = Structure::of_unet_2d(config)?;
        Ok(Self { config: config.clone(), inputs, body: Body::given(graph, section, precision, tensors)? })
    }
}

impl UNet2DModel {
    /// A fresh network to be trained, with PyTorch's default initialisation. The same seed gives the
    /// same weights, on every machine.
    ///
    /// # Errors
    /// If the configuration is not valid or describes more than 2³² parameters.
    pub fn init(config: &UNet2DConfig, seed: u64) -> Result<Self, ModelError> {
        Self::init_with(config, seed, Precision::F32)
    }

    /// Like [`init`](Self::init), in a chosen precision. The weights are the same numbers in every precision.
    ///
    /// # Errors
    /// The errors of [`init`](Self::init).
    pub fn init_with(config: &UNet2DConfig, seed: u64, precision: Precision) -> Result<Self, ModelError> {
        config.validate("config")?;
        let Structure { graph, inputs, section } = Structure::of_unet_2d(config)?;
        Ok(Self { config: config.clone(), inputs, body: Body::init(graph, section, seed, precision)? })
    }

    /// The network's prediction for noised samples.
    ///
    /// - `sample`: `[n, in_channels, height, width]`, in `[-1, 1]` plus noise; both sides divisible by
    ///   [`size_factor`](UNet2DConfig::size_factor).
    /// - `timesteps`: one for all samples, or one for each. They are diffusers' training timesteps, which count **from
    ///   0**: `t − 1` for this program's t. Fractions are allowed, except for a learned table. Networks with a Fourier
    ///   embedding take noise levels σ > 0.
    /// - `labels`: classes, as [`UNet2DConfig::conditioning`] says; one for all samples, or one for each.
    ///
    /// The result is `[n, out_channels, height, width]` in the network's precision. Dropout is not applied.
    ///
    /// # Errors
    /// A [`ModelError`] that says which input is wrong (nothing has been computed then), or that there is too little
    /// memory.
    pub fn forward(
        &self,
        sample: &Tensor,
        timesteps: &[f64],
        labels: Option<ClassLabels<'_>>,
    ) -> Result<Tensor, ModelError> {
        let samples = unet::samples(sample, self.config.in_channels, self.config.size_factor())?;
        let asked = (self.config.conditioning(), self.domain());
        let time = self.inputs.embedded(&self.body, asked, samples, timesteps, labels)?;
        let sample = self.body.taken(sample)?;
        let sample = if self.config.center_input_sample { ((sample * 2.0)? - 1.0)? } else { sample };
        let output = self.body.call(&sample, Some(&time), None)?;
        if self.config.time_embedding_type != TimeEmbeddingType::Fourier {
            return Ok(output);
        }
        let levels = Tensor::from_slice(timesteps, (timesteps.len(), 1, 1, 1), &Device::Cpu)?;
        Ok(output.broadcast_div(&self.body.taken(&levels)?)?)
    }

    /// Like [`forward`](Self::forward), with the product of `v` and the Jacobian: the gradient of `Σ v · output` with
    /// respect to the sample. `v` has the sample's shape, and counts for the first `in_channels` channels of the output
    /// (what follows is for a learned variance, and is left out of both results).
    ///
    /// The network is computed operation by operation, since what is prepared has no gradient of its input. It takes
    /// several times as long, and memory for the results of all operations.
    ///
    /// # Errors
    /// The errors of [`forward`](Self::forward); also if `v` has another shape.
    pub fn vector_jacobian(
        &self,
        sample: &Tensor,
        timesteps: &[f64],
        labels: Option<ClassLabels<'_>>,
        v: &Tensor,
    ) -> Result<[Tensor; 2], ModelError> {
        let x = Var::from_tensor(&self.body.taken(sample)?)?;
        let v = self.body.taken(v)?;
        let (found, tape) = Tape::record(|| {
            let output = self.forward(x.as_tensor(), timesteps, labels)?;
            let output = output.narrow(1, 0, self.config.in_channels)?;
            let product = (&output * &v)?.sum_all()?;
            Ok::<_, ModelError>((output, product))
        });
        let (output, product) = found?;
        let gradients = tape.gradients(&product)?;
        let gradient = match gradients.get(&x) {
            Some(gradient) => gradient.clone(),
            None => x.zeros_like()?,
        };
        Ok([output.detach(), gradient])
    }

    /// The numbers that the embedding of timesteps takes.
    fn domain(&self) -> Domain {
        match self.config.time_embedding_type {
            TimeEmbeddingType::Positional => Domain::Finite,
            TimeEmbeddingType::Fourier => Domain::Positive,
            TimeEmbeddingType::Learned => {
                Domain::Indices { entries: self.config.num_train_timesteps.unwrap_or_default() }
            }
        }
    }

    /// Sets the class that stands for "no class" in guidance.
    ///
    /// # Errors
    /// If the network has no such class.
    pub fn set_null_class(&mut self, class: usize) -> Result<(), ModelError> {
        let Conditioning::Classes { classes } = self.config.conditioning() else {
            return Err(ModelError::LabelsUnexpected);
        };
        if class >= classes {
            let expected = format!("from 0 to {}", classes - 1);
            return Err(ModelError::Range { what: "null class", found: class as f64, expected });
        }
        self.config.null_class = Some(class);
        Ok(())
    }

    /// Sets how the network is told the level of noise.
    pub(crate) fn set_logsnr_timesteps(&mut self, timesteps: LogSnrTimesteps) {
        self.config.logsnr_timesteps = Some(timesteps);
    }

    of_a_u_net!();
    of_every_network!(UNet2DConfig, body);
}

/// The planned section alone; tensors that are not needed may be missing.
#[cfg(test)]
pub(crate) fn planned(config: &UNet2DConfig, tensors: Tensors) -> crate::model::graph::planned::Network {
    let Structure { graph, section, .. } = Structure::of_unet_2d(config).unwrap();
    crate::model::graph::planned::Network::changing(&graph, section, tensors).unwrap()
}

// Networks are moved to a worker's thread and shared with others.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<UNet2DModel>();
};
