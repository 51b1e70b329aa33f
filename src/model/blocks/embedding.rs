//! Embeddings of timesteps as vectors (`diffusers.models.embeddings`).

use crate::model::graph::{Builder, Kind, Value};
use crate::model::layers::Activation;

/// How a timestep (or class) becomes a vector, before the learned layers of the embedding.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Projection {
    /// Sines and cosines at fixed frequencies; see [`Builder::sinusoids`].
    Sinusoids { width: usize, flip: bool, shift: f64 },
    /// Sines and cosines of the number's logarithm at random frequencies.
    Fourier { frequencies: usize },
    /// A row of a learned table; the number is the row's index.
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

/// The embedding of timestep and class as one vector, with which every U-Net of diffusers begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Embedding {
    pub(crate) projection: Projection,
    /// Length of the vector.
    pub(crate) width: usize,
    /// The non-linearity between the two learned layers.
    pub(crate) activation: Activation,
    pub(crate) class: ClassEmbedding,
}

/// The embedding of the class, which is added to the embedding of the timestep.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ClassEmbedding {
    /// Nothing: the network is not told the class.
    None,
    /// A row of a learned table; the class is the row's index.
    Table { classes: usize },
    /// A number, embedded in the same way as the timestep, with learned layers of its own.
    Timestep,
    /// A vector as it is.
    Identity,
    /// A vector of `inputs` numbers after two learned layers, always with silu between them.
    Projection { inputs: usize },
    /// A vector of `inputs` numbers after a linear map.
    SimpleProjection { inputs: usize },
}

impl Embedding {
    /// Returns the input of the labels, if the network takes labels, and the vector.
    pub(crate) fn describe(self, to: &mut Builder, timesteps: Value) -> (Option<Value>, Value) {
        let Self { projection, width, activation, class } = self;
        let time = to.block("time_proj", "Timesteps", None, |to| projection.describe(to, timesteps));
        let time = to.block("time_embedding", "TimestepEmbedding", None, |to| {
            timestep_embedding(to, time, width, activation)
        });
        let labels = match class {
            ClassEmbedding::None => return (None, time),
            ClassEmbedding::Table { .. } | ClassEmbedding::Timestep => to.input(Kind::Number, 1),
            ClassEmbedding::Identity => to.input(Kind::Vector, width),
            ClassEmbedding::Projection { inputs } | ClassEmbedding::SimpleProjection { inputs } => {
                to.input(Kind::Vector, inputs)
            }
        };
        let name = "class_embedding";
        let class = match class {
            ClassEmbedding::None | ClassEmbedding::Identity => labels,
            ClassEmbedding::Table { classes } => {
                to.block(name, "Embedding", None, |to| to.lookup(labels, classes, width))
            }
            ClassEmbedding::Timestep => {
                let values = to.within("time_proj", |to| projection.describe(to, labels));
                to.block(name, "TimestepEmbedding", None, |to| {
                    timestep_embedding(to, values, width, activation)
                })
            }
            ClassEmbedding::Projection { .. } => to.block(name, "TimestepEmbedding", None, |to| {
                timestep_embedding(to, labels, width, Activation::Silu)
            }),
            ClassEmbedding::SimpleProjection { .. } => {
                to.layer(name, "Linear", labels, |to, name| to.linear(name, labels, width))
            }
        };
        (Some(labels), to.add(time, class, 1.0))
    }
}

/// The two learned layers of an embedding (`TimestepEmbedding`).
fn timestep_embedding(to: &mut Builder, x: Value, width: usize, activation: Activation) -> Value {
    let hidden = to.linear("linear_1", x, width);
    let hidden = to.activation(hidden, activation);
    to.linear("linear_2", hidden, width)
}
