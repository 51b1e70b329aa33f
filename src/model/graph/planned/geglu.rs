//! Gates of the feed-forward parts of transformers (Shazeer 2020).

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::Lanes;
use super::nonlinear::gelu;

/// Pixels of a block that one thread computes at a time.
const ROWS: usize = 512;

/// Computes `value · gelu(gate)`. `from`: the values, then as many gates.
pub(super) fn run(arch: Arch, from: &[Lanes], to: &mut [Lanes]) {
    let (values, gates) = from.split_at(to.len());
    let inputs = values.par_chunks(ROWS).zip(gates.par_chunks(ROWS));
    inputs.zip(to.par_chunks_mut(ROWS)).for_each(|((values, gates), to)| {
        arch.dispatch(Job { values, gates, to });
    });
}

struct Job<'a> {
    values: &'a [Lanes],
    gates: &'a [Lanes],
    to: &'a mut [Lanes],
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for ((to, value), gate) in self.to.iter_mut().zip(self.values).zip(self.gates) {
            for v in 0..Lanes::vectors::<S>() {
                to.set::<S>(v, simd.mul_f32s(value.vector::<S>(v), gelu(simd, gate.vector::<S>(v))));
            }
        }
    }
}
