//! Describing a network: blocks add their operations and layers to a [`Builder`].

use std::fmt::Display;

use super::{Block, Graph, Kind, Node, Op, Value};
use crate::model::layers::{Activation, Padding};
use crate::model::parameters::{Init, ParameterSpec};

/// Standard deviation of the random frequencies in diffusers' networks.
const FOURIER_SCALE: f64 = 16.0;

/// A graph that is being built, and the current path in the tree of names, which new layers are put under.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    graph: Graph,
    /// The current path, such as `down_blocks.0.resnets.1`; empty at the top.
    path: String,
}

impl Builder {
    /// Ends the description and returns the graph.
    pub(crate) fn finish(self) -> Graph {
        self.graph
    }

    /// The channels of a picture or sequence, or the numbers of a vector.
    pub(crate) fn width(&self, x: Value) -> usize {
        self.graph.node(x).width
    }

    /// Describes a part whose layers are put under `name` in the tree of names.
    pub(crate) fn within<T>(&mut self, name: impl Display, describe: impl FnOnce(&mut Self) -> T) -> T {
        let branch = self.full(name);
        let before = std::mem::replace(&mut self.path, branch);
        let described = describe(self);
        self.path = before;
        described
    }

    /// Like [`within`](Self::within), for a part that summaries list. `class` is its class in diffusers, and `input`
    /// the picture that it reads, if any. Returns what `describe` returns.
    pub(crate) fn block(
        &mut self,
        name: impl Display,
        class: &'static str,
        input: Option<Value>,
        describe: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let first = self.graph.nodes.len();
        let full = self.full(&name);
        let output = self.within(name, describe);
        self.note(full, class, (input, output), first);
        output
    }

