//! A section of a graph as operations that there are kernels for, before the number and the size of pictures
//! are known.

use super::arrange::Resize;
use super::lanes::Channels;
use super::nonlinear::Nonlinearity;
use crate::model::graph::{Graph, Value};
use crate::model::layers::Padding;

/// The part of a graph that is planned, by its inputs and its output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    /// The input picture.
    pub(crate) picture: Value,
    /// The input vector, if there is one.
    pub(crate) vector: Option<Value>,
    /// The input sequence, if there is one.
    pub(crate) context: Option<Value>,
    /// The picture to compute.
    pub(crate) output: Value,
}

impl Section {
    /// The inputs.
    pub(super) fn given(self) -> impl Iterator<Item = Value> {
        [Some(self.picture), self.vector, self.context].into_iter().flatten()
    }
}

/// A group normalisation: its layer, its number of groups, and what is added to the variance.
#[derive(Clone, Debug)]
pub(super) struct Norm {
    pub(super) layer: String,
    pub(super) groups: usize,
    pub(super) eps: f64,
}

/// The operations on a picture before another operation reads it.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub(super) norm: Option<Norm>,
    /// The value of the vector that scales and shifts after the normalisation.
    pub(super) modulation: Option<usize>,
    pub(super) activation: Option<Nonlinearity>,
    pub(super) resize: Resize,
}

impl Before {
    pub(super) const NOTHING: Self =
        Self { norm: None, modulation: None, activation: None, resize: Resize::Keep };

    pub(super) fn is_nothing(&self) -> bool {
        self.norm.is_none()
            && self.modulation.is_none()
            && self.activation.is_none()
            && self.resize == Resize::Keep
    }
}

/// A value, and the operations on it before it is read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) value: usize,
    pub(super) before: Before,
    /// The value whose size a doubled picture is cut to, if there is such a value.
    pub(super) within: Option<usize>,
}

impl Source {
    /// A value that is read as it is.
    pub(super) fn plain(value: usize) -> Self {
        Self { value, before: Before::NOTHING, within: None }
    }
}

/// A convolution, or linear maps of the same input, with everything that is added to the result.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub(super) from: Source,
    /// The names of the layers that are computed together: their outputs lie side by side.
    pub(super) layers: Vec<String>,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: Padding,
    /// Values that are added to the result: a vector to every pixel, a picture, and a picture after a 1×1 convolution
    /// with the named layer.
    pub(super) shift: Option<usize>,
    pub(super) residual: Option<usize>,
    pub(super) side: Option<(String, usize)>,
    /// The result is divided by this.
    pub(super) divisor: f64,
    /// The values that the product computes: one for each layer.
    pub(super) to: Vec<usize>,
}

/// Layers whose outputs are concatenated.
#[derive(Debug)]
pub(super) struct Layers<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) kernel: usize,
    pub(super) inputs: Channels,
    pub(super) outputs: Channels,
}

/// One operation.
#[derive(Clone, Debug)]
pub(super) enum Fused {
    Arrange {
        from: Source,
        to: usize,
    },
    Product(Box<Product>),
    /// A normalisation of the channels of every pixel.
    LayerNorm {
        layer: String,
        eps: f64,
        from: usize,
        to: usize,
    },
    /// The first part of a value, multiplied by gelu of its second part.
    Geglu {
        from: usize,
        to: usize,
    },
    /// Attention of queries to keys and values, which lie side by side; the queries lie before them or elsewhere.
    Attend {
        heads: usize,
        from: [usize; 3],
        to: usize,
    },
}

/// Where a value is kept: a range of the parts of a group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Home {
    pub(super) group: usize,
    pub(super) first: usize,
    pub(super) parts: usize,
}

/// The operations of a section, in order.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) graph: Graph,
    pub(super) ops: Vec<Fused>,
    /// For every value, the node whose size it has. Values beyond the graph's nodes are copies.
    pub(super) of_node: Vec<usize>,
    /// Where every value is kept.
    pub(super) homes: Vec<Home>,
    /// For every group of values that lie side by side, the channels of its parts.
    pub(super) groups: Vec<Vec<usize>>,
    pub(super) section: Section,
    /// Channels of the input picture.
    pub(super) picture_width: usize,
    /// Width of the input vector, and of the input sequence.
    pub(super) vector_width: usize,
    pub(super) context_width: usize,
    /// Channels of the result.
    pub(super) outputs: usize,
}

impl Program {
    /// The channels of a value.
    pub(super) fn channels(&self, value: usize) -> Channels {
        let Home { group, first, parts } = self.homes[value];
        Channels::new(&self.groups[group][first..first + parts])
    }

    /// The channels of values that lie side by side.
    pub(super) fn together(&self, values: &[usize]) -> Channels {
        let parts = values.iter().flat_map(|&value| {
            let Home { group, first, parts } = self.homes[value];
            self.groups[group][first..first + parts].iter().copied()
        });
        Channels::new(&parts.collect::<Vec<_>>())
    }

    /// All products of weights and values: of each, the layers that are computed together, their kernel, and the channels
    /// that they read and give.
    pub(super) fn layers(&self) -> Vec<Layers<'_>> {
        let mut all = Vec::new();
        for op in &self.ops {
            let Fused::Product(product) = op else { continue };
            let outputs = self.together(&product.to);
            let names = product.layers.iter().map(String::as_str).collect();
            let (inputs, kernel) = (self.channels(product.from.value), product.kernel);
            if let Some((name, value)) = &product.side {
                let (names, inputs, outputs) = (vec![name.as_str()], self.channels(*value), outputs.clone());
                all.push(Layers { names, kernel: 1, inputs, outputs });
            }
            all.push(Layers { names, kernel, inputs, outputs });
        }
        all
    }

    /// The names of the layers of normalisations.
    pub(super) fn norms(&self) -> impl Iterator<Item = &str> {
        fn of_source(source: &Source) -> Option<&str> {
            source.before.norm.as_ref().map(|norm| norm.layer.as_str())
        }
        self.ops.iter().filter_map(move |op| match op {
            Fused::Arrange { from, .. } => of_source(from),
            Fused::Product(product) => of_source(&product.from),
            Fused::LayerNorm { layer, .. } => Some(layer),
            Fused::Attend { .. } | Fused::Geglu { .. } => None,
        })
    }

    /// Height and width of the result for an input picture of this size.
    pub(super) fn output_size(&self, size: [usize; 2]) -> [usize; 2] {
        self.graph.size(self.section.output, size)
    }

    /// Whether there are gradients of all operations.
    pub(super) fn is_differentiable(&self) -> bool {
        let of_source = |source: &Source| source.before.modulation.is_none();
        self.ops.iter().all(|op| match op {
            Fused::Arrange { from, .. } => of_source(from),
            Fused::Product(product) => of_source(&product.from),
            Fused::Attend { .. } | Fused::LayerNorm { .. } | Fused::Geglu { .. } => true,
        })
    }
}
