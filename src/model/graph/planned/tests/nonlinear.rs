#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::{Simd, WithSimd};

use crate::model::graph::planned::lanes::Lanes;
use crate::model::graph::planned::nonlinear::{exp2, gelu, silu};
use crate::model::kernels::tests::levels;

/// Computes, for every number x, the numbers x, 2ˣ, silu and gelu.
struct All<'a>(&'a [Lanes]);

impl WithSimd for All<'_> {
    type Output = Vec<[f32; 4]>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let mut out = Vec::new();
        for x in self.0 {
            let [mut powers, mut silus, mut gelus] = [Lanes::ZERO; 3];
            for v in 0..Lanes::vectors::<S>() {
                powers.set::<S>(v, exp2(simd, x.vector::<S>(v)));
                silus.set::<S>(v, silu(simd, x.vector::<S>(v)));
                gelus.set::<S>(v, gelu(simd, x.vector::<S>(v)));
            }
            out.extend((0..16).map(|lane| [x.0[lane], powers.0[lane], silus.0[lane], gelus.0[lane]]));
        }
        out
    }
}

fn apply(numbers: &[f32]) -> Vec<Vec<[f32; 4]>> {
    let mut lanes = vec![Lanes::ZERO; numbers.len().div_ceil(16)];
    for (i, &x) in numbers.iter().enumerate() {
        lanes[i / 16].0[i % 16] = x;
    }
    levels().into_iter().map(|level| level.dispatch(All(&lanes))).collect()
}

/// The functions are accurate at every 977th of all f32 numbers from −120 to 120.
#[test]
fn functions_have_their_digits() {
    let of = |from: f32, to: f32| (from.to_bits()..to.to_bits()).step_by(977).map(f32::from_bits);
    let numbers: Vec<f32> = of(0.0, 120.0).chain(of(-0.0, -120.0)).collect();
    for all in apply(&numbers) {
        for [x, power, silu, gelu] in all {
            let exact = libm::exp2(x as f64);
            assert!((power as f64 - exact).abs() <= f64::exp2(-22.5) * exact, "exp2({x}) = {power}");
            let exact = x as f64 / (1.0 + libm::exp(-x as f64));
            // The exponential's argument is rounded, which matters where it is large.
            let bound = 3e-7 * (1.0 + 0.3 * x.abs() as f64) * exact.abs();
            assert!((silu as f64 - exact).abs() <= bound.max(1e-33), "silu({x}) = {silu}, not {exact}");
            let exact = x as f64 * 0.5 * libm::erfc(-x as f64 * std::f64::consts::FRAC_1_SQRT_2);
            let bound = 2e-7 * (x.abs() as f64).max(1.0);
            assert!((gelu as f64 - exact).abs() <= bound, "gelu({x}) = {gelu}, not {exact}");
        }
    }
}

#[test]
fn limits_are_kept() {
    for all in apply(&[-1e30, 1e30, f32::INFINITY, 88.0]) {
        assert_eq!([all[0][1], all[1][1]], [f32::exp2(-126.0), f32::exp2(120.0)]);
        assert!(all[0][2].abs() < 1e-5 && all[1][2] == 1e30, "{:?}", all[0]);
        assert_eq!([all[2][2], all[3][2]], [f32::INFINITY, 88.0]);
        assert!(all[0][3].abs() < 1e-30, "{:?}", all[0]);
        assert_eq!([all[1][3], all[2][3], all[3][3]], [1e30, f32::INFINITY, 88.0]);
    }
}
