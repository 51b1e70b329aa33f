//! Weights of the loss, and the variance of the loss.

use diffuscope::diffusion::ScheduleSpec;
use diffuscope::diffusion::sampler::PredictionType;
use diffuscope::train::loss::Weighting;
use diffuscope::train::{Batches, Loss, TimestepSampling, TrainError, TrainSettings, Trainer};

use super::support::{config, pictures, settings};

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

#[test]
fn weights_are_those_of_the_papers() {
    use PredictionType::{Epsilon, Sample, VPrediction};
    let schedule = ScheduleSpec::default().build().unwrap();
    for step in schedule.iter() {
        let snr = step.alpha_bar / (1.0 - step.alpha_bar);
        for prediction in PredictionType::ALL {
            assert_eq!(Loss::Simple.weight(prediction, &step), 1.0);
        }
        // The weight of Ho et al. 2020, eq. 12, with σ² = β.
        let vlb = step.beta.powi(2) / (2.0 * step.beta * step.alpha * (1.0 - step.alpha_bar));
        assert!(near(Loss::Vlb.weight(Epsilon, &step), vlb));
        // The weights of Hang et al. 2023, section 3.4.
        let min_snr = Loss::MinSnr { gamma: 5.0 };
        assert!(near(min_snr.weight(Sample, &step), snr.min(5.0)));
        assert!(near(min_snr.weight(Epsilon, &step), snr.min(5.0) / snr));
        assert!(near(min_snr.weight(VPrediction, &step), snr.min(5.0) / (snr + 1.0)));
        // The same error of the picture has the same loss, whatever the network predicts.
        let (x0, eps, off) = (0.3, -1.2, 0.01);
        let x_t = step.alpha_bar.sqrt() * x0 + (1.0 - step.alpha_bar).sqrt() * eps;
        for loss in [Loss::Vlb, min_snr] {
            let cost = |prediction: PredictionType| {
                let wrong_eps = (x_t - step.alpha_bar.sqrt() * (x0 + off)) / (1.0 - step.alpha_bar).sqrt();
                let error = prediction.target(step.alpha_bar, x0 + off, wrong_eps)
                    - prediction.target(step.alpha_bar, x0, eps);
                loss.weight(prediction, &step) * error * error
            };
            let expected = cost(Sample);
            // The tolerance allows for the digits that the difference of two targets loses.
            assert!((cost(Epsilon) / expected - 1.0).abs() < 1e-6);
            assert!((cost(VPrediction) / expected - 1.0).abs() < 1e-6);
        }
    }
}

#[test]
fn without_any_signal_weights_stay_finite() {
    let schedule = ScheduleSpec { zero_terminal_snr: true, ..ScheduleSpec::default() }.build().unwrap();
    let last = schedule.step(1000);
    let min_snr = Loss::MinSnr { gamma: 5.0 };
    assert_eq!(min_snr.weight(PredictionType::Epsilon, &last), 1.0);
    assert_eq!(min_snr.weight(PredictionType::VPrediction, &last), 0.0);
    let zero = TrainSettings { schedule: schedule.spec().clone(), ..TrainSettings::default() };
    assert!(zero.validate().is_err(), "ε says nothing about the picture at T");
    let v = TrainSettings { prediction: PredictionType::VPrediction, ..zero };
    assert!(v.validate().is_ok());
    let vlb = TrainSettings { loss: Loss::Vlb, ..v };
    assert!(matches!(vlb.validate(), Err(TrainError::Setting { setting: "loss", .. })));
}

/// The variance of the mean loss of a batch over many batches, for one network.
fn variance(trainer: &Trainer, timesteps: TimestepSampling) -> f64 {
    let settings = TrainSettings { timesteps, seed: 99, batch: 16, ..trainer.settings().clone() };
    let weighting = Weighting::new(&settings, &settings.schedule.build().unwrap());
    let mut batches = Batches::new(trainer.data().clone(), &settings);
    let losses: Vec<f64> = (0..150)
        .map(|i| {
            let losses = weighting.losses(trainer.model(), &batches.at(i)).unwrap();
            f64::from(losses.mean_all().unwrap().to_scalar::<f32>().unwrap())
        })
        .collect();
    let mean = losses.iter().sum::<f64>() / losses.len() as f64;
    losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / losses.len() as f64
}

#[test]
fn low_discrepancy_timesteps_lower_the_variance_of_the_loss() {
    let data = pictures(60, false);
    for loss in [Loss::Simple, Loss::Vlb] {
        let settings = TrainSettings { loss, ..settings(120) };
        let mut trainer = Trainer::new(&config(8, &data), settings, data.clone()).unwrap();
        let steps = trainer.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(steps.len(), 120);
        let uniform = variance(&trainer, TimestepSampling::Uniform);
        let spread = variance(&trainer, TimestepSampling::LowDiscrepancy);
        eprintln!("{loss:?}: {uniform:.3e} → {spread:.3e}, {:.1} times lower", uniform / spread);
        assert!(spread * 2.0 < uniform, "{loss:?}: {spread} against {uniform}");
    }
}
