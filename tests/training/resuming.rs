//! A run that was resumed gives the same result as a run that was never stopped.

use std::fs;
use std::path::Path;

use diffuscope::diffusion::sampler::{PredictionType, SchedulerFile, Thresholding};
use diffuscope::model::{Pipeline, UNet2DModel};
use diffuscope::train::checkpoint::{FILE, LEARNED, RAW};
use diffuscope::train::{Checkpoint, Loss, TrainError, TrainSettings, Trainer};
use serde_json::Value;

use super::support::{config, pictures, settings};

fn go_to(trainer: &mut Trainer, iteration: u64) {
    while trainer.iteration() < iteration {
        trainer.next().unwrap().unwrap();
    }
}

fn resumed(folder: &Path, classes: bool) -> Result<Trainer, TrainError> {
    Trainer::resume(Checkpoint::open(folder)?, pictures(11, classes))
}

fn values(model: &UNet2DModel) -> Vec<Vec<f32>> {
    model.tensors().map(|(_, tensor)| tensor.flatten_all().unwrap().to_vec1().unwrap()).collect()
}

#[test]
fn resumed_equals_uninterrupted_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, halves] = ["whole", "halves"].map(|name| folder.path().join(name));
    let settings = TrainSettings { flip: true, ..settings(8) };
    let data = pictures(11, true);
    let mut one = Trainer::new(&config(8, &data), settings.clone(), data.clone()).unwrap();
    go_to(&mut one, 8);
    one.save(&whole).unwrap();
    let mut two = Trainer::new(&config(8, &data), settings, data).unwrap();
    go_to(&mut two, 5);
    two.save(&halves).unwrap();
    // Iterations after the checkpoint are lost when the process ends.
    go_to(&mut two, 7);
    drop(two);
    let mut three = resumed(&halves, true).unwrap();
    assert_eq!(three.iteration(), 5);
    go_to(&mut three, 8);
    assert!(three.next().is_none());
    three.save(&halves).unwrap();
    for file in
        [FILE, "unet/diffusion_pytorch_model.safetensors", "raw/unet/diffusion_pytorch_model.safetensors"]
    {
        assert!(fs::read(whole.join(file)).unwrap() == fs::read(halves.join(file)).unwrap(), "{file}");
    }
    assert_eq!(one.ema_loss(), three.ema_loss());
}

/// The settings of a short run whose schedule is learned too, from its third iteration on.
fn learning_gamma(iterations: u64) -> TrainSettings {
    TrainSettings { warm_up: 2, ..settings(iterations) }.with_learned_gamma(0.01)
}

#[test]
fn a_learned_schedule_is_resumed_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, halves] = ["whole", "halves"].map(|name| folder.path().join(name));
    let data = pictures(11, true);
    let mut one = Trainer::new(&config(8, &data), learning_gamma(8), data.clone()).unwrap();
    let first = one.gamma().unwrap().clone();
    let steps: Vec<_> = one.by_ref().collect::<Result<_, _>>().unwrap();
    one.save(&whole).unwrap();
    let mut two = Trainer::new(&config(8, &data), learning_gamma(8), data).unwrap();
    go_to(&mut two, 2);
    assert_eq!(two.gamma(), Some(&first), "it rests during the warm-up");
    go_to(&mut two, 5);
    two.save(&halves).unwrap();
    let mut three = resumed(&halves, true).unwrap();
    assert_eq!((three.gamma(), three.settings()), (two.gamma(), two.settings()));
    let rest: Vec<_> = three.by_ref().collect::<Result<_, _>>().unwrap();
    assert_eq!(rest, steps[5..]);
    three.save(&halves).unwrap();
    for file in [FILE, LEARNED, "scheduler/scheduler_config.json"] {
        assert!(fs::read(whole.join(file)).unwrap() == fs::read(halves.join(file)).unwrap(), "{file}");
    }
    let last = one.gamma().unwrap();
    assert!(last != &first && last.ends() != first.ends());
    // The network's folder has the schedule whose timesteps it was told, and beside it stands the one that was learned.
    let read = |file: &str| {
        let text = fs::read_to_string(whole.join(file)).unwrap();
        SchedulerFile::parse(&text).unwrap().schedule
    };
    let (even, learned) = (read("scheduler/scheduler_config.json"), read(LEARNED));
    assert_eq!((even.steps(), learned.steps()), (100, 100));
    for (t, gamma) in [(1, last.ends()[0]), (100, last.ends()[1]), (40, last.at(39.0 / 99.0).value)] {
        assert!((learned.log_snr(t) + gamma).abs() < 1e-6, "{t}: {} {gamma}", learned.log_snr(t));
    }
    for t in 1..=100 {
        let [start, end] = last.ends();
        let gamma = start + (end - start) * (t - 1) as f64 / 99.0;
        assert!((even.log_snr(t) + gamma).abs() < 1e-6, "{t}: {} {gamma}", even.log_snr(t));
    }
}

