//! Any starting distribution, taken through the true reverse kernels on a grid.

use rayon::prelude::*;

use super::density::{Density, log_normal};
use crate::diffusion::process::{Level, Transition};

/// One reverse step of a distribution p that need not be `q(x_t)`: `p(x_s) = ∫ q(x_s | x_t) p(x_t) dx_t`, on an even
/// `grid` that must cover both distributions and resolve the step's width `√v/r`.
///
/// `p = q(x_t)` gives `q(x_s)`. Any other p is gradually forgotten, since every kernel brings two distributions nearer
/// to each other; the difference left at the end says how much the start matters. Each kernel's mass is normalised on
/// the grid, so that none is lost. `from` is the level of `x_s` and must have some noise.
pub fn reverse_step(data: &Density, from: Level, step: Transition, grid: &[f64], p: &[f64]) -> Vec<f64> {
    let prior: Vec<f64> = grid.par_iter().map(|&x| data.log_pdf(from, x)).collect();
    let log_kernel =
        |x_s: usize, x_t: usize| prior[x_s] + log_normal(grid[x_t] - step.ratio * grid[x_s], step.variance);
    // The logarithm of the sum of each column, which takes the place of q(x_t), so that the kernel's mass on
    // the grid is 1.
    let columns: Vec<f64> = (0..grid.len())
        .into_par_iter()
        .map(|x_t| {
            let largest = (0..grid.len()).map(|x_s| log_kernel(x_s, x_t)).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = (0..grid.len()).map(|x_s| (log_kernel(x_s, x_t) - largest).exp()).sum();
            largest + sum.ln()
        })
        .collect();
    let value = |x_s: usize| {
        let terms = p.iter().enumerate().filter(|(_, p)| **p > 0.0);
        terms.map(|(x_t, p)| p * (log_kernel(x_s, x_t) - columns[x_t]).exp()).sum()
    };
    (0..grid.len()).into_par_iter().map(value).collect()
}

/// The total variation distance `½ ∫ |p − q|` on an even grid: the share of the mass that would have to be moved.
pub fn total_variation(grid: &[f64], p: &[f64], q: &[f64]) -> f64 {
    let spacing = (grid[grid.len() - 1] - grid[0]) / (grid.len() - 1) as f64;
    0.5 * spacing * p.iter().zip(q).map(|(p, q)| (p - q).abs()).sum::<f64>()
}
