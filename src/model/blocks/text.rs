//! A layer of a text transformer (`transformers.models.clip.modeling_clip.CLIPEncoderLayer`; Radford et al. 2021,
//! section 2.4).

use crate::model::graph::{Builder, Value};
use crate::model::layers::Activation;

/// Attention of each place to itself and to those before it, then a feed-forward part, each after a normalisation and
/// added to what it reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextLayer {
    /// Heads of the attention, which share the width evenly.
    pub(crate) heads: usize,
    /// Width between the two maps of the feed-forward part.
    pub(crate) between: usize,
    /// The non-linearity between them.
    pub(crate) activation: Activation,
    /// Added to the variance in the normalisations.
    pub(crate) eps: f64,
}

impl TextLayer {
    /// `x` is a sequence; the result has its width and length.
    pub(crate) fn describe(self, to: &mut Builder, x: Value) -> Value {
        let width = to.width(x);
        let normal = to.layer_norm("layer_norm1", x, self.eps);
        let attended = to.within("self_attn", |to| {
            let projected = ["q_proj", "k_proj", "v_proj"].map(|name| to.linear(name, normal, width));
            let attended = to.attend_back(projected, self.heads);
            to.linear("out_proj", attended, width)
        });
        let x = to.add(attended, x, 1.0);
        let normal = to.layer_norm("layer_norm2", x, self.eps);
        let hidden = to.within("mlp", |to| {
            let hidden = to.linear("fc1", normal, self.between);
            let hidden = to.activation(hidden, self.activation);
            to.linear("fc2", hidden, width)
        });
        to.add(hidden, x, 1.0)
    }
}
