use proptest::prelude::*;
use pulp::Arch;

use super::{from_blocks, to_blocks};
use crate::model::graph::planned::arrange::{Arrangement, Form, Frame, Resize, Size};
use crate::model::graph::planned::lanes::{Channels, Lanes};
use crate::model::graph::planned::nonlinear::Nonlinearity;
use crate::model::graph::planned::norm::{GroupNorm, Modulation};
use crate::model::kernels::tests::{bits, config, levels, noise, with_threads};

const EPS: f64 = 1e-5;

#[derive(Debug)]
struct Case {
    groups: usize,
    channels: Channels,
    size: Size,
    resize: Resize,
    activation: Option<Nonlinearity>,
    modulated: bool,
    /// The numbers of rows and columns of zeros: above and at the left, then below and at the right.
    zeros: [usize; 2],
    /// Mean of the pictures' numbers.
    mean: f32,
    seed: u64,
}

impl Case {
    fn x(&self) -> Vec<f32> {
        noise(self.seed, self.channels.count() * self.size.rows()).iter().map(|x| x + self.mean).collect()
    }

    /// Weights and biases of the normalisation, then scales and shifts of the modulation for every image.
    fn parameters(&self) -> [Vec<f32>; 4] {
        let (n, channels) = (self.size.images, self.channels.count());
        let of = |i: u64, count| noise(self.seed + i, count);
        [of(1, channels), of(2, channels), of(3, n * channels), of(4, n * channels)]
    }

    fn frame(&self) -> Frame {
        let [before, after] = self.zeros;
        let size = self.size.resized(self.resize);
        Frame { before, height: size.height + before + after, width: size.width + before + after }
    }

    fn compute(&self, arch: Arch) -> Vec<f32> {
        let [weight, bias, scale, shift] = self.parameters();
        let images = self.size.images;
        let arrangement = Arrangement {
            norm: Some(GroupNorm::new(&self.channels, self.groups, EPS, &weight, &bias)),
            activation: self.activation,
            resize: self.resize,
            size: self.size,
            resized: self.size.resized(self.resize),
            form: Form::Framed(self.frame()),
        };
        let (scale, shift) =
            (to_blocks(&scale, &self.channels, images), to_blocks(&shift, &self.channels, images));
        let modulation = Modulation { scale: &scale, shift: &shift };
        let rows = arrangement.form.rows(images);
        let mut out = vec![Lanes([f32::NAN; 16]); self.channels.blocks() * rows];
        let x = to_blocks(&self.x(), &self.channels, images);
        arrangement.run(arch, &x, self.modulated.then_some(modulation), &mut out);
        from_blocks(&out, &self.channels, images)
    }

    fn expected(&self) -> Vec<f64> {
        let (channels, pixels) = (self.channels.count(), self.size.height * self.size.width);
        let [weight, bias, scale, shift] = self.parameters();
        let x: Vec<f64> = self.x().iter().map(|&x| x as f64).collect();
        let mut normal = Vec::new();
        for (i, group) in x.chunks(channels / self.groups * pixels).enumerate() {
            let n = group.len() as f64;
            let mean = group.iter().sum::<f64>() / n;
            let variance = group.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
            for (j, x) in group.iter().enumerate() {
                let plane = i * (channels / self.groups) + j / pixels;
                let channel = plane % channels;
                let mut y =
                    (x - mean) / (variance + EPS).sqrt() * weight[channel] as f64 + bias[channel] as f64;
                if self.modulated {
                    y = y * (1.0 + scale[plane] as f64) + shift[plane] as f64;
                }
                normal.push(match self.activation {
                    None => y,
                    Some(Nonlinearity::Silu) => y / (1.0 + (-y).exp()),
                    Some(Nonlinearity::Relu) => y.max(0.0),
                });
            }
        }
        self.placed(&normal)
    }

    fn placed(&self, x: &[f64]) -> Vec<f64> {
        let (frame, inner) = (self.frame(), self.size.resized(self.resize));
        let mut out = Vec::new();
        for plane in x.chunks(self.size.height * self.size.width) {
            for i in 0..frame.height * frame.width {
                let inside = |at: usize, limit: usize| at.checked_sub(frame.before).filter(|&at| at < limit);
                let (y, x) = (inside(i / frame.width, inner.height), inside(i % frame.width, inner.width));
                let (Some(y), Some(x)) = (y, x) else {
                    out.push(0.0);
                    continue;
                };
                let at = |y: usize, x: usize| plane[y * self.size.width + x];
                out.push(match self.resize {
                    Resize::Keep => at(y, x),
                    Resize::Double => at(y / 2, x / 2),
                    Resize::Halve => {
                        let all = [(0, 0), (0, 1), (1, 0), (1, 1)];
                        all.iter().map(|(i, j)| at(2 * y + i, 2 * x + j)).sum::<f64>() / 4.0
                    }
                });
            }
        }
        out
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let parts = prop_oneof![
        (1..9usize, 1..12usize).prop_map(|(groups, size)| (groups, vec![groups * size])),
        (1..5usize, 2..30usize, 1..29usize).prop_map(|(groups, size, first)| {
            let all = groups * size;
            let first = first % (all - 1) + 1;
            (groups, vec![first, all - first])
        }),
    ];
    let resize = prop_oneof![Just(Resize::Keep), Just(Resize::Halve), Just(Resize::Double)];
    let activation = prop_oneof![Just(None), Just(Some(Nonlinearity::Silu)), Just(Some(Nonlinearity::Relu))];
    let size = (1..4usize, 1..10usize, 1..10usize);
    (parts, size, resize, activation, any::<bool>(), [0..2usize, 0..3usize], -3.0..3.0f32, any::<u32>())
        .prop_map(
            |((groups, parts), (images, height, width), resize, activation, modulated, zeros, mean, seed)| {
                Case {
                    groups,
                    channels: Channels::new(&parts),
                    size: Size { images, height: 2 * height, width: 2 * width },
                    resize,
                    activation,
                    modulated,
                    zeros,
                    mean,
                    seed: seed as u64,
                }
            },
        )
}

proptest! {
    #![proptest_config(config(12, 100))]

    #[test]
    fn arranged_pictures_are_those_of_the_definition(case in cases()) {
        let expected = case.expected();
        for level in levels() {
            for (computed, expected) in case.compute(level).iter().zip(&expected) {
                let error = (*computed as f64 - expected).abs();
                // The numbers have a standard deviation of about 1 after the normalisation.
                prop_assert!(error <= 1e-5, "{:?}: {} is not {}", level, computed, expected);
            }
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter(case in cases()) {
        let all = with_threads(|| bits(&case.compute(Arch::new())));
        prop_assert!(all.iter().all(|bits| *bits == all[0]));
    }
}
