//! Timesteps as vectors (`diffusers.models.embeddings`).

use crate::model::graph::{Builder, Value};
use crate::model::layers::Activation;

/// How a number becomes a vector before anything is learned of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Projection {
    /// Sines and cosines at fixed frequencies; see [`Builder::sinusoids`].
    Sinusoids { width: usize, flip: bool, shift: f64 },
    /// Sines and cosines of the logarithm at random frequencies.
    Fourier { frequencies: usize },
    /// A learned table.
    Table { entries: usize, width: usize },
}

impl Projection {
    /// `x`: one number for each sample.
    pub(crate) fn describe(self, to: &mut Builder, x: Value) -> Value {
        match self {
            Self::Sinusoids { width, flip, shift } => to.sinusoids(x, width, flip, shift),
            Self::Fourier { frequencies } => to.fourier(x, frequencies),
            Self::Table { entries, width } => to.lookup(x, entries, width),
        }
    }
}

/// Two linear layers (`TimestepEmbedding`). Always with silu, whatever `act_fn` says.
pub(crate) fn timestep_embedding(to: &mut Builder, x: Value, width: usize) -> Value {
    let hidden = to.linear("linear_1", x, width);
    let hidden = to.activation(hidden, Activation::Silu);
    to.linear("linear_2", hidden, width)
}
