//! Self-attention over the pixels of a picture (`diffusers.models.attention_processor.Attention`).

use crate::model::graph::{Builder, Value};

/// What follows a residual block, where it has attention.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Attending {
    /// Attention over the pixels.
    Pixels(Attention),
}

impl Attending {
    /// `x` is a picture; the result has its channels and size.
    pub(super) fn describe(self, to: &mut Builder, x: Value) -> Value {
        match self {
            Self::Pixels(attention) => attention.describe(to, x),
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
        let heads = channels / width;
        // Fewer than the channels where the head's width does not divide them.
        let inner = heads * width;
        let normal = match self.groups {
            Some(groups) => to.group_norm("group_norm", x, groups, self.eps),
            None => x,
        };
        let projected = ["to_q", "to_k", "to_v"].map(|name| to.linear(name, normal, inner));
        let hidden = to.attend(projected, heads);
        // The second element of diffusers' list is dropout, which has no weights.
        let hidden = to.linear("to_out.0", hidden, channels);
        to.add(hidden, x, self.divisor)
    }
}
