//! Why it is not enough to standardise the data: standardised data and `x_T` have the same mean and variance,
//! but not the same distribution.

use super::{RANGE, curve, places};
use crate::diffusion::exact::{Density, total_variation};
use crate::diffusion::process::Level;

/// The number of points of the curves.
const POINTS: usize = 400;
/// The standard deviation with which single points of the data are drawn as narrow bumps.
const POINT: f64 = 0.04;

/// The two distributions, as curves of points `[x, density]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalising {
    /// Density of the data, shifted and scaled to mean 0 and variance 1; single points are drawn as narrow bumps.
    pub standardised: Vec<[f64; 2]>,
    /// `q(x_T)`.
    pub noised: Vec<[f64; 2]>,
    /// Total variation distances from `N(0, 1)`: of the standardised data, and of `x_T`.
    pub distances: [f64; 2],
}

impl Normalising {
    /// Compares data with what noise makes of them at the level `last`.
    pub fn of(data: &Density, last: Level) -> Self {
        let standard = data.standardised();
        let grid = places(RANGE, POINTS, std::iter::empty());
        let seen = Level { scale: 1.0, variance: POINT * POINT };
        let [narrow, noised] = [(&standard, seen), (data, last)]
            .map(|(data, level)| curve(grid.clone(), |x| data.log_pdf(level, x).exp()));
        let normal: Vec<f64> = grid.iter().map(|x| crate::diffusion::Gaussian::STANDARD.pdf(*x)).collect();
        let distances = [&narrow, &noised].map(|curve| {
            let values: Vec<f64> = curve.iter().map(|point| point[1]).collect();
            total_variation(&grid, &values, &normal)
        });
        Self { standardised: narrow, noised, distances }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineShape;

    #[test]
    fn noise_comes_to_the_normal_and_scaling_does_not() {
        for shape in LineShape::all() {
            let data = shape.density().unwrap();
            let [scaled, noised] = Normalising::of(&data, Level::of_alpha_bar(4e-5)).distances;
            assert!(noised < 0.005 && scaled > 0.15, "{}: {scaled} {noised}", shape.name());
        }
    }
}
