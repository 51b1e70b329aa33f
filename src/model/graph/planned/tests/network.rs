use std::collections::BTreeMap;

use candle_core::{Device, Tensor, Var};
use proptest::prelude::*;

use crate::model::config::Resampling;
use crate::model::graph::planned::arrange::Size;
use crate::model::graph::planned::plan::Given;
use crate::model::kernels::tests::{bits, config, noise, with_threads};
use crate::model::layers::{Activation, TimeAdd};
use crate::model::networks::{FromCheckpoint as _, planned};
use crate::model::{
    ClassLabels, Conditioning, DownBlockType, ModelError, Precision, Tape, UNet2DConfig, UNet2DModel,
    UpBlockType,
};

#[derive(Debug)]
struct Case {
    config: UNet2DConfig,
    images: usize,
    height: usize,
    width: usize,
    seed: u64,
}

impl Case {
    /// The same network twice: planned, and computed operation by operation. Its normalisations have random scales and
    /// shifts instead of the ones and zeros of a fresh network.
    fn networks(&self) -> [UNet2DModel; 2] {
        let fresh = UNet2DModel::init(&self.config, self.seed).unwrap();
        let tensors: BTreeMap<String, Tensor> = fresh
            .tensors()
            .enumerate()
            .map(|(i, (name, tensor))| {
                let noise = noise(self.seed + i as u64, tensor.elem_count());
                let noise = Tensor::from_vec(noise, tensor.shape(), &Device::Cpu).unwrap();
                let factor = if name.contains("norm") { 0.5 } else { 0.01 };
                (name.to_owned(), (tensor.detach() + (noise * factor).unwrap()).unwrap())
            })
            .collect();
        let prepared = UNet2DModel::from_tensors(&self.config, Precision::F32, tensors).unwrap();
        assert!(prepared.is_prepared());
        let plain = prepared.frozen().unwrap();
        assert!(!plain.is_prepared());
        [prepared, plain]
    }

    fn output(&self, network: &UNet2DModel) -> Tensor {
        let shape = (self.images, self.config.in_channels, self.height, self.width);
        let sample = noise(self.seed, shape.0 * shape.1 * shape.2 * shape.3);
        let sample = Tensor::from_vec(sample, shape, &Device::Cpu).unwrap();
        let timesteps: Vec<f64> = (0..self.images).map(|i| (i * 331 % 1000) as f64).collect();
        let classes: Vec<u32> = (0..self.images as u32).map(|i| i % 2).collect();
        let labels = match self.config.conditioning() {
            Conditioning::None => None,
            _ => Some(ClassLabels::Classes(&classes)),
        };
        let output = network.forward(&sample, &timesteps, labels).unwrap();
        assert_eq!(output.dims(), [self.images, self.config.out_channels, self.height, self.width]);
        output
    }

    fn forward(&self, network: &UNet2DModel) -> Vec<f32> {
        self.output(network).flatten_all().unwrap().to_vec1().unwrap()
    }

    /// The sum of all numbers of the output, each multiplied by a different factor.
    fn number(&self, network: &UNet2DModel) -> Tensor {
        let output = self.output(network);
        let factors = noise(self.seed + 1, output.elem_count());
        let factors = Tensor::from_vec(factors, output.shape(), &Device::Cpu).unwrap();
        (output * factors).unwrap().sum_all().unwrap()
    }

    /// The largest difference between the gradients of a planned network and the gradients computed operation
    /// by operation, relative to the largest gradient of the same tensor; with that tensor's name.
    fn worst_gradient(&self) -> (f32, String) {
        let [_, plain] = self.networks();
        let network = plain.trainable().unwrap();
        let expected = self.number(&network).backward().unwrap();
        let mut worst = (0.0, String::new());
        // Twice, since the second call reuses the buffers.
        for _ in 0..2 {
            let (number, tape) = Tape::record(|| self.number(&network));
            let gradients = tape.gradients(&number).unwrap();
            for (name, variable) in network.variables().unwrap() {
                let expected: Vec<f32> =
                    expected.get(&variable).unwrap().flatten_all().unwrap().to_vec1().unwrap();
                let gradient = gradients.get(&variable).unwrap_or_else(|| panic!("none of {name}"));
                assert_eq!(gradient.dims(), variable.dims());
                let gradient: Vec<f32> = gradient.flatten_all().unwrap().to_vec1().unwrap();
                let difference = largest(gradient.iter().zip(&expected).map(|(a, b)| a - b));
                let relative = difference / largest(expected).max(1e-3);
                if relative.is_nan() || relative > worst.0 {
                    worst = (relative, name.to_owned());
                }
            }
        }
        worst
    }
}

fn levels() -> impl Strategy<Value = Vec<(usize, DownBlockType, UpBlockType)>> {
    use DownBlockType::{AttnDownBlock2D, DownBlock2D, ResnetDownsampleBlock2D};
    use UpBlockType::{AttnUpBlock2D, ResnetUpsampleBlock2D, UpBlock2D};
    let down = prop_oneof![Just(DownBlock2D), Just(AttnDownBlock2D), Just(ResnetDownsampleBlock2D)];
    let up = prop_oneof![Just(UpBlock2D), Just(AttnUpBlock2D), Just(ResnetUpsampleBlock2D)];
    prop::collection::vec((1..9usize, down, up), 1..4)
}

fn resampling() -> impl Strategy<Value = Resampling> {
    prop_oneof![Just(Resampling::Conv), Just(Resampling::Resnet)]
}

