//! Autoencoders learn, are saved, and go on where they were stopped.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use diffuscope::dataset::Dataset;
use diffuscope::model::{AutoencoderKl, AutoencoderKlConfig, Part, Precision, WeightType, save_autoencoder};
use diffuscope::train::autoencoder::round_trip_error;
use diffuscope::train::checkpoint::FILE;
use diffuscope::train::{AutoencoderSettings, AutoencoderTrainer};

use super::support::pictures;

const NETWORK: &str = r#"{"block_out_channels": [8, 8], "norm_num_groups": 4, "in_channels": 1, "out_channels": 1,
    "layers_per_block": 1, "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
    "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;

fn trainer(iterations: u64, data: &Arc<Dataset>) -> AutoencoderTrainer {
    let config = AutoencoderKlConfig::from_json(NETWORK, "test").unwrap();
    let settings =
        AutoencoderSettings { batch: 4, iterations, learning_rate: 3e-3, ..AutoencoderSettings::default() };
    AutoencoderTrainer::new(&config, &settings, data.clone()).unwrap()
}

fn go_to(trainer: &mut AutoencoderTrainer, iteration: u64) {
    while trainer.iteration() < iteration {
        trainer.next().unwrap().unwrap();
    }
}

fn error(network: &AutoencoderKl, data: &Dataset) -> f64 {
    (0..data.len()).map(|index| round_trip_error(network, data, index).unwrap()).sum()
}

#[test]
fn pictures_come_back_better_and_latents_have_variance_one() {
    let (folder, data) = (tempfile::tempdir().unwrap(), pictures(12, false));
    let mut trainer = trainer(400, &data);
    let before = error(&trainer.average().unwrap(), &data);
    trainer.by_ref().for_each(|step| assert!(step.unwrap().kl >= 0.0));
    let network = trainer.average().unwrap();
    let after = error(&network, &data);
    assert!(after < 0.6 * before, "{before} {after}");
    save_autoencoder(folder.path(), &network, WeightType::F16).unwrap();
    let (part, remarks) = Part::<AutoencoderKl>::open(folder.path(), Precision::F32).unwrap();
    assert!(remarks.is_empty(), "{remarks:?}");
    assert!((error(&part.network, &data) / after - 1.0).abs() < 0.05, "f16 loses little");
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for index in 0..data.len() {
        let mut values = Vec::new();
        data.extend_with(&mut values, index, false);
        let picture = candle_core::Tensor::from_vec(values, (1, 1, 8, 8), &candle_core::Device::Cpu).unwrap();
        let latents = network.scaled(&network.encode(&picture).unwrap().mean).unwrap();
        for z in latents.flatten_all().unwrap().to_vec1::<f32>().unwrap().into_iter().map(f64::from) {
            (n, sum, squares) = (n + 1.0, sum + z, squares + z * z);
        }
    }
    let variance = squares / n - (sum / n) * (sum / n);
    assert!((variance - 1.0).abs() < 1e-4, "{variance}");
}

#[test]
fn resumed_equals_uninterrupted_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, halves] = ["whole", "halves"].map(|name| folder.path().join(name));
    let data = pictures(12, false);
    let save = |trainer: &AutoencoderTrainer, folder: &Path| {
        fs::create_dir_all(folder).unwrap();
        trainer.save(folder).unwrap();
    };
    let mut one = trainer(6, &data);
    go_to(&mut one, 6);
    save(&one, &whole);
    let mut two = trainer(6, &data);
    go_to(&mut two, 3);
    save(&two, &halves);
    let mut three = AutoencoderTrainer::resume(&halves, data.clone()).unwrap();
    go_to(&mut three, 6);
    save(&three, &halves);
    assert!(fs::read(whole.join(FILE)).unwrap() == fs::read(halves.join(FILE)).unwrap());
    let reason = |data| AutoencoderTrainer::resume(&halves, data).map(|_| ()).unwrap_err().to_string();
    assert!(reason(pictures(11, false)).contains("other data"));
    let bytes = fs::read(halves.join(FILE)).unwrap();
    fs::write(halves.join(FILE), &bytes[..bytes.len() / 2]).unwrap();
    assert!(reason(data).contains("damaged"));
}
