//! What is known at one state `x_t`: the marginal around it, `p(x_0 | x_t)`, and the reverse kernel.

use super::{RANGE, curve, places};
use crate::diffusion::Gaussian;
use crate::diffusion::exact::{Density, ReverseKernel};
use crate::diffusion::process::Level;

/// The number of points of a curve.
const POINTS: usize = 280;
/// The number of the kernel's standard deviations that are shown on either side of its mean.
const WINDOW: f64 = 4.0;

/// The state to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct PointSpec {
    /// The data.
    pub data: Density,
    /// The level at t.
    pub level: Level,
    /// The level that the reverse kernel leads to; it has some noise.
    pub before: Level,
    /// Numbers of merged steps, each with the level that the kernel of these steps leads to.
    pub merged: Vec<(usize, Level)>,
    /// `x_t`.
    pub x: f64,
}

/// What is known at the state. Curves are points `[x, density]`.
#[derive(Clone, Debug, PartialEq)]
pub struct PointView {
    /// `q(x_t)` around the state.
    pub marginal: Vec<[f64; 2]>,
    /// `p(x_0 | x_t)`, without the single points of the data.
    pub posterior: Vec<[f64; 2]>,
    /// The single points of the data as `[place, share of p(x_0 | x_t)]`.
    pub posterior_points: Vec<[f64; 2]>,
    /// `E[x_0 | x_t]`, and the standard deviation of `p(x_0 | x_t)`.
    pub clean: [f64; 2],
    /// The reverse kernel.
    pub kernel: Kernel,
    /// How far the kernels of merged steps are from Gaussians.
    pub merging: Vec<Merging>,
}

/// A reverse kernel, and the Gaussians that can take its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// `q(x_s | x_t)`.
    pub exact: Vec<[f64; 2]>,
    /// The Gaussian with the kernel's mean and variance.
    pub nearest: Gaussian,
    /// The Gaussian with the kernel's mean and DDPM's variance.
    pub fixed: Gaussian,
    /// The range of x that is worth showing.
    pub window: [f64; 2],
    /// Divergences of the kernel from the two Gaussians.
    pub kl: Merging,
}

/// Divergences of a kernel of several merged steps from Gaussians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merging {
    /// The number of steps that are merged.
    pub steps: usize,
    /// Divergence from the nearest Gaussian, in nats.
    pub nearest: f64,
    /// Divergence from the Gaussian with DDPM's variance, in nats.
    pub fixed: f64,
}

impl PointView {
    /// Computes everything that is known at a state.
    pub fn of(spec: &PointSpec) -> Self {
        let PointSpec { data, level, x, .. } = spec;
        let seen = data.given(*x, *level);
        let gaussians = data.gaussians();
        let around = gaussians.iter().map(|c| {
            let variance = level.scale.powi(2) * c.variance + level.variance;
            (level.scale * c.mean[0], variance.sqrt())
        });
        let marginal = curve(places(RANGE, POINTS, around), |x| data.log_pdf(*level, x).exp());
        let around = gaussians.iter().filter(|c| c.variance > 0.0).map(|c| {
            let evidence = level.variance + level.scale.powi(2) * c.variance;
            let shift = level.scale * c.variance * (x - level.scale * c.mean[0]) / evidence;
            (c.mean[0] + shift, (c.variance * level.variance / evidence).sqrt())
        });
        // Additional places beside the ends of segments, so that steep edges are drawn steep.
        let ends = data.segments().iter().flat_map(|s| [s.start, s.end]).map(|end| (end, 1e-7));
        let around = around.chain(ends);
        let likelihood = |x0: f64| Gaussian { mean: level.scale * x0, variance: level.variance }.pdf(*x).ln();
        let posterior = curve(places(RANGE, POINTS, around), |x0| {
            (data.log_pdf(Level::CLEAN, x0) + likelihood(x0) - seen.log_evidence).exp()
        });
        let merging = spec.merged.iter().map(|&(steps, before)| spec.merging(steps, before)).collect();
        Self {
            marginal,
            posterior,
            posterior_points: data.given_points(*x, *level),
            clean: [seen.mean, seen.variance.sqrt()],
            kernel: spec.kernel(),
            merging,
        }
    }
}

impl PointSpec {
    fn kernel(&self) -> Kernel {
        let step = self.before.to(self.level);
        let kernel = ReverseKernel::new(&self.data, self.before, step, self.x);
        let [nearest, fixed] = [kernel.gaussian(), kernel.fixed_gaussian()];
        let reach = WINDOW * nearest.standard_deviation().max(0.6 * fixed.standard_deviation());
        let window = [nearest.mean - reach, nearest.mean + reach];
        let around = self.data.gaussians().iter().map(|c| {
            let prior = self.before.scale.powi(2) * c.variance + self.before.variance;
            let precision = prior.recip() + step.ratio.powi(2) / step.variance;
            let mean = self.before.scale * c.mean[0] / prior + step.ratio * self.x / step.variance;
            (mean / precision, precision.sqrt().recip())
        });
        Kernel {
            exact: curve(places(window, POINTS, around), |x| kernel.log_pdf(x).exp()),
            nearest,
            fixed,
            window,
            kl: Merging { steps: 0, nearest: kernel.kl(nearest), fixed: kernel.kl(fixed) },
        }
    }

    fn merging(&self, steps: usize, before: Level) -> Merging {
        let kernel = ReverseKernel::new(&self.data, before, before.to(self.level), self.x);
        let own = kernel.non_gaussianity();
        Merging { steps, nearest: own, fixed: own + kernel.gaussian().kl(kernel.fixed_gaussian()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineShape;

    fn area(curve: &[[f64; 2]]) -> f64 {
        curve.windows(2).map(|p| 0.5 * (p[1][0] - p[0][0]) * (p[0][1] + p[1][1])).sum()
    }

    #[test]
    fn curves_have_the_mass_that_they_should() {
        for shape in LineShape::all() {
            let data = shape.density().unwrap();
            let [level, before] = [0.6, 0.8].map(Level::of_alpha_bar);
            let merged = vec![(3, Level::of_alpha_bar(0.7)), (9, before)];
            let view = PointView::of(&PointSpec { data, level, before, merged, x: 0.3 });
            let name = shape.name();
            assert!((area(&view.marginal) - 1.0).abs() < 5e-3, "{name}");
            assert!((area(&view.kernel.exact) - 1.0).abs() < 0.02, "{name} {}", area(&view.kernel.exact));
            let points: f64 = view.posterior_points.iter().map(|p| p[1]).sum();
            assert!((area(&view.posterior) + points - 1.0).abs() < 5e-3, "{name}");
            // A larger step is less Gaussian, and the nearest Gaussian is nearer than the one with DDPM's variance.
            assert!(view.merging[1].nearest > view.merging[0].nearest, "{name}");
            assert!(view.merging.iter().all(|m| m.fixed >= m.nearest), "{name}");
            assert_eq!(view.kernel.kl.nearest, view.merging[1].nearest, "{name}");
        }
    }
}
