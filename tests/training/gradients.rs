//! The gradient of the whole network compared with finite differences.

use diffuscope::diffusion::ScheduleSpec;
use diffuscope::diffusion::noise::{Key, Stream, plane};
use diffuscope::diffusion::sampler::PredictionType;
use diffuscope::model::{Precision, Tape, UNet2DModel};
use diffuscope::train::loss::Weighting;
use diffuscope::train::{Batch, Batches, Loss, TrainSettings, Trainer};

use candle_core::{DType, Device, Tensor};

use super::support::{config, pictures, settings};

/// The slope along one random direction in each tensor, in f64: `(L(w + hd) − L(w − hd)) / 2h = ∇L · d`.
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
        // The loss has a rounding error of 1e-16, so the slope has one of 1e-11; the third derivative adds an
        // error proportional to h².
        let error = (slope - expected).abs() / (expected.abs() + 1e-4);
        assert!(error < 1e-4, "{name}: {slope} against {expected}");
        largest = largest.max(error);
    }
    eprintln!("{} tensors, largest relative error {largest:.1e}", variables.len());
}

/// A batch that is too large for one pass through the network: the reported loss and gradient are those of
/// all samples.
#[test]
fn parts_of_a_batch_add_up() {
    let data = pictures(40, true);
    let settings = TrainSettings { batch: 300, ..settings(1) };
    let batch = Batches::new(data.clone(), &settings).at(0);
    let parts: Vec<_> = batch.parts(128).collect();
    assert_eq!(parts.iter().map(|part| part.shape[0]).collect::<Vec<_>>(), [128, 128, 44]);
    let joined = |of: fn(&Batch) -> Vec<f32>| parts.iter().flat_map(of).collect::<Vec<_>>();
    assert_eq!(joined(|part| part.x0.clone()), batch.x0);
    assert_eq!(joined(|part| part.eps.clone()), batch.eps);
    assert!(parts.iter().flat_map(|part| &part.timesteps).eq(&batch.timesteps));
    assert!(parts.iter().flat_map(|part| &part.indices).eq(&batch.indices));
    assert!(parts.iter().flat_map(|part| part.labels.iter().flatten()).eq(batch.labels.iter().flatten()));

    // A batch of 300 samples with 64 pixels each is more than one pass takes.
    let weighting = Weighting::new(&settings, &settings.schedule.build().unwrap());
    let mut trainer = Trainer::new(&config(8, &data), settings, data).unwrap();
    let loss = || weighting.losses(trainer.model(), &batch).unwrap().mean_all().unwrap();
    let (loss, tape) = Tape::record(loss);
    let gradients = tape.gradients(&loss).unwrap();
    let squares = trainer.model().variables().unwrap().into_iter().map(|(_, variable)| {
        let gradient = gradients.get(&variable).unwrap().to_dtype(DType::F64).unwrap();
        gradient.sqr().unwrap().sum_all().unwrap().to_scalar::<f64>().unwrap()
    });
    let norm = squares.sum::<f64>().sqrt();
    let loss = f64::from(loss.to_scalar::<f32>().unwrap());
    let step = trainer.step().unwrap();
    assert!((step.loss - loss).abs() < 1e-5 * loss, "{} is not {loss}", step.loss);
    assert!((step.gradient_norm - norm).abs() < 1e-4 * norm, "{} is not {norm}", step.gradient_norm);
}

/// The gradients that training computes, by kernels in f32 and on a tape, compared with those of the tensor
/// library in f64.
#[test]
fn gradients_on_a_tape_are_those_of_the_tensor_library() {
    let data = pictures(5, true);
    let settings = TrainSettings { batch: 3, ..settings(1) };
    let weighting = Weighting::new(&settings, &settings.schedule.build().unwrap());
    let batch = Batches::new(data.clone(), &settings).at(0);
    let model = |precision| UNet2DModel::init_with(&config(8, &data), 3, precision).unwrap();
    let (single, double) = (model(Precision::F32), model(Precision::F64));
    let loss = |model: &UNet2DModel| weighting.losses(model, &batch).unwrap().mean_all().unwrap();
    let (recorded, tape) = Tape::record(|| loss(&single));
    let gradients = tape.gradients(&recorded).unwrap();
    let exact = loss(&double).backward().unwrap();
    let numbers = |gradient: Option<&Tensor>| -> Vec<f64> {
        gradient.unwrap().flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap()
    };
    let (variables, twins) = (single.variables().unwrap(), double.variables().unwrap());
    assert!(variables.len() > 80);
    for ((name, variable), (_, twin)) in variables.iter().zip(&twins) {
        let (computed, expected) = (numbers(gradients.get(variable)), numbers(exact.get(twin)));
        assert_eq!(computed.len(), expected.len());
        let scale = expected.iter().fold(1e-3, |most: f64, x| most.max(x.abs()));
        for (computed, expected) in computed.iter().zip(&expected) {
            assert!((computed - expected).abs() <= 1e-4 * scale, "{name}: {computed} is not {expected}");
        }
    }
}
