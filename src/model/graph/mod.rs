//! A network as a graph of operations: described once, read by everything that needs to know it.
//!
//! A network's [blocks](super::blocks) describe themselves to a [`Builder`], which makes a [`Graph`] of it:
//! nodes, each an [operation](Op) on [values](Value) that earlier nodes gave, with the names of the layers
//! whose tensors they need. This neither computes nor allocates any tensor. From the graph come:
//!
//! | what | where |
//! | --- | --- |
//! | names, shapes and first values of all tensors, as in a checkpoint | [`Graph::parameters`] |
//! | the reference: operation by operation on candle, in any precision, on any device, with gradients | `reference` |
//! | the fast way on CPUs in f32, with gradients of its own | `planned` |
//! | the number of operations, and sizes of all values | `cost` |
//! | the blocks in the order in which a sample passes | [`Graph::blocks`] |
//!
//! A graph does not know how many samples it is given nor how large pictures are: a value has a [`Kind`] and
//! a width (its channels, for pictures); heights and widths of pictures, and lengths of sequences, follow
//! from those of the inputs. Operations are the same as in the definitions in papers and in diffusers.
//! `planned` joins several of them to compute them faster (a normalisation and the non-linearity after it, a
//! convolution and what is added to it); the graph does not know that.

mod builder;
mod cost;
pub(crate) mod planned;
mod reference;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use super::layers::{Activation, Padding};
use super::parameters::ParameterSpec;

pub(crate) use builder::Builder;
pub(crate) use cost::Extent;

/// What a node computes, identified by the node's number in order of description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Value(usize);

/// What a value is, for each of n samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `[n]`: one number in f64, such as a timestep or the index of a class.
    Number,
    /// `[n, length]`: one whole number for each place of a sequence, such as the tokens of a text.
    Tokens,
    /// `[n, width]`.
    Vector,
    /// `[n, channels, height, width]`.
    Picture,
    /// `[n, width, length, 1]`: a vector for each place of a sequence, as a picture of one column.
    Sequence,
}

/// What a node does with its inputs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Op {
    /// Given when the network is called.
    Input,
    /// A number → its sines and cosines at fixed frequencies (Vaswani et al. 2017, section 3.5), computed as in
    /// `get_timestep_embedding` of diffusers.
    Sinusoids {
        /// Whether cosines come first.
        flip: bool,
        /// Subtracted from the number of frequencies, which shifts them.
        shift: f64,
    },
    /// A positive number → the sines, then the cosines, of its logarithm at random frequencies, which are the layer's
    /// weight (Song et al. 2021, appendix B; `GaussianFourierProjection` of diffusers).
    Fourier {
        /// The layer.
        layer: String,
    },
    /// A whole number → the row with that index in a table, which is the layer's weight. Tokens become a sequence.
    Lookup {
        /// The layer.
        layer: String,
    },
    /// A sequence with one more vector added at each place: the row of that place in a table, which is the layer's
    /// weight and has at least as many rows as the sequence has places.
    Positions {
        /// The layer.
        layer: String,
    },
    /// `W x + b`, of a vector, of every pixel or of every place; some layers have no b.
    Linear {
        /// The layer.
        layer: String,
    },
    /// A convolution of a picture.
    Conv {
        /// The layer.
        layer: String,
        /// Side of the square kernels, in pixels.
        kernel: usize,
        /// Pixels from one position of the kernel to the next.
        stride: usize,
        /// Zeros around the picture.
        padding: Padding,
    },
    /// Groups of channels normalised to mean 0 and variance 1, then scaled and shifted by channel
    /// (Wu & He 2018).
    GroupNorm {
        /// The layer.
        layer: String,
        /// Number of groups.
        groups: usize,
        /// Added to the variance before its square root is taken.
        eps: f64,
    },
    /// The channels of every pixel or place normalised to mean 0 and variance 1, then scaled and shifted by channel
    /// (Ba et al. 2016).
    LayerNorm {
        /// The layer.
        layer: String,
        /// Added to the variance before its square root is taken.
        eps: f64,
    },
    /// A non-linearity, applied to every number.
    Activation(Activation),
    /// `value · gelu(gate)`, of the first and the second half of the channels (Shazeer 2020, GEGLU), with the exact
    /// normal distribution function in gelu.
    Geglu,
    /// A picture and a vector → the picture with one number added to each channel.
    Shift,
    /// A picture x and a vector of twice as many numbers as it has channels, all scales and then all
    /// shifts → `x · (1 + scale) + shift`.
    ScaleShift,
    /// `(x + y) / divisor`, of two values with the same shape.
    Add {
        /// The divisor.
        divisor: f64,
    },
    /// Two pictures of one size → one with the channels of both, one after another.
    Concat,
    /// Repeats every pixel in both directions. With a second picture, the last row and the last column are left out
    /// where the result would be larger than it.
    Double,
    /// The mean of every 2×2 block of pixels.
    Halve,
    /// Queries, keys and values → `softmax(q kᵀ / √d) v` over the pixels or places of keys and values, for each head
    /// (Vaswani et al. 2017, eq. 1). Keys and values have the same places, and queries may have others.
    Attend {
        /// Number of heads; they share the channels evenly.
        heads: usize,
        /// Whether each place attends only to itself and to those before it; keys and queries have the same places
        /// then.
        causal: bool,
    },
    /// A picture → the mean of each channel.
    Mean,
}

