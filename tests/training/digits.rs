//! A training on real data: 1,797 digits of 8 × 8 pixels.

use std::path::Path;
use std::sync::Arc;

use diffuscope::dataset::{Dataset, DatasetOptions};
use diffuscope::train::{TrainSettings, Trainer};

use super::support::config;

fn digits() -> Arc<Dataset> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digits8x8.csv.gz");
    Arc::new(Dataset::open(&path, &DatasetOptions::default()).unwrap())
}

#[test]
fn the_digits_are_read() {
    let data = digits();
    assert_eq!((data.len(), data.shape(), data.classes().len()), (1797, [1, 8, 8], 10));
    let mut counts = [0; 10];
    (0..data.len()).for_each(|i| counts[data.label(i).unwrap() as usize] += 1);
    assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
}

/// The mean loss of the last iterations is compared with 1, the loss of a network that always predicts 0.
#[test]
fn the_digits_are_learned() {
    let data = digits();
    let settings = TrainSettings {
        batch: 32,
        learning_rate: 3e-3,
        warm_up: 20,
        iterations: Some(150),
        class_dropout: 0.1,
        ..TrainSettings::default()
    };
    let mut trainer = Trainer::new(&config(8, &data), settings, data).unwrap();
    let losses: Vec<f64> = trainer.by_ref().map(|step| step.unwrap().loss).collect();
    let last = losses[100..].iter().sum::<f64>() / 50.0;
    eprintln!("{:.3} → {last:.3}", losses[0]);
    assert!(losses[0] > 0.9 && last < 0.3, "{} → {last}", losses[0]);
}
