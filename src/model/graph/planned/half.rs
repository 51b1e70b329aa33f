//! Weights in 16 bits, half the memory, which become 32 bits as products read them. Nothing is lost: every such number
//! is a number in 32 bits too.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use half::f16;

use super::lanes::{LANES, Lanes};

/// Sixteen finite numbers in 16 bits: half a line of the cache.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(32))]
pub(super) struct HalfLanes(pub(super) [f16; LANES]);

impl HalfLanes {}

/// Writes numbers in 32 bits.
#[inline(always)]
pub(super) fn widen(from: &[HalfLanes], to: &mut [Lanes]) {
    for (to, from) in to.iter_mut().zip(from) {
        for (to, from) in to.0.iter_mut().zip(from.0) {
            *to = widened(from);
        }
    }
}

/// The same number, if it is finite: the bits are moved and the exponent's bias is changed, in operations that there
/// are vector instructions for everywhere.
#[inline(always)]
fn widened(number: f16) -> f32 {
    /// 2⁻¹⁴, the smallest normal number in 16 bits.
    const SMALLEST: f32 = 1.0 / 16384.0;
    let bits = u32::from(number.to_bits());
    let magnitude = (bits & 0x7fff) << 13;
    let normal = f32::from_bits(magnitude + (112 << 23));
    // Numbers without an implicit leading bit: they get one, which is subtracted again.
    let small = f32::from_bits(magnitude + (113 << 23)) - SMALLEST;
    let value = if magnitude < 1 << 23 { small } else { normal };
    f32::from_bits(value.to_bits() | (bits & 0x8000) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kernels::tests::levels;

    #[test]
    fn all_finite_numbers_are_widened_exactly() {
        let all: Vec<f16> = (0..=u16::MAX).map(f16::from_bits).filter(|number| number.is_finite()).collect();
        let (blocks, rest) = all.as_chunks();
        assert!(rest.is_empty());
        let blocks: Vec<_> = blocks.iter().map(|&block| HalfLanes(block)).collect();
        for level in levels() {
            let mut wide = vec![Lanes::ZERO; blocks.len()];
            level.dispatch(|| widen(&blocks, &mut wide));
            for (narrow, wide) in blocks.iter().zip(&wide) {
                assert_eq!(narrow.0.map(|number| number.to_f32().to_bits()), wide.0.map(f32::to_bits));
            }
        }
    }
}
