//! The gradient of the whole network against finite differences.

use diffuscope::diffusion::ScheduleSpec;
use diffuscope::diffusion::noise::{Key, Stream, plane};
use diffuscope::diffusion::sampler::PredictionType;
use diffuscope::model::{Precision, UNet2DModel};
use diffuscope::train::loss::Weighting;
use diffuscope::train::{Batches, Loss, TrainSettings};

use candle_core::{Device, Tensor};

use super::support::{config, pictures, settings};

/// Along one random direction in each tensor, in f64: `(L(w + hd) − L(w − hd)) / 2h = ∇L · d`.
#[test]
fn gradients_are_the_slopes_of_the_loss() {
    let data = pictures(5, true);
    let settings = TrainSettings {
        loss: Loss::MinSnr { gamma: 5.0 },
        prediction: PredictionType::VPrediction,
        schedule: ScheduleSpec::default(),
        batch: 2,
        ..settings(1)
    };
    let model = UNet2DModel::init_with(&config(8, &data), 3, Precision::F64).unwrap();
    let weighting = Weighting::new(&settings, &settings.schedule.build().unwrap());
    let batch = Batches::new(data, &settings).at(0);
    let loss = || weighting.losses(&model, &batch).unwrap().mean_all().unwrap();
    let gradients = loss().backward().unwrap();
    let variables = model.variables().unwrap();
    assert!(variables.len() > 80);
    let mut largest = 0.0_f64;
    for (i, (name, variable)) in variables.iter().enumerate() {
        let direction: Vec<f64> = plane(Key([5, 5]), 0, Stream::Epsilon, i as u32, 0, variable.elem_count())
            .into_iter()
            .map(f64::from)
            .collect();
        let direction = Tensor::from_vec(direction, variable.shape(), &Device::Cpu).unwrap();
        let gradient = gradients.get(variable).unwrap();
        let expected: f64 = (gradient * &direction).unwrap().sum_all().unwrap().to_scalar().unwrap();
        let at = variable.as_tensor().detach().copy().unwrap();
        let h = 1e-5;
        let value = |by: f64| -> f64 {
            variable.set(&(&at + (&direction * by).unwrap()).unwrap()).unwrap();
            loss().to_scalar().unwrap()
        };
        let slope = (value(h) - value(-h)) / (2.0 * h);
        variable.set(&at).unwrap();
        // Rounding of the loss is 1e-16, so that of the slope is 1e-11; the third derivative adds h².
        let error = (slope - expected).abs() / (expected.abs() + 1e-4);
        assert!(error < 1e-4, "{name}: {slope} against {expected}");
        largest = largest.max(error);
    }
    eprintln!("{} tensors, largest relative error {largest:.1e}", variables.len());
}
