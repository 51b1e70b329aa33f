//! Trains an autoencoder that makes latents of 16 × 16 × 4 of pictures of 64 × 64, and says how near held-out pictures
//! come back: `cargo run --release --example autoencoder -- DATA FOLDER ITERATIONS`.
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use candle_core::{Device, Tensor};
use diffuscope::dataset::{ClassChoice, Dataset, DatasetOptions, Part};
use diffuscope::model::{AutoencoderKlConfig, WeightType, save_autoencoder};
use diffuscope::train::{AutoencoderSettings, AutoencoderTrainer};

/// Trains on the pictures at `data`, and saves the network in `folder` as diffusers does. Returns the ratio of signal to
/// noise over 64 held-out pictures, in dB.
///
/// # Errors
/// If the pictures cannot be read, the training diverges, or the network cannot be saved.
pub fn run(data: &Path, folder: &Path, iterations: u64) -> Result<f64, Box<dyn Error>> {
    let open = |part| {
        let (size, classes) = (Some(64), ClassChoice::None);
        Dataset::open(data, &DatasetOptions { size, part, classes, ..DatasetOptions::default() })
    };
    let (train, test) = (open(Part::Train)?, open(Part::Test)?);
    let config = r#"{"block_out_channels": [24, 48, 64], "norm_num_groups": 8,
        "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;
    let config = AutoencoderKlConfig::from_json(config, "the network")?;
    let settings = AutoencoderSettings { iterations, ..AutoencoderSettings::default() };
    let mut trainer = AutoencoderTrainer::new(&config, &settings, Arc::new(train))?;
    while let Some(step) = trainer.next().transpose()? {
        if step.iteration % 50 == 0 {
            eprintln!("{}: error {:.4}, KL {:.3} nats", step.iteration, step.error, step.kl);
        }
    }
    let network = trainer.average()?;
    save_autoencoder(folder, &network, WeightType::F16)?;
    let (mut squares, mut count) = (0.0, 0);
    for index in 0..test.len().min(64) {
        let mut values = Vec::new();
        test.extend_with(&mut values, index, false);
        let picture = Tensor::from_slice(&values, (1, 3, 64, 64), &Device::Cpu)?;
        let latents = network.scaled(&network.encode(&picture)?.mean)?;
        let back: Vec<f32> = network.decode(&latents)?.clamp(-1.0, 1.0)?.flatten_all()?.to_vec1()?;
        squares += values.iter().zip(&back).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>();
        count += values.len();
    }
    // Values are in [-1, 1], so that the largest difference is 2.
    Ok(10.0 * (4.0 / (squares / count as f64)).log10())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, folder, iterations] = arguments.as_slice() else {
        return Err("give DATA FOLDER ITERATIONS".into());
    };
    eprintln!("{:.2} dB", run(data.as_ref(), folder.as_ref(), iterations.parse()?)?);
    Ok(())
}
