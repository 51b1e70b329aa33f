//! Training that is watched gives the same weights as training that is not, and what is seen of it is right.

use std::sync::Arc;

use diffuscope::dataset::{BuiltIn, Dataset, DatasetOptions, Part};
use diffuscope::diffusion::sampler::PredictionType;
use diffuscope::model::UNet2DModel;
use diffuscope::train::live::{LEVELS, Live, STRATA, Watch, see};
use diffuscope::train::{Loss, TrainSettings, TrainStep, Trainer};

use super::support::{config, settings};

fn digits() -> [Arc<Dataset>; 2] {
    [Part::Train, Part::Test].map(|part| {
        Arc::new(BuiltIn::Digits.open(&DatasetOptions { part, ..DatasetOptions::default() }).unwrap())
    })
}

fn trainer(settings: TrainSettings, data: &Arc<Dataset>) -> Trainer {
    Trainer::new(&config(8, data), settings, Arc::clone(data)).unwrap()
}

fn live(all: &[TrainSettings]) -> Live {
    let [data, held_out] = digits();
    let trainers = all.iter().map(|settings| trainer(settings.clone(), &data)).collect();
    Live::new(trainers, Watch::new(data, held_out, 1, false, 3))
}

/// All weights, bit by bit.
fn bits(model: &UNet2DModel) -> Vec<u32> {
    let values = |tensor: &candle_core::Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    model.tensors().flat_map(|(_, tensor)| values(&tensor)).map(f32::to_bits).collect()
}

#[test]
fn probes_change_nothing_and_the_weights_are_those_of_train() {
    let settings = settings(12);
    let [data, _] = digits();
    let mut alone = trainer(settings.clone(), &data);
    let steps: Vec<TrainStep> = alone.by_ref().collect::<Result<_, _>>().unwrap();
    let mut live = live(&[settings]);
    let mut watched = Vec::new();
    live.probe().unwrap();
    while let Some(step) = live.advance().unwrap() {
        watched.extend(step);
        if watched.len().is_multiple_of(5) {
            live.probe().unwrap();
            live.see(1, [10, 90]).unwrap();
        }
    }
    assert_eq!(watched, steps);
    assert!(bits(live.trainers()[0].model()) == bits(alone.model()), "weights");
    let [averaged, other] = [&live.trainers()[0], &alone].map(|trainer| bits(&trainer.average().unwrap()));
    assert!(averaged == other, "averages of weights");
}

/// With a schedule that is learned too: what is seen of it changes nothing.
#[test]
fn a_watched_schedule_is_that_of_train() {
    let settings = TrainSettings { warm_up: 2, ..settings(10) }.with_learned_gamma(0.01);
    let [data, _] = digits();
    let mut alone = trainer(settings.clone(), &data);
    let steps: Vec<TrainStep> = alone.by_ref().collect::<Result<_, _>>().unwrap();
    let mut live = live(&[settings]);
    assert!(live.gamma().unwrap().unwrap().ways.iter().all(|way| way.moments.is_none()));
    let mut watched = Vec::new();
    live.probe().unwrap();
    while let Some(step) = live.advance().unwrap() {
        watched.extend(step);
        live.gamma().unwrap();
        if watched.len().is_multiple_of(5) {
            live.probe().unwrap();
            live.see(1, [10, 90]).unwrap();
        }
    }
    assert_eq!(watched, steps);
    assert!(bits(live.trainers()[0].model()) == bits(alone.model()), "weights");
    assert_eq!(live.trainers()[0].gamma(), alone.gamma());
    let seen = live.gamma().unwrap().unwrap();
    assert_eq!((&seen.gamma, seen.iteration), (alone.gamma().unwrap(), 10));
    // All three schedules have the same ends, and so the same loss.
    let losses = seen.ways.each_ref().map(|way| way.moments.unwrap()[0]);
    assert!(losses.iter().all(|loss| (loss / losses[0] - 1.0).abs() < 0.05), "{losses:?}");
    for way in &seen.ways {
        assert_eq!([way.log_snr[0][1], way.log_snr[way.log_snr.len() - 1][1]], seen.ends);
    }
}