#[test]
fn what_a_learned_schedule_cannot_be_with_is_refused() {
    let data = pictures(11, true);
    let reason = |settings: TrainSettings| {
        Trainer::new(&config(8, &data), settings, data.clone()).map(|_| ()).unwrap_err().to_string()
    };
    let good = learning_gamma(3);
    let text = reason(TrainSettings { loss: Loss::Simple, ..good.clone() });
    assert!(text.starts_with("loss must be vlb"), "{text}");
    let text = reason(TrainSettings { schedule: settings(1).schedule, ..good.clone() });
    assert!(text.contains("schedule must be") && text.contains("linear"), "{text}");
    let text = reason(TrainSettings { gamma_rate: Some(0.0), ..good.clone() });
    assert!(text.starts_with("learning rate of gamma must be"), "{text}");
    // Settings of runs with a schedule that stays say nothing of it, as before.
    assert!(!serde_json::to_string(&settings(1)).unwrap().contains("gamma"));
    let text = serde_json::to_string(&good).unwrap();
    assert_eq!(serde_json::from_str::<TrainSettings>(&text).unwrap(), good);
}

#[test]
fn checkpoints_open_as_pipelines() {
    let folder = tempfile::tempdir().unwrap();
    let data = pictures(11, true);
    let mut trainer = Trainer::new(&config(8, &data), settings(3), data).unwrap();
    go_to(&mut trainer, 3);
    trainer.save(folder.path()).unwrap();
    let average = Pipeline::open(folder.path()).unwrap();
    let raw = Pipeline::open(&folder.path().join(RAW)).unwrap();
    assert_eq!(values(&average.parts.unet.network), values(&trainer.average().unwrap()));
    assert_eq!(values(&raw.parts.unet.network), values(trainer.model()));
    assert_ne!(values(&raw.parts.unet.network), values(&average.parts.unet.network));
    assert_eq!(average.parts.unet.network.config(), trainer.model().config());
    let scheduler = average.scheduler.unwrap();
    let file = SchedulerFile::parse(&scheduler).unwrap();
    assert_eq!(file.schedule.spec(), &trainer.settings().schedule);
    let sampler = file.sampler(None).unwrap().spec;
    assert_eq!(sampler, trainer.settings().sampler());
    assert_eq!(sampler.thresholding, Thresholding::Clip { range: 1.0 });
    let checkpoint = Checkpoint::open(folder.path()).unwrap();
    assert_eq!((checkpoint.settings(), checkpoint.iteration()), (trainer.settings(), 3));
}

#[test]
fn only_networks_for_eps_are_sampled_with_clipping() {
    for prediction in [PredictionType::Sample, PredictionType::VPrediction] {
        let settings = TrainSettings { prediction, ..settings(3) };
        assert_eq!(settings.sampler().thresholding, Thresholding::None);
    }
}

