//! The score, and what it says about the data.

use crate::diffusion::exact::Density;
use crate::diffusion::process::Level;

/// ᾱ is raised to at least this value: without any signal, `E[x_0 | x_t]` would be the mean of all data.
const LEAST_SIGNAL: f64 = 1e-9;

/// Tweedie's formula at one `x_t` (Efron 2011): `∇ log q(x_t) = (√ᾱ E[x_0 | x_t] − x_t)/(1 − ᾱ)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tweedie {
    /// The level of noise.
    pub level: Level,
    /// `E[x_0 | x_t]`.
    pub mean: f64,
    /// `∇ log q(x_t)`.
    pub score: f64,
}

impl Tweedie {
    /// The formula at a state x, where `alpha_bar` is the signal's share of the variance.
    pub fn at(data: &Density, alpha_bar: f64, x: f64) -> Self {
        let level = Level::of_alpha_bar(alpha_bar.max(LEAST_SIGNAL));
        let mean = data.given(x, level).mean;
        Self { level, mean, score: (level.scale * mean - x) / level.variance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineShape;

    #[test]
    fn it_is_the_slope_of_the_log_density() {
        for shape in LineShape::all() {
            let data = shape.density().unwrap();
            for (alpha_bar, x) in [(0.9, 0.3), (0.4, -1.1), (0.0, 0.7)] {
                let found = Tweedie::at(&data, alpha_bar, x);
                let [low, high] = [x - 1e-4, x + 1e-4].map(|x| data.log_pdf(found.level, x));
                let slope = (high - low) / 2e-4;
                assert!((found.score - slope).abs() < 1e-5, "{} {alpha_bar}: {slope}", shape.name());
            }
        }
    }
}
