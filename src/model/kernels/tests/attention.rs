use proptest::prelude::*;
use pulp::Arch;

use super::{bits, config, levels, noise, with_threads};
use crate::model::kernels::attention::Heads;

#[derive(Debug)]
struct Case {
    heads: Heads,
    all: [Vec<f32>; 3],
}

impl Case {
    fn compute(&self, arch: Arch) -> Vec<f32> {
        self.heads.attend(arch, self.all.each_ref().map(Vec::as_slice))
    }

    fn expected(&self) -> Vec<f64> {
        let Heads { width, length } = self.heads;
        let [q, k, v] = &self.all;
        let mut out = vec![0.0; q.len()];
        for head in (0..q.len()).step_by(width * length) {
            let at = |x: &[f32], channel: usize, i: usize| x[head + channel * length + i] as f64;
            for i in 0..length {
                let score = |j: usize| (0..width).map(|c| at(q, c, i) * at(k, c, j)).sum::<f64>();
                let weights: Vec<_> = (0..length).map(|j| (score(j) / (width as f64).sqrt()).exp()).collect();
                let sum: f64 = weights.iter().sum();
                for c in 0..width {
                    let value: f64 = weights.iter().enumerate().map(|(j, w)| w * at(v, c, j)).sum();
                    out[head + c * length + i] = value / sum;
                }
            }
        }
        out
    }
}

fn cases() -> impl Strategy<Value = Case> {
    (1..7usize, 1..40usize, 1..90usize, 0.1..4.0f32, any::<u32>()).prop_map(
        |(heads, width, length, spread, seed)| {
            let of = |i: u64, factor: f32| -> Vec<f32> {
                noise(seed as u64 + i, heads * width * length).iter().map(|x| x * factor).collect()
            };
            Case { heads: Heads { width, length }, all: [of(0, spread), of(1, spread), of(2, 1.0)] }
        },
    )
}

proptest! {
    #![proptest_config(config(4, 100))]

    #[test]
    fn attention_is_that_of_the_definition(case in cases()) {
        let expected = case.expected();
        for level in levels() {
            for (computed, expected) in case.compute(level).iter().zip(&expected) {
                // Means of numbers up to 1, with weights from scores of up to 100.
                prop_assert!((*computed as f64 - expected).abs() <= 2e-5, "{} is not {}", computed, expected);
            }
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        let all = with_threads(|| bits(&case.compute(Arch::new())));
        prop_assert!(all.iter().all(|bits| *bits == all[0]));
    }
}
