//! The configuration of a `CLIPTextModel`: its `config.json`.

use serde_json::{Value, json};

use crate::model::ModelError;
use crate::model::config::{Check, Fields, MAX_ENTRIES, MAX_SIZE, named};
use crate::model::error::shown;
use crate::model::layers::Activation;

/// The most layers; CLIP's largest text model has 32.
const MAX_LAYERS: usize = 256;

/// The value of `eos_token_id` in configs that transformers wrote before 4.24, although the end token was another: then
/// the largest token of a text is taken for its end.
const OLD_END: usize = 2;

named! {
    /// The non-linearity of the layers, `hidden_act`.
    TextActivation {
        /// `x · sigmoid(1.702 x)`, in the models of `OpenAI`.
        QuickGelu = "quick_gelu",
        /// `x · Φ(x)` with the exact normal distribution function, in those of `OpenCLIP`.
        Gelu = "gelu",
    }
}

/// The configuration of a `CLIPTextModel` (`transformers.models.clip.configuration_clip.CLIPTextConfig`); fields and
/// defaults are transformers' own.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipTextConfig {
    /// Number of tokens in the vocabulary.
    pub vocab_size: usize,
    /// Width of a token's embedding.
    pub hidden_size: usize,
    /// Width between the two maps at the end of each layer.
    pub intermediate_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Heads of every attention.
    pub num_attention_heads: usize,
    /// The most tokens of a text, begin and end among them.
    pub max_position_embeddings: usize,
    /// The non-linearity of the layers.
    pub hidden_act: TextActivation,
    /// Added to the variance in every layer normalisation.
    pub layer_norm_eps: f64,
    /// The token at which a text ends. 2 stands for the largest token of each text.
    pub eos_token_id: usize,
}

impl ClipTextConfig {
    /// Reads a `config.json`. Missing fields get transformers' defaults; keys that start with an underscore are notes
    /// and are ignored. `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError`], naming the field: for one that is unknown, has the wrong type or a value that is out of range or
    /// not supported, and for values that do not go together.
    pub fn from_json(text: &str, name: &str) -> Result<Self, ModelError> {
        let fields = Fields::of_transformers(text, name, "CLIPTextModel", "clip_text_model")?;
        let config = fields.all(Self::read)?;
        config.validate(name)?;
        Ok(config)
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, ModelError> {
        fields.without_effect(&WITHOUT_EFFECT);
        Ok(Self {
            vocab_size: fields.whole("vocab_size", 49_408)?,
            hidden_size: fields.whole("hidden_size", 512)?,
            intermediate_size: fields.whole("intermediate_size", 2048)?,
            num_hidden_layers: fields.whole("num_hidden_layers", 12)?,
            num_attention_heads: fields.whole("num_attention_heads", 8)?,
            max_position_embeddings: fields.whole("max_position_embeddings", 77)?,
            hidden_act: fields.named("hidden_act", TextActivation::QuickGelu)?,
            layer_norm_eps: fields.number("layer_norm_eps", 1e-5)?,
            eos_token_id: fields.whole("eos_token_id", 49_407)?,
        })
    }

    /// The text of a `config.json` that transformers opens; it reads back as the same configuration.
    pub fn to_json(&self) -> String {
        let fields = json!({
            "architectures": ["CLIPTextModel"],
            "eos_token_id": self.eos_token_id,
            "hidden_act": self.hidden_act.name(),
            "hidden_size": self.hidden_size,
            "intermediate_size": self.intermediate_size,
            "layer_norm_eps": self.layer_norm_eps,
            "max_position_embeddings": self.max_position_embeddings,
            "model_type": "clip_text_model",
            "num_attention_heads": self.num_attention_heads,
            "num_hidden_layers": self.num_hidden_layers,
            "vocab_size": self.vocab_size,
        });
        format!("{fields:#}\n")
    }

    /// Checks all values and that they go together. `name` stands for the file in messages.
    ///
    /// # Errors
    /// [`ModelError::Field`], naming the field.
    pub fn validate(&self, name: &str) -> Result<(), ModelError> {
        let check = Check { name };
        for (field, value, most) in [
            ("vocab_size", self.vocab_size, MAX_ENTRIES),
            ("hidden_size", self.hidden_size, MAX_SIZE),
            ("intermediate_size", self.intermediate_size, 4 * MAX_SIZE),
            ("num_hidden_layers", self.num_hidden_layers, MAX_LAYERS),
            ("num_attention_heads", self.num_attention_heads, self.hidden_size),
            ("max_position_embeddings", self.max_position_embeddings, MAX_SIZE),
        ] {
            check.count(field, value, most)?;
        }
        check.divisible("hidden_size", self.hidden_size, "num_attention_heads", self.num_attention_heads)?;
        check.ratio("layer_norm_eps", self.layer_norm_eps)
    }

    /// The place of the end token in a text.
    pub(super) fn end_of(&self, tokens: &[u32]) -> usize {
        let is_end = |&token: &u32| {
            if self.eos_token_id == OLD_END {
                tokens.iter().all(|&other| other <= token)
            } else {
                token as usize == self.eos_token_id
            }
        };
        // A text without an end token has its end at the first place, as in transformers.
        tokens.iter().position(is_end).unwrap_or(0)
    }
}

impl TextActivation {
    pub(super) fn activation(self) -> Activation {
        match self {
            Self::QuickGelu => Activation::QuickGelu,
            Self::Gelu => Activation::Gelu,
        }
    }
}

/// Fields that say how a network was trained or saved, or what follows it.
const WITHOUT_EFFECT: [&str; 15] = [
    "attention_dropout",
    "bos_token_id",
    "dropout",
    "dtype",
    "gradient_checkpointing",
    "initializer_factor",
    "initializer_range",
    "output_attentions",
    "output_hidden_states",
    "pad_token_id",
    "projection_dim",
    "return_dict",
    "torch_dtype",
    "transformers_version",
    "use_cache",
];

impl<'a> Fields<'a> {
    /// The fields of a `config.json` of transformers, which must be for `class` and `model_type` if it names them.
    fn of_transformers(
        text: &str,
        name: &'a str,
        class: &'static str,
        model_type: &'static str,
    ) -> Result<Self, ModelError> {
        let mut fields = Self::of(text, name, class)?;
        let classes = fields.take("architectures", "a list of classes or null", |value| match value {
            Value::Null => Some(Vec::new()),
            Value::Array(names) => names.iter().map(|name| name.as_str().map(str::to_owned)).collect(),
            _ => None,
        })?;
        if let Some(other) = classes.unwrap_or_default().into_iter().find(|found| found != class) {
            return Err(ModelError::Class { name: name.to_owned(), found: shown(&other), expected: class });
        }
        fields.only("model_type", &Value::from(model_type))?;
        Ok(fields)
    }
}