#[test]
fn a_longer_run_can_be_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let data = pictures(11, true);
    let mut trainer = Trainer::new(&config(8, &data), settings(2), data).unwrap();
    go_to(&mut trainer, 2);
    trainer.save(folder.path()).unwrap();
    let mut more = resumed(folder.path(), true).unwrap();
    assert!(more.next().is_none());
    assert!(more.set_iterations(1).is_err());
    more.set_iterations(4).unwrap();
    go_to(&mut more, 4);
    assert!(more.next().is_none());
}

#[test]
fn what_cannot_be_resumed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let reason = |result: Result<Trainer, TrainError>| result.map(|_| ()).unwrap_err().to_string();
    assert!(reason(resumed(&path, true)).contains("there is no such file"));
    let data = pictures(11, true);
    let mut trainer = Trainer::new(&config(8, &data), settings(2), data).unwrap();
    go_to(&mut trainer, 1);
    trainer.save(&path).unwrap();
    assert!(reason(resumed(&path, false)).contains("other data"));
    let whole = fs::read(path.join(FILE)).unwrap();
    for damaged in [&whole[..whole.len() / 2], &whole[..5], b"text that is no tensors at all", &[]] {
        fs::write(path.join(FILE), damaged).unwrap();
        assert!(reason(resumed(&path, true)).contains("damaged"));
    }
    let weights = fs::read(path.join("unet/diffusion_pytorch_model.safetensors")).unwrap();
    fs::write(path.join(FILE), weights).unwrap();
    assert!(reason(resumed(&path, true)).contains("no checkpoint"));
    let mut broken = whole.clone();
    let end = broken.len();
    broken[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(path.join(FILE), broken).unwrap();
    assert!(reason(resumed(&path, true)).contains("NaN"));
    fs::write(path.join(FILE), whole).unwrap();
    assert_eq!(resumed(&path, true).unwrap().iteration(), 1);
}

#[test]
fn a_failed_write_is_an_error_and_the_last_checkpoint_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let data = pictures(11, true);
    let mut trainer = Trainer::new(&config(8, &data), settings(3), data).unwrap();
    go_to(&mut trainer, 1);
    trainer.save(&path).unwrap();
    // A file stands at the path of the folder for the weights.
    let raw = path.join(RAW);
    fs::remove_dir_all(&raw).unwrap();
    fs::write(&raw, "a file").unwrap();
    go_to(&mut trainer, 2);
    let error = trainer.save(&path).unwrap_err().to_string();
    assert!(error.contains("raw"), "{error}");
    assert_eq!(resumed(&path, true).unwrap().iteration(), 2, "the file to go on from was written first");
    fs::remove_file(path.join(FILE)).unwrap();
    fs::create_dir(path.join(FILE)).unwrap();
    assert!(trainer.save(&path).unwrap_err().to_string().contains(FILE));
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    assert!(trainer.save(&file).is_err());
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

/// A function that changes the information in a checkpoint's header.
type Change = fn(&mut Value);

/// Changes the information in a checkpoint's header.
fn change(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    const NOTE: &str = "diffuscope.training";
    let length = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut header: Value = serde_json::from_slice(&bytes[8..length]).unwrap();
    let mut note: Value = serde_json::from_str(header["__metadata__"][NOTE].as_str().unwrap()).unwrap();
    change(&mut note);
    header["__metadata__"][NOTE] = note.to_string().into();
    let mut text = header.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(8), b' ');
    [&(text.len() as u64).to_le_bytes(), &text[..], &bytes[length..]].concat()
}