#[test]
fn two_learn_the_same_pictures_in_the_same_order() {
    let first = settings(6);
    let second = TrainSettings { prediction: PredictionType::VPrediction, ..first.clone() };
    let mut both = live(&[first.clone(), second.clone()]);
    let [data, _] = digits();
    let mut alone = [first, second].map(|settings| trainer(settings, &data));
    while let Some(steps) = both.advance().unwrap() {
        for (step, trainer) in steps.iter().zip(&mut alone) {
            assert_eq!(*step, trainer.step().unwrap());
        }
    }
    assert_eq!(both.iteration(), 6);
    let probe = both.probe().unwrap();
    assert_eq!((probe.iteration, probe.networks.len()), (6, 2));
    // Both see the same held-out picture with the same noise.
    let rows = both.noised_rows().unwrap();
    assert_eq!(rows[0], rows[1]);
}

#[test]
fn a_probe_is_a_pure_function_of_the_weights() {
    let mut live = live(&[settings(4)]);
    assert!(live.is_due() && live.has_news());
    let first = live.probe().unwrap();
    assert!(!live.has_news());
    assert_eq!(first, live.probe().unwrap());
    live.advance().unwrap();
    assert!(live.has_news());
    assert_ne!(first.networks, live.probe().unwrap().networks);
    let network = &first.networks[0];
    // A fresh network's output is small: its ε̂ is wrong by about the noise itself.
    assert_eq!(network.errors.len(), STRATA);
    for error in &network.errors {
        for value in [error.training, error.held_out] {
            assert!((0.5..2.0).contains(&value), "{error:?}");
        }
    }
    assert_eq!(network.averaged.samples.shape, [1, 4 * 8 + 3, 4 * 8 + 3]);
    assert_eq!(network.averaged.x0_hats.shape, [1, 8, LEVELS * 8 + LEVELS - 1]);
    // Before the first iteration the average is the weights themselves.
    assert_eq!(network.averaged, network.raw);
}

#[test]
fn errors_can_be_compared_between_targets() {
    // The loss is that of what the network learns; as errors of ε̂ they are of one scale: SNR times that of x_0, or that of
    // v over ᾱ.
    let [data, held_out] = digits();
    let watch = Watch::new(Arc::clone(&data), held_out, 1, false, 3);
    let model = UNet2DModel::init(&config(8, &data), 1).unwrap();
    for prediction in PredictionType::ALL {
        let settings = TrainSettings { prediction, ..settings(1) };
        let schedule = settings.schedule.build().unwrap();
        for t in [20, 50, 95] {
            let seen = see(&model, &settings, &schedule, &watch, (3, t), PredictionType::Epsilon).unwrap();
            let values = |sheet: &diffuscope::train::live::Sheet| -> Vec<f64> {
                sheet.values.iter().map(|value| value.to_f64()).collect()
            };
            let (eps, hat, difference) =
                (values(&seen.eps), values(&seen.estimate), values(&seen.difference));
            let squares = eps.iter().zip(&hat).map(|(eps, hat)| (hat - eps).powi(2));
            let mean = squares.sum::<f64>() / eps.len() as f64;
            assert!((mean - seen.error).abs() < 0.02 * seen.error + 1e-3, "{prediction:?} {t}: {mean}");
            assert!(
                difference.iter().zip(eps.iter().zip(&hat)).all(|(d, (e, h))| (d - (h - e)).abs() < 0.05)
            );
            // The loss is the error of ε̂ times the weight that it has.
            let weight = settings.loss.eps_weight(prediction, &schedule.step(t));
            assert!((seen.loss / (weight * seen.error) - 1.0).abs() < 1e-3, "{prediction:?} {t}");
            // Compared by its own target, the simple loss is the error itself.
            let own = see(&model, &settings, &schedule, &watch, (3, t), prediction).unwrap();
            assert!((own.loss / own.error - 1.0).abs() < 1e-3, "{prediction:?} {t}");
            assert_eq!([seen.target, own.target], [PredictionType::Epsilon, prediction]);
            assert_eq!([seen.prediction, own.prediction], [prediction; 2], "whose loss it is");
            let (x0, x_t) = (values(&seen.x0), values(&seen.x_t));
            let (signal, noise) = (seen.alpha_bar.sqrt(), (1.0 - seen.alpha_bar).sqrt());
            assert!((0..x0.len()).all(|i| (x_t[i] - signal * x0[i] - noise * eps[i]).abs() < 4e-3));
            assert!(seen.gradient.iter().all(|(_, norm)| norm.is_finite()));
            assert!(seen.gradient.iter().any(|(name, norm)| name == "conv_out" && *norm > 0.0));
        }
    }
}