impl Op {
    /// The layer whose tensors the operation needs, if any.
    fn layer(&self) -> Option<&str> {
        match self {
            Self::Fourier { layer }
            | Self::Lookup { layer }
            | Self::Positions { layer }
            | Self::Linear { layer }
            | Self::Conv { layer, .. }
            | Self::GroupNorm { layer, .. }
            | Self::LayerNorm { layer, .. } => Some(layer),
            Self::Input
            | Self::Sinusoids { .. }
            | Self::Activation(_)
            | Self::Geglu
            | Self::Shift
            | Self::ScaleShift
            | Self::Add { .. }
            | Self::Concat
            | Self::Double
            | Self::Halve
            | Self::Attend { .. }
            | Self::Mean => None,
        }
    }
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    /// Values of earlier nodes.
    pub(crate) inputs: Vec<Value>,
    pub(crate) kind: Kind,
    /// Numbers of a vector, or channels of a picture or sequence.
    pub(crate) width: usize,
}

/// A part of a network that has a name in checkpoints, for people to look at.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The part's name in checkpoints, such as `down_blocks.0`.
    pub(crate) name: String,
    /// The part's class in diffusers, such as `AttnDownBlock2D`.
    pub(crate) class: &'static str,
    /// The picture that comes in; `None` for parts that read no picture, such as embeddings.
    pub(crate) input: Option<Value>,
    pub(crate) output: Value,
    /// The numbers of the part's nodes.
    nodes: Range<usize>,
}

/// An attention of pixels to the places of a sequence.
#[derive(Clone, Debug)]
pub(crate) struct CrossAttention {
    /// The name in checkpoints of the part with its layers, such as `mid_block.attentions.0.transformer_blocks.0.attn2`.
    pub(crate) layer: String,
    pub(crate) heads: usize,
    /// The node of the attention, whose inputs are queries, keys and values.
    pub(crate) node: Value,
}

/// A network's operations in an order in which they can be computed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    parameters: BTreeMap<String, ParameterSpec>,
    blocks: Vec<Block>,
}

impl Graph {
    /// All tensors by their names in a checkpoint, sorted.
    pub(crate) fn parameters(&self) -> &BTreeMap<String, ParameterSpec> {
        &self.parameters
    }

    /// The number of parameters: the numbers in all tensors together.
    pub(crate) fn parameter_count(&self) -> usize {
        self.parameters.values().map(|spec| spec.shape.iter().product::<usize>()).sum()
    }

    /// The parts, in the order in which a sample passes.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The number of parameters in a block.
    pub(crate) fn parameters_of(&self, block: &Block) -> usize {
        let inside = |name: &str| name.strip_prefix(&block.name).is_some_and(|rest| rest.starts_with('.'));
        let own = self.parameters.iter().filter(|(name, _)| inside(name));
        own.map(|(_, spec)| spec.shape.iter().product::<usize>()).sum()
    }

    /// Whether a block has attention.
    pub(crate) fn has_attention(&self, block: &Block) -> bool {
        self.nodes[block.nodes.clone()].iter().any(|node| matches!(node.op, Op::Attend { .. }))
    }

    /// All attentions of pixels to the places of a sequence, in the order in which a sample passes.
    pub(crate) fn cross_attentions(&self) -> Vec<CrossAttention> {
        let of = |(i, node): (usize, &Node)| {
            let Op::Attend { heads, causal: false } = node.op else { return None };
            let [query, key, _] = node.inputs[..] else { return None };
            let is_cross = node.kind == Kind::Picture && self.node(key).kind == Kind::Sequence;
            let layer = self.node(query).op.layer()?;
            let layer = layer.strip_suffix(".to_q").unwrap_or(layer).to_owned();
            is_cross.then_some(CrossAttention { layer, heads, node: Value(i) })
        };
        self.nodes.iter().enumerate().filter_map(of).collect()
    }

    /// The node that gives a value.
    pub(crate) fn node(&self, value: Value) -> &Node {
        &self.nodes[value.0]
    }

    /// Which nodes must be computed for the `wanted` values when the `given` values are known: element i says
    /// whether node i is needed.
    fn needed(&self, given: impl IntoIterator<Item = Value>, wanted: &[Value]) -> Vec<bool> {
        let mut needed = vec![false; self.nodes.len()];
        let mut known = vec![false; self.nodes.len()];
        given.into_iter().for_each(|value| known[value.0] = true);
        wanted.iter().filter(|value| !known[value.0]).for_each(|value| needed[value.0] = true);
        for i in (0..self.nodes.len()).rev() {
            if needed[i] {
                for input in self.nodes[i].inputs.iter().filter(|input| !known[input.0]) {
                    needed[input.0] = true;
                }
            }
        }
        needed
    }

    /// For every node, the needed nodes that use its value; a node that uses it twice is listed twice.
    fn users(&self, needed: &[bool]) -> Vec<Vec<usize>> {
        let mut users = vec![Vec::new(); self.nodes.len()];
        for (i, node) in self.nodes.iter().enumerate().filter(|(i, _)| needed[*i]) {
            node.inputs.iter().for_each(|input| users[input.0].push(i));
        }
        users
    }
}
