//! One description computed in two ways, and graphs that are not U-Nets.

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::{Device, Tensor, Var};

use super::planned::{Network, Section, TrainableNetwork};
use super::{Builder, Extent, Graph, Kind};
use crate::model::blocks::{Attending, Attention, MidBlock, Resize, Resnet, Style, Transformer};
use crate::model::kernels::tests::noise;
use crate::model::layers::{Activation, Padding, TimeAdd};
use crate::model::parameters::{Parameters, Precision, Source};
use crate::model::{Tape, UNet2DConfig, summary};

/// Blocks as in an encoder of pictures, which are not told the time: the size is halved twice, in two ways; there is
/// attention in the middle; and the result is smaller than the input.
fn encoder(activation: Activation) -> (Graph, Section) {
    let style = Style { groups: 4, eps: 1e-6, activation, time_add: TimeAdd::Shift };
    let mut to = Builder::default();
    let picture = to.input(Kind::Picture, 3);
    let mut x = to.conv("conv_in", picture, 16);
    for (i, resize) in [Resize::Keep, Resize::Halve].into_iter().enumerate() {
        let block = Resnet { style, outputs: 24, resize, divisor: 1.0 };
        x = to.within(format_args!("resnets.{i}"), |to| block.describe(to, x, None));
    }
    x = to.halving("conv", x, 24, Padding::RightBottom);
    let attention = Attention { groups: Some(4), eps: 1e-6, head_width: Some(8), divisor: 1.5 };
    let middle = MidBlock { attention: Some(Attending::Pixels(attention)), divisor: 1.5 };
    x = to.within("mid_block", |to| middle.describe(to, style, x, None));
    x = to.group_norm("conv_norm_out", x, 4, 1e-6);
    x = to.activation(x, activation);
    let output = to.conv("conv_out", x, 5);
    (to.finish(), Section { picture, vector: None, context: None, output })
}

fn fresh(graph: &Graph) -> Parameters {
    Parameters::load(graph.parameters(), &Source::Fresh { seed: 3, precision: Precision::F32 }).unwrap()
}

fn picture(shape: [usize; 4]) -> Tensor {
    Tensor::from_vec(noise(1, shape.iter().product()), shape.as_slice(), &Device::Cpu).unwrap()
}

fn evaluated(graph: &Graph, parameters: &Parameters, section: Section, x: &Tensor) -> Tensor {
    graph.evaluate(parameters, &[(section.picture, x.clone())], &[section.output]).unwrap().remove(0)
}

/// The largest difference of two tensors, relative to the largest number of `b`, or to `least` if that is
/// larger.
fn difference(a: &Tensor, b: &Tensor, least: f32) -> f32 {
    assert_eq!(a.dims(), b.dims());
    let [a, b]: [Vec<f32>; 2] = [a, b].map(|x| x.flatten_all().unwrap().to_vec1().unwrap());
    let largest = b.iter().fold(least, |most, x| most.max(x.abs()));
    a.iter()
        .zip(&b)
        .map(|(a, b)| (a - b).abs() / largest)
        .fold(0.0, |most, x| if x <= most { most } else { x })
}

#[test]
fn plans_serve_graphs_without_time() {
    let (graph, section) = encoder(Activation::Silu);
    let parameters = fresh(&graph);
    let network = Network::changing(&graph, section, parameters.detached()).unwrap();
    for shape in [[2, 3, 32, 32], [1, 3, 16, 24], [300, 3, 8, 8]] {
        let x = picture(shape);
        let computed = network.call(&x, None, None).unwrap();
        assert_eq!(computed.dims(), [shape[0], 5, shape[2] / 4, shape[3] / 4]);
        let worst = difference(&computed, &evaluated(&graph, &parameters, section, &x), 1.0);
        assert!(worst <= 2e-5, "{worst} of {shape:?}");
    }
}