    /// Like [`block`](Self::block), for a single layer; `describe` is given its name.
    pub(crate) fn layer(
        &mut self,
        name: &'static str,
        class: &'static str,
        input: Value,
        describe: impl FnOnce(&mut Self, &'static str) -> Value,
    ) -> Value {
        let first = self.graph.nodes.len();
        let output = describe(self, name);
        let input = (self.graph.node(input).kind == Kind::Picture).then_some(input);
        self.note(self.full(name), class, (input, output), first);
        output
    }

    /// Records the nodes from `first` on as a named part.
    fn note(
        &mut self,
        name: String,
        class: &'static str,
        (input, output): (Option<Value>, Value),
        first: usize,
    ) {
        let nodes = first..self.graph.nodes.len();
        self.graph.blocks.push(Block { name, class, input, output, nodes });
    }

    /// A value that is given when the network is called.
    pub(crate) fn input(&mut self, kind: Kind, width: usize) -> Value {
        self.push(Op::Input, &[], kind, width)
    }

    /// Turns numbers into vectors of sines and cosines; see [`Op::Sinusoids`].
    pub(crate) fn sinusoids(&mut self, x: Value, width: usize, flip: bool, shift: f64) -> Value {
        self.push(Op::Sinusoids { flip, shift }, &[x], Kind::Vector, width)
    }

    /// Turns numbers into sines and cosines of their logarithms at random `frequencies`. These are a weight at the
    /// current path, which is not learned; see [`Op::Fourier`].
    pub(crate) fn fourier(&mut self, x: Value, frequencies: usize) -> Value {
        let layer = self.path.clone();
        let init = Init::Normal { std: FOURIER_SCALE };
        self.parameter(&layer, "weight", vec![frequencies], init, false);
        self.push(Op::Fourier { layer }, &[x], Kind::Vector, 2 * frequencies)
    }

    /// Looks up rows of a table with this number of `entries`, which is a weight at the current path. Numbers become
    /// vectors, and tokens a sequence.
    pub(crate) fn lookup(&mut self, x: Value, entries: usize, width: usize) -> Value {
        let layer = self.path.clone();
        self.parameter(&layer, "weight", vec![entries, width], Init::Normal { std: 1.0 }, true);
        let is_text = self.graph.node(x).kind == Kind::Tokens;
        let kind = if is_text { Kind::Sequence } else { Kind::Vector };
        self.push(Op::Lookup { layer }, &[x], kind, width)
    }

    /// Adds to each place of a sequence a row of a table, which has this number of `places`; see [`Op::Positions`].
    pub(crate) fn positions(&mut self, name: impl Display, x: Value, places: usize) -> Value {
        let (layer, width) = (self.full(name), self.width(x));
        self.parameter(&layer, "weight", vec![places, width], Init::Normal { std: 1.0 }, true);
        self.alike(Op::Positions { layer }, &[x])
    }

    /// A linear map of a vector, or of every pixel of a picture or place of a sequence, to `outputs` numbers.
    pub(crate) fn linear(&mut self, name: impl Display, x: Value, outputs: usize) -> Value {
        let (layer, inputs) = (self.full(name), self.width(x));
        self.weight_and_bias(&layer, vec![outputs, inputs], Init::fan_in(inputs));
        self.push(Op::Linear { layer }, &[x], self.graph.node(x).kind, outputs)
    }

    /// Like [`linear`](Self::linear), without a bias.
    pub(crate) fn unbiased(&mut self, name: impl Display, x: Value, outputs: usize) -> Value {
        let (layer, inputs) = (self.full(name), self.width(x));
        self.parameter(&layer, "weight", vec![outputs, inputs], Init::fan_in(inputs), true);
        self.push(Op::Linear { layer }, &[x], self.graph.node(x).kind, outputs)
    }

    /// A 3×3 convolution that keeps the size.
    pub(crate) fn conv(&mut self, name: impl Display, x: Value, outputs: usize) -> Value {
        self.convolution(name, x, outputs, [3, 1], Padding::Even(1))
    }

    /// A 1×1 convolution: a linear map of every pixel, whose tensors have the shapes of a convolution.
    pub(crate) fn pointwise(&mut self, name: impl Display, x: Value, outputs: usize) -> Value {
        self.convolution(name, x, outputs, [1, 1], Padding::Even(0))
    }

    /// A 3×3 convolution that halves the size.
    pub(crate) fn halving(
        &mut self,
        name: impl Display,
        x: Value,
        outputs: usize,
        padding: Padding,
    ) -> Value {
        self.convolution(name, x, outputs, [3, 2], padding)
    }

    fn convolution(
        &mut self,
        name: impl Display,
        x: Value,
        outputs: usize,
        [kernel, stride]: [usize; 2],
        padding: Padding,
    ) -> Value {
        let (layer, inputs) = (self.full(name), self.width(x));
        let init = Init::fan_in(inputs * kernel * kernel);
        self.weight_and_bias(&layer, vec![outputs, inputs, kernel, kernel], init);
        self.push(Op::Conv { layer, kernel, stride, padding }, &[x], Kind::Picture, outputs)
    }

    /// A group normalisation.
    pub(crate) fn group_norm(&mut self, name: impl Display, x: Value, groups: usize, eps: f64) -> Value {
        let layer = self.scale_and_shift(name, x);
        self.alike(Op::GroupNorm { layer, groups, eps }, &[x])
    }

    /// A layer normalisation over the channels; see [`Op::LayerNorm`].
    pub(crate) fn layer_norm(&mut self, name: impl Display, x: Value, eps: f64) -> Value {
        let layer = self.scale_and_shift(name, x);
        self.alike(Op::LayerNorm { layer, eps }, &[x])
    }

    /// Records the tensors of a normalisation of `x`, and returns its layer.
    fn scale_and_shift(&mut self, name: impl Display, x: Value) -> String {
        let (layer, channels) = (self.full(name), self.width(x));
        self.parameter(&layer, "weight", vec![channels], Init::Ones, true);
        self.parameter(&layer, "bias", vec![channels], Init::Zeros, true);
        layer
    }

    /// A non-linearity, applied to every number.
    pub(crate) fn activation(&mut self, x: Value, activation: Activation) -> Value {
        self.alike(Op::Activation(activation), &[x])
    }

    /// Gates one half of the channels by the other; see [`Op::Geglu`].
    pub(crate) fn geglu(&mut self, x: Value) -> Value {
        let Node { kind, width, .. } = *self.graph.node(x);
        self.push(Op::Geglu, &[x], kind, width / 2)
    }

    /// Adds a vector's numbers to the channels of a picture; see [`Op::Shift`].
    pub(crate) fn shift(&mut self, x: Value, numbers: Value) -> Value {
        self.alike(Op::Shift, &[x, numbers])
    }

    /// A picture scaled and shifted by a vector; see [`Op::ScaleShift`].
    pub(crate) fn scale_shift(&mut self, x: Value, numbers: Value) -> Value {
        self.alike(Op::ScaleShift, &[x, numbers])
    }

    /// `(x + y) / divisor`.
    pub(crate) fn add(&mut self, x: Value, y: Value, divisor: f64) -> Value {
        self.alike(Op::Add { divisor }, &[x, y])
    }

    /// Concatenates the channels of two pictures.
    pub(crate) fn concat(&mut self, x: Value, y: Value) -> Value {
        self.push(Op::Concat, &[x, y], Kind::Picture, self.width(x) + self.width(y))
    }

    /// Doubles height and width; see [`Op::Double`].
    pub(crate) fn double(&mut self, x: Value) -> Value {
        self.alike(Op::Double, &[x])
    }

    /// Doubles height and width, but not beyond the size of `like`; see [`Op::Double`].
    pub(crate) fn double_to(&mut self, x: Value, like: Value) -> Value {
        self.alike(Op::Double, &[x, like])
    }

    /// Halves height and width; see [`Op::Halve`].
    pub(crate) fn halve(&mut self, x: Value) -> Value {
        self.alike(Op::Halve, &[x])
    }

    /// Attention of queries to keys and values; see [`Op::Attend`].
    pub(crate) fn attend(&mut self, [query, key, value]: [Value; 3], heads: usize) -> Value {
        self.alike(Op::Attend { heads, causal: false }, &[query, key, value])
    }

    /// Attention of every place of a sequence to itself and to those before it; see [`Op::Attend`].
    pub(crate) fn attend_back(&mut self, [query, key, value]: [Value; 3], heads: usize) -> Value {
        self.alike(Op::Attend { heads, causal: true }, &[query, key, value])
    }

    /// The mean of each channel; see [`Op::Mean`].
    pub(crate) fn mean(&mut self, x: Value) -> Value {
        self.push(Op::Mean, &[x], Kind::Vector, self.width(x))
    }

    /// Adds an operation whose result has the kind and width of its first input.
    fn alike(&mut self, op: Op, inputs: &[Value]) -> Value {
        let Node { kind, width, .. } = *self.graph.node(inputs[0]);
        self.push(op, inputs, kind, width)
    }

    fn push(&mut self, op: Op, inputs: &[Value], kind: Kind, width: usize) -> Value {
        self.graph.nodes.push(Node { op, inputs: inputs.to_vec(), kind, width });
        Value(self.graph.nodes.len() - 1)
    }

    fn weight_and_bias(&mut self, layer: &str, shape: Vec<usize>, init: Init) {
        let outputs = shape[0];
        self.parameter(layer, "weight", shape, init, true);
        self.parameter(layer, "bias", vec![outputs], init, true);
    }

    /// Records a layer's tensor. A layer that is used twice has its tensors once.
    fn parameter(&mut self, layer: &str, name: &str, shape: Vec<usize>, init: Init, learned: bool) {
        self.graph.parameters.insert(format!("{layer}.{name}"), ParameterSpec { shape, init, learned });
    }

    fn full(&self, name: impl Display) -> String {
        if self.path.is_empty() { name.to_string() } else { format!("{}.{name}", self.path) }
    }
}
