use proptest::prelude::*;
use pulp::Arch;

use super::{bits, config, levels, noise, with_threads};
use crate::model::kernels::attention::Heads;

#[derive(Debug)]
struct Case {
    heads: Heads,
    all: [Vec<f32>; 3],
    /// Gradient of the result.
    gradient: Vec<f32>,
}

impl Case {
    fn compute(&self, arch: Arch) -> Vec<f32> {
        self.heads.attend(arch, self.all.each_ref().map(Vec::as_slice))
    }

    fn gradients(&self, arch: Arch) -> [Vec<f32>; 3] {
        let [q, k, v] = &self.all;
        self.heads.backward(arch, [q, k, v, &self.gradient])
    }

    /// `Σ gradient · result`, in f64.
    fn loss(&self, all: &[Vec<f64>; 3]) -> f64 {
        self.expected(all).iter().zip(&self.gradient).map(|(x, &gradient)| x * gradient as f64).sum()
    }

    fn exact(&self) -> [Vec<f64>; 3] {
        self.all.each_ref().map(|x| x.iter().map(|&x| x as f64).collect())
    }

    fn expected(&self, [q, k, v]: &[Vec<f64>; 3]) -> Vec<f64> {
        let Heads { width, length } = self.heads;
        let mut out = vec![0.0; q.len()];
        for head in (0..q.len()).step_by(width * length) {
            let at = |x: &[f64], channel: usize, i: usize| x[head + channel * length + i];
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
            Case {
                heads: Heads { width, length },
                all: [of(0, spread), of(1, spread), of(2, 1.0)],
                gradient: of(3, 1.0),
            }
        },
    )
}

proptest! {
    #![proptest_config(config(4, 100))]

    #[test]
    fn attention_is_that_of_the_definition(case in cases()) {
        let expected = case.expected(&case.exact());
        for level in levels() {
            for (computed, expected) in case.compute(level).iter().zip(&expected) {
                // The results are means of numbers up to 1, whose weights come from scores up to 100.
                prop_assert!((*computed as f64 - expected).abs() <= 2e-5, "{} is not {}", computed, expected);
            }
        }
    }

    /// Compares gradients with the slope of `Σ gradient · result` in f64 along a random direction of each input.
    #[test]
    fn gradients_are_the_slopes_of_the_definition(case in cases(), which in 0..3usize) {
        let direction: Vec<f64> = noise(77, case.gradient.len()).iter().map(|&x| x as f64).collect();
        let at = |by: f64| {
            let mut all = case.exact();
            all[which].iter_mut().zip(&direction).for_each(|(x, d)| *x += by * d);
            case.loss(&all)
        };
        let h = 1e-5;
        let slope = (at(h) - at(-h)) / (2.0 * h);
        for level in levels() {
            let gradient = &case.gradients(level)[which];
            let along: f64 = gradient.iter().zip(&direction).map(|(&g, d)| g as f64 * d).sum();
            // Scores of up to 100 are accurate to 1e-5, and so are the weights and slopes, relatively.
            prop_assert!((along - slope).abs() <= 1e-3 * slope.abs().max(1.0), "{} is not {}", along, slope);
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        let all = with_threads(|| {
            let gradients = case.gradients(Arch::new()).map(|x| bits(&x));
            (bits(&case.compute(Arch::new())), gradients)
        });
        prop_assert!(all.iter().all(|bits| *bits == all[0]));
    }
}
