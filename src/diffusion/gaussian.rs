//! One-dimensional normal distributions, and the two whose product is the posterior.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use super::Step;

/// A normal distribution over one pixel. Variance 0 is a point mass, variance `+∞` says nothing
/// about the pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    /// Mean.
    pub mean: f64,
    /// Variance, in `[0, ∞]`.
    pub variance: f64,
}

impl Gaussian {
    /// `N(0, 1)`.
    pub const STANDARD: Self = Self { mean: 0.0, variance: 1.0 };

    /// No knowledge: the neutral element of [`product`](Self::product).
    pub const FLAT: Self = Self { mean: 0.0, variance: f64::INFINITY };

    /// `√variance`.
    pub fn standard_deviation(self) -> f64 {
        self.variance.sqrt()
    }

    /// The normalised product of the two densities: precisions add, means are weighted by
    /// precision (Bishop 2006, section 2.3.3).
    ///
    /// A point mass wins against every other distribution; of two point masses, whose product is undefined,
    /// `self` wins. A flat distribution changes nothing.
    #[must_use]
    pub fn product(self, other: Self) -> Self {
        if self.variance == 0.0 || other.variance == f64::INFINITY {
            return self;
        }
        if other.variance == 0.0 || self.variance == f64::INFINITY {
            return other;
        }
        let own_weight = other.variance / (self.variance + other.variance);
        let other_weight = self.variance / (self.variance + other.variance);
        Self {
            mean: own_weight * self.mean + other_weight * other.mean,
            variance: self.variance * own_weight,
        }
    }

    /// The density at `x`: for a point mass `+∞` at the mean and 0 elsewhere; for a flat distribution 0.
    pub fn pdf(self, x: f64) -> f64 {
        if self.variance == 0.0 {
            return if x == self.mean { f64::INFINITY } else { 0.0 };
        }
        let distance = x - self.mean;
        (-0.5 * distance * distance / self.variance).exp() / (TAU * self.variance).sqrt()
    }

    /// The probability of a value up to `x`, with an error of a few times 1e-16.
    pub fn cdf(self, x: f64) -> f64 {
        if self.variance == 0.0 {
            return if x >= self.mean { 1.0 } else { 0.0 };
        }
        standard_normal_cdf((x - self.mean) / self.standard_deviation())
    }

    /// The divergence `KL(self ‖ other)` in nats, `½ (v/v′ + (m − m′)²/v′ − 1 − ln(v/v′))`. It is `+∞` if only one of
    /// the two is a point mass, or both are at different places.
    pub fn kl(self, other: Self) -> f64 {
        if self == other {
            return 0.0;
        }
        if other.variance == 0.0 {
            return f64::INFINITY;
        }
        let distance = self.mean - other.mean;
        // r − 1 − ln r, through ln(1 + ·) so that nearly equal variances do not lose their digits.
        let excess = (self.variance - other.variance) / other.variance;
        let spread = (excess - excess.ln_1p()).max(0.0);
        0.5 * (spread + distance * distance / other.variance)
    }
}

/// `Φ(x)`, the standard normal distribution function, as `½ erfc(−x/√2)`: the lower tail keeps its
/// relative accuracy too.
pub fn standard_normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// What is known about one pixel of `x_{t−1}`: see [`posterior_gaussians`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PosteriorGaussians {
    /// From the clean image: `N(√ᾱ_{t−1} x_0, 1 − ᾱ_{t−1})`; a point mass at `t = 1`.
    pub from_x0: Gaussian,
    /// From the noisier image: `N(x_t/√α_t, β_t/α_t)`; flat where `α_t = 0`.
    pub from_xt: Gaussian,
    /// The normalised product of the two: `q(x_{t−1} | x_t, x_0) = N(μ̃_t, β̃_t)`.
    pub product: Gaussian,
}

