//! Runs that learn, and runs that diverge.

use std::sync::Arc;

use diffuscope::dataset::Dataset;
use diffuscope::diffusion::sampler::PredictionType;
use diffuscope::model::{PRESETS, UNet2DConfig};
use diffuscope::train::{Checkpoint, TrainError, TrainSettings, TrainStep, Trainer, config_for};

use super::support::{config, network, pictures, settings};

fn run(trainer: &mut Trainer) -> Vec<TrainStep> {
    trainer.collect::<Result<_, _>>().unwrap()
}

#[test]
fn one_picture_is_learned_by_heart() {
    let data = pictures(1, false);
    let settings = TrainSettings { prediction: PredictionType::Sample, learning_rate: 4e-3, ..settings(200) };
    let mut trainer = Trainer::new(&config(8, &data), settings, data).unwrap();
    let steps = run(&mut trainer);
    let last = steps[180..].iter().map(|step| step.loss).sum::<f64>() / 20.0;
    eprintln!("{:.3} → {last:.5}", steps[0].loss);
    assert!(steps[0].loss > 0.3 && last < 0.003, "{} → {last}", steps[0].loss);
}

#[test]
fn a_step_says_what_happened() {
    let data = pictures(10, true);
    let mut trainer = Trainer::new(&config(8, &data), settings(6), data).unwrap();
    let steps = run(&mut trainer);
    assert!(trainer.next().is_none());
    assert_eq!(steps.iter().map(|step| step.iteration).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(steps[0].ema_loss, steps[0].loss);
    // At first the decay is (1 + n)/(10 + n).
    assert!((steps[1].ema_loss - (0.25 * steps[0].loss + 0.75 * steps[1].loss)).abs() < 1e-12);
    for step in &steps {
        assert!(step.gradient_norm > 0.0 && step.learning_rate > 0.0);
        let bins: Vec<f64> = step.bins.iter().flatten().copied().collect();
        // There are 8 evenly spread timesteps and 10 parts, so no part has two.
        assert_eq!(bins.len(), 8);
        assert!((bins.iter().sum::<f64>() / 8.0 - step.loss).abs() < 1e-6);
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let data = pictures(10, true);
    let losses = |seed: u64| -> Vec<u64> {
        let settings = TrainSettings { seed, ..settings(4) };
        let mut trainer = Trainer::new(&config(8, &data), settings, data.clone()).unwrap();
        run(&mut trainer).iter().map(|step| step.loss.to_bits()).collect()
    };
    assert_eq!(losses(1), losses(1));
    assert_ne!(losses(1), losses(2));
}

#[test]
fn divergence_is_an_error_that_ends_the_run() {
    let data = pictures(4, false);
    let mut trainer = Trainer::new(&config(8, &data), settings(20), data).unwrap();
    trainer.next().unwrap().unwrap();
    let before = trainer.average().unwrap();
    let (_, variable) = trainer.model().variables().unwrap().swap_remove(0);
    variable.set(&(variable.as_tensor() * f64::INFINITY).unwrap().detach()).unwrap();
    let error = trainer.next().unwrap().unwrap_err();
    assert!(matches!(error, TrainError::Diverged { iteration: 2, .. }));
    assert!(error.to_string().contains("learning rate"));
    assert!(trainer.next().is_none());
    for ((_, a), (_, b)) in before.tensors().zip(trainer.average().unwrap().tensors()) {
        let values = |t: &candle_core::Tensor| t.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        // The average is the same as before the iteration that diverged.
        assert_eq!(values(&a), values(&b));
    }
}

#[test]
fn gradients_are_shortened() {
    let data = pictures(4, false);
    let weights = |clip_grad: Option<f64>| {
        let settings = TrainSettings { clip_grad, ..settings(3) };
        let mut trainer = Trainer::new(&config(8, &data), settings, data.clone()).unwrap();
        let norms: Vec<f64> = run(&mut trainer).iter().map(|step| step.gradient_norm).collect();
        (norms, trainer)
    };
    let (free, _) = weights(None);
    let (loose, _) = weights(Some(1e9));
    let (tight, _) = weights(Some(1e-9));
    assert_eq!(free, loose);
    assert_eq!(free[0], tight[0], "what is told is the norm before");
    assert_ne!(free[1..], tight[1..]);
}

#[test]
fn a_class_for_no_class_is_there_only_if_it_is_learned() {
    let data = pictures(4, true);
    let config = config(8, &data);
    for (class_dropout, classes, null_class) in [(0.1, 4, Some(3)), (0.0, 3, None)] {
        let settings = TrainSettings { class_dropout, ..settings(2) };
        let mut trainer = Trainer::new(&config, settings, data.clone()).unwrap();
        trainer.step().unwrap();
        let folder = tempfile::tempdir().unwrap();
        trainer.save(folder.path()).unwrap();
        let checkpoint = Checkpoint::open(folder.path()).unwrap();
        for config in [trainer.model().config(), checkpoint.config()] {
            assert_eq!((config.num_class_embeds, config.null_class), (Some(classes), null_class));
        }
        let mut resumed = Trainer::resume(checkpoint, data.clone()).unwrap();
        assert_eq!(resumed.step().unwrap(), trainer.step().unwrap());
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let data = pictures(4, true);
    let good = config(8, &data);
    assert_eq!((good.num_class_embeds, good.in_channels, good.sample_size), (Some(4), 1, Some([8, 8])));
    let refused = |config: &UNet2DConfig, settings: TrainSettings, part: &str| {
        let error = Trainer::new(config, settings, data.clone()).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(part) && error.lines().count() == 1, "{error}");
    };
    refused(&UNet2DConfig { dropout: 0.1, ..good.clone() }, settings(1), "dropout");
    refused(&UNet2DConfig { num_class_embeds: None, ..good.clone() }, settings(1), "3 classes");
    refused(&UNet2DConfig { in_channels: 3, out_channels: 3, ..good.clone() }, settings(1), "3 channels");
    refused(&UNet2DConfig { out_channels: 2, ..good.clone() }, settings(1), "output channels");
    refused(&good, TrainSettings { batch: 0, ..settings(1) }, "batch must be from 1 to 65536, got 0");
    refused(&good, TrainSettings { learning_rate: f64::NAN, ..settings(1) }, "learning rate");
    refused(&good, TrainSettings { ema: 1.0, ..settings(1) }, "ema");
    refused(&good, TrainSettings { class_dropout: -0.1, ..settings(1) }, "class dropout");
    refused(&good, TrainSettings { clip_grad: Some(0.0), ..settings(1) }, "gradient");
    refused(&good, TrainSettings { iterations: Some(0), ..settings(1) }, "iterations");
    let odd = Dataset::from_bytes("odd", [1, 1, 7, 7], vec![0; 49], None, Vec::new()).unwrap();
    assert!(config_for(&network(8), &odd).unwrap_err().to_string().contains("7 × 7"));
    assert!(Trainer::new(&config(8, &pictures(1, false)), settings(1), Arc::new(odd)).is_err());
}

#[test]
fn presets_are_valid_for_pictures_of_their_kind() {
    let grey = Dataset::from_bytes(
        "grey",
        [2, 1, 32, 32],
        vec![9; 2048],
        Some(vec![0, 9]),
        (0..10).map(|i: u8| i.to_string()).collect(),
    );
    for name in &PRESETS[..2] {
        let config = config_for(&UNet2DConfig::preset(name).unwrap(), grey.as_ref().unwrap()).unwrap();
        config.validate(name).unwrap();
        assert_eq!((config.num_class_embeds, config.in_channels), (Some(11), 1));
    }
}
