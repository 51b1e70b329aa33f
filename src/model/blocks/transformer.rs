//! The transformer after a residual block, which attends to the pixels and to a context
//! (`diffusers.models.transformers.transformer_2d.Transformer2DModel`; Rombach et al. 2022, section 3.3).

use super::attention::Heads;
use crate::model::graph::{Builder, Value};

/// Added to the variance in the group normalisation before the transformer.
const GROUP_EPS: f64 = 1e-6;
/// Added to the variance in the layer normalisations within it.
const LAYER_EPS: f64 = 1e-5;
/// Channels between the two layers of a feed-forward part, as a multiple of the transformer's channels.
const WIDER: usize = 4;

/// `x + proj_out(layers(proj_in(norm(x))))`, where every pixel is a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transformer {
    /// Groups of the normalisation before the transformer.
    pub(crate) groups: usize,
    /// Heads of every attention.
    pub(crate) heads: usize,
    /// Number of transformer layers.
    pub(crate) layers: usize,
    /// Whether the maps into and out of the transformer are stored as linear maps, not as 1×1 convolutions.
    pub(crate) linear: bool,
    /// Whether the first attention of each layer is to the context too, and not to the pixels.
    pub(crate) only_cross: bool,
    /// The sequence that is attended to besides the pixels, such as an embedded text.
    pub(crate) context: Value,
}

impl Transformer {
    /// `x` is a picture; the result has its channels and size.
    pub(super) fn describe(self, to: &mut Builder, x: Value) -> Value {
        let channels = to.width(x);
        // Fewer channels where they are not divisible by the number of heads.
        let inner = channels / self.heads * self.heads;
        let project = |to: &mut Builder, name, x, width| {
            if self.linear { to.linear(name, x, width) } else { to.pointwise(name, x, width) }
        };
        let normal = to.group_norm("norm", x, self.groups, GROUP_EPS);
        let mut hidden = project(to, "proj_in", normal, inner);
        for i in 0..self.layers {
            hidden = to.within(format_args!("transformer_blocks.{i}"), |to| self.layer(to, hidden));
        }
        let hidden = project(to, "proj_out", hidden, channels);
        to.add(hidden, x, 1.0)
    }

    /// One layer: attention to the pixels, attention to the context, and a feed-forward part, each added to what it
    /// reads (`diffusers.models.attention.BasicTransformerBlock`).
    fn layer(self, to: &mut Builder, x: Value) -> Value {
        let width = to.width(x);
        let heads = Heads { count: self.heads, width: width / self.heads, biased: false };
        let normal = to.layer_norm("norm1", x, LAYER_EPS);
        let source = if self.only_cross { self.context } else { normal };
        let attended = to.within("attn1", |to| heads.describe(to, normal, source, width));
        let x = to.add(attended, x, 1.0);
        let normal = to.layer_norm("norm2", x, LAYER_EPS);
        let attended = to.within("attn2", |to| heads.describe(to, normal, self.context, width));
        let x = to.add(attended, x, 1.0);
        let normal = to.layer_norm("norm3", x, LAYER_EPS);
        let hidden = to.linear("ff.net.0.proj", normal, 2 * WIDER * width);
        let hidden = to.geglu(hidden);
        let hidden = to.linear("ff.net.2", hidden, width);
        to.add(hidden, x, 1.0)
    }
}