#[test]
fn gradients_of_graphs_without_time_are_those_of_the_operations() {
    let (graph, section) = encoder(Activation::Silu);
    let parameters = fresh(&graph);
    let training = Arc::new(TrainableNetwork::new(&graph, section, parameters.detached()).unwrap());
    let x = Var::from_tensor(&picture([2, 3, 32, 32])).unwrap();
    let expected = evaluated(&graph, &parameters, section, &x).sqr().unwrap().sum_all().unwrap();
    let expected = expected.backward().unwrap();
    let variables = parameters.variables().unwrap();
    assert_eq!(variables.len(), graph.parameters().len());
    for with_picture in [true, false, true] {
        let given = if with_picture { x.as_tensor().clone() } else { x.detach() };
        let (number, tape) = Tape::record(|| {
            let output = training.call(&given, None, None, parameters.variables().unwrap()).unwrap();
            output.sqr().unwrap().sum_all().unwrap()
        });
        let gradients = tape.gradients(&number).unwrap();
        assert_eq!(gradients.get(&x).is_some(), with_picture);
        let picture = with_picture.then(|| ("picture", x.clone()));
        for (name, variable) in variables.iter().cloned().chain(picture) {
            let [computed, expected] =
                [gradients.get(&variable), expected.get(&variable)].map(Option::unwrap);
            let worst = difference(computed, expected, 1e-2);
            assert!(worst <= 1e-3, "{name}: {worst}");
        }
    }
}

#[test]
fn what_there_is_no_kernel_for_is_not_planned() {
    let planned = |graph: &Graph, section| Network::changing(graph, section, BTreeMap::new()).is_some();
    for (activation, is_planned) in [
        (Activation::Silu, true),
        (Activation::Relu, true),
        (Activation::Mish, false),
        (Activation::Gelu, false),
    ] {
        let (graph, section) = encoder(activation);
        assert_eq!(planned(&graph, section), is_planned, "{activation:?}");
    }
    // A sum of two pictures of which neither is the result of a convolution.
    let mut to = Builder::default();
    let picture = to.input(Kind::Picture, 3);
    let sum = to.add(picture, picture, 2.0);
    let output = to.conv("conv", sum, 3);
    assert!(!planned(&to.finish(), Section { picture, vector: None, context: None, output }));
    // A sum with concatenated pictures.
    let mut to = Builder::default();
    let picture = to.input(Kind::Picture, 3);
    let joined = to.concat(picture, picture);
    let conv = to.conv("conv", joined, 6);
    let output = to.add(joined, conv, 1.0);
    assert!(!planned(&to.finish(), Section { picture, vector: None, context: None, output }));
    // An input that is not given.
    let mut to = Builder::default();
    let [picture, other] = [0, 1].map(|_| to.input(Kind::Picture, 3));
    let joined = to.concat(picture, other);
    let output = to.conv("conv", joined, 3);
    assert!(!planned(&to.finish(), Section { picture, vector: None, context: None, output }));
}

/// Two concatenations of the same picture, one inside the other; a picture beside itself; and a picture that was given.
/// Each picture has to be in several places.
#[test]
fn a_picture_can_be_in_several_places() {
    let mut to = Builder::default();
    let given = to.input(Kind::Picture, 3);
    let a = to.conv("a", given, 20);
    let b = to.conv("b", a, 7);
    let twice = to.concat(b, b);
    let all = to.concat(a, twice);
    let hidden = to.group_norm("norm", all, 2, 1e-5);
    let hidden = to.conv("c", hidden, 16);
    let again = to.concat(a, hidden);
    let again = to.concat(given, again);
    let again = to.pointwise("e", again, 30);
    let attention = Attention { groups: None, eps: 1e-5, head_width: Some(13), divisor: 1.0 };
    let attended = to.within("attention", |to| attention.describe(to, again));
    let output = to.pointwise("d", attended, 4);
    let graph = to.finish();
    let section = Section { picture: given, vector: None, context: None, output };
    let parameters = fresh(&graph);
    let network = Network::changing(&graph, section, parameters.detached()).unwrap();
    let x = picture([3, 3, 16, 16]);
    for _ in 0..2 {
        let computed = network.call(&x, None, None).unwrap();
        let worst = difference(&computed, &evaluated(&graph, &parameters, section, &x), 1.0);
        assert!(worst <= 2e-5, "{worst}");
    }
}

