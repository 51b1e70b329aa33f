//! How far two sets of points are from each other.

use rayon::prelude::*;

use crate::diffusion::noise::{Key, Stream, plane};

/// The energy distance `2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖` over all pairs (Székely & Rizzo 2013, eq. 6.1): 0 for equal
/// sets, positive otherwise. Two samples of n points from the same distribution are about `2 E‖X − X′‖/n` apart. The
/// time grows with the product of the two numbers of points.
pub fn energy_distance<const D: usize>(x: &[[f64; D]], y: &[[f64; D]]) -> f64 {
    energy_distance_while(x, y, &|| true).unwrap_or(f64::NAN)
}

/// Like [`energy_distance`], but can stop early: `go_on` is called for every point; when it returns false,
/// the result is `None`.
pub fn energy_distance_while<const D: usize>(
    x: &[[f64; D]],
    y: &[[f64; D]],
    go_on: &(dyn Fn() -> bool + Sync),
) -> Option<f64> {
    Some(2.0 * mean_distance(x, y, go_on)? - mean_distance(x, x, go_on)? - mean_distance(y, y, go_on)?)
}

fn mean_distance<const D: usize>(
    x: &[[f64; D]],
    y: &[[f64; D]],
    go_on: &(dyn Fn() -> bool + Sync),
) -> Option<f64> {
    let row = |a: &[f64; D]| -> f64 {
        y.iter().map(|b| (0..D).map(|d| (a[d] - b[d]).powi(2)).sum::<f64>().sqrt()).sum()
    };
    // Collected before it is summed: the order of a sum must not depend on the threads.
    let rows: Option<Vec<f64>> = x.par_iter().map(|a| go_on().then(|| row(a))).collect();
    Some(rows?.iter().sum::<f64>() / (x.len() as f64 * y.len() as f64))
}

/// The sliced 2-Wasserstein distance (Bonneel et al. 2015): the root of the mean, over random directions,
/// of the mean squared distance between the sorted projections. Both sets must have the same number of points.
///
/// # Panics
/// If the numbers of points differ.
pub fn sliced_wasserstein<const D: usize>(
    x: &[[f64; D]],
    y: &[[f64; D]],
    directions: usize,
    seed: u64,
) -> f64 {
    assert_eq!(x.len(), y.len(), "sets of different sizes");
    let normals = plane(Key::from_seed(seed), 0, Stream::Data, u32::MAX, 0, directions * D);
    let slice = |direction: &[f32; D]| {
        let length = direction.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
        let sorted = |points: &[[f64; D]]| {
            let along =
                |p: &[f64; D]| p.iter().zip(direction).map(|(p, v)| p * f64::from(*v)).sum::<f64>() / length;
            let mut projected: Vec<f64> = points.iter().map(along).collect();
            projected.sort_by(f64::total_cmp);
            projected
        };
        let squares = sorted(x).into_iter().zip(sorted(y)).map(|(a, b)| (a - b).powi(2));
        squares.sum::<f64>() / x.len() as f64
    };
    let slices: Vec<f64> = normals.as_chunks::<D>().0.par_iter().map(slice).collect();
    (slices.iter().sum::<f64>() / directions as f64).sqrt()
}

/// Mean and covariance matrix of points, with sums divided by their number.
pub fn mean_and_covariance<const D: usize>(points: &[[f64; D]]) -> ([f64; D], [[f64; D]; D]) {
    let count = points.len() as f64;
    let mean: [f64; D] = std::array::from_fn(|d| points.iter().map(|x| x[d]).sum::<f64>() / count);
    let product =
        |i: usize, j: usize| points.iter().map(|x| (x[i] - mean[i]) * (x[j] - mean[j])).sum::<f64>();
    (mean, std::array::from_fn(|i| std::array::from_fn(|j| product(i, j) / count)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_of_two_points() {
        // X = {0, 1}, Y = {2}: 2 · 1.5 − 0.5 − 0.
        assert_eq!(energy_distance(&[[0.0], [1.0]], &[[2.0]]), 2.5);
        assert_eq!(energy_distance(&[[0.0, 3.0]], &[[4.0, 0.0]]), 10.0);
        let set = [[0.3, 1.0], [-2.0, 0.1], [0.0, 0.0]];
        assert!(energy_distance(&set, &set).abs() < 1e-15);
    }

    #[test]
    fn a_shift_is_seen_by_every_slice() {
        // Along a random direction of the plane, a shift by s has the mean square s²/2.
        let set: Vec<[f64; 2]> = (0..50).map(|i| [(i as f64).sin(), (i as f64 * 1.7).cos()]).collect();
        let moved: Vec<[f64; 2]> = set.iter().map(|[x, y]| [x + 2.0, *y]).collect();
        let found = sliced_wasserstein(&set, &moved, 4000, 0);
        assert!((found - 2f64.sqrt()).abs() < 0.05, "{found}");
        assert_eq!(sliced_wasserstein(&set, &set, 10, 0), 0.0);
    }
}
