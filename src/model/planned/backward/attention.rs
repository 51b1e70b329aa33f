//! Gradients of attention.

use pulp::Arch;

use crate::model::kernels::Heads;
use crate::model::planned::attention::Attention;
use crate::model::planned::lanes::{Channels, Lanes};
use crate::model::planned::plan::{gather, spread};

/// From queries, keys and values, and the gradient of the result: that of all three.
pub(super) fn run(arch: Arch, attention: Attention, qkv: &[Lanes], gradient: &[Lanes], to: &mut [Lanes]) {
    let Attention { images, length, heads, width } = attention;
    let blocks = Channels::new(&[heads * width]).blocks() * images * length;
    let dense = |blocks: &[Lanes]| {
        let mut numbers = Vec::with_capacity(images * heads * width * length);
        spread(blocks, [images, heads * width, length], &mut numbers);
        numbers
    };
    let [q, k, v] = [0, 1, 2].map(|part| dense(&qkv[part * blocks..][..blocks]));
    let gradients = Heads { width, length }.backward(arch, [&q, &k, &v, &dense(gradient)]);
    for (to, gradient) in to.chunks_mut(blocks).zip(&gradients) {
        // Lanes of no channel are zero.
        to.fill(Lanes::ZERO);
        gather(gradient, images, length, to);
    }
}