#[test]
fn weights_of_the_error_of_the_noise_do_not_depend_on_the_target() {
    let schedule = settings(1).schedule.build().unwrap();
    for step in schedule.iter().step_by(7) {
        for loss in [Loss::Vlb, Loss::MinSnr { gamma: 5.0 }] {
            let weights = PredictionType::ALL.map(|prediction| loss.eps_weight(prediction, &step));
            assert!(
                weights.iter().all(|weight| (weight / weights[0] - 1.0).abs() < 1e-9),
                "{loss:?}: {weights:?}"
            );
        }
        let [eps, x0, v] = PredictionType::ALL.map(|prediction| Loss::Simple.eps_weight(prediction, &step));
        assert_eq!(eps, 1.0);
        assert!((x0 * step.snr() - 1.0).abs() < 1e-9 && (v * step.alpha_bar - 1.0).abs() < 1e-9);
    }
}

#[test]
fn a_watched_training_goes_on_from_where_it_was_saved() {
    let mut whole = live(&[settings(8)]);
    while whole.advance().unwrap().is_some() {}
    let folder = tempfile::tempdir().unwrap();
    let mut first = live(&[settings(8)]);
    for _ in 0..3 {
        first.advance().unwrap();
    }
    first.save(folder.path()).unwrap();
    drop(first);
    let [data, held_out] = digits();
    let checkpoint = diffuscope::train::Checkpoint::open(&folder.path().join("first")).unwrap();
    let resumed = Trainer::resume(checkpoint, Arc::clone(&data)).unwrap();
    let mut rest = Live::new(vec![resumed], Watch::new(data, held_out, 1, false, 3));
    assert_eq!(rest.iteration(), 3);
    while rest.advance().unwrap().is_some() {}
    assert!(bits(rest.trainers()[0].model()) == bits(whole.trainers()[0].model()));
    assert_eq!(rest.probe().unwrap(), whole.probe().unwrap());
}

