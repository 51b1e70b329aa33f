use std::collections::BTreeMap;

use candle_core::Tensor;
use pulp::Arch;

use crate::model::graph::planned::Network;
use crate::model::graph::planned::arrange::Size;
use crate::model::graph::planned::plan::Given;
use crate::model::graph::planned::trainable::Planned;
use crate::model::kernels::tests::{bits, levels, noise, with_threads};
use crate::model::networks::planned;
use crate::model::{DownBlockType, UNet2DConfig, UNet2DModel, UpBlockType};

/// A network with every kind of step: convolutions in tiles of both sizes and without tiles, strides,
/// doubling, shortcuts, attention with heads that share blocks and heads that span several, and channels that
/// do not fill their blocks.
fn network() -> Network {
    let config = UNet2DConfig {
        in_channels: 1,
        out_channels: 1,
        block_out_channels: vec![24, 40, 40],
        down_block_types: vec![
            DownBlockType::DownBlock2D,
            DownBlockType::AttnDownBlock2D,
            DownBlockType::DownBlock2D,
        ],
        up_block_types: vec![UpBlockType::UpBlock2D, UpBlockType::AttnUpBlock2D, UpBlockType::UpBlock2D],
        layers_per_block: 1,
        norm_num_groups: 4,
        attention_head_dim: Some(10),
        ..UNet2DConfig::default()
    };
    let model = UNet2DModel::init(&config, 5).unwrap();
    let tensors: BTreeMap<String, Tensor> =
        model.tensors().map(|(name, tensor)| (name.to_owned(), tensor.detach())).collect();
    planned(&config, tensors)
}

const SIZE: Size = Size { images: 3, height: 20, width: 16 };

/// All gradients, by name, of a number that depends on every number of the output.
fn gradients(arch: Arch) -> BTreeMap<String, Vec<f32>> {
    let network = network();
    let mut planned = Planned::new(&network, Given { size: SIZE, length: 0 }, false).unwrap();
    planned.pack(&network).unwrap();
    let (sample, time) = (noise(1, SIZE.rows()), noise(2, SIZE.images * network.program.vector_width));
    let mut output = Vec::new();
    planned.plan.run(arch, [&sample, &time, &[]], 1, &mut output);
    let found = planned.backward.run(arch, &planned.plan, &network, &noise(3, output.len())).unwrap();
    let mut all: BTreeMap<_, _> = found.tensors.into_iter().collect();
    all.insert("time".to_owned(), found.vector.unwrap());
    all.insert("output".to_owned(), output);
    all
}

#[test]
fn gradients_are_the_same_at_every_level() {
    let expected = gradients(Arch::Scalar);
    // Tensors of the embeddings are left out, since candle computes them.
    let tensors = network().tensors.into_keys().filter(|name| !name.starts_with("time_embedding"));
    assert!(tensors.eq(expected.keys().filter(|name| name.contains('.')).cloned()));
    let largest = |x: &[f32]| x.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
    // The gradient of the keys' bias is nothing but rounding, as it adds the same to all scores of a query.
    let least = 0.01 * expected.values().map(|x| largest(x)).fold(0.0, f32::max);
    for level in levels() {
        let computed = gradients(level);
        assert_eq!(computed.len(), expected.len());
        for (name, expected) in &expected {
            let scale = largest(expected).max(least);
            for (computed, expected) in computed[name].iter().zip(expected) {
                assert!((computed - expected).abs() <= 1e-4 * scale, "{level:?}: {name}");
            }
        }
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let all = with_threads(|| gradients(Arch::new()).into_values().map(|x| bits(&x)).collect::<Vec<_>>());
    assert!(all.iter().all(|bits| *bits == all[0]));
}
