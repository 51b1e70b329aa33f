//! How good a model is, and how fast.

use std::time::Instant;

use super::{FamilyError, FamilyModel, LikelihoodKind};
use crate::diffusion::data::energy_distance;
use crate::diffusion::exact::Mixture;

/// How far from the nearest Gaussian of the data a point may be, in its deviations, to belong to a mode.
const NEAR: f64 = 4.0;
/// The least share of what the data have there that a mode must have to be covered.
const COVERED: f64 = 0.1;
/// The number of parts of the samples from which errors are estimated.
const PARTS: usize = 5;
/// Fresh data are drawn with the complement of the seed, so that they are independent of a model's data and noise.
const FRESH: u64 = u64::MAX;
/// The most points whose likelihood is computed.
const LIKELIHOODS: usize = 2000;

/// Where samples lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The number of samples in each mode; modes are the classes of the data.
    pub counts: Vec<usize>,
    /// The number of samples that are far from all of the data.
    pub stray: usize,
    /// Whether each mode is covered: has at least a tenth of the samples that it would have of the data.
    pub covered: Vec<bool>,
}

/// The measures of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// The time that a sample took, in microseconds, when all were drawn together.
    pub sample_microseconds: f64,
    /// The energy distance of all samples to as many fresh data.
    pub energy_distance: f64,
    /// Its standard error, from parts of the samples.
    pub energy_distance_error: f64,
    /// The energy distance between two sets of fresh data of that size: smaller ones cannot be told from 0.
    pub energy_distance_floor: f64,
    /// Where the samples lie.
    pub coverage: Coverage,
    /// The mean of what the model says of `ln p(x)` of fresh data, in nats, its standard error, and what it is; `None` if
    /// the model says nothing.
    pub log_likelihood: Option<([f64; 2], LikelihoodKind)>,
    /// The samples.
    pub samples: Vec<[f64; 2]>,
}

impl Coverage {
    /// Where points lie, compared with the data.
    pub fn of(points: &[[f64; 2]], data: &Mixture<2>) -> Self {
        let modes = data.classes();
        let mut counts = vec![0; modes];
        let mut stray = 0;
        for point in points {
            let far = |mean: &[f64; 2], variance: f64| {
                ((point[0] - mean[0]).powi(2) + (point[1] - mean[1]).powi(2)) / variance
            };
            let distances = data.components().iter().map(|part| (far(&part.mean, part.variance), part.class));
            match distances.min_by(|a, b| a.0.total_cmp(&b.0)) {
                Some((squared, class)) if squared <= NEAR * NEAR => counts[class] += 1,
                _ => stray += 1,
            }
        }
        let mut shares = vec![0.0; modes];
        data.components().iter().for_each(|part| shares[part.class] += part.weight);
        let total: f64 = shares.iter().sum();
        let enough = |(count, share): (&usize, &f64)| {
            *count as f64 >= COVERED * share / total * points.len() as f64 && *count > 0
        };
        let covered = counts.iter().zip(&shares).map(enough).collect();
        Self { counts, stray, covered }
    }

    /// The number of modes that are covered.
    pub fn modes_covered(&self) -> usize {
        self.covered.iter().filter(|covered| **covered).count()
    }
}

/// Draws `count` samples and measures them.
///
/// # Errors
/// If the model cannot be computed.
pub fn measure(
    model: &FamilyModel,
    data: &Mixture<2>,
    seed: u64,
    count: usize,
) -> Result<Measures, FamilyError> {
    let began = Instant::now();
    let samples = model.sample(seed, count)?;
    let sample_microseconds = began.elapsed().as_secs_f64() * 1e6 / count.max(1) as f64;
    let fresh = data.sample(seed ^ FRESH, 2 * count);
    let (fresh, others) = fresh.split_at(count);
    let part = count.div_ceil(PARTS).max(1);
    let parts: Vec<f64> =
        samples.chunks(part).zip(fresh.chunks(part)).map(|(a, b)| energy_distance(a, b)).collect();
    let [_, energy_distance_error] = mean_and_error(&parts);
    let seen = &fresh[..count.min(LIKELIHOODS)];
    let log_likelihood = model.log_likelihoods(seen, seed)?.map(|(kind, all)| (mean_and_error(&all), kind));
    Ok(Measures {
        sample_microseconds,
        energy_distance: energy_distance(&samples, fresh),
        energy_distance_error,
        energy_distance_floor: energy_distance(others, fresh),
        coverage: Coverage::of(&samples, data),
        log_likelihood,
        samples,
    })
}

/// The mean of numbers, and its standard error.
fn mean_and_error(all: &[f64]) -> [f64; 2] {
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    [mean, (variance / n).sqrt()]
}
