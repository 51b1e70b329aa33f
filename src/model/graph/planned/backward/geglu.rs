//! Gradients of gates.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::model::graph::planned::lanes::Lanes;
use crate::model::graph::planned::nonlinear::{gelu, gelu_slope};

/// Pixels of a block that one thread computes at a time.
const ROWS: usize = 512;

/// Computes the gradients of values and gates from that of `value · gelu(gate)`. `x` and `to`: the values, then as many
/// gates.
pub(super) fn run(arch: Arch, [x, gradient]: [&[Lanes]; 2], to: &mut [Lanes]) {
    let (values, gates) = x.split_at(gradient.len());
    let (of_values, of_gates) = to.split_at_mut(gradient.len());
    let inputs = values.par_chunks(ROWS).zip(gates.par_chunks(ROWS)).zip(gradient.par_chunks(ROWS));
    let outputs = of_values.par_chunks_mut(ROWS).zip(of_gates.par_chunks_mut(ROWS));
    inputs.zip(outputs).for_each(|(((values, gates), gradient), (of_values, of_gates))| {
        arch.dispatch(Job { values, gates, gradient, of_values, of_gates });
    });
}

struct Job<'a> {
    values: &'a [Lanes],
    gates: &'a [Lanes],
    gradient: &'a [Lanes],
    of_values: &'a mut [Lanes],
    of_gates: &'a mut [Lanes],
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let inputs = self.values.iter().zip(self.gates).zip(self.gradient);
        let outputs = self.of_values.iter_mut().zip(self.of_gates);
        for (((value, gate), gradient), (of_value, of_gate)) in inputs.zip(outputs) {
            for v in 0..Lanes::vectors::<S>() {
                let [value, gate, gradient] = [value, gate, gradient].map(|lanes| lanes.vector::<S>(v));
                of_value.set::<S>(v, simd.mul_f32s(gradient, gelu(simd, gate)));
                let slope = simd.mul_f32s(value, gelu_slope(simd, gate));
                of_gate.set::<S>(v, simd.mul_f32s(gradient, slope));
            }
        }
    }
}
