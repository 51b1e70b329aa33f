//! The sizes of all values, and the number of operations that a network computes.

use super::{Graph, Kind, Op};
use crate::model::layers::Padding;

impl Graph {
    /// Height and width of every node's picture when the input pictures have this `size`; 1 × 1 for vectors and
    /// numbers.
    pub(super) fn sizes(&self, size: [usize; 2]) -> Vec<[usize; 2]> {
        let mut sizes: Vec<[usize; 2]> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let input = node.inputs.first().map_or(size, |input| sizes[input.0]);
            sizes.push(match &node.op {
                _ if node.kind != Kind::Picture => [1, 1],
                Op::Conv { kernel, stride, padding, .. } => {
                    input.map(|n| output(n, *kernel, *stride, *padding))
                }
                Op::Double => input.map(|n| 2 * n),
                Op::Halve => input.map(|n| n / 2),
                _ => input,
            });
        }
        sizes
    }

    /// Height and width of one value; see [`sizes`](Self::sizes).
    pub(crate) fn size(&self, value: super::Value, size: [usize; 2]) -> [usize; 2] {
        self.sizes(size)[value.0]
    }

    /// Multiply-adds for one sample of this `size` in the convolutions, linear maps and attention.
    pub(crate) fn operations(&self, size: [usize; 2]) -> u64 {
        let sizes = self.sizes(size);
        let pixels = |i: usize| (sizes[i][0] * sizes[i][1]) as u64;
        let multiply_adds = self.nodes.iter().enumerate().map(|(i, node)| match &node.op {
            Op::Linear { layer } | Op::Conv { layer, .. } => {
                let shape = &self.parameters[&format!("{layer}.weight")].shape;
                shape.iter().product::<usize>() as u64 * pixels(i)
            }
            // One product for `q kᵀ`, and one for the weighted sums of v.
            Op::Attend { .. } => 2 * node.width as u64 * pixels(i).pow(2),
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
