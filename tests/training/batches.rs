//! The batches: which pictures and timesteps an iteration uses.

use diffuscope::train::{Batches, TimestepSampling, TrainSettings};

use super::support::{pictures, settings};

#[test]
fn every_epoch_shows_every_picture_once_in_another_order() {
    let mut batches = Batches::new(pictures(37, true), &settings(1));
    // 37 batches of 8 pictures are 8 epochs of 37 pictures; some batches contain the end of one epoch and the
    // beginning of the next.
    let seen: Vec<usize> = (0..37).flat_map(|i| batches.at(i).indices).collect();
    let epochs: Vec<&[usize]> = seen.chunks_exact(37).collect();
    assert_eq!(epochs.len(), 8);
    for (i, epoch) in epochs.iter().enumerate() {
        let mut sorted = epoch.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..37).collect::<Vec<_>>());
        assert!(epochs[..i].iter().all(|other| other != epoch));
    }
}

#[test]
fn the_order_is_uniform() {
    let mut batches = Batches::new(pictures(4, false), &TrainSettings { batch: 4, ..settings(1) });
    let mut counts = std::collections::HashMap::new();
    for i in 0..4800 {
        *counts.entry(batches.at(i).indices).or_insert(0) += 1;
    }
    assert_eq!(counts.len(), 24, "all permutations occur");
    // Each is expected 200 times. Chi-squared with 23 degrees of freedom is above 60 with a probability of 4
    // in 100,000.
    let chi: f64 = counts.values().map(|&n| f64::from(n - 200).powi(2) / 200.0).sum();
    assert!(chi < 60.0, "{chi}");
}

#[test]
fn a_batch_depends_on_seed_and_iteration_alone() {
    let data = pictures(20, true);
    let mut one = Batches::new(data.clone(), &settings(1));
    let mut two = Batches::new(data.clone(), &settings(1));
    let forward: Vec<_> = (0..12).map(|i| one.at(i)).collect();
    for i in (0..12).rev() {
        assert_eq!(two.at(i), forward[i as usize]);
    }
    assert_ne!(forward[0].eps, forward[1].eps);
    let mut other = Batches::new(data, &TrainSettings { seed: 8, ..settings(1) });
    assert_ne!(other.at(0).eps, forward[0].eps);
    assert_ne!(other.at(0).timesteps, forward[0].timesteps);
}

#[test]
fn noise_is_standard_normal() {
    let mut batches = Batches::new(pictures(20, false), &settings(1));
    let eps: Vec<f64> = (0..100).flat_map(|i| batches.at(i).eps).map(f64::from).collect();
    let n = eps.len() as f64;
    let mean = eps.iter().sum::<f64>() / n;
    let square = eps.iter().map(|e| e * e).sum::<f64>() / n;
    assert!(mean.abs() < 5.0 / n.sqrt() && (square - 1.0).abs() < 7.1 / n.sqrt(), "{mean} {square}");
}

#[test]
fn classes_are_dropped_and_pictures_mirrored_as_often_as_asked() {
    let data = pictures(30, true);
    for rate in [0.0, 0.1, 0.35, 1.0] {
        let settings = TrainSettings { class_dropout: rate, flip: true, ..settings(1) };
        let mut batches = Batches::new(data.clone(), &settings);
        let (mut dropped, mut mirrored, mut both, n) = (0.0, 0.0, 0.0, 8000.0);
        for i in 0..1000 {
            let batch = batches.at(i);
            let labels = batch.labels.unwrap();
            for (k, &index) in batch.indices.iter().enumerate() {
                let none = labels[k] == 3;
                assert!(none || Some(labels[k]) == data.label(index));
                let mut plain = Vec::new();
                data.extend_with(&mut plain, index, false);
                let flipped = batch.x0[k * 64..][..64] != plain;
                dropped += f64::from(none);
                mirrored += f64::from(flipped);
                both += f64::from(none && flipped);
            }
        }
        let deviation = |p: f64| 5.0 * (p * (1.0 - p) / n).sqrt();
        assert!((dropped / n - rate).abs() <= deviation(rate), "{rate}: {}", dropped / n);
        assert!((mirrored / n - 0.5).abs() <= deviation(0.5), "{}", mirrored / n);
        assert!((both / n - 0.5 * rate).abs() <= deviation(0.5 * rate) + 1e-9, "independent");
    }
}

#[test]
fn timesteps_are_uniform_and_low_discrepancy_ones_evenly_spread() {
    let data = pictures(9, false);
    for timesteps in [TimestepSampling::Uniform, TimestepSampling::LowDiscrepancy] {
        let settings = TrainSettings { timesteps, batch: 10, ..settings(1) };
        let mut batches = Batches::new(data.clone(), &settings);
        let mut counts = [0.0_f64; 100];
        for i in 0..2000 {
            let drawn = batches.at(i).timesteps;
            let mut tenths = [0; 10];
            for t in drawn {
                counts[t - 1] += 1.0;
                tenths[(t - 1) / 10] += 1;
            }
            assert!(timesteps == TimestepSampling::Uniform || tenths == [1; 10], "one in each tenth");
        }
        // Each timestep is expected 200 times, so there are 99 degrees of freedom. With low discrepancy,
        // timesteps of one batch are not independent: there is one in each tenth.
        let chi: f64 = counts.iter().map(|n| (n - 200.0).powi(2) / 200.0).sum();
        assert!(chi < 180.0, "{timesteps:?}: {chi}");
    }
}
