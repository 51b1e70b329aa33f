use proptest::prelude::*;
use pulp::Arch;

use super::{from_blocks, to_blocks};
use crate::model::graph::planned::lanes::{Channels, Lanes};
use crate::model::graph::planned::layer_norm::LayerNorm;
use crate::model::kernels::tests::{bits, config, levels, noise, with_threads};

const EPS: f64 = 1e-5;

#[derive(Debug)]
struct Case {
    images: usize,
    channels: usize,
    pixels: usize,
    mean: f32,
    seed: u64,
}

impl Case {
    /// The picture, `[images, channels, pixels]`.
    fn x(&self) -> Vec<f32> {
        let count = self.images * self.channels * self.pixels;
        noise(self.seed, count).iter().map(|x| x + self.mean).collect()
    }

    fn compute(&self, arch: Arch) -> Vec<f32> {
        let channels = Channels::new(&[self.channels]);
        let [weight, bias] = [1, 2].map(|i| noise(self.seed + i, self.channels));
        let x = to_blocks(&self.x(), &channels, self.images);
        let mut out = vec![Lanes([f32::NAN; 16]); x.len()];
        LayerNorm::new(&channels, EPS, [&weight, &bias]).run(arch, &x, &mut out);
        from_blocks(&out, &channels, self.images)
    }

    fn expected(&self) -> Vec<f64> {
        let Self { images, channels, pixels, .. } = *self;
        let (x, [weight, bias]) = (self.x(), [1, 2].map(|i| noise(self.seed + i, channels)));
        let mut out = vec![0.0; x.len()];
        for (image, pixel) in (0..images).flat_map(|image| (0..pixels).map(move |pixel| (image, pixel))) {
            let index = |channel: usize| (image * channels + channel) * pixels + pixel;
            let all = || (0..channels).map(|channel| x[index(channel)] as f64);
            let mean = all().sum::<f64>() / channels as f64;
            let variance = all().map(|x| (x - mean).powi(2)).sum::<f64>() / channels as f64;
            for (channel, x) in all().enumerate() {
                let normal = (x - mean) / (variance + EPS).sqrt();
                out[index(channel)] = normal * weight[channel] as f64 + bias[channel] as f64;
            }
        }
        out
    }
}

fn cases() -> impl Strategy<Value = Case> {
    (1..3usize, 1..70usize, 1..80usize, -3.0..3.0f32, any::<u32>()).prop_map(
        |(images, channels, pixels, mean, seed)| Case { images, channels, pixels, mean, seed: seed as u64 },
    )
}

proptest! {
    #![proptest_config(config(32, 60))]

    #[test]
    fn the_normalisation_is_that_of_the_definition(case in cases()) {
        let expected = case.expected();
        for level in levels() {
            for (computed, expected) in case.compute(level).iter().zip(&expected) {
                // Two channels may be so close together that their difference has only a few digits.
                let bound = 1e-5 * (1.0 + expected.abs()) * if case.channels < 8 { 100.0 } else { 1.0 };
                prop_assert!((*computed as f64 - expected).abs() <= bound, "{} is not {}", computed, expected);
            }
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        let all = with_threads(|| bits(&case.compute(Arch::new())));
        prop_assert!(all.iter().all(|bits| *bits == all[0]));
    }
}
