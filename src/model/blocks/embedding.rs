//! Embeddings of timesteps as vectors (`diffusers.models.embeddings`).

use crate::model::graph::{Builder, Value};
use crate::model::layers::Activation;

/// How a timestep (or class) becomes a vector, before the learned layers of the embedding.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Projection {
    /// Sines and cosines at fixed frequencies; see [`Builder::sinusoids`].
    Sinusoids { width: usize, flip: bool, shift: f64 },
    /// Sines and cosines of the number's logarithm at random frequencies.
    Fourier { frequencies: usize },
    /// A row of a learned table, which the number is the index of.
    Table { entries: usize, width: usize },
}

impl Projection {
    /// `x`: one number for each sample. The result is one vector for each sample.
    pub(crate) fn describe(self, to: &mut Builder, x: Value) -> Value {
        match self {
            Self::Sinusoids { width, flip, shift } => to.sinusoids(x, width, flip, shift),
            Self::Fourier { frequencies } => to.fourier(x, frequencies),
            Self::Table { entries, width } => to.lookup(x, entries, width),
        }
    }
}

/// The two learned layers of an embedding (`TimestepEmbedding`). The non-linearity between them is always silu,
/// whatever `act_fn` says.
pub(crate) fn timestep_embedding(to: &mut Builder, x: Value, width: usize) -> Value {
    let hidden = to.linear("linear_1", x, width);
    let hidden = to.activation(hidden, Activation::Silu);
    to.linear("linear_2", hidden, width)
}
