use proptest::prelude::*;
use pulp::Arch;

use super::{from_blocks, to_blocks};
use crate::model::graph::planned::attention::Attention;
use crate::model::graph::planned::lanes::{Channels, Lanes};
use crate::model::kernels::tests::{bits, config, levels, noise, with_threads};

#[derive(Debug)]
struct Case {
    attention: Attention,
    /// Queries, keys and values, `[images, 3 · heads · width, length]`.
    all: Vec<f32>,
}

impl Case {
    fn compute(&self, arch: Arch) -> Vec<f32> {
        let Attention { images, length, heads, width } = self.attention;
        let inner = Channels::new(&[heads * width]);
        let qkv = to_blocks(&self.all, &Channels::new(&[heads * width; 3]), images);
        let mut out = vec![Lanes([f32::NAN; 16]); inner.blocks() * images * length];
        self.attention.run(arch, &qkv, &mut out);
        from_blocks(&out, &inner, images)
    }

    fn expected(&self) -> Vec<f64> {
        let Attention { images, length, heads, width } = self.attention;
        let mut out = Vec::new();
        for (image, channel) in (0..images).flat_map(|i| (0..heads * width).map(move |c| (i, c))) {
            let at = |which: usize, channel: usize, i: usize| {
                self.all[((image * 3 + which) * heads * width + channel) * length + i] as f64
            };
            let head = channel / width * width..(channel / width + 1) * width;
            for i in 0..length {
                let score = |j: usize| head.clone().map(|c| at(0, c, i) * at(1, c, j)).sum::<f64>();
                let weights: Vec<_> = (0..length).map(|j| (score(j) / (width as f64).sqrt()).exp()).collect();
                let value: f64 = weights.iter().enumerate().map(|(j, w)| w * at(2, channel, j)).sum();
                out.push(value / weights.iter().sum::<f64>());
            }
        }
        out
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let width = prop_oneof![2 => 1..40usize, 1 => Just(8usize), 1 => Just(16usize), 1 => Just(64usize)];
    (1..3usize, 1..7usize, width, 1..90usize, 0.1..4.0f32, any::<u32>()).prop_map(
        |(images, heads, width, length, spread, seed)| {
            let inner = heads * width * length;
            let mut all = noise(seed as u64, images * 3 * inner);
            for (i, part) in all.chunks_mut(inner).enumerate() {
                if i % 3 < 2 {
                    for x in part {
                        *x *= spread;
                    }
                }
            }
            Case { attention: Attention { images, length, heads, width }, all }
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

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        let all = with_threads(|| bits(&case.compute(Arch::new())));
        prop_assert!(all.iter().all(|bits| *bits == all[0]));
    }
}
