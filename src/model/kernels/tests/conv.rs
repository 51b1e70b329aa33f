use proptest::prelude::*;
use pulp::Arch;

use super::{bits, config, levels, noise, with_threads};
use crate::model::kernels::conv::{
    Geometry, Shape, backward_input, backward_shift, backward_weight, forward,
};

const GEOMETRIES: [Geometry; 8] = [
    Geometry { kernel: 3, stride: 1, before: 1, after: 1, repeat: 1 },
    Geometry { kernel: 3, stride: 2, before: 1, after: 1, repeat: 1 },
    Geometry { kernel: 3, stride: 2, before: 0, after: 1, repeat: 1 },
    Geometry { kernel: 1, stride: 1, before: 0, after: 0, repeat: 1 },
    Geometry { kernel: 3, stride: 1, before: 1, after: 1, repeat: 2 },
    Geometry { kernel: 1, stride: 2, before: 0, after: 0, repeat: 1 },
    Geometry { kernel: 4, stride: 3, before: 2, after: 1, repeat: 1 },
    Geometry { kernel: 2, stride: 1, before: 1, after: 0, repeat: 3 },
];

#[derive(Clone, Debug)]
struct Case {
    geometry: Geometry,
    shape: Shape,
    size: (usize, usize),
    x: Vec<f32>,
    weight: Vec<f32>,
    shift: Vec<f32>,
    /// Gradient of the result.
    gradient: Vec<f32>,
}

impl Case {
    fn new(geometry: Geometry, shape: Shape, seed: u64) -> Option<Self> {
        let Shape { images, inputs, outputs, height, width } = shape;
        let size = geometry.output(height, width)?;
        Some(Self {
            geometry,
            shape,
            size,
            x: noise(seed, images * inputs * height * width),
            weight: noise(seed + 1, outputs * inputs * geometry.kernel.pow(2)),
            shift: noise(seed + 2, images * outputs),
            gradient: noise(seed + 3, images * outputs * size.0 * size.1),
        })
    }

    /// Calls `f` with the indices of every product: in the result, in x, and in the weights.
    fn products(&self, mut f: impl FnMut(usize, usize, usize)) {
        let Geometry { kernel, stride, before, repeat, .. } = self.geometry;
        let Shape { images, inputs, outputs, height, width } = self.shape;
        let source = |at: usize, tap: usize, limit: usize| {
            let padded = at * stride + tap;
            padded.checked_sub(before).filter(|&i| i < limit * repeat).map(|i| i / repeat)
        };
        let all = |n: usize| 0..n;
        for (n, o) in all(images).flat_map(|n| all(outputs).map(move |o| (n, o))) {
            for (y, x) in all(self.size.0).flat_map(|y| all(self.size.1).map(move |x| (y, x))) {
                let result = ((n * outputs + o) * self.size.0 + y) * self.size.1 + x;
                for (ky, kx) in all(kernel).flat_map(|ky| all(kernel).map(move |kx| (ky, kx))) {
                    let (Some(from_y), Some(from_x)) = (source(y, ky, height), source(x, kx, width)) else {
                        continue;
                    };
                    for c in 0..inputs {
                        let from = ((n * inputs + c) * height + from_y) * width + from_x;
                        f(result, from, ((o * inputs + c) * kernel + ky) * kernel + kx);
                    }
                }
            }
        }
    }

    /// The exact sums, with the sums of magnitudes and the numbers of terms, which bound the error of f32.
    fn expected(&self, which: Which) -> Vec<Sum> {
        let mut sums = vec![Sum::default(); self.of(which).len()];
        let (x, weight, gradient) = (&self.x, &self.weight, &self.gradient);
        self.products(|r, i, k| match which {
            Which::Result => sums[r].add(x[i], weight[k]),
            Which::Input => sums[i].add(gradient[r], weight[k]),
            Which::Weight => sums[k].add(gradient[r], x[i]),
        });
        if which == Which::Result {
            let pixels = self.size.0 * self.size.1;
            sums.iter_mut().enumerate().for_each(|(i, sum)| sum.add(self.shift[i / pixels], 1.0));
        }
        sums
    }

    /// A tensor with the shape of the result or gradient that is computed.
    fn of(&self, which: Which) -> &[f32] {
        match which {
            Which::Result => &self.gradient,
            Which::Input => &self.x,
            Which::Weight => &self.weight,
        }
    }

