//! Distributions on the line: their marginals, paths, reverse kernels, and how a start is forgotten.

mod forgetting;
mod heat;
mod normalising;
mod paths;
mod point;
mod tweedie;

pub use forgetting::{Forgetting, forget};
pub use heat::HeatMap;
pub use normalising::Normalising;
pub use paths::{Path, PathSpec, Paths};
pub use point::{Kernel, Merging, PointSpec, PointView};
pub use tweedie::Tweedie;

/// The range of x that is shown.
pub const RANGE: [f64; 2] = [-4.0, 4.0];

/// `count` evenly spaced places over a range, and additional ones around narrow details `(mean, deviation)`, in order.
fn places([low, high]: [f64; 2], count: usize, details: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    const AROUND: [f64; 15] =
        [-4.0, -3.0, -2.0, -1.5, -1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 4.0];
    let even = (0..=count).map(|i| low + (high - low) * i as f64 / count as f64);
    let near = details.flat_map(|(mean, deviation)| AROUND.map(|z| mean + z * deviation));
    let mut places: Vec<f64> = even.chain(near.filter(|x| (low..=high).contains(x))).collect();
    places.sort_by(f64::total_cmp);
    places
}

/// The points `[x, value(x)]` of a curve at these places, where the value is finite.
fn curve(places: Vec<f64>, value: impl Fn(f64) -> f64 + Sync) -> Vec<[f64; 2]> {
    use rayon::prelude::*;
    let points: Vec<[f64; 2]> = places.into_par_iter().map(|x| [x, value(x)]).collect();
    points.into_iter().filter(|point| point[1].is_finite()).collect()
}