#[test]
fn only_what_is_wanted_is_computed() {
    let mut to = Builder::default();
    let [x, other] = [0, 1].map(|_| to.input(Kind::Picture, 2));
    let a = to.conv("a", x, 2);
    let b = to.add(a, other, 1.0);
    let graph = to.finish();
    let parameters = fresh(&graph);
    let x_given = (x, Tensor::ones((1, 2, 4, 4), candle_core::DType::F32, &Device::Cpu).unwrap());
    assert!(graph.evaluate(&parameters, std::slice::from_ref(&x_given), &[a]).is_ok());
    let error = graph.evaluate(&parameters, &[x_given], &[a, b]).unwrap_err();
    assert!(error.to_string().contains("was not given"), "{error}");
}

#[test]
fn blocks_hold_all_parameters() {
    for name in ["tiny32", "ddpm-cifar10"] {
        let config = UNet2DConfig::preset(name).unwrap();
        let blocks = summary(&config, [32; 2]).unwrap();
        let all = crate::model::networks::unet_2d_graph(&config).unwrap().parameter_count();
        assert_eq!(blocks.iter().map(|block| block.parameters).sum::<usize>(), all, "{name}");
    }
}

/// A residual block with a transformer of one layer, for pictures of 8 channels and contexts of 6.
fn with_transformer() -> (Graph, Section) {
    let mut to = Builder::default();
    let picture = to.input(Kind::Picture, 3);
    let context = to.input(Kind::Sequence, 6);
    let transformer =
        Transformer { groups: 4, heads: 2, layers: 1, linear: true, only_cross: false, context };
    let style = Style { groups: 4, eps: 1e-5, activation: Activation::Silu, time_add: TimeAdd::Shift };
    let x = to.conv("conv_in", picture, 8);
    let middle = MidBlock { attention: Some(Attending::Context(transformer)), divisor: 1.0 };
    let output = middle.describe(&mut to, style, x, None);
    (to.finish(), Section { picture, vector: None, context: Some(context), output })
}

#[test]
fn transformers_are_planned_with_their_gradients() {
    let (graph, section) = with_transformer();
    let tensors = fresh(&graph).detached();
    assert!(Network::changing(&graph, section, tensors.clone()).is_some());
    assert!(TrainableNetwork::new(&graph, section, tensors).is_some());
}

#[test]
fn operations_of_a_transformer_by_hand() {
    let (graph, _) = with_transformer();
    let (pixels, places) = (4 * 5, 7_usize);
    let convolutions = 9 * 8 * (3 + 4 * 8);
    // The maps into and out of the transformer; queries, keys, values and outputs of the attention among the
    // pixels; queries and outputs of the attention to the context; the two layers of the feed-forward part.
    let of_pixel = 8 * 8 * (2 + 4 + 2 + 8 + 4);
    let keys_and_values = 2 * 6 * 8 * places;
    let attention = 2 * 8 * pixels * (pixels + places);
    let expected = pixels * (convolutions + of_pixel) + keys_and_values + attention;
    assert_eq!(graph.operations(Extent { size: [4, 5], length: places }), 2 * expected as u64);
}

/// With values that are all 1, the result is the sum of the weights.
#[test]
fn weights_of_attention_sum_to_one() {
    for (dtype, bound) in [(candle_core::DType::F32, 1e-6), (candle_core::DType::F64, 1e-14)] {
        for keys in [7, 20] {
            let input = |seed, places: usize| {
                let numbers = noise(seed, 3 * 6 * places).into_iter().map(|x| 3.0 * x).collect::<Vec<_>>();
                let x = Tensor::from_vec(numbers, (3, 6, places, 1), &Device::Cpu).unwrap();
                x.to_dtype(dtype).unwrap()
            };
            let values = Tensor::ones((3, 6, keys, 1), dtype, &Device::Cpu).unwrap();
            let sums = crate::model::layers::attend(&input(1, 20), &input(2, keys), &values, 2).unwrap();
            let sums = sums.to_dtype(candle_core::DType::F64).unwrap();
            for sum in sums.flatten_all().unwrap().to_vec1::<f64>().unwrap() {
                assert!((sum - 1.0).abs() <= bound, "{sum} in {dtype:?}");
            }
        }
    }
}
