//! Both ways to compute the network are compared over random configurations, and gradients with finite
//! differences.

use std::collections::BTreeMap;

use candle_core::{DType, Device, Tensor, Var};
use proptest::prelude::*;

use super::*;
use crate::model::Tape;
use crate::model::config::Conditioning;
use crate::model::kernels::tests::{config as settings, noise};
use crate::model::layers::{Activation, TimeAdd};

#[derive(Clone, Debug)]
struct Case {
    config: UNet2DConditionConfig,
    images: usize,
    size: [usize; 2],
    length: usize,
    seed: u64,
}

impl Case {
    /// A network whose normalisations have random scales and shifts, and whose attention is far from uniform.
    fn network(&self, precision: Precision) -> UNet2DConditionModel {
        let fresh = UNet2DConditionModel::init(&self.config, self.seed, Precision::F32).unwrap();
        let varied = fresh.tensors().enumerate().map(|(i, (name, tensor))| {
            let noise = noise(self.seed + i as u64, tensor.elem_count());
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
        UNet2DConditionModel::from_tensors(&self.config, precision, tensors).unwrap()
    }

    fn input(&self, seed: u64, shape: &[usize]) -> Tensor {
        let numbers = noise(self.seed + seed, shape.iter().product());
        Tensor::from_vec(numbers, shape, &Device::Cpu).unwrap()
    }

    fn sample_and_context(&self) -> [Tensor; 2] {
        let Self { config, images, size: [height, width], length, .. } = self;
        let sample = self.input(1, &[*images, config.in_channels, *height, *width]);
        [sample, self.input(2, &[*images, *length, config.cross_attention_dim])]
    }

    fn forward(&self, network: &UNet2DConditionModel) -> Tensor {
        self.forward_of(network, &self.sample_and_context())
    }

    /// Timesteps, and how labels are given, if any.
    fn told<T>(&self, body: impl FnOnce(&[f64], Option<ClassLabels<'_>>) -> T) -> T {
        let timesteps: Vec<f64> = (0..self.images).map(|i| (i * 331 % 1000) as f64).collect();
        let classes: Vec<u32> = (0..self.images as u32).map(|i| i % 2).collect();
        let vectors = match self.config.conditioning() {
            Conditioning::Embeddings { width } => Some(self.input(3, &[self.images, width])),
            _ => None,
        };
        let labels = match self.config.conditioning() {
            Conditioning::None => None,
            Conditioning::Embeddings { .. } => vectors.as_ref().map(ClassLabels::Embeddings),
            _ => Some(ClassLabels::Classes(&classes)),
        };
        body(&timesteps, labels)
    }

    fn watched(
        &self,
        network: &UNet2DConditionModel,
        sample: &Tensor,
        context: &Tensor,
    ) -> (Tensor, Vec<AttentionMap>) {
        self.told(|timesteps, labels| network.forward_with_attention(sample, timesteps, context, labels))
            .unwrap()
    }

    fn values(
        &self,
        network: &UNet2DConditionModel,
        [sample, context]: &[&Tensor; 2],
        values: &[crate::model::graph::Value],
    ) -> Vec<Tensor> {
        let taken = self.told(|timesteps, labels| network.taken(sample, timesteps, context, labels));
        let (sample, time, context) = taken.unwrap();
        network.body.watched(&sample, Some(&time), Some(&context), values).unwrap().1
    }

    fn forward_of(&self, network: &UNet2DConditionModel, [sample, context]: &[Tensor; 2]) -> Tensor {
        let Self { config, images, size: [height, width], .. } = self;
        let output =
            self.told(|timesteps, labels| network.forward(sample, timesteps, context, labels)).unwrap();
        assert_eq!(output.dims(), [*images, config.out_channels, *height, *width]);
        output
    }

    fn numbers(&self, network: &UNet2DConditionModel) -> Vec<f64> {
        numbers(&self.forward(network))
    }

    /// The sum of all numbers of the output, each multiplied by a different factor.
    fn number(&self, network: &UNet2DConditionModel) -> Tensor {
        self.number_of(network, &self.sample_and_context())
    }

    fn number_of(&self, network: &UNet2DConditionModel, inputs: &[Tensor; 2]) -> Tensor {
        let output = self.forward_of(network, inputs);
        let factors = noise(self.seed + 4, output.elem_count());
        let factors = Tensor::from_vec(factors, output.shape(), &Device::Cpu).unwrap();
        (output * factors.to_dtype(network.precision().dtype()).unwrap()).unwrap().sum_all().unwrap()
    }
}

fn numbers(x: &Tensor) -> Vec<f64> {
    x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

fn difference(a: &[f64], b: &[f64]) -> f64 {
    let largest = b.iter().fold(1.0, |most: f64, x| most.max(x.abs()));
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs() / largest)
        .fold(0.0, |most, x| if x <= most { most } else { x })
}

/// Channels, heads, residual blocks, transformer layers, and whether there are transformers on the way down, on the way
/// up, and only to the context.
type UNetLevel = (usize, usize, [usize; 2], [bool; 3]);

prop_compose! {
    fn level(groups: usize)(
        wide in 1..9usize,
        heads in 1..7usize,
        [layers, deep] in [1..3usize, 1..3usize],
        [down, up, only_cross] in any::<[bool; 3]>(),
    ) -> UNetLevel {
        let channels = 2 * groups * wide;
        (channels, heads.min(channels), [layers, deep], [down, up, only_cross])
    }
}

fn levels() -> impl Strategy<Value = (usize, Vec<UNetLevel>)> {
    (1..7usize).prop_flat_map(|groups| (Just(groups), prop::collection::vec(level(groups), 1..4)))
}

prop_compose! {
    fn cases()(
        (groups, levels) in levels(),
        [images, height, width, length] in [1..4usize, 1..14usize, 1..14usize, 1..20usize],
        [in_channels, out_channels, context] in [1..5usize, 1..5usize, 1..40usize],
        [linear, scale_shift, mid_block, center, relu] in any::<[bool; 5]>(),
        class in prop::option::of(prop_oneof![
            Just(VectorEmbedType::Timestep),
            Just(VectorEmbedType::Identity),
            Just(VectorEmbedType::Projection),
            Just(VectorEmbedType::SimpleProjection),
        ]),
        classes in prop::option::of(2..4usize),
        seed in any::<u32>(),
    ) -> Case {
        use CrossDownBlockType::{CrossAttnDownBlock2D, DownBlock2D};
        use CrossUpBlockType::{CrossAttnUpBlock2D, UpBlock2D};
        let down = |is: bool| if is { CrossAttnDownBlock2D } else { DownBlock2D };
        let up = |is: bool| if is { CrossAttnUpBlock2D } else { UpBlock2D };
        let config = UNet2DConditionConfig {
            in_channels,
            out_channels,
            center_input_sample: center,
            down_block_types: levels.iter().map(|level| down(level.3[0])).collect(),
            mid_block,
            up_block_types: levels.iter().map(|level| up(level.3[1])).collect(),
            only_cross_attention: levels.iter().map(|level| level.3[2]).collect(),
            block_out_channels: levels.iter().map(|level| level.0).collect(),
            layers_per_block: levels.iter().map(|level| level.2[0]).collect(),
            transformer_layers_per_block: levels.iter().map(|level| level.2[1]).collect(),
            attention_heads: levels.iter().map(|level| level.1).collect(),
            act_fn: if relu { Activation::Relu } else { Activation::Silu },
            norm_num_groups: groups,
            cross_attention_dim: context,
            use_linear_projection: linear,
            resnet_time_scale_shift: if scale_shift { TimeAdd::ScaleShift } else { TimeAdd::Shift },
            class_embed_type: class,
            num_class_embeds: classes,
            projection_class_embeddings_input_dim: Some(5),
            ..UNet2DConditionConfig::from_json("{}", "defaults").unwrap()
        };
        Case { config, images, size: [height, width], length, seed: seed as u64 }
    }
}

proptest! {
    #![proptest_config(settings(33, 60))]

    #[test]
    fn configs_read_back_as_they_were(case in cases()) {
        let text = case.config.to_json();
        prop_assert_eq!(UNet2DConditionConfig::from_json(&text, "config.json").unwrap(), case.config);
    }
}

proptest! {
    #![proptest_config(settings(31, 60))]

    #[test]
    fn both_ways_compute_the_same(case in cases()) {
        let planned = case.network(Precision::F32);
        prop_assert!(planned.is_prepared());
        let expected = case.numbers(&case.network(Precision::F64));
        let plain = difference(&case.numbers(&planned.frozen().unwrap()), &expected);
        prop_assert!(plain <= 1e-5, "{} in f32", plain);
        // Twice, since the second call reuses the buffers; and with other sizes in between.
        for _ in 0..2 {
            let worst = difference(&case.numbers(&planned), &expected);
            prop_assert!(worst <= 1e-5, "{} with plans", worst);
            let other = Case { images: 1, length: case.length + 3, ..case.clone() };
            case.forward(&planned);
            other.forward(&planned);
        }
    }
}

proptest! {
    #![proptest_config(settings(34, 40))]

    /// Weights sum to 1, and with the values they give what the layer hands on.
    #[test]
    fn maps_of_attention_are_those_of_the_output(case in cases()) {
        let network = case.network(Precision::F64);
        let [sample, context] = case.sample_and_context();
        let layers = network.body.graph().cross_attentions();
        let (output, maps) = case.watched(&network, &sample, &context);
        prop_assert_eq!(numbers(&output), case.numbers(&network));
        prop_assert_eq!(maps.len(), layers.len());
        for (map, layer) in maps.iter().zip(&layers) {
            prop_assert!(map.layer.contains("attn"), "{}", map.layer);
            let [height, width] = map.size;
            prop_assert_eq!(map.weights.dims(), &[case.images, layer.heads, height * width, case.length]);
            for row in numbers(&map.weights).chunks(case.length) {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
            let value = network.body.graph().node(layer.node).inputs[2];
            let found = case.values(&network, &[&sample, &context], &[value, layer.node]);
            let n = case.images;
            let value = found[0].reshape((n, layer.heads, (), case.length)).unwrap();
            let own = value.matmul(&map.weights.transpose(2, 3).unwrap()).unwrap();
            let worst = difference(&numbers(&own), &numbers(&found[1]));
            prop_assert!(worst <= 1e-12, "{}: {}", map.layer, worst);
        }
    }
}

proptest! {
    #![proptest_config(settings(32, 40))]

    #[test]
    fn planned_gradients_are_those_of_the_operations(case in cases()) {
        // What scales and shifts has no planned gradients.
        let config = UNet2DConditionConfig { resnet_time_scale_shift: TimeAdd::Shift, ..case.config };
        // candle has no gradients of strided convolutions where one side is even and the other odd.
        let case = Case { config, size: [case.size[0]; 2], ..case };
        let exact = case.network(Precision::F64).trainable().unwrap();
        let planned = case.network(Precision::F32).trainable().unwrap();
        prop_assert!(planned.body.plans_gradients());
        let inputs = case.sample_and_context().map(|input| Var::from_tensor(&input).unwrap());
        let given = inputs.clone().map(Var::into_inner);
        let expected = case.number_of(&exact, &given).backward().unwrap();
        let named = |network: &UNet2DConditionModel| {
            let own = network.variables().unwrap().into_iter().map(|(name, variable)| (name.to_owned(), variable));
            let inputs = ["sample", "context"].map(str::to_owned).into_iter().zip(inputs.clone());
            own.chain(inputs).collect::<Vec<_>>()
        };
        // Twice, since the second call reuses the buffers.
        for _ in 0..2 {
            let (number, tape) = Tape::record(|| case.number_of(&planned, &given));
            let computed = tape.gradients(&number).unwrap();
            for ((name, of), (_, of_exact)) in named(&planned).iter().zip(named(&exact)) {
                let [computed, expected] = match (computed.get(of), expected.get(&of_exact)) {
                    (Some(computed), Some(expected)) => [computed, expected].map(numbers),
                    // A network without transformers does not depend on its context.
                    (None, None) => continue,
                    (computed, _) => panic!("{name}: {}", computed.is_some()),
                };
                let worst = difference(&computed, &expected);
                prop_assert!(worst <= 1e-4, "{}: {}", name, worst);
            }
        }
    }
}

fn small() -> Case {
    let config = UNet2DConditionConfig {
        in_channels: 2,
        out_channels: 2,
        block_out_channels: vec![8, 12],
        down_block_types: vec![CrossDownBlockType::CrossAttnDownBlock2D, CrossDownBlockType::DownBlock2D],
        up_block_types: vec![CrossUpBlockType::UpBlock2D, CrossUpBlockType::CrossAttnUpBlock2D],
        only_cross_attention: vec![false; 2],
        layers_per_block: vec![1; 2],
        transformer_layers_per_block: vec![1; 2],
        attention_heads: vec![2, 3],
        norm_num_groups: 4,
        cross_attention_dim: 6,
        ..UNet2DConditionConfig::from_json("{}", "defaults").unwrap()
    };
    Case { config, images: 2, size: [5, 7], length: 4, seed: 5 }
}

/// Gradients in f64 are compared with finite differences along the gradient, and gradients in f32 with those
/// in f64.
#[test]
fn gradients_are_those_of_the_definition() {
    let case = small();
    let network = case.network(Precision::F64).trainable().unwrap();
    let gradients = case.number(&network).backward().unwrap();
    let variables = network.variables().unwrap();
    assert_eq!(variables.len(), network.tensors().len());
    let single = case.network(Precision::F32).trainable().unwrap();
    let (number, tape) = Tape::record(|| case.number(&single));
    let of_single = tape.gradients(&number).unwrap();
    let of_single =
        single.variables().unwrap().into_iter().map(|(_, variable)| of_single.get(&variable).cloned());
    for ((name, variable), of_single) in variables.iter().zip(of_single.collect::<Vec<_>>()) {
        let gradient = gradients.get(variable).unwrap_or_else(|| panic!("{name} has no gradient"));
        let length = numbers(&gradient.sqr().unwrap().sum_all().unwrap())[0].sqrt();
        let worst = difference(&numbers(&of_single.unwrap()), &numbers(gradient)) / (1.0 + length);
        assert!(worst <= 1e-4, "{name} in f32: {worst}");
        let step = (gradient * (1e-5 / length.max(1e-9))).unwrap();
        let before = variable.as_tensor().copy().unwrap();
        let at = |x: Tensor| {
            variable.set(&x).unwrap();
            numbers(&case.number(&network))[0]
        };
        let slope = (at((&before + &step).unwrap()) - at((&before - &step).unwrap())) / 2e-5;
        at(before);
        assert!((slope - length).abs() <= 1e-6 * length.max(1.0), "{name}: {slope}, not {length}");
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let case = Case { size: [16, 16], images: 3, ..small() };
    let network = case.network(Precision::F32);
    let all = crate::model::kernels::tests::with_threads(|| case.numbers(&network));
    assert!(all.iter().all(|numbers| *numbers == all[0]));
}

/// The numbers of parameters are the published ones of Stable Diffusion 1.x and 2.x.
#[test]
fn stable_diffusion_has_its_number_of_parameters() {
    let first = r#"{"cross_attention_dim": 768}"#;
    let second = r#"{"cross_attention_dim": 1024, "attention_head_dim": [5, 10, 20, 20], "use_linear_projection": true}"#;
    for (text, parameters) in [(first, 859_520_964), (second, 865_910_724)] {
        let config = UNet2DConditionConfig::from_json(text, "config.json").unwrap();
        assert_eq!(UNet2DConditionModel::graph(&config).unwrap().parameter_count(), parameters);
    }
}
