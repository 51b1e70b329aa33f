use std::sync::Arc;

use half::f16;
use proptest::prelude::*;
use pulp::Arch;

use super::{from_blocks, to_blocks};
use crate::model::graph::planned::arrange::{Arrangement, Form, Frame, Resize, Size};
use crate::model::graph::planned::conv::{Convolution, Operands, Side};
use crate::model::graph::planned::kept::{Kept, KeptTensor, Weights};
use crate::model::graph::planned::lanes::{Channels, Lanes};
use crate::model::graph::planned::weights::{Kernels, Method};
use crate::model::graph::planned::winograd::Tile;
use crate::model::kernels::tests::{bits, config, levels, noise, with_threads};
use crate::model::parameters::Elsewhere as _;

/// Kernel, stride, zeros before and after.
const GEOMETRIES: [[usize; 4]; 5] = [[3, 1, 1, 1], [3, 2, 1, 1], [3, 2, 0, 1], [1, 1, 0, 0], [3, 1, 1, 1]];

/// How weights are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Keeping {
    Ready,
    Single,
    Half,
}

/// A convolution and all that can be added to it: `(x * w + shift + residual + side * v) scale`.
#[derive(Debug)]
struct Case {
    method: Method,
    keeping: Keeping,
    geometry: [usize; 4],
    resize: Resize,
    inputs: Channels,
    outputs: Channels,
    size: Size,
    result: Size,
    seed: u64,
}

impl Case {
    fn new(
        method: Method,
        geometry: [usize; 4],
        resize: Resize,
        channels: [&[usize]; 2],
        size: Size,
        seed: u64,
    ) -> Option<Self> {
        let [kernel, stride, before, after] = geometry;
        let resized = size.resized(resize);
        let of = |n: usize| Some((n + before + after).checked_sub(kernel)? / stride + 1);
        let result = Size { images: size.images, height: of(resized.height)?, width: of(resized.width)? };
        let [inputs, outputs] = channels.map(Channels::new);
        Some(Self { method, keeping: Keeping::Ready, geometry, resize, inputs, outputs, size, result, seed })
    }

    fn noise(&self, i: u64, count: usize) -> Vec<f32> {
        noise(self.seed + i, count)
    }

    fn x(&self) -> Vec<f32> {
        self.noise(0, self.size.rows() * self.inputs.count())
    }

    fn weight(&self) -> Vec<f32> {
        self.storable(self.noise(1, self.inputs.count() * self.outputs.count() * self.geometry[0].pow(2)))
    }

    /// The numbers, rounded if they are kept in 16 bits.
    fn storable(&self, mut numbers: Vec<f32>) -> Vec<f32> {
        if self.keeping == Keeping::Half {
            for number in &mut numbers {
                *number = f16::from_f32(*number).to_f32();
            }
        }
        numbers
    }

    /// Bias, shift, residual, and another picture with the weights of its 1×1 convolution.
    fn added(&self) -> [Vec<f32>; 5] {
        let outputs = self.outputs.count();
        [
            self.noise(2, outputs),
            self.noise(3, outputs * self.size.images),
            self.noise(4, outputs * self.result.rows()),
            self.noise(5, self.inputs.count() * self.result.rows()),
            self.storable(self.noise(6, self.inputs.count() * outputs)),
        ]
    }

    fn compute(&self, arch: Arch) -> Vec<f32> {
        self.compute_with(arch, self.keeping)
    }

