//! Both ways to compute the network are compared over random configurations.

use std::collections::BTreeMap;

use candle_core::DType;
use proptest::prelude::*;

use super::*;
use crate::model::kernels::tests::{config as settings, noise};

fn numbers(x: &Tensor) -> Vec<f64> {
    x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

/// A network whose normalisations have random scales and shifts, and whose attention is far from uniform.
fn network(config: &AutoencoderKlConfig, seed: u64, precision: Precision) -> AutoencoderKl {
    let fresh = AutoencoderKl::init(config, seed, Precision::F32).unwrap();
    let varied = fresh.tensors().enumerate().map(|(i, (name, tensor))| {
        let noise = noise(seed + i as u64, tensor.elem_count());
        let noise = Tensor::from_vec(noise, tensor.shape(), &Device::Cpu).unwrap();
        let [own, other] = match name {
            _ if name.contains("norm") => [1.0, 0.5],
            _ if name.contains("to_q") || name.contains("to_k") => [3.0, 0.0],
            _ => [1.0, 0.01],
        };
        let varied = ((tensor.detach() * own).unwrap() + (noise * other).unwrap()).unwrap();
        (name.to_owned(), varied.to_dtype(precision.dtype()).unwrap())
    });
    let tensors: BTreeMap<_, _> = varied.collect();
    AutoencoderKl::from_tensors(config, precision, tensors).unwrap()
}

fn outputs(vae: &AutoencoderKl, image: &Tensor, latent: &Tensor) -> Vec<f64> {
    let told = vae.encode(image).unwrap();
    let decoded = vae.decode(latent).unwrap();
    [told.mean, told.logvar, decoded].iter().flat_map(numbers).collect()
}

prop_compose! {
    fn configs()(
        groups in 1..5usize,
        wide in prop::collection::vec(1..4usize, 1..4),
        layers in 1..3usize,
        [in_channels, out_channels, latent_channels] in [1..4usize, 1..4usize, 1..5usize],
        [attention, quant, post_quant, relu] in any::<[bool; 4]>(),
    ) -> AutoencoderKlConfig {
        AutoencoderKlConfig {
            in_channels,
            out_channels,
            latent_channels,
            block_out_channels: wide.iter().map(|wide| wide * groups * 2).collect(),
            layers_per_block: layers,
            act_fn: if relu { crate::model::layers::Activation::Relu } else { crate::model::layers::Activation::Silu },
            norm_num_groups: groups,
            mid_block_add_attention: attention,
            use_quant_conv: quant,
            use_post_quant_conv: post_quant,
            ..AutoencoderKlConfig::from_json(
                r#"{"down_block_types": ["DownEncoderBlock2D"], "up_block_types": ["UpDecoderBlock2D"]}"#,
                "defaults",
            )
            .unwrap()
        }
    }
}

proptest! {
    #![proptest_config(settings(43, 40))]

    #[test]
    fn both_ways_compute_the_same(
        config in configs(),
        [images, height, width] in [1..3usize, 1..5usize, 1..5usize],
        seed in any::<u32>(),
    ) {
        let factor = config.size_factor();
        let input = |channels: usize, factor: usize, seed: u64| {
            let shape = (images, channels, height * factor, width * factor);
            let count = images * channels * height * width * factor * factor;
            Tensor::from_vec(noise(seed, count), shape, &Device::Cpu).unwrap()
        };
        let seed = u64::from(seed);
        let (image, latent) = (input(config.in_channels, factor, seed), input(config.latent_channels, 1, seed + 1));
        let expected = outputs(&network(&config, seed, Precision::F64), &image, &latent);
        let planned = network(&config, seed, Precision::F32);
        prop_assert!(planned.is_prepared());
        let largest = expected.iter().fold(1.0, |most: f64, x| most.max(x.abs()));
        for vae in [planned.frozen().unwrap(), planned] {
            let found = outputs(&vae, &image, &latent);
            for (a, b) in found.iter().zip(&expected) {
                prop_assert!((a - b).abs() <= 2e-5 * largest, "{} {}", a, b);
            }
        }
    }
}

/// The number of parameters is the published one of Stable Diffusion's autoencoder.
#[test]
fn the_published_model_has_its_number_of_parameters() {
    let text = r#"{"block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
        "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;
    let config = AutoencoderKlConfig::from_json(text, "config.json").unwrap();
    assert_eq!(AutoencoderKl::graph(&config).unwrap().parameter_count(), 83_653_863);
}
