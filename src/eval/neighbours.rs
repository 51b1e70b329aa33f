//! The nearest training picture of each sample: do samples repeat what the network has seen?
//!
//! A distance means nothing by itself, as some pictures (trousers, say) are all alike. It is compared with
//! the distances of real pictures that the network has **not** seen. If samples are merely of the same kind
//! as these, one sample in a hundred is as near as the nearest hundredth of them.

use candle_core::{Device, Tensor};
use rayon::prelude::*;

use super::EvalError;
use crate::dataset::Dataset;

/// The number of training pictures that are compared together.
const CHUNK: usize = 1024;

/// The nearest picture in a data set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// The picture's index in the data set.
    pub index: usize,
    /// Root of the mean squared difference of values in `[-1, 1]`.
    pub distance: f64,
}

/// Finds, for each of `pictures`, the nearest picture of `data`; all have the same shape. `go_on` is called
/// with the number of pictures of `data` that have been compared; when it returns false, the result is
/// `None`.
///
/// Candidates are found by `‖a − b‖² = ‖a‖² + ‖b‖² − 2ab`, with all products of a chunk as one matrix product. The
/// distance of the nearest one is then computed directly, so that it is exactly 0 for equal pictures.
///
/// # Errors
/// [`EvalError::Shape`] if the shapes differ; other errors if candle fails.
pub fn nearest(
    pictures: &[f32],
    data: &Dataset,
    mut go_on: impl FnMut(usize) -> bool,
) -> Result<Option<Vec<Nearest>>, EvalError> {
    let values: usize = data.shape().iter().product();
    if !pictures.len().is_multiple_of(values) {
        return Err(EvalError::Shape { samples: pictures.len(), pictures: values });
    }
    let n = pictures.len() / values;
    let left = Tensor::from_slice(pictures, (n, values), &Device::Cpu)?;
    let mut best = vec![(f32::INFINITY, 0); n];
    for start in (0..data.len()).step_by(CHUNK) {
        if !go_on(start) {
            return Ok(None);
        }
        let indices = start..data.len().min(start + CHUNK);
        let mut chunk = Vec::with_capacity(indices.len() * values);
        indices.clone().for_each(|index| data.extend_with(&mut chunk, index, false));
        let squares: Vec<f32> = chunk.par_chunks_exact(values).map(square).collect();
        let right = Tensor::from_vec(chunk, (indices.len(), values), &Device::Cpu)?;
        let products = left.matmul(&right.t()?)?.flatten_all()?.to_vec1::<f32>()?;
        best.par_iter_mut().zip(products.par_chunks_exact(indices.len())).for_each(|(best, products)| {
            for ((product, square), index) in products.iter().zip(&squares).zip(indices.clone()) {
                // The square of the picture itself is left out, since it is the same for all candidates.
                let distance = square - 2.0 * product;
                if distance < best.0 {
                    *best = (distance, index);
                }
            }
        });
    }
    let exact = |(picture, &(_, index)): (&[f32], &(f32, usize))| {
        let mut other = Vec::with_capacity(values);
        data.extend_with(&mut other, index, false);
        let sum: f64 = picture.iter().zip(&other).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        Nearest { index, distance: (sum / values as f64).sqrt() }
    };
    Ok(Some(pictures.par_chunks_exact(values).zip(&best).map(exact).collect()))
}

fn square(values: &[f32]) -> f32 {
    values.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() as f32
}

/// The samples' distances to their nearest training pictures, compared with those of test pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbours {
    /// Median distance of the samples.
    pub median: f64,
    /// Median distance of the test pictures.
    pub baseline_median: f64,
    /// Share of samples that are nearer than the nearest 1 % of the test pictures. About 0.01 is expected; a larger
    /// share means that the network memorises.
    pub below_1: f64,
    /// Share of samples that are nearer than half of the test pictures; about 0.5 is expected.
    pub below_50: f64,
}

impl Neighbours {
    /// Compares the nearest training pictures of samples with those of test pictures. Neither list may be empty.
    pub fn of(samples: &[Nearest], baseline: &[Nearest]) -> Self {
        let sorted = |all: &[Nearest]| {
            let mut distances: Vec<f64> = all.iter().map(|nearest| nearest.distance).collect();
            distances.sort_by(f64::total_cmp);
            distances
        };
        let (samples, baseline) = (sorted(samples), sorted(baseline));
        let below =
            |limit: f64| samples.partition_point(|&distance| distance < limit) as f64 / samples.len() as f64;
        Self {
            median: quantile(&samples, 0.5),
            baseline_median: quantile(&baseline, 0.5),
            below_1: below(quantile(&baseline, 0.01)),
            below_50: below(quantile(&baseline, 0.5)),
        }
    }
}

/// The quantile by linear interpolation between sorted values (Hyndman & Fan 1996, definition 7; NumPy's default).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, part) = (place as usize, place.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + part * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` different pictures of 4 × 4 pixels with 3 channels.
    fn data(n: usize) -> Dataset {
        let bytes = (0..n * 48).map(|i| (i * i * 31 % 251 + i / 48 * 7 % 5) as u8).collect();
        Dataset::from_bytes("data", [n, 3, 4, 4], bytes, None, Vec::new()).unwrap()
    }

    #[test]
    fn the_nearest_of_all_pairs_is_found() {
        // More pictures than one chunk holds.
        let data = data(CHUNK + 300);
        let mut pictures = Vec::new();
        for index in [5, CHUNK + 250, 77] {
            data.extend_with(&mut pictures, index, false);
        }
        pictures[48..].iter_mut().step_by(5).for_each(|v| *v = (*v + 0.02).min(1.0));
        let found = nearest(&pictures, &data, |_| true).unwrap().unwrap();
        assert_eq!(found[0].distance, 0.0);
        for (picture, found) in pictures.chunks_exact(48).zip(found) {
            let distance = |index: usize| {
                let mut other = Vec::new();
                data.extend_with(&mut other, index, false);
                let sum: f64 = picture.iter().zip(other).map(|(a, b)| f64::from(a - b).powi(2)).sum();
                (sum / 48.0).sqrt()
            };
            let least = (0..data.len()).map(distance).fold(f64::INFINITY, f64::min);
            assert_eq!(found.distance, least);
            assert_eq!(distance(found.index), least);
        }
    }

    #[test]
    fn it_can_be_stopped_and_shapes_must_agree() {
        assert_eq!(nearest(&[0.0; 48], &data(3), |_| false).unwrap(), None);
        let error = nearest(&[0.0; 50], &data(3), |_| true).unwrap_err();
        assert!(error.to_string().contains("48"), "{error}");
    }

    #[test]
    fn shares_are_told_by_the_test_pictures() {
        let all = |distances: &mut dyn Iterator<Item = f64>| -> Vec<Nearest> {
            distances.map(|distance| Nearest { index: 0, distance }).collect()
        };
        // The distances 0, 0.01, …, 1.
        let baseline = all(&mut (0..=100).map(|i| f64::from(i) / 100.0));
        let samples = all(&mut [0.0, 0.005, 0.2, 0.49, 0.9, 0.95, 0.96, 2.0].into_iter());
        let found = Neighbours::of(&samples, &baseline);
        assert!((found.baseline_median - 0.5).abs() < 1e-12 && (found.median - 0.695).abs() < 1e-12);
        assert_eq!((found.below_1, found.below_50), (0.25, 0.5));
        let same = Neighbours::of(&baseline, &baseline);
        assert!((same.below_1 - 0.01).abs() < 0.005 && (same.below_50 - 0.5).abs() < 0.01);
    }
}
