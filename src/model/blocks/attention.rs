//! Attention after a residual block (`diffusers.models.attention_processor.Attention`).

use super::Transformer;
use crate::model::graph::{Builder, Value};

/// The kind of attention after a residual block. Its result has the channels and size of the picture that it
/// reads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Attending {
    /// Attention over the pixels.
    Pixels(Attention),
    /// A transformer, which attends to a context as well.
    Context(Transformer),
}

impl Attending {
    pub(super) fn describe(self, to: &mut Builder, x: Value) -> Value {
        match self {
            Self::Pixels(attention) => attention.describe(to, x),
            Self::Context(transformer) => transformer.describe(to, x),
        }
    }
}

/// `(x + attention(norm(x))) / divisor`, where every pixel attends to all pixels of its picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attention {
    /// Groups of the normalisation before the attention; none if there is no normalisation.
    pub(crate) groups: Option<usize>,
    pub(crate) eps: f64,
    /// Channels of one head; a single head when not given.
    pub(crate) head_width: Option<usize>,
    pub(crate) divisor: f64,
}

impl Attention {
    /// Adds the layer to the network described in `to`. `x` is a picture; the result has its channels and size.
    pub(crate) fn describe(self, to: &mut Builder, x: Value) -> Value {
        let channels = to.width(x);
        let width = self.head_width.unwrap_or(channels);
        let normal = match self.groups {
            Some(groups) => to.group_norm("group_norm", x, groups, self.eps),
            None => x,
        };
        let heads = Heads { count: channels / width, width, biased: true };
        let hidden = heads.describe(to, normal, normal, channels);
        to.add(hidden, x, self.divisor)
    }
}

/// Attention with several heads, and the linear maps before and after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heads {
    pub(super) count: usize,
    /// Channels of one head.
    pub(super) width: usize,
    /// Whether the maps to queries, keys and values have biases.
    pub(super) biased: bool,
}

impl Heads {
    /// Every pixel of `x` attends to every pixel or token of `source`; the result has `channels` channels.
    pub(super) fn describe(self, to: &mut Builder, x: Value, source: Value, channels: usize) -> Value {
        // Fewer than the channels where the head's width does not divide them.
        let inner = self.count * self.width;
        let projected = [("to_q", x), ("to_k", source), ("to_v", source)].map(|(name, x)| {
            if self.biased { to.linear(name, x, inner) } else { to.unbiased(name, x, inner) }
        });
        let hidden = to.attend(projected, self.count);
        // The second element of diffusers' list is dropout, which has no weights.
        to.linear("to_out.0", hidden, channels)
    }
}
