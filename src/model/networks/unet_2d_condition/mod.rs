//! `UNet2DConditionModel` of diffusers, the network of Stable Diffusion (Rombach et al. 2022): a U-Net whose pixels also
//! attend to a context, such as an embedded text.

mod config;
mod describe;

use std::sync::Arc;

use candle_core::{Device, Tensor, Var};

use super::FromCheckpoint;
use super::body::Body;
use super::inputs::{self, ClassLabels, Domain};
use super::unet::{self, Inputs, Structure};
use crate::model::ModelError;
use crate::model::graph::Graph;
use crate::model::parameters::Precision;
use crate::model::weights::Tensors;

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

    /// This network with its weights on `device`, without variables. Inputs may be on any device; outputs are on this
    /// one.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn on(self, device: &Device) -> Result<Self, ModelError> {
        Ok(Self { body: self.body.on(device)?, ..self })
    }

    /// A copy of this network whose weights are variables, through which gradients flow. Gradients are
    /// computed operation by operation; there is no faster way for transformers yet.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn trainable(&self) -> Result<Self, ModelError> {
        Ok(self.with(self.body.trainable()?))
    }

    /// This network without variables, so that nothing is kept for gradients while it runs. The weights are shared.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn frozen(&self) -> Result<Self, ModelError> {
        Ok(self.with(self.body.frozen()?))
    }

    /// A copy whose weights do not change any more, in the form that is fastest to compute with, if there is such a
    /// form: see [`is_prepared`](Self::is_prepared).
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn prepared(&self) -> Result<Self, ModelError> {
        Ok(self.with(self.body.prepared()?))
    }

    fn with(&self, body: Body) -> Self {
        Self { config: self.config.clone(), inputs: self.inputs, body }
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
        let samples = unet::samples(sample, self.config.in_channels, self.config.size_factor())?;
        let context = inputs::context(self.config.cross_attention_dim, samples, context)?;
        let asked = (self.config.conditioning(), Domain::Finite);
        let time = self.inputs.embedded(&self.body, asked, samples, timesteps, labels)?;
        let sample = self.body.taken(sample)?;
        let sample = if self.config.center_input_sample { ((sample * 2.0)? - 1.0)? } else { sample };
        self.body.call(&sample, Some(&time), Some(&self.body.taken(&context)?))
    }

    /// The configuration that the network was built from.
    pub fn config(&self) -> &UNet2DConditionConfig {
        &self.config
    }

    /// Whether the weights are kept in the form that is fastest to compute with. This is so for opened networks in f32
    /// on a CPU for whose every part there is a kernel.
    pub fn is_prepared(&self) -> bool {
        self.body.is_prepared()
    }

    /// The precision that the network computes with.
    pub fn precision(&self) -> Precision {
        self.body.precision()
    }

    /// The number of parameters.
    pub fn parameter_count(&self) -> usize {
        self.body.count()
    }

    /// All tensors by their names in a checkpoint, sorted by name.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (&str, &Tensor)> {
        self.body.tensors()
    }

    /// The variables that training changes, sorted by name. Empty for a network that is not trainable.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn variables(&self) -> Result<Vec<(&str, Var)>, ModelError> {
        self.body.variables()
    }
}

#[cfg(test)]
mod tests;
