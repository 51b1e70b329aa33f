//! From a graph to the operations that there are kernels for: what happens to a picture before it is
//! convolved becomes one pass, what is added to a convolution's result is added by it, linear maps of the
//! same input become one product, and pictures that are concatenated lie side by side from the beginning.
//!
//! | module | what it is |
//! | --- | --- |
//! | `homes` | where values lie side by side |

mod homes;

use super::arrange::Resize;
use super::nonlinear::Nonlinearity;
use super::norm::MOST_GROUPS;
use super::program::{Before, Fused, Norm, Product, Program, Section, Source};
use crate::model::graph::{Graph, Kind, Op};
use crate::model::layers::{Activation, Padding};

/// Fuses a section's operations. `None` if the section has a part that no kernel computes.
pub(super) fn fuse(graph: &Graph, section: Section) -> Option<Program> {
    let needed = graph.needed(section.given(), &[section.output]);
    let users = graph.users(&needed);
    let absorbed = vec![false; graph.nodes.len()];
    let mut fuser = Fuser { graph, section, needed, users, absorbed };
    if fuser.parts(section.output.0).len() != 1 {
        return None;
    }
    let ends = fuser.ends()?;
    let merged = fuser.merged(&ends);
    let mut ops = fuser.ops(&ends, &merged)?;
    let (homes, groups, of_node) = fuser.homes(&mut ops, &merged)?;
    Some(Program {
        graph: graph.clone(),
        ops: ops.into_iter().map(|(_, op)| op).collect(),
        of_node,
        homes,
        groups,
        section,
        picture_width: graph.node(section.picture).width,
        context_width: section.context.map_or(0, |context| graph.node(context).width),
        vector_width: section.vector.map_or(0, |vector| graph.node(vector).width),
        outputs: graph.node(section.output).width,
    })
}

/// The operations on a product's result before it is written.
#[derive(Clone, Debug, Default)]
struct End {
    /// The node whose value is written.
    last: usize,
    shift: Option<usize>,
    residual: Option<usize>,
    /// A 1×1 convolution of another picture, whose result is added.
    side: Option<usize>,
    divisor: Option<f64>,
}

struct Fuser<'a> {
    graph: &'a Graph,
    section: Section,
    needed: Vec<bool>,
    users: Vec<Vec<usize>>,
    /// Whether a node is computed by another node's operation.
    absorbed: Vec<bool>,
}

