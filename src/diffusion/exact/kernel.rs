//! The true reverse kernel in one dimension, and how Gaussian it is.

use rayon::prelude::*;

use super::density::{Density, Posterior, log_normal};
use super::quadrature::nodes;
use crate::diffusion::Gaussian;
use crate::diffusion::gaussian::standard_normal_cdf;
use crate::diffusion::process::{Level, Transition};

/// Standard deviations beyond which a Gaussian is neglected.
const REACH: f64 = 9.0;
/// Densities whose logarithm is below this count as 0.
const NOTHING: f64 = -700.0;
/// The most panels of 16 nodes.
const MAX_PANELS: f64 = 20_000.0;

/// The true reverse kernel `q(x_s | x_t)` of the data, not of one known `x_0`: by Bayes' rule it is
/// `q(x_s) N(x_t; r x_s, v)/q(x_t)`.
///
/// DDPM takes it to be Gaussian, which it is in the limit of small steps (Feller 1949; Sohl-Dickstein
/// et al. 2015, section 2.2).
#[derive(Clone, Copy, Debug)]
pub struct ReverseKernel<'a> {
    data: &'a Density,
    from: Level,
    step: Transition,
    x_t: f64,
    /// What `x_t` says about `x_0`.
    posterior: Posterior,
}

impl<'a> ReverseKernel<'a> {
    /// The kernel at `x_t` that undoes `step` (one step, or several merged into one), which began at the level `from`.
    /// Both the level and the step must have some noise.
    pub fn new(data: &'a Density, from: Level, step: Transition, x_t: f64) -> Self {
        Self { data, from, step, x_t, posterior: data.given(x_t, step.after(from)) }
    }

    /// `ln q(x_s | x_t)`.
    pub fn log_pdf(&self, x_s: f64) -> f64 {
        self.data.log_pdf(self.from, x_s) + log_normal(self.x_t - self.step.ratio * x_s, self.step.variance)
            - self.posterior.log_evidence
    }

    /// The Gaussian with the kernel's own mean and variance, which is the nearest one in `KL(q ‖ ·)`. It is what an
    /// ideal network gives that also learns the variance (Bao et al. 2022, "Analytic-DPM", theorem 1).
    ///
    /// Given `x_0` the kernel has mean `w_0 x_0 + w_t x_t` and variance β̃; over `p(x_0 | x_t)` the
    /// variance becomes `β̃ + w_0² Var[x_0 | x_t]`.
    pub fn gaussian(&self) -> Gaussian {
        let ([x0, xt], variance) = self.step.posterior(self.from);
        Gaussian {
            mean: x0 * self.posterior.mean + xt * self.x_t,
            variance: variance + x0 * x0 * self.posterior.variance,
        }
    }

    /// The Gaussian with the kernel's mean and DDPM's fixed variance `β_t` (Ho et al. 2020, section
    /// 3.2), which is right for data that are `N(0, 1)`.
    pub fn fixed_gaussian(&self) -> Gaussian {
        Gaussian { variance: self.step.variance, ..self.gaussian() }
    }

    /// `KL(q(x_s | x_t) ‖ other)` in nats.
    ///
    /// The logarithm of a Gaussian is quadratic, so only the moments of q matter in the difference to the nearest
    /// Gaussian: the divergence is the one to [`gaussian`](Self::gaussian) plus that of this Gaussian from `other`.
    pub fn kl(&self, other: Gaussian) -> f64 {
        self.non_gaussianity() + self.gaussian().kl(other)
    }

    /// The divergence `KL(q ‖ g)` in nats of the kernel q from the nearest Gaussian g. It is computed by
    /// quadrature of `q (ln(q/g) − 1 + g/q)`, which is never negative, so that small divergences keep their
    /// digits (down to about 1e-15).
    pub fn non_gaussianity(&self) -> f64 {
        let gaussian = self.gaussian();
        // Over p(x_0 | x_t) the kernel is a mixture of N(w_0 x_0 + w_t x_t, β̃): so it has no detail finer than √β̃,
        // and no density beyond what the ends of the data reach.
        let ([x0, xt], variance) = self.step.posterior(self.from);
        let (ends, deviation) = (self.data.extent(Level::CLEAN), variance.sqrt());
        let [start, end] = [(ends.start, -REACH), (ends.end, REACH)]
            .map(|(end, reach)| x0 * end + xt * self.x_t + reach * deviation);
        let panels = ((end - start) / (4.0 * deviation)).ceil().clamp(1.0, MAX_PANELS) as usize;
        let excess = |x: f64| {
            let log_q = self.log_pdf(x);
            let log_g = log_normal(x - gaussian.mean, gaussian.variance);
            let ratio = log_q - log_g;
            if ratio.abs() < 1.0 {
                log_q.exp() * (ratio + (-ratio).exp_m1())
            } else if log_q > NOTHING {
                log_q.exp() * (ratio - 1.0) + log_g.exp()
            } else {
                log_g.exp()
            }
        };
        let inside: f64 = nodes(start..end, panels).map(|[x, weight]| weight * excess(x)).sum();
        // Outside of these ends q is negligible, but g may not be.
        let outside = [start - gaussian.mean, gaussian.mean - end];
        inside + outside.map(|z| standard_normal_cdf(z / gaussian.standard_deviation())).iter().sum::<f64>()
    }

    /// The means over `x_t ~ q(x_t)` of the divergences, in nats, from [`gaussian`](Self::gaussian) and from
    /// [`fixed_gaussian`](Self::fixed_gaussian).
    pub fn mean_kl(data: &Density, from: Level, step: Transition) -> [f64; 2] {
        let level = step.after(from);
        let extent = data.extent(level);
        let panels = ((extent.end - extent.start) / (4.0 * data.detail(level))).ceil();
        let places: Vec<_> = nodes(extent, panels.clamp(1.0, MAX_PANELS) as usize).collect();
        let at = |&[x, weight]: &[f64; 2]| {
            let kernel = ReverseKernel::new(data, from, step, x);
            let share = weight * kernel.posterior.log_evidence.exp();
            if share < 1e-14 {
                return [0.0; 2];
            }
            let own = kernel.non_gaussianity();
            [share * own, share * (own + kernel.gaussian().kl(kernel.fixed_gaussian()))]
        };
        // Collected before it is summed: the order of a sum must not depend on the threads.
        let terms: Vec<[f64; 2]> = places.par_iter().map(at).collect();
        terms.iter().fold([0.0; 2], |sums, term| [sums[0] + term[0], sums[1] + term[1]])
    }
}
