//! How the reverse process forgets its start: any distribution, taken through the true reverse kernels.

use super::RANGE;
use crate::diffusion::exact::{Density, reverse_step, total_variation};
use crate::diffusion::process::Level;

/// The number of points of the grid.
const POINTS: usize = 401;

/// How a start distribution develops under the reverse kernels.
#[derive(Clone, Debug, PartialEq)]
pub struct Forgetting {
    /// The x of all curves.
    pub grid: Vec<f64>,
    /// Timesteps, falling from T, each with the density of the distribution on the grid.
    pub curves: Vec<(f64, Vec<f64>)>,
    /// Timesteps, falling from T, each with the total variation distance between the distribution and
    /// `q(x_t)`.
    pub distances: Vec<[f64; 2]>,
}

/// Takes the density `start`, which need not be normalised, through the reverse kernels, from the first of
/// the levels down to the last one that the grid can resolve. Kernels of several merged steps are exact too,
/// so the number of levels does not change the result. `go_on` is called with the level's index before each
/// step; when it returns false, the result is `None`.
pub fn forget(
    data: &Density,
    levels: &[(f64, Level)],
    start: impl Fn(f64) -> f64,
    mut go_on: impl FnMut(usize) -> bool,
) -> Option<Forgetting> {
    // The grid reaches beyond what is shown, so that no mass is lost at the ends.
    let reach = 1.25 * RANGE[1];
    let spacing = 2.0 * reach / (POINTS - 1) as f64;
    let grid: Vec<f64> = (0..POINTS).map(|i| spacing * i as f64 - reach).collect();
    let mut p: Vec<f64> = grid.iter().map(|&x| start(x)).collect();
    normalise(&mut p, spacing);
    let mut curves: Vec<(f64, Vec<f64>)> = Vec::new();
    let mut distances = Vec::new();
    let mut previous: Option<Level> = None;
    for (i, &(t, level)) in levels.iter().enumerate() {
        if level.sigma() < 2.0 * spacing {
            break;
        }
        if !go_on(i) {
            return None;
        }
        if let Some(later) = previous {
            p = reverse_step(data, level, level.to(later), &grid, &p);
        }
        let q: Vec<f64> = grid.iter().map(|&x| data.log_pdf(level, x).exp()).collect();
        distances.push([t, total_variation(&grid, &p, &q)]);
        curves.push((t, p.clone()));
        previous = Some(level);
    }
    Some(Forgetting { grid, curves, distances })
}

fn normalise(p: &mut [f64], spacing: f64) {
    let mass: f64 = p.iter().sum::<f64>() * spacing;
    for value in p {
        *value /= mass.max(f64::MIN_POSITIVE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::Gaussian;
    use crate::diffusion::data::LineShape;

    #[test]
    fn starts_are_forgotten_and_the_right_one_stays_right() {
        let levels: Vec<(f64, Level)> = (0..24)
            .map(|i| {
                (f64::from(24 - i), Level::of_alpha_bar(1.0 / (1.0 + (4.0 - 0.35 * f64::from(i)).exp())))
            })
            .collect();
        let data = LineShape::default().density().unwrap();
        let narrow = |x: f64| Gaussian { mean: 1.0, variance: 0.01 }.pdf(x);
        let pushed = forget(&data, &levels, narrow, |_| true).unwrap();
        let distances: Vec<f64> = pushed.distances.iter().map(|d| d[1]).collect();
        assert!(distances.windows(2).all(|pair| pair[1] < pair[0] + 1e-6), "{distances:?}");
        assert!(distances[0] > 0.8 && distances[distances.len() - 1] < 0.1, "{distances:?}");
        let right = forget(&data, &levels, |x| data.log_pdf(levels[0].1, x).exp(), |_| true).unwrap();
        assert!(right.distances.iter().all(|d| d[1] < 2e-3), "{:?}", right.distances);
        assert_eq!(forget(&data, &levels, narrow, |step| step < 3), None);
    }
}
