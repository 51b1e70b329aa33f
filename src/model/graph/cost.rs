//! The sizes of all values, and the number of operations that a network computes.

use super::{Graph, Kind, Op};
use crate::model::layers::Padding;

/// The sizes of a network's inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Height and width of pictures.
    pub(crate) size: [usize; 2],
    /// Places of sequences.
    pub(crate) length: usize,
}

impl From<[usize; 2]> for Extent {
    /// For networks that are given no sequence.
    fn from(size: [usize; 2]) -> Self {
        Self { size, length: 0 }
    }
}

impl Graph {
    /// Height and width of every node's picture for inputs of this extent; sequences are pictures of one column, and
    /// vectors and numbers of one pixel.
    pub(super) fn sizes(&self, Extent { size, length }: Extent) -> Vec<[usize; 2]> {
        let mut sizes: Vec<[usize; 2]> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let is_text = matches!(node.kind, Kind::Sequence | Kind::Tokens);
            let given = if is_text { [length, 1] } else { size };
            let input = node.inputs.first().map_or(given, |input| sizes[input.0]);
            sizes.push(match &node.op {
                _ if matches!(node.kind, Kind::Vector | Kind::Number) => [1, 1],
                Op::Conv { kernel, stride, padding, .. } => {
                    input.map(|n| output(n, *kernel, *stride, *padding))
                }
                Op::Double => {
                    let most = node.inputs.get(1).map_or([usize::MAX; 2], |like| sizes[like.0]);
                    [0, 1].map(|side| (2 * input[side]).min(most[side]))
                }
                Op::Halve => input.map(|n| n / 2),
                _ => input,
            });
        }
        sizes
    }

    /// Height and width of one value; see [`sizes`](Self::sizes).
    pub(crate) fn size(&self, value: super::Value, extent: impl Into<Extent>) -> [usize; 2] {
        self.sizes(extent.into())[value.0]
    }

    /// Multiply-adds for one sample of this extent in the convolutions, linear maps and attention.
    pub(crate) fn operations(&self, extent: impl Into<Extent>) -> u64 {
        let sizes = self.sizes(extent.into());
        let pixels = |i: usize| (sizes[i][0] * sizes[i][1]) as u64;
        let multiply_adds = self.nodes.iter().enumerate().map(|(i, node)| match &node.op {
            Op::Linear { layer } | Op::Conv { layer, .. } => {
                let shape = &self.parameters[&format!("{layer}.weight")].shape;
                shape.iter().product::<usize>() as u64 * pixels(i)
            }
            // One product for `q kᵀ`, and one for the weighted sums of v.
            Op::Attend { .. } => 2 * node.width as u64 * pixels(i) * pixels(node.inputs[1].0),
            _ => 0,
        });
        2 * multiply_adds.sum::<u64>()
    }
}

/// The number of positions of a kernel along a side of n pixels: the size of the result.
pub(super) fn output(n: usize, kernel: usize, stride: usize, padding: Padding) -> usize {
    let around = match padding {
        Padding::Even(zeros) => 2 * zeros,
        Padding::RightBottom => 1,
    };
    (n + around).saturating_sub(kernel) / stride + 1
}
