//! Builds a text model's blocks from its config (`transformers.models.clip.modeling_clip.CLIPTextTransformer`).

use std::sync::Arc;

use super::config::ClipTextConfig;
use crate::model::ModelError;
use crate::model::blocks::TextLayer;
use crate::model::graph::planned::Section;
use crate::model::graph::{Builder, Graph, Kind, Value};
use crate::model::networks::checked;

/// The network's operations, and which of their values are inputs and outputs.
#[derive(Clone, Debug)]
pub(super) struct Structure {
    pub(super) graph: Arc<Graph>,
    /// The tokens of a text.
    pub(super) tokens: Value,
    /// From the embedded tokens to the states after the last normalisation.
    pub(super) section: Section,
}

impl Structure {
    /// The structure for a valid config.
    ///
    /// # Errors
    /// [`ModelError::TooLarge`] for more than 2³² parameters.
    pub(super) fn of(config: &ClipTextConfig) -> Result<Self, ModelError> {
        let mut to = Builder::default();
        let tokens = to.input(Kind::Tokens, 1);
        let embedded = to.block("embeddings", "CLIPTextEmbeddings", None, |to| {
            let words =
                to.within("token_embedding", |to| to.lookup(tokens, config.vocab_size, config.hidden_size));
            to.positions("position_embedding", words, config.max_position_embeddings)
        });
        let layer = TextLayer {
            heads: config.num_attention_heads,
            between: config.intermediate_size,
            activation: config.hidden_act.activation(),
            eps: config.layer_norm_eps,
        };
        let mut x = embedded;
        for i in 0..config.num_hidden_layers {
            x = to.block(format_args!("encoder.layers.{i}"), "CLIPEncoderLayer", None, |to| {
                layer.describe(to, x)
            });
        }
        let output = to.layer("final_layer_norm", "LayerNorm", x, |to, name| {
            to.layer_norm(name, x, config.layer_norm_eps)
        });
        Ok(Self {
            graph: Arc::new(checked(to.finish())?),
            tokens,
            section: Section { picture: embedded, vector: None, context: None, output },
        })
    }
}