prop_compose! {
    fn cases()(
        levels in levels(),
        [groups, layers, images, height, width] in [1..7usize, 1..3usize, 1..4usize, 1..6usize, 1..6usize],
        [in_channels, out_channels] in [1..5usize, 1..5usize],
        [downsample_type, upsample_type] in [resampling(), resampling()],
        head in prop::option::of(1..13usize),
        [scale_shift, mid_block, add_attention, center, relu] in any::<[bool; 5]>(),
        downsample_padding in 0..2usize,
        factor in prop_oneof![Just(1.0), Just(1.4)],
        classes in prop::option::of(2..4usize),
        seed in any::<u32>(),
    ) -> Case {
        let double = 1 << (levels.len() - 1);
        // Positional embeddings have an even width; heads may not be wider than any level.
        let channels: Vec<_> = levels.iter().map(|level| 2 * groups * level.0).collect();
        let narrowest = channels.iter().copied().min().unwrap_or(1);
        Case {
            config: UNet2DConfig {
                in_channels,
                out_channels,
                center_input_sample: center,
                down_block_types: levels.iter().map(|level| level.1).collect(),
                up_block_types: levels.iter().map(|level| level.2).collect(),
                block_out_channels: channels,
                layers_per_block: layers,
                mid_block,
                add_attention,
                mid_block_scale_factor: factor,
                downsample_padding,
                downsample_type,
                upsample_type,
                act_fn: if relu { Activation::Relu } else { Activation::Silu },
                attention_head_dim: head.map(|head| head.min(narrowest)),
                norm_num_groups: groups,
                resnet_time_scale_shift: if scale_shift { TimeAdd::ScaleShift } else { TimeAdd::Shift },
                num_class_embeds: classes,
                ..UNet2DConfig::default()
            },
            images,
            height: height * double,
            width: width * double,
            seed: seed as u64,
        }
    }
}

fn largest(x: impl IntoIterator<Item = f32>) -> f32 {
    x.into_iter().fold(0.0, |most, x| if x.abs() <= most { most } else { x.abs() })
}

proptest! {
    #![proptest_config(config(14, 60))]

    #[test]
    fn prepared_networks_compute_the_same(case in cases()) {
        let [prepared, plain] = case.networks();
        let expected = case.forward(&plain);
        let size = largest(expected.iter().copied()).max(1.0);
        // Twice, since the second call reuses the buffers; and once with another size in between.
        for _ in 0..2 {
            let computed = case.forward(&prepared);
            let worst = largest(computed.iter().zip(&expected).map(|(a, b)| a - b));
            prop_assert!(worst <= 2e-5 * size, "{} of {}", worst, size);
            let other = Case { config: case.config.clone(), images: 1, ..case };
            case.forward(&prepared);
            other.forward(&prepared);
        }
    }
}

proptest! {
    #![proptest_config(config(15, 40))]

    #[test]
    fn planned_gradients_are_those_of_the_operations(case in cases()) {
        // Networks in which the time embedding scales and shifts have no planned gradients.
        let config = UNet2DConfig { resnet_time_scale_shift: TimeAdd::Shift, ..case.config };
        let case = Case { config, ..case };
        let (worst, name) = case.worst_gradient();
        prop_assert!(worst <= 1e-3, "{} in {}", worst, name);
    }
}

/// Large enough for tiles.
#[test]
fn gradients_of_tiles_are_those_of_the_operations() {
    let (worst, name) = small(3).worst_gradient();
    assert!(worst <= 1e-3, "{worst} in {name}");
}

fn small(images: usize) -> Case {
    let config = UNet2DConfig {
        block_out_channels: vec![32, 48],
        down_block_types: vec![DownBlockType::DownBlock2D, DownBlockType::AttnDownBlock2D],
        up_block_types: vec![UpBlockType::AttnUpBlock2D, UpBlockType::UpBlock2D],
        layers_per_block: 1,
        norm_num_groups: 16,
        ..UNet2DConfig::default()
    };
    Case { config, images, height: 32, width: 32, seed: 3 }
}

#[test]
fn gradients_of_the_sample_are_not_lost() {
    let [prepared, plain] = small(1).networks();
    let sample = Tensor::from_vec(noise(3, 3 * 32 * 32), (1, 3, 32, 32), &Device::Cpu).unwrap();
    let sample = Var::from_tensor(&sample).unwrap();
    let [computed, expected] = [prepared, plain].map(|network| {
        let output = network.forward(&sample, &[10.0], None).unwrap();
        let gradients = output.sum_all().unwrap().backward().unwrap();
        gradients.get(&sample).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap()
    });
    assert_eq!(computed, expected);
}

/// Large enough for tiles.
#[test]
fn neither_threads_nor_batches_matter() {
    let case = small(7);
    let [prepared, plain] = case.networks();
    let all = with_threads(|| bits(&case.forward(&prepared)));
    assert!(all.iter().all(|bits| *bits == all[0]));
    let (computed, expected) = (case.forward(&prepared), case.forward(&plain));
    let size = largest(expected.iter().copied()).max(1.0);
    let worst = largest(computed.iter().zip(&expected).map(|(a, b)| a - b));
    assert!(worst <= 2e-5 * size, "{worst} of {size}");
}

#[test]
fn buffers_that_no_memory_holds_are_refused_before_they_are_taken() {
    let network = planned(&UNet2DConfig::default(), BTreeMap::new());
    // The network has no tensors: if memory were not checked first, making the plan would fail in another
    // way.
    let size = Size { images: 1, height: 1 << 20, width: 1 << 20 };
    let refused = network.take(Given { size, length: 0 });
    assert!(matches!(refused, Err(ModelError::Memory(_))), "{:?}", refused.err());
}
