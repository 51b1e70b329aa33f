//! Inputs are checked, and new networks can be trained.

use std::fs;

use candle_core::{DType, Device, Tensor};
use diffuscope::model::{ClassLabels, Pipeline, UNet2DConfig, UNet2DModel};

use super::support::{Io, cases, numbers, reference, tiny};

#[test]
fn wrong_inputs_are_explained() {
    let plain = Pipeline::open(&reference().join("unet-plain")).unwrap().parts.unet.network;
    let classes =
        Pipeline::open(&reference().join("unets/learned-time-class-table")).unwrap().parts.unet.network;
    let fourier =
        Pipeline::open(&reference().join("unets/mish-scale-shift-fourier")).unwrap().parts.unet.network;
    let identity = Pipeline::open(&reference().join("unets/class-identity")).unwrap().parts.unet.network;
    let sample = |shape: &[usize]| Tensor::zeros(shape, DType::F32, &Device::Cpu).unwrap();
    let reason =
        |model: &UNet2DModel, shape: &[usize], timesteps: &[f64], labels: Option<ClassLabels<'_>>| {
            model.forward(&sample(shape), timesteps, labels).unwrap_err().to_string()
        };
    let good = [2, 1, 8, 8];
    assert!(reason(&plain, &[2, 3, 8, 8], &[1.0], None).contains("takes [n, 1, height, width]"));
    assert!(reason(&plain, &[1, 8, 8], &[1.0], None).contains("shape [1, 8, 8]"));
    assert!(reason(&plain, &[0, 1, 8, 8], &[1.0], None).contains("none of them 0"));
    assert!(reason(&plain, &[1, 1, 7, 8], &[1.0], None).contains("8 × 7 is not divisible by 2"));
    assert!(reason(&plain, &good, &[1.0; 3], None).contains("3 timesteps for 2 samples"));
    assert!(reason(&plain, &good, &[], None).contains("0 timesteps for 2 samples"));
    assert!(reason(&plain, &good, &[f64::NAN], None).contains("timestep NaN must be a finite number"));
    assert!(reason(&plain, &good, &[1.0], Some(ClassLabels::Classes(&[1]))).contains("not conditioned"));
    assert!(reason(&classes, &good, &[1.0], None).contains("give class labels"));
    let labels = Some(ClassLabels::Classes(&[0, 3]));
    assert!(reason(&classes, &good, &[1.0], labels).contains("class label 3 must be from 0 to 2"));
    assert!(reason(&classes, &good, &[20.0], Some(ClassLabels::Classes(&[0]))).contains("from 0 to 19"));
    assert!(reason(&classes, &good, &[0.5], Some(ClassLabels::Classes(&[0]))).contains("a whole number"));
    assert!(
        reason(&classes, &good, &[1.0], Some(ClassLabels::Values(&[0.0]))).contains("indices of classes")
    );
    assert!(reason(&fourier, &[1, 2, 8, 8], &[0.0], None).contains("timestep 0 must be above 0"));
    let vectors = sample(&[2, 47]);
    let labels = Some(ClassLabels::Embeddings(&vectors));
    assert!(reason(&identity, &good, &[1.0], labels).contains("[2, 48], got vectors of shape [2, 47]"));
}

#[test]
fn fresh_networks_depend_on_the_seed_alone() {
    let weights = |seed| {
        let model = UNet2DModel::init(&tiny(), seed).unwrap();
        model.tensors().flat_map(|(_, tensor)| numbers(&tensor)).collect::<Vec<_>>()
    };
    assert_eq!(weights(1), weights(1));
    assert_ne!(weights(1), weights(2));
    let model = UNet2DModel::init(&tiny(), 1).unwrap();
    for (name, tensor) in model.tensors() {
        let values = numbers(&tensor);
        match name.rsplit_once('.').unwrap() {
            (layer, "weight") if layer.contains("norm") => {
                assert!(values.iter().all(|&v| v == 1.0), "{name}");
            }
            (layer, "bias") if layer.contains("norm") => assert!(values.iter().all(|&v| v == 0.0), "{name}"),
            (_, "weight") => {
                let bound = 1.0 / (tensor.elem_count() as f64 / tensor.dim(0).unwrap() as f64).sqrt();
                let most = values.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
                assert!(most <= bound && most > 0.9 * bound, "{name}: {most} of {bound}");
            }
            _ => assert!(values.iter().any(|&v| v != 0.0), "{name}"),
        }
    }
}

#[test]
fn gradients_reach_every_variable_of_fresh_networks() {
    for case in cases(&reference().join("unets")) {
        let text = fs::read_to_string(case.join("config.json")).unwrap();
        let model = UNet2DModel::init(&UNet2DConfig::from_json(&text, "config.json").unwrap(), 3).unwrap();
        let loss = Io::read(&case).forward(&model).sqr().unwrap().mean_all().unwrap();
        let gradients = loss.backward().unwrap();
        let variables = model.variables().unwrap();
        // All tensors are variables except the frequencies of a Fourier embedding, which are not learned.
        let fixed = usize::from(text.contains("\"fourier\""));
        assert_eq!(variables.len() + fixed, model.tensors().len());
        for (name, variable) in variables {
            let gradient =
                numbers(gradients.get(&variable).unwrap_or_else(|| panic!("no gradient for {name}")));
            assert!(gradient.iter().all(|g| g.is_finite()), "{name}");
            // The biases of keys shift all scores of a query equally, which does not affect softmax, so their
            // gradients are 0.
            let nothing = name.ends_with("to_k.bias");
            assert!(nothing || gradient.iter().any(|&g| g != 0.0), "{name} in {}", case.display());
        }
    }
}

#[test]
fn a_frozen_network_follows_the_variables_it_came_from() {
    let model = UNet2DModel::init(&tiny(), 1).unwrap();
    let frozen = model.frozen().unwrap();
    assert!(frozen.variables().unwrap().is_empty());
    let sample = Tensor::ones((1, 1, 8, 8), DType::F32, &Device::Cpu).unwrap();
    let run = |model: &UNet2DModel| numbers(&model.forward(&sample, &[10.0], None).unwrap());
    let before = run(&frozen);
    assert_eq!(before, run(&model));
    let copy = model.trainable().unwrap();
    for (_, variable) in model.variables().unwrap() {
        variable.set(&(variable.as_tensor() * 0.9).unwrap().detach()).unwrap();
    }
    assert_ne!(run(&frozen), before);
    assert_eq!(run(&frozen), run(&model));
    assert_eq!(run(&copy), before, "a trainable copy has weights of its own");
    assert!(!frozen.forward(&sample, &[10.0], None).unwrap().track_op());
}