    fn compute(&self, which: Which, arch: Arch) -> Vec<f32> {
        let Self { geometry, shape, x, weight, gradient, .. } = self;
        match which {
            Which::Result => forward(arch, geometry, shape, x, weight, Some(&self.shift)),
            Which::Input => backward_input(arch, geometry, shape, gradient, weight),
            Which::Weight => backward_weight(arch, geometry, shape, x, gradient),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Which {
    Result,
    Input,
    Weight,
}

const ALL: [Which; 3] = [Which::Result, Which::Input, Which::Weight];

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    value: f64,
    magnitude: f64,
    terms: f64,
}

impl Sum {
    fn add(&mut self, a: f32, b: f32) {
        let product = a as f64 * b as f64;
        self.value += product;
        self.magnitude += product.abs();
        self.terms += 1.0;
    }

    /// The largest error of summing n terms in any order, with a rounding for each product (Higham 2002, §3.1).
    fn bound(&self) -> f64 {
        1.01 * (self.terms + 1.0) * f64::exp2(-24.0) * self.magnitude
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let small = || prop_oneof![4 => 1..8usize, 2 => 8..20usize, 1 => Just(16usize), 1 => Just(32usize)];
    let channels = || prop_oneof![3 => 1..12usize, 2 => 12..50usize, 1 => Just(64usize)];
    (0..GEOMETRIES.len(), 1..4usize, channels(), channels(), small(), small(), any::<u32>()).prop_filter_map(
        "the kernel does not fit",
        |(geometry, images, inputs, outputs, height, width, seed)| {
            let shape = Shape { images, inputs, outputs, height, width };
            Case::new(GEOMETRIES[geometry], shape, seed as u64)
        },
    )
}

proptest! {
    #![proptest_config(config(1, 48))]

    #[test]
    fn convolutions_and_gradients_are_those_of_the_definition(case in cases()) {
        for which in ALL {
            let expected = case.expected(which);
            for level in levels() {
                let computed = case.compute(which, level);
                prop_assert_eq!(computed.len(), expected.len());
                for (i, (computed, sum)) in computed.iter().zip(&expected).enumerate() {
                    let error = (*computed as f64 - sum.value).abs();
                    prop_assert!(
                        error <= sum.bound(),
                        "{:?} {:?}[{}]: {} is not {:?}", level, which, i, computed, sum
                    );
                }
            }
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        for which in ALL {
            let all = with_threads(|| bits(&case.compute(which, Arch::new())));
            prop_assert!(all.iter().all(|bits| *bits == all[0]), "{:?}", which);
        }
    }

    #[test]
    fn planes_are_summed(pixels in 1..70usize, images in 1..5usize, channels in 1..40usize, seed in any::<u32>()) {
        let x = noise(seed as u64, pixels * images * channels);
        for count in [channels, images * channels] {
            let sums = backward_shift(&x, pixels, count);
            let mut exact = vec![Sum::default(); count];
            for (plane, x) in x.chunks(pixels).enumerate() {
                for &x in x {
                    exact[plane % count].add(x, 1.0);
                }
            }
            prop_assert_eq!(sums.len(), count);
            for (sum, exact) in sums.iter().zip(&exact) {
                prop_assert!((*sum as f64 - exact.value).abs() <= exact.bound(), "{} {:?}", sum, exact);
            }
        }
    }
}

/// Convolutions whose products are deeper than one tile and have enough columns for several pieces.
#[test]
fn large_ones_are_right_too() {
    let shapes = [[2, 128, 40, 16, 16], [1, 70, 96, 32, 32], [16, 64, 24, 4, 4]];
    for (shape, geometry) in shapes.iter().zip(GEOMETRIES) {
        let [images, inputs, outputs, height, width] = *shape;
        let case = Case::new(geometry, Shape { images, inputs, outputs, height, width }, 7).unwrap();
        for which in ALL {
            let pairs = case.compute(which, Arch::new()).into_iter().zip(case.expected(which));
            let worst = pairs.map(|(x, sum)| (x as f64 - sum.value).abs() / sum.bound()).fold(0.0, f64::max);
            assert!(worst <= 1.0, "{shape:?} {which:?}: {worst}");
        }
    }
}