    fn compute_with(&self, arch: Arch, keeping: Keeping) -> Vec<f32> {
        let Self { inputs, outputs, size, result, .. } = self;
        let [kernel, stride, before, after] = self.geometry;
        let resized = size.resized(self.resize);
        let form = match self.method {
            Method::Winograd(tile) => Form::tiles(tile, resized),
            Method::Direct => Form::Framed(Frame {
                before,
                height: resized.height + before + after,
                width: resized.width + before + after,
            }),
        };
        let mut arranged = vec![Lanes([f32::NAN; 16]); inputs.blocks() * form.rows(size.images)];
        let (resize, size) = (self.resize, *size);
        let arrangement = Arrangement { norm: None, activation: None, resize, size, resized, form };
        arrangement.run(arch, &to_blocks(&self.x(), inputs, size.images), None, &mut arranged);
        let [bias, shift, residual, other, map] = self.added();
        let pack = |numbers: &[f32], kernel, method| {
            let kernels = Kernels { numbers, kernel, inputs, outputs };
            match keeping {
                Keeping::Ready => Weights::Ready(Arc::new(kernels.pack(Arch::new(), method))),
                keeping => {
                    let packed = kernels.pack(Arch::new(), Method::Direct);
                    Weights::Kept(Arc::new(Kept::new(packed, keeping == Keeping::Half)))
                }
            }
        };
        let weights = pack(&self.weight(), kernel, self.method);
        let bias = outputs.spread(&bias).into();
        let mut convolution =
            Convolution::new(weights, bias, [inputs.blocks(), kernel, stride], form, *result);
        convolution.scale = 0.5;
        let side = Side::new(pack(&map, 1, Method::Direct), inputs.blocks(), *result);
        let (shift, residual) =
            (to_blocks(&shift, outputs, size.images), to_blocks(&residual, outputs, size.images));
        let operands = Operands {
            arranged: &arranged,
            shift: Some(&shift),
            residual: Some(&residual),
            side: Some((&side, &to_blocks(&other, inputs, size.images))),
        };
        let mut out = vec![Lanes([f32::NAN; 16]); outputs.blocks() * result.rows()];
        convolution.run(arch, operands, &mut out);
        from_blocks(&out, outputs, size.images)
    }

    fn expected(&self) -> Vec<f64> {
        let Self { size, result, .. } = self;
        let [kernel, stride, before, _] = self.geometry;
        let (inputs, outputs, repeat) =
            (self.inputs.count(), self.outputs.count(), if self.resize == Resize::Double { 2 } else { 1 });
        let (x, weight, [bias, shift, residual, other, map]) = (self.x(), self.weight(), self.added());
        let pixels = result.height * result.width;
        let value = |i: usize| {
            let (n, o, y, left) =
                (i / pixels / outputs, i / pixels % outputs, i % pixels / result.width, i % result.width);
            let mut sum = bias[o] as f64 + shift[n * outputs + o] as f64 + residual[i] as f64;
            for c in 0..inputs {
                let side = other[(n * inputs + c) * pixels + i % pixels];
                sum += side as f64 * map[o * inputs + c] as f64;
                for tap in 0..kernel * kernel {
                    let at = |start: usize, tap: usize, limit: usize| {
                        let at = (start * stride + tap).checked_sub(before)? / repeat;
                        (at < limit).then_some(at)
                    };
                    let position = (at(y, tap / kernel, size.height), at(left, tap % kernel, size.width));
                    if let (Some(y), Some(left)) = position {
                        let x = x[((n * inputs + c) * size.height + y) * size.width + left];
                        sum += x as f64 * weight[(o * inputs + c) * kernel * kernel + tap] as f64;
                    }
                }
            }
            sum * 0.5
        };
        (0..outputs * result.rows()).map(value).collect()
    }

    /// How far results may be from the definition, for numbers up to 1: 2⁻²⁴ for every term of a sum (Higham
    /// 2002, §3.1; with random signs the errors are much smaller), times a factor for the transformations of
    /// tiles.
    fn bound(&self) -> f64 {
        let factor = match self.method {
            Method::Direct => 1.0,
            Method::Winograd(Tile::Two) => 0.5,
            Method::Winograd(Tile::Four) => 5.0,
        };
        let terms = self.inputs.count() * (self.geometry[0].pow(2) + 1) + 16;
        factor * terms as f64 * f64::exp2(-24.0)
    }

