//! `UNet2DConditionModel` of diffusers, the network of Stable Diffusion (Rombach et al. 2022): a U-Net whose pixels also
//! attend to a context, such as an embedded text.

mod attention;
mod config;
mod describe;

use std::sync::Arc;

use candle_core::Tensor;

use super::FromCheckpoint;
use super::body::{Body, of_every_network};
use super::inputs::{self, ClassLabels, Domain};
use super::unet::{self, Inputs, Structure, of_a_u_net};
use crate::model::graph::planned::Section;
use crate::model::graph::{Extent, Graph};
use crate::model::parameters::{self, Precision};
use crate::model::weights::Tensors;
use crate::model::{ModelError, WeightType};

pub use attention::AttentionMap;
pub use config::{CrossDownBlockType, CrossUpBlockType, UNet2DConditionConfig, VectorEmbedType};

/// A U-Net that predicts noise (or v) from a noised sample, a timestep and a context.
#[derive(Clone, Debug)]
pub struct UNet2DConditionModel {
    config: UNet2DConditionConfig,
    inputs: Inputs,
    body: Body,
}

impl FromCheckpoint for UNet2DConditionModel {
    type Config = UNet2DConditionConfig;

    fn read_config(text: &str, name: &str) -> Result<UNet2DConditionConfig, ModelError> {
        UNet2DConditionConfig::from_json(text, name)
    }

    fn graph(config: &UNet2DConditionConfig) -> Result<Graph, ModelError> {
        Structure::of_unet_2d_condition(config).map(|structure| Arc::unwrap_or_clone(structure.graph))
    }

    fn sections(config: &Self::Config) -> Result<(Graph, Vec<Section>), ModelError> {
        let Structure { graph, section, .. } = Structure::of_unet_2d_condition(config)?;
        Ok((Arc::unwrap_or_clone(graph), vec![section]))
    }

    fn from_tensors(
        config: &UNet2DConditionConfig,
        precision: Precision,
        tensors: Tensors,
    ) -> Result<Self, ModelError> {
        let Structure { graph, inputs, section } = Structure::of_unet_2d_condition(config)?;
        Ok(Self { config: config.clone(), inputs, body: Body::given(graph, section, precision, tensors)? })
    }
}

impl UNet2DConditionModel {
    /// A fresh network, with PyTorch's default initialisation: see [`UNet2DModel::init`](super::UNet2DModel::init).
    ///
    /// # Errors
    /// If the configuration is not valid or describes more than 2³² parameters.
    pub fn init(config: &UNet2DConditionConfig, seed: u64, precision: Precision) -> Result<Self, ModelError> {
        config.validate("config")?;
        let Structure { graph, inputs, section } = Structure::of_unet_2d_condition(config)?;
        Ok(Self { config: config.clone(), inputs, body: Body::init(graph, section, seed, precision)? })
    }

    /// A network with random weights that do not change, as if they had been stored in a type: it takes the memory and
    /// the time of an opened network.
    ///
    /// # Errors
    /// The errors of [`init`](Self::init); [`ModelError::Memory`] if there is too little memory.
    pub fn drawn(config: &UNet2DConditionConfig, seed: u64, kind: WeightType) -> Result<Self, ModelError> {
        config.validate("config")?;
        let tensors = parameters::drawn(Self::graph(config)?.parameters(), seed, kind)?;
        Self::from_tensors(config, Precision::F32, tensors)
    }

    /// The floating-point operations of one call; see [`operations`](crate::model::operations()). `size`: height and width
    /// of the sample; `length`: places of the context.
    ///
    /// # Errors
    /// If the configuration is not valid or describes more than 2³² parameters.
    pub fn operations(
        config: &UNet2DConditionConfig,
        size: [usize; 2],
        length: usize,
    ) -> Result<u64, ModelError> {
        config.validate("config")?;
        Ok(Self::graph(config)?.operations(Extent { size, length }))
    }

    /// The network's prediction for noised samples.
    ///
    /// - `sample`: `[n, in_channels, height, width]`; both sides divisible by [`size_factor`].
    /// - `timesteps`: one for all samples, or one for each; diffusers' training timesteps, which count **from 0**.
    /// - `context`: the sequence to attend to, `[1 or n, length, cross_attention_dim]`;
    ///   `encoder_hidden_states` in diffusers.
    /// - `labels`: classes, as [`UNet2DConditionConfig::conditioning`] says; one for all samples, or one for each.
    ///
    /// The result is `[n, out_channels, height, width]` in the network's precision. Dropout is not applied.
    ///
    /// [`size_factor`]: UNet2DConditionConfig::size_factor
    ///
    /// # Errors
    /// A [`ModelError`] that says which input is wrong (nothing has been computed then), or that there is too little
    /// memory.
    pub fn forward(
        &self,
        sample: &Tensor,
        timesteps: &[f64],
        context: &Tensor,
        labels: Option<ClassLabels<'_>>,
    ) -> Result<Tensor, ModelError> {
        let (sample, time, context) = self.taken(sample, timesteps, context, labels)?;
        self.body.call(&sample, Some(&time), Some(&context))
    }

    /// Checks the inputs, and returns the sample, the embedding of timestep and class, and the context as the body takes
    /// them.
    fn taken(
        &self,
        sample: &Tensor,
        timesteps: &[f64],
        context: &Tensor,
        labels: Option<ClassLabels<'_>>,
    ) -> Result<(Tensor, Tensor, Tensor), ModelError> {
        let samples = unet::samples(sample, self.config.in_channels, self.config.size_factor())?;
        let context = inputs::context(self.config.cross_attention_dim, samples, context)?;
        let asked = (self.config.conditioning(), Domain::Finite);
        let time = self.inputs.embedded(&self.body, asked, samples, timesteps, labels)?;
        let sample = self.body.taken(sample)?;
        let sample = if self.config.center_input_sample { ((sample * 2.0)? - 1.0)? } else { sample };
        Ok((sample, time, self.body.taken(&context)?))
    }

    of_a_u_net!();
    of_every_network!(UNet2DConditionConfig, body);
}

#[cfg(test)]
mod tests;
