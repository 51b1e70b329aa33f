use proptest::prelude::*;
use pulp::Arch;

use super::{from_blocks, to_blocks};
use crate::model::graph::planned::attention::Attention;
use crate::model::graph::planned::lanes::{Channels, Lanes};
use crate::model::kernels::tests::{bits, config, levels, noise, with_threads};

#[derive(Debug)]
struct Case {
    attention: Attention,
    /// Queries, `[images, heads · width, length]`.
    queries: Vec<f32>,
    /// Keys and values, `[images, 2 · heads · width, keys]`.
    pairs: Vec<f32>,
}

impl Case {
    fn compute(&self, arch: Arch) -> Vec<f32> {
        let Attention { images, length, heads, width, .. } = self.attention;
        let inner = Channels::new(&[heads * width]);
        let q = to_blocks(&self.queries, &inner, images);
        let kv = to_blocks(&self.pairs, &Channels::new(&[heads * width; 2]), images);
        let mut out = vec![Lanes([f32::NAN; 16]); inner.blocks() * images * length];
        self.attention.run(arch, [&q, &kv], &mut out);
        from_blocks(&out, &inner, images)
    }

    fn expected(&self) -> Vec<f64> {
        let Attention { images, length, keys, heads, width } = self.attention;
        let mut out = Vec::new();
        for (image, channel) in (0..images).flat_map(|i| (0..heads * width).map(move |c| (i, c))) {
            let query = |c: usize, i: usize| self.queries[(image * heads * width + c) * length + i] as f64;
            let pair = |which: usize, c: usize, j: usize| {
                self.pairs[((image * 2 + which) * heads * width + c) * keys + j] as f64
            };
            let head = channel / width * width..(channel / width + 1) * width;
            for i in 0..length {
                let score = |j: usize| head.clone().map(|c| query(c, i) * pair(0, c, j)).sum::<f64>();
                let weights: Vec<_> = (0..keys).map(|j| (score(j) / (width as f64).sqrt()).exp()).collect();
                let value: f64 = weights.iter().enumerate().map(|(j, w)| w * pair(1, channel, j)).sum();
                out.push(value / weights.iter().sum::<f64>());
            }
        }
        out
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let width = prop_oneof![2 => 1..40usize, 1 => Just(8usize), 1 => Just(16usize), 1 => Just(64usize)];
    let keys = prop::option::of(1..90usize);
    (1..3usize, 1..7usize, width, 1..90usize, keys, 0.1..4.0f32, any::<u32>()).prop_map(
        |(images, heads, width, length, keys, spread, seed)| {
            // As many keys as queries in about half of all cases.
            let keys = keys.unwrap_or(length);
            let mut queries = noise(seed as u64, images * heads * width * length);
            for x in &mut queries {
                *x *= spread;
            }
            let mut pairs = noise(seed as u64 + 1, images * 2 * heads * width * keys);
            for x in pairs.chunks_mut(heads * width * keys).step_by(2).flatten() {
                *x *= spread;
            }
            Case { attention: Attention { images, length, keys, heads, width }, queries, pairs }
        },
    )
}

proptest! {
    #![proptest_config(config(13, 60))]

    #[test]
    fn attention_is_that_of_the_definition(case in cases()) {
        let expected = case.expected();
        for level in levels() {
            for (computed, expected) in case.compute(level).iter().zip(&expected) {
                // The results are means of numbers up to 1, whose weights come from scores up to 100.
                prop_assert!((*computed as f64 - expected).abs() <= 2e-5, "{} is not {}", computed, expected);
            }
        }
    }

    /// With values that are all 1, the result is the sum of the weights.
    #[test]
    fn weights_sum_to_one(case in cases()) {
        let Attention { keys, heads, width, .. } = case.attention;
        let mut case = case;
        for values in case.pairs.chunks_mut(heads * width * keys).skip(1).step_by(2) {
            values.fill(1.0);
        }
        for sum in case.compute(Arch::new()) {
            prop_assert!((sum - 1.0).abs() <= 2e-6, "{}", sum);
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        let all = with_threads(|| bits(&case.compute(Arch::new())));
        prop_assert!(all.iter().all(|bits| *bits == all[0]));
    }
}