    /// The largest error, divided by the bound.
    fn error(&self, level: Arch, expected: &[f64]) -> f64 {
        let computed = self.compute(level);
        assert_eq!(computed.len(), expected.len());
        let errors = computed.iter().zip(expected).map(|(computed, exact)| (*computed as f64 - exact).abs());
        errors.fold(0.0, |worst, error| if error <= worst { worst } else { error }) / self.bound()
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let side = || prop_oneof![4 => 1..8usize, 2 => 8..20usize];
    let channels = || prop_oneof![3 => 1..12usize, 2 => 12..50usize, 1 => Just(64usize)];
    let inputs = (channels(), prop::option::of(1..20usize))
        .prop_map(|(first, second)| [first].into_iter().chain(second).collect::<Vec<_>>());
    (0..7usize, 1..4usize, inputs, channels(), side(), side(), any::<bool>(), any::<u32>()).prop_filter_map(
        "the kernel does not fit",
        |(kind, images, inputs, outputs, height, width, double, seed)| {
            let (method, geometry) = match kind {
                5 => (Method::Winograd(Tile::Two), GEOMETRIES[0]),
                6 => (Method::Winograd(Tile::Four), GEOMETRIES[0]),
                kind => (Method::Direct, GEOMETRIES[kind]),
            };
            let resize = if double { Resize::Double } else { Resize::Keep };
            let size = Size { images, height, width };
            let case = Case::new(method, geometry, resize, [&inputs, &[outputs]], size, seed as u64)?;
            let keeping = [Keeping::Ready, Keeping::Single, Keeping::Half][seed as usize % 3];
            Some(Case { keeping, ..case })
        },
    )
}

proptest! {
    #![proptest_config(config(11, 100))]

    #[test]
    fn convolutions_are_those_of_the_definition(case in cases()) {
        let expected = case.expected();
        for level in levels() {
            let error = case.error(level, &expected);
            prop_assert!(error <= 1.0, "{:?}: {} times the bound", level, error);
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        let all = with_threads(|| bits(&case.compute(Arch::new())));
        prop_assert!(all.iter().all(|bits| *bits == all[0]));
    }
}

/// Convolutions with more channels than one chunk has, enough rows for several pieces, and three panels of
/// outputs.
#[test]
fn large_ones_are_right_too() {
    let methods = [Method::Direct, Method::Winograd(Tile::Two), Method::Winograd(Tile::Four)];
    for (method, inputs) in methods.into_iter().flat_map(|method| [(method, 300), (method, 70)]) {
        let size = Size { images: 2, height: 17, width: 32 };
        let case = Case::new(method, GEOMETRIES[0], Resize::Keep, [&[inputs], &[70]], size, 5).unwrap();
        for keeping in [Keeping::Ready, Keeping::Single, Keeping::Half] {
            let case = Case { keeping, inputs: case.inputs.clone(), outputs: case.outputs.clone(), ..case };
            let error = case.error(Arch::new(), &case.expected());
            assert!(error <= 1.0, "{method:?} of {inputs}, {keeping:?}: {error} times the bound");
        }
    }
}

proptest! {
    #![proptest_config(config(16, 60))]

    /// Sixteen bits are the same numbers, and by taps all weights are as they were.
    #[test]
    fn results_do_not_depend_on_how_weights_are_kept(case in cases()) {
        // With numbers that have 16 bits.
        let case = Case { keeping: Keeping::Half, ..case };
        let half = case.compute(Arch::new());
        let (weight, map) = (case.weight(), case.added()[4].clone());
        let round = |numbers: Vec<f32>| numbers.iter().map(|x| f16::from_f32(*x).to_f32()).collect::<Vec<_>>();
        prop_assert!(round(weight.clone()) == weight && round(map.clone()) == map);
        let single = case.compute_with(Arch::new(), Keeping::Single);
        prop_assert_eq!(bits(&half), bits(&single));
        if case.method == Method::Direct {
            prop_assert_eq!(bits(&half), bits(&case.compute_with(Arch::new(), Keeping::Ready)));
        }
    }

    #[test]
    fn kept_tensors_are_made_again(case in cases()) {
        let Case { inputs, outputs, geometry: [kernel, ..], .. } = &case;
        let numbers = case.weight();
        let packed = Kernels { numbers: &numbers, kernel: *kernel, inputs, outputs }.pack(Arch::new(), Method::Direct);
        let kept = Arc::new(Kept::new(packed, case.keeping == Keeping::Half));
        // Two layers that are computed together.
        let cut = outputs.count() / 2;
        let parts = [0..cut, cut..outputs.count()].map(|rows| {
            let shape = vec![rows.len(), inputs.count(), *kernel, *kernel];
            let (kept, taps) = (kept.clone(), kernel * kernel);
            let tensor = KeptTensor { kept, shape, taps, inputs: inputs.clone(), outputs: outputs.clone(), rows };
            tensor.tensor().flatten_all().unwrap().to_vec1::<f32>().unwrap()
        });
        prop_assert_eq!(parts.concat(), numbers);
    }
}
