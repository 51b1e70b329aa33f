//! How much memory a network takes, worked out from its graph before any is taken.

use std::collections::HashSet;

use super::fuse::fuse;
use super::kept::is_large;
use super::lanes::{LANES, Lanes};
use super::places::Places;
use super::plan::Given;
use super::program::Layers;
use super::weights::Method;
use super::winograd::Tile;
use super::{Section, Size, batch};
use crate::model::graph::Graph;

/// Bytes of a number in 32 bits.
const SINGLE: usize = size_of::<f32>();
/// Working memory of one thread: tiles, transformed kernels, and a picture's block in its frame. This was measured.
const OF_THREAD: usize = 4 << 20;

/// The most bytes that the weights of a network take while it is opened and called, if numbers of large layers take
/// `stored` bytes each. `sections` are the parts of the graph that are planned, as far as they can be.
pub(crate) fn of_weights(graph: &Graph, sections: &[Section], stored: usize) -> u64 {
    let (mut bytes, mut largest, mut kept) = (0, 0, HashSet::new());
    for program in sections.iter().filter_map(|section| fuse(graph, *section)) {
        for layers in program.layers() {
            let taps = layers.kernel * layers.kernel;
            if is_large(&layers.inputs, &layers.outputs) {
                let numbers = packed(&layers, taps);
                bytes += stored * numbers;
                largest = numbers.max(largest);
                kept.extend(layers.names.iter().map(|name| format!("{name}.weight")));
            } else {
                // Beside the tensors there is a copy in another order, the largest for tiles.
                let tiles = Method::Winograd(Tile::Four).products(taps);
                bytes += SINGLE * packed(&layers, if taps == 9 { tiles } else { taps });
            }
        }
    }
    let others = graph.parameters().iter().filter(|(name, _)| !kept.contains(*name));
    let others: usize = others.map(|(_, spec)| spec.shape.iter().product::<usize>()).sum();
    // While a layer is packed, it is there twice more in 32 bits.
    (bytes + SINGLE * others + 2 * SINGLE * largest) as u64
}

/// The bytes that one call takes besides the weights: `size` is height and width of `images` pictures, `length` the
/// number of places of the context. `None` if the section is not planned.
pub(crate) fn of_values(
    graph: &Graph,
    section: Section,
    (images, [height, width]): (usize, [usize; 2]),
    length: usize,
) -> Option<u64> {
    let program = fuse(graph, section)?;
    let size = Size { images: images.min(batch(height * width)), height, width };
    let values = Places::of(&program, Given { size, length }, false).pool.total() * size_of::<Lanes>();
    let [h, w] = program.output_size([height, width]);
    let given =
        program.picture_width * height * width + program.context_width * length + program.vector_width;
    let outside = images * (given + program.outputs * h * w);
    // Inputs and outputs are there once as they come and once as a list.
    Some((values + 2 * SINGLE * outside + rayon::current_num_threads() * OF_THREAD) as u64)
}

/// The numbers of packed weights, if each kernel takes this many.
fn packed(layers: &Layers<'_>, of_kernel: usize) -> usize {
    layers.outputs.blocks() * LANES * layers.inputs.blocks() * layers.inputs.depth() * of_kernel
}