/// How fast a training is in the worker beside `train`; only with `DIFFUSCOPE_MEASURE`, on a quiet machine.
#[test]
fn watching_costs_little() {
    use diffuscope::worker::{Event, LearnData, LearnNetwork, LearnSpec, Worker};
    use std::time::Instant;
    if std::env::var_os("DIFFUSCOPE_MEASURE").is_none() {
        return;
    }
    let settings =
        TrainSettings { batch: 32, iterations: Some(1500), learning_rate: 2e-3, ..TrainSettings::default() };
    let spec = LearnSpec {
        data: LearnData::BuiltIn(BuiltIn::Digits),
        picture: None,
        size: None,
        block: 1,
        network: LearnNetwork::Plain,
        settings,
        rival: None,
        from: None,
        keep: None,
    };
    let mut worker = Worker::spawn(None, &(Arc::new(|| ()) as diffuscope::background::Wake)).unwrap();
    worker.train(spec.clone());
    let (mut made, mut probes, mut config, mut began) = (0, 0, None, None);
    while made < 300 {
        for event in worker.events() {
            match event {
                Event::Prepared(..) => began = Some(Instant::now()),
                Event::Learned(_, steps) => made += steps.len(),
                Event::Probed(..) => probes += 1,
                Event::Failed(_, _, error) => panic!("{error}"),
                _ => {}
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let window = made as f64 / began.unwrap().elapsed().as_secs_f64();
    drop(worker);
    let [data, _] = digits();
    let plain = diffuscope::model::UNet2DConfig {
        layers_per_block: 1,
        block_out_channels: vec![32, 64, 96],
        norm_num_groups: 8,
        down_block_types: vec![diffuscope::model::DownBlockType::DownBlock2D; 3],
        up_block_types: vec![diffuscope::model::UpBlockType::UpBlock2D; 3],
        add_attention: false,
        ..diffuscope::model::UNet2DConfig::default()
    };
    let plain = config.get_or_insert(diffuscope::train::config_for(&plain, &data).unwrap());
    let mut trainer = Trainer::new(plain, spec.settings, data).unwrap();
    let began = Instant::now();
    for _ in 0..300 {
        trainer.step().unwrap();
    }
    let train = 300.0 / began.elapsed().as_secs_f64();
    eprintln!(
        "watched {window:.1} it/s with {probes} probes, train {train:.1}: {:.1} %",
        100.0 * window / train
    );
}

/// What a learned schedule costs, and what it gains on digits; only with `DIFFUSCOPE_MEASURE`, on a quiet machine.
#[test]
fn a_learned_schedule_costs_little() {
    if std::env::var_os("DIFFUSCOPE_MEASURE").is_none() {
        return;
    }
    let fixed = TrainSettings {
        loss: Loss::Vlb,
        batch: 32,
        learning_rate: 2e-3,
        warm_up: 100,
        iterations: Some(2000),
        ..TrainSettings::default()
    };
    let learned = fixed.clone().with_learned_gamma(0.01);
    let [data, held_out] = digits();
    let network = diffuscope::model::UNet2DConfig {
        layers_per_block: 1,
        block_out_channels: vec![24, 48],
        norm_num_groups: 8,
        down_block_types: vec![diffuscope::model::DownBlockType::DownBlock2D; 2],
        up_block_types: vec![diffuscope::model::UpBlockType::UpBlock2D; 2],
        add_attention: false,
        ..diffuscope::model::UNet2DConfig::default()
    };
    let network = diffuscope::train::config_for(&network, &data).unwrap();
    let new = |settings: &TrainSettings| Trainer::new(&network, settings.clone(), Arc::clone(&data)).unwrap();
    let mut both = [new(&fixed), new(&learned)];
    for _ in 0..4 {
        for (trainer, name) in both.iter_mut().zip(["fixed", "learned"]) {
            let began = std::time::Instant::now();
            (0..60).for_each(|_| drop(trainer.step().unwrap()));
            eprintln!("{name}: {:.1} it/s", 60.0 / began.elapsed().as_secs_f64());
        }
    }
    let mut live = Live::new(vec![new(&learned)], Watch::new(Arc::clone(&data), held_out, 1, false, 3));
    while let Some(steps) = live.advance().unwrap() {
        let iteration = steps[0].iteration;
        if iteration.is_multiple_of(250) || iteration == 100 {
            let seen = live.gamma().unwrap().unwrap();
            let moments = seen.ways.each_ref().map(|way| way.moments.unwrap());
            let [variance, even, cosine] = moments.map(|[_, variance]| variance);
            eprintln!(
                "{iteration}: ends {:.2?}, loss {:.4}, variance {variance:.4}, linear {even:.4}, cosine {cosine:.4}",
                seen.ends, moments[0][0]
            );
        }
    }
}