impl Fuser<'_> {
    fn op(&self, i: usize) -> &Op {
        &self.graph.nodes[i].op
    }

    fn input(&self, i: usize, n: usize) -> usize {
        self.graph.nodes[i].inputs[n].0
    }

    fn nodes(&self) -> impl DoubleEndedIterator<Item = usize> + use<> {
        let needed: Vec<_> = (0..self.needed.len()).filter(|&i| self.needed[i]).collect();
        needed.into_iter()
    }

    fn is_product(&self, i: usize) -> bool {
        self.needed[i] && matches!(self.op(i), Op::Conv { .. } | Op::Linear { .. })
    }

    fn is_used_once(&self, i: usize) -> bool {
        self.users[i].len() == 1
    }

    /// For every product, the operations that follow it. `None` if something is added to a value that is not
    /// the result of a product.
    fn ends(&mut self) -> Option<Vec<End>> {
        let mut ends: Vec<End> = (0..self.needed.len()).map(|last| End { last, ..End::default() }).collect();
        // For every node, the product whose value the node passes on.
        let mut product: Vec<Option<usize>> =
            (0..self.needed.len()).map(|i| self.is_product(i).then_some(i)).collect();
        for i in self.nodes() {
            let continues = |x: usize| product[x].filter(|_| self.is_used_once(x));
            match *self.op(i) {
                Op::Shift => {
                    let (x, shift) = (self.input(i, 0), self.input(i, 1));
                    let main = continues(x)?;
                    ends[main] = End { last: i, shift: Some(shift), ..End::default() };
                    product[i] = Some(main);
                    self.absorbed[x] = true;
                }
                Op::Add { divisor } if self.graph.nodes[i].kind == Kind::Picture => {
                    let [x, y] = [self.input(i, 0), self.input(i, 1)];
                    if x == y {
                        return None;
                    }
                    // A pointwise convolution can be the side of the other product.
                    let is_side = |x: usize| {
                        matches!(self.op(x), Op::Conv { kernel: 1, stride: 1, .. }) && self.is_used_once(x)
                    };
                    let (main, other) = match [continues(x), continues(y)] {
                        [Some(main), Some(_)] if !is_side(x) => (main, y),
                        [_, Some(main)] => (main, x),
                        [Some(main), None] => (main, y),
                        [None, None] => return None,
                    };
                    let last = ends[main].last;
                    if is_side(other) {
                        ends[main].side = Some(other);
                        self.absorbed[other] = true;
                    } else if self.parts(other).len() == 1 {
                        ends[main].residual = Some(other);
                    } else {
                        // The channels of concatenated pictures lie in other places than the channels of a
                        // product's result.
                        return None;
                    }
                    ends[main].divisor = Some(divisor);
                    self.absorbed[last] = true;
                    ends[main].last = i;
                    // Nothing more can be added after the division.
                    product[i] = None;
                }
                _ => {}
            }
        }
        Some(ends)
    }

    /// For every linear map, the maps of the same input that are computed together with it, itself included, in order.
    fn merged(&self, ends: &[End]) -> Vec<Vec<usize>> {
        let is_plain =
            |i: usize| self.needed[i] && matches!(self.op(i), Op::Linear { .. }) && ends[i].last == i;
        let plain: Vec<usize> = self.nodes().filter(|&i| is_plain(i)).collect();
        let mut merged = vec![Vec::new(); self.needed.len()];
        for &i in &plain {
            merged[i] = plain.iter().copied().filter(|&j| self.input(i, 0) == self.input(j, 0)).collect();
        }
        merged
    }

    /// What happens to a value before the nodes `readers` read it. An operation is included only if no other
    /// node uses its result.
    fn source(&mut self, mut value: usize, readers: &[usize]) -> Option<Source> {
        let mut before = Before::NOTHING;
        let mut within = None;
        let mut readers = readers.to_vec();
        loop {
            if !self.needed[value] || !self.users[value].iter().all(|user| readers.contains(user)) {
                break;
            }
            let late = before.norm.is_some() || before.modulation.is_some();
            let next = match self.op(value) {
                Op::Double | Op::Halve
                    if before.is_nothing() && self.graph.nodes[value].kind == Kind::Picture =>
                {
                    let halves = matches!(self.op(value), Op::Halve);
                    before.resize = if halves { Resize::Halve } else { Resize::Double };
                    within = self.graph.nodes[value].inputs.get(1).map(|like| like.0);
                    self.input(value, 0)
                }
                Op::Activation(activation) if before.activation.is_none() && !late => {
                    before.activation = Some(nonlinearity(*activation)?);
                    self.input(value, 0)
                }
                Op::ScaleShift if !late => {
                    let [norm, numbers] = [0, 1].map(|n| self.input(value, n));
                    // Kernels can scale and shift only after a normalisation, by a vector that is used for
                    // nothing else.
                    let is_normal = matches!(self.op(norm), Op::GroupNorm { .. }) && self.is_used_once(norm);
                    if !is_normal || self.parts(numbers).len() != 2 {
                        return None;
                    }
                    before.modulation = Some(numbers);
                    norm
                }
                Op::GroupNorm { layer, groups, eps } if before.norm.is_none() => {
                    if *groups > MOST_GROUPS {
                        return None;
                    }
                    before.norm = Some(Norm { layer: layer.clone(), groups: *groups, eps: *eps });
                    self.input(value, 0)
                }
                _ => break,
            };
            self.absorbed[value] = true;
            readers = vec![value];
            value = next;
        }
        Some(Source { value, before, within })
    }

    /// All operations, each with the number of the node in whose place it is computed.
    fn ops(&mut self, ends: &[End], merged: &[Vec<usize>]) -> Option<Vec<(usize, Fused)>> {
        let mut ops = Vec::new();
        // From the last to the first, so that absorbed nodes are known before their turn.
        for i in self.nodes().rev() {
            let is_main = self.is_product(i) && !ends.iter().any(|end| end.side == Some(i));
            if self.absorbed[i] && !is_main {
                continue;
            }
            let op = match self.op(i).clone() {
                Op::Linear { .. } if ends[i].last == i => {
                    if merged[i].first() != Some(&i) {
                        continue;
                    }
                    (i, self.product(&merged[i], &ends[i])?)
                }
                Op::Linear { .. } | Op::Conv { .. } => (ends[i].last, self.product(&[i], &ends[i])?),
                Op::GroupNorm { .. } | Op::Activation(_) | Op::ScaleShift | Op::Double | Op::Halve => {
                    let readers = self.users[i].clone();
                    let from = self.source(i, &readers)?;
                    (i, Fused::Arrange { from, to: i })
                }
                Op::Attend { heads, causal: false } => {
                    let from = [0, 1, 2].map(|n| self.input(i, n));
                    let alone = from.iter().all(|&x| self.is_used_once(x));
                    let [query, key, _] = from;
                    // Keys and values are computed side by side, and queries before them or alone.
                    let follow = |first: &[usize]| merged[key].windows(first.len()).any(|some| some == first);
                    let own = merged[query] == from || merged[query] == [query];
                    if !alone || !own || !follow(&from[1..]) {
                        return None;
                    }
                    (i, Fused::Attend { heads, from, to: i })
                }
                Op::LayerNorm { layer, eps } if self.parts(self.input(i, 0)).len() == 1 => {
                    (i, Fused::LayerNorm { layer, eps, from: self.input(i, 0), to: i })
                }
                Op::Geglu if self.is_product(self.input(i, 0)) && self.parts(self.input(i, 0)).len() == 2 => {
                    (i, Fused::Geglu { from: self.input(i, 0), to: i })
                }
                // Shifts are part of a product, and concatenated pictures lie side by side already.
                Op::Shift | Op::Concat => continue,
                Op::Add { .. } if self.graph.nodes[i].kind == Kind::Picture => continue,
                Op::Add { .. }
                | Op::Input
                | Op::Sinusoids { .. }
                | Op::Fourier { .. }
                | Op::Lookup { .. }
                | Op::Positions { .. }
                | Op::Attend { causal: true, .. }
                | Op::LayerNorm { .. }
                | Op::Geglu
                | Op::Mean => return None,
            };
            ops.push(op);
        }
        ops.sort_by_key(|(turn, _)| *turn);
        Some(ops)
    }

    fn product(&mut self, nodes: &[usize], end: &End) -> Option<Fused> {
        let from = self.source(self.input(nodes[0], 0), nodes)?;
        let side = end.side.map(|side| Some((self.op(side).layer()?.to_owned(), self.input(side, 0))));
        let (kernel, stride, padding) = match *self.op(nodes[0]) {
            Op::Conv { kernel, stride, padding, .. } => (kernel, stride, padding),
            _ => (1, 1, Padding::Even(0)),
        };
        let layers = nodes.iter().map(|&i| self.op(i).layer().map(str::to_owned));
        Some(Fused::Product(Box::new(Product {
            from,
            layers: layers.collect::<Option<_>>()?,
            kernel,
            stride,
            padding,
            shift: end.shift,
            residual: end.residual,
            side: match side {
                Some(side) => Some(side?),
                None => None,
            },
            divisor: end.divisor.unwrap_or(1.0),
            to: if nodes.len() == 1 { vec![end.last] } else { nodes.to_vec() },
        })))
    }

    /// The channels of a value's parts; each part begins with a block of its own.
    fn parts(&self, i: usize) -> Vec<usize> {
        let node = &self.graph.nodes[i];
        if matches!(node.op, Op::Concat) && self.needed[i] {
            return [0, 1].into_iter().flat_map(|n| self.parts(self.input(i, n))).collect();
        }
        // A value that is read in two halves: a vector of scales and shifts, or values and gates.
        let halves = |&user: &usize| match self.op(user) {
            Op::ScaleShift => node.kind == Kind::Vector && self.input(user, 1) == i,
            Op::Geglu => true,
            _ => false,
        };
        if self.needed[i] && !self.users[i].is_empty() && self.users[i].iter().all(halves) {
            return vec![node.width / 2; 2];
        }
        vec![node.width]
    }
}

fn nonlinearity(activation: Activation) -> Option<Nonlinearity> {
    match activation {
        Activation::Silu => Some(Nonlinearity::Silu),
        Activation::Relu => Some(Nonlinearity::Relu),
        Activation::Mish | Activation::Gelu | Activation::QuickGelu => None,
    }
}