#[test]
fn what_no_run_can_be_is_refused_and_reading_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let data = pictures(11, true);
    let mut trainer = Trainer::new(&config(8, &data), settings(3), data).unwrap();
    go_to(&mut trainer, 2);
    trainer.save(&path).unwrap();
    let part = path.join(".training.safetensors-aB3x9Q.part");
    fs::write(&part, "of a run that is alive").unwrap();
    let whole = fs::read(path.join(FILE)).unwrap();
    let refused = |bytes: &[u8], part: &str| {
        fs::write(path.join(FILE), bytes).unwrap();
        let error = resumed(&path, true).map(|_| ()).unwrap_err().to_string();
        assert!(
            error.contains(FILE) && error.contains("damaged") && error.contains(part),
            "{error} ({part})"
        );
    };
    let wrong: [(&str, Change); 11] = [
        ("iteration 9 of 3", |note| note["iteration"] = 9.into()),
        ("iteration 1099511627776", |note| {
            note["iteration"] = (1_u64 << 40).into();
            note["settings"]["iterations"] = Value::Null;
        }),
        ("iterations must be", |note| note["settings"]["iterations"] = 0.into()),
        ("loss is -1", |note| note["ema_loss"] = (-1.0).into()),
        ("loss is 1e300)", |note| note["ema_loss"] = 1e300.into()),
        ("no loss at iteration 2", |note| note["ema_loss"] = Value::Null),
        ("a loss before the first iteration", |note| note["iteration"] = 0.into()),
        ("batch must be", |note| note["settings"]["batch"] = 0.into()),
        ("learning rate must be", |note| note["settings"]["learning_rate"] = 7.0.into()),
        ("null", |note| note["settings"]["learning_rate"] = Value::Null),
        // Before the first iteration, Adam's moments must be 0.
        ("adam", |note| {
            note["iteration"] = 0.into();
            note["ema_loss"] = Value::Null;
        }),
    ];
    for (part, how) in wrong {
        refused(&change(&whole, how), part);
    }
    let start = 8 + u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&whole).unwrap();
    for (part, value) in [("adam.square", -1e-9_f32), ("adam.mean", f32::INFINITY), ("ema", f32::NAN)] {
        let tensors = metadata.tensors();
        let info = tensors.iter().find(|(name, _)| name.starts_with(part)).unwrap().1;
        let mut bytes = whole.clone();
        bytes[start + info.data_offsets.0..][..4].copy_from_slice(&value.to_le_bytes());
        refused(&bytes, part);
    }
    assert_eq!(fs::read_to_string(part).unwrap(), "of a run that is alive");
    fs::write(path.join(FILE), whole).unwrap();
    assert_eq!(resumed(&path, true).unwrap().iteration(), 2);
}

/// Adam's moments have values that no run produces: they are finite, but the next step made with them is not.
#[test]
fn a_step_that_is_not_finite_replaces_nothing() {
    const WEIGHTS: &str = "unet/diffusion_pytorch_model.safetensors";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let data = pictures(11, true);
    let mut trainer = Trainer::new(&config(8, &data), settings(3), data).unwrap();
    go_to(&mut trainer, 2);
    trainer.save(path).unwrap();
    let mut bytes = fs::read(path.join(FILE)).unwrap();
    let start = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    for (name, info) in metadata.tensors() {
        let value = match name.split('/').next() {
            Some("adam.mean") => 3e38_f32,
            Some("adam.square") => 0.0,
            _ => continue,
        };
        let (from, to) = info.data_offsets;
        for number in bytes[start + from..start + to].chunks_exact_mut(4) {
            number.copy_from_slice(&value.to_le_bytes());
        }
    }
    fs::write(path.join(FILE), &bytes).unwrap();
    let before = fs::read(path.join(WEIGHTS)).unwrap();
    let mut wild = resumed(path, true).unwrap();
    wild.step().unwrap();
    let error = wild.save(path).unwrap_err().to_string();
    assert!(error.contains("diverged"), "{error}");
    assert!(fs::read(path.join(FILE)).unwrap() == bytes && fs::read(path.join(WEIGHTS)).unwrap() == before);
    assert_eq!(resumed(path, true).unwrap().iteration(), 2);
}

/// Whether there is enough memory is checked before anything is read.
#[cfg(target_os = "linux")]
#[test]
fn a_checkpoint_that_memory_cannot_hold_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    // The file takes no room on the disk, as it is sparse.
    fs::File::create(folder.path().join(FILE)).unwrap().set_len(1 << 43).unwrap();
    let error = Checkpoint::open(folder.path()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("of memory are needed"), "{error}");
}
