//! `CLIPTextModel` of transformers, which embeds a text for a U-Net to attend to (Radford et al. 2021).

mod config;
mod describe;

use std::sync::Arc;

use candle_core::{Device, Tensor};

use self::describe::Structure;
use super::FromCheckpoint;
use super::body::{Body, of_every_network};
use crate::model::ModelError;
use crate::model::graph::planned::Section;
use crate::model::graph::{Graph, Value};
use crate::model::parameters::Precision;
use crate::model::weights::{Storage, Tensors};

pub use config::{ClipTextConfig, TextActivation};

/// A causal transformer over the tokens of a text. It sees no mask: pads are tokens as all others are.
#[derive(Clone, Debug)]
pub struct ClipTextModel {
    config: ClipTextConfig,
    tokens: Value,
    /// The states after the last normalisation.
    output: Value,
    body: Body,
}

/// Embedded texts.
#[derive(Clone, Debug)]
pub struct EmbeddedText {
    /// The state of every token after the last normalisation, `[n, length, hidden_size]`; `last_hidden_state` in
    /// transformers, `encoder_hidden_states` for a U-Net.
    pub states: Tensor,
    /// The state of each text's end token, `[n, hidden_size]`; `pooler_output` in transformers.
    pub pooled: Tensor,
}

impl FromCheckpoint for ClipTextModel {
    type Config = ClipTextConfig;

    const STORED: Storage = Storage {
        stem: "model",
        // Since version 5 transformers leaves the prefix out.
        prefix: "text_model.",
        // The numbers from 0 on, which older versions stored.
        ignored: &["embeddings.position_ids"],
    };

    fn read_config(text: &str, name: &str) -> Result<ClipTextConfig, ModelError> {
        ClipTextConfig::from_json(text, name)
    }

    fn graph(config: &ClipTextConfig) -> Result<Graph, ModelError> {
        Structure::of(config).map(|structure| Arc::unwrap_or_clone(structure.graph))
    }

    fn sections(config: &ClipTextConfig) -> Result<(Graph, Vec<Section>), ModelError> {
        let Structure { graph, section, .. } = Structure::of(config)?;
        Ok((Arc::unwrap_or_clone(graph), vec![section]))
    }

    fn from_tensors(
        config: &ClipTextConfig,
        precision: Precision,
        tensors: Tensors,
    ) -> Result<Self, ModelError> {
        let Structure { graph, tokens, section } = Structure::of(config)?;
        let output = section.output;
        let body = Body::given(graph, section, precision, tensors)?;
        Ok(Self { config: config.clone(), tokens, output, body })
    }
}

impl ClipTextModel {
    /// A fresh network, with PyTorch's default initialisation: see
    /// [`UNet2DModel::init`](super::UNet2DModel::init).
    ///
    /// # Errors
    /// If the configuration is not valid or describes more than 2³² parameters.
    pub fn init(config: &ClipTextConfig, seed: u64, precision: Precision) -> Result<Self, ModelError> {
        config.validate("config")?;
        let Structure { graph, tokens, section } = Structure::of(config)?;
        let output = section.output;
        let body = Body::init(graph, section, seed, precision)?;
        Ok(Self { config: config.clone(), tokens, output, body })
    }

    /// The variables that training changes, sorted by name. Empty for a network that is not trainable.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn variables(&self) -> Result<Vec<(&str, candle_core::Var)>, ModelError> {
        self.body.variables()
    }

    /// This network with its weights on `device`, without variables; outputs are on this device.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn on(self, device: &Device) -> Result<Self, ModelError> {
        Ok(Self { body: self.body.on(device)?, ..self })
    }

    /// Embeds texts, all of the same number of tokens, from 1 to
    /// [`max_position_embeddings`](ClipTextConfig::max_position_embeddings).
    ///
    /// # Errors
    /// [`ModelError::TokenCount`] or [`ModelError::Range`] if the tokens do not fit the network (nothing has been
    /// computed then); other errors if candle fails, out of memory for instance.
    pub fn forward(&self, texts: &[impl AsRef<[u32]>]) -> Result<EmbeddedText, ModelError> {
        let length = texts.first().map_or(0, |text| text.as_ref().len());
        let most = self.config.max_position_embeddings;
        let counts = || texts.iter().map(|text| text.as_ref().len());
        let wrong = counts().find(|&found| found != length || !(1..=most).contains(&found));
        if let Some(found) = wrong.or(texts.is_empty().then_some(0)) {
            return Err(ModelError::TokenCount { found, most });
        }
        let tokens = || texts.iter().flat_map(AsRef::as_ref).copied();
        if let Some(found) = tokens().find(|&token| token as usize >= self.config.vocab_size) {
            let expected = format!("from 0 to {}", self.config.vocab_size - 1);
            return Err(ModelError::Range { what: "token", found: found.into(), expected });
        }
        let ids = Tensor::from_iter(tokens(), &Device::Cpu)?.reshape((texts.len(), length))?;
        let states = self.body.evaluate(&[(self.tokens, ids)], self.output)?;
        let states = states.squeeze(3)?.transpose(1, 2)?.contiguous()?;
        let ends = texts.iter().enumerate().map(|(i, text)| {
            let end = self.config.end_of(text.as_ref());
            Ok(states.narrow(0, i, 1)?.narrow(1, end, 1)?.squeeze(1)?)
        });
        let pooled = Tensor::cat(&ends.collect::<Result<Vec<_>, ModelError>>()?, 0)?;
        Ok(EmbeddedText { states, pooled })
    }

    of_every_network!(ClipTextConfig, body);
}

#[cfg(test)]
mod tests;