/// The two Gaussians about a pixel of `x_{t−1}` and their product, the posterior (DDPM eq. 6 and 7).
///
/// By Bayes' rule `q(x_{t−1} | x_t, x_0) ∝ q(x_{t−1} | x_0) · q(x_t | x_{t−1})`, and the second
/// factor, read as a function of `x_{t−1}`, is the Gaussian from `x_t`.
pub fn posterior_gaussians(step: &Step, x0: f64, xt: f64) -> PosteriorGaussians {
    let from_x0 = Gaussian { mean: step.alpha_bar_prev.sqrt() * x0, variance: 1.0 - step.alpha_bar_prev };
    let from_xt = if step.alpha > 0.0 {
        Gaussian { mean: xt / step.alpha.sqrt(), variance: step.beta / step.alpha }
    } else {
        Gaussian::FLAT
    };
    PosteriorGaussians { from_x0, from_xt, product: from_x0.product(from_xt) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ScheduleSpec;

    fn close(a: f64, b: f64, tolerance: f64) -> bool {
        (a - b).abs() <= tolerance * b.abs()
    }

    #[test]
    fn normal_cdf_agrees_with_arbitrary_precision() {
        // mpmath's ncdf at 50 digits. −x/√2 is rounded before the tail magnifies it by x²: hence
        // 1e-15 (1 + x²) relative.
        for (x, expected) in [
            (-37.0, 5.725_571_222_524_576_823e-300),
            (-10.0, 7.619853024160526066e-24),
            (-5.5, 1.8989562465887719384e-8),
            (-1.0, 0.15865525393145705141),
            (-0.1, 0.46017216272297101853),
            (0.0, 0.5),
            (0.3, 0.61791142218895263731),
            (1.96, 0.97500210485177956586),
            (3.0, 0.99865010196836990547),
            (8.0, 0.9999999999999993779),
        ] {
            let phi = standard_normal_cdf(x);
            assert!(close(phi, expected, 1e-15 * (1.0 + x * x)), "Φ({x}) = {phi:e}");
        }
        let shifted = Gaussian { mean: 2.0, variance: 4.0 };
        assert_eq!(shifted.cdf(4.0), standard_normal_cdf(1.0));
    }

    #[test]
    fn product_is_proportional_to_the_product_of_the_densities() {
        let (a, b) = (Gaussian { mean: 0.3, variance: 0.2 }, Gaussian { mean: -1.0, variance: 1.5 });
        let product = a.product(b);
        let ratio = |x| a.pdf(x) * b.pdf(x) / product.pdf(x);
        for x in [-2.0, -0.5, 0.0, 0.4, 1.7] {
            assert!(close(ratio(x), ratio(0.1), 1e-13));
        }
        let area: f64 = (-8000..8000).map(|i| product.pdf(f64::from(i) * 1e-3) * 1e-3).sum();
        // The rectangle rule is exact to rounding for so smooth a curve.
        assert!(close(area, 1.0, 1e-12));
    }

    #[test]
    fn point_masses_and_flat_ones_have_sane_products() {
        let (point, normal) = (Gaussian { mean: 0.7, variance: 0.0 }, Gaussian { mean: 2.0, variance: 3.0 });
        assert_eq!(point.product(normal), point);
        assert_eq!(normal.product(point), point);
        assert_eq!(normal.product(Gaussian::FLAT), normal);
        assert_eq!(Gaussian::FLAT.product(normal), normal);
        assert_eq!(point.product(Gaussian::FLAT), point);
        assert_eq!((point.pdf(0.7), point.pdf(0.6)), (f64::INFINITY, 0.0));
        assert_eq!((point.cdf(0.7), point.cdf(0.6)), (1.0, 0.0));
    }

    #[test]
    fn kl_of_gaussians() {
        let (a, b) = (Gaussian { mean: 0.3, variance: 0.2 }, Gaussian { mean: -1.0, variance: 1.5 });
        let integral: f64 = (-8000..8000)
            .map(|i| f64::from(i) * 1e-3)
            .map(|x| (a.pdf(x), b.pdf(x)))
            .filter(|(p, _)| *p > 0.0)
            .map(|(p, q)| p * (p / q).ln() * 1e-3)
            .sum();
        assert!(close(a.kl(b), integral, 1e-12), "{} {integral}", a.kl(b));
        assert_eq!(a.kl(a), 0.0);
        assert_eq!(a.kl(Gaussian { variance: 0.0, ..a }), f64::INFINITY);
        assert_eq!(Gaussian { variance: 0.0, ..a }.kl(a), f64::INFINITY);
        // ½ (x − ln(1 + x)) ≈ x²/4 for a variance off by x = 1e-6.
        let near = Gaussian { mean: 0.0, variance: 1.0 + 1e-6 }.kl(Gaussian::STANDARD);
        assert!(close(near, 0.25e-12, 1e-3), "{near:e}");
    }

    #[test]
    fn posterior_is_the_product_at_both_ends_of_the_chain() {
        let spec = ScheduleSpec { zero_terminal_snr: true, ..ScheduleSpec::default() };
        let schedule = spec.build().unwrap();
        let first = posterior_gaussians(&schedule.step(1), 0.4, -0.3);
        assert_eq!(first.product, Gaussian { mean: 0.4, variance: 0.0 });
        let last = posterior_gaussians(&schedule.step(1000), 0.4, -0.3);
        assert_eq!(last.from_xt, Gaussian::FLAT);
        assert_eq!(last.product, last.from_x0);
    }
}
