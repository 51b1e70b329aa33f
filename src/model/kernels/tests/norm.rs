use proptest::prelude::*;
use pulp::Arch;

use super::{bits, config, levels, noise, with_threads};
use crate::model::kernels::norm::{Grouped, Norm};

const EPS: f32 = 1e-5;

struct Case {
    shape: Grouped,
    x: Vec<f32>,
    affine: Vec<f32>,
    gradient: Vec<f32>,
}

impl Case {
    fn new(images: usize, shape: Grouped, seed: u64) -> Self {
        let channels = shape.groups * shape.channels;
        let count = images * channels * shape.pixels;
        // The numbers are not centred at 0, where a wrong mean would not be seen.
        let x = noise(seed, count).iter().map(|x| 3.0 * x + 1.5).collect();
        let affine = noise(seed + 1, 2 * channels).iter().map(|x| x + 0.5).collect();
        Self { shape, x, affine, gradient: noise(seed + 2, count) }
    }

    fn affine(&self) -> [&[f32]; 2] {
        self.affine.split_at(self.affine.len() / 2).into()
    }

    /// The result, the gradient of x, and the gradients of scales and shifts, in f64.
    fn expected(&self, activate: bool) -> [Vec<f64>; 3] {
        let Grouped { groups, channels, pixels } = self.shape;
        let all = groups * channels;
        let images = self.x.len() / (all * pixels);
        let mut result = vec![0.0; self.x.len()];
        let mut of_x = vec![0.0; self.x.len()];
        let mut of_affine = vec![0.0; 2 * all];
        for group in 0..images * groups {
            let own = group * channels * pixels..(group + 1) * channels * pixels;
            let n = own.len() as f64;
            let mean = own.clone().map(|i| self.x[i] as f64).sum::<f64>() / n;
            let variance = own.clone().map(|i| (self.x[i] as f64 - mean).powi(2)).sum::<f64>() / n;
            let deviation = (variance + EPS as f64).sqrt();
            let (mut along, mut constant) = (0.0, 0.0);
            let mut before = vec![0.0; own.len()];
            for i in own.clone() {
                let channel = i / pixels % all;
                let [weight, bias] = [channel, all + channel].map(|c| self.affine[c] as f64);
                let normal = (self.x[i] as f64 - mean) / deviation;
                let z = normal * weight + bias;
                let s = 1.0 / (1.0 + (-z).exp());
                let slope = if activate { s * (1.0 + z * (1.0 - s)) } else { 1.0 };
                result[i] = if activate { z * s } else { z };
                let gradient = self.gradient[i] as f64 * slope;
                of_affine[channel] += gradient * normal;
                of_affine[all + channel] += gradient;
                before[i - own.start] = gradient * weight;
                along += gradient * weight * normal / n;
                constant += gradient * weight / n;
            }
            for i in own.clone() {
                let normal = (self.x[i] as f64 - mean) / deviation;
                of_x[i] = (before[i - own.start] - constant - normal * along) / deviation;
            }
        }
        [result, of_x, of_affine]
    }

    fn compute(&self, activate: bool, arch: Arch) -> [Vec<f32>; 3] {
        let norm = Norm { eps: EPS, activate };
        let (of_x, of_affine) = norm.backward(arch, &self.shape, [&self.x, &self.gradient], self.affine());
        [norm.forward(arch, &self.shape, &self.x, self.affine()), of_x, of_affine.concat()]
    }
}

fn cases() -> impl Strategy<Value = Case> {
    // At least 8 numbers in a group: with fewer, the variance may be so small that it magnifies any error.
    (1..4usize, 1..5usize, 1..6usize, 8..150usize, any::<u32>()).prop_map(
        |(images, groups, channels, pixels, seed)| {
            Case::new(images, Grouped { groups, channels, pixels }, seed as u64)
        },
    )
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.shape.fmt(f)
    }
}

proptest! {
    #![proptest_config(config(3, 100))]

    #[test]
    fn normalisation_and_gradients_are_those_of_the_definition(case in cases(), activate in any::<bool>()) {
        let expected = case.expected(activate);
        for level in levels() {
            for (which, (computed, expected)) in case.compute(activate, level).iter().zip(&expected).enumerate() {
                prop_assert_eq!(computed.len(), expected.len());
                for (i, (computed, expected)) in computed.iter().zip(expected).enumerate() {
                    // Results and gradients are of order 1, sums of up to 450 of them of order 20.
                    let bound = 1e-5 * expected.abs().max(1.0);
                    let error = (*computed as f64 - expected).abs();
                    prop_assert!(error <= bound, "{} {}[{}] {} {}", level_name(level), which, i, computed, expected);
                }
            }
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        let all = with_threads(|| case.compute(true, Arch::new()).map(|x| bits(&x)));
        prop_assert!(all.iter().all(|bits| *bits == all[0]));
    }
}

fn level_name(level: Arch) -> String {
    format!("{level:?}").chars().take(6).collect()
}

/// A group of one number, or of equal numbers, has no variance: its result is the shift.
#[test]
fn a_constant_group_becomes_its_shift() {
    let shape = Grouped { groups: 2, channels: 1, pixels: 1 };
    let norm = Norm { eps: EPS, activate: false };
    for level in levels() {
        let out = norm.forward(level, &shape, &[7.5, -3.25], [&[2.0, 3.0], &[0.125, -0.5]]);
        assert_eq!(out, [0.125, -0.5]);
    }
}
