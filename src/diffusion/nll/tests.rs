//! The whole bound where everything is known.

use std::f64::consts::TAU;

use super::{Term, prior};
use crate::diffusion::sampler::VarianceType;
use crate::diffusion::{Schedule, ScheduleKind, ScheduleSpec};

fn cosine(steps: usize, zero_terminal_snr: bool) -> Schedule {
    let kind = ScheduleKind::default_of("cosine").unwrap();
    ScheduleSpec { kind, steps, zero_terminal_snr }.build().unwrap()
}

fn minus_log_density(x: f64, mean: f64, variance: f64) -> f64 {
    0.5 * ((x - mean).powi(2) / variance + (TAU * variance).ln())
}

/// The expected bound, over the noise, of a value `x_0` of normal data with mean 0 and this variance, under the ideal
/// denoiser. The reverse steps have the variance `sigma2(t)`. `L_0` is that of a density, as these data have one.
fn bound(schedule: &Schedule, variance: f64, x0: f64, sigma2: impl Fn(usize) -> f64) -> f64 {
    let steps = schedule.steps();
    let mut total = prior(schedule.alpha_bar(steps), x0);
    for t in 1..=steps {
        let term = Term::new(schedule, t, VarianceType::Learned);
        let (signal, noise) = (term.step().sqrt_alpha_bar(), term.step().sqrt_one_minus_alpha_bar());
        // Each term is a polynomial of degree 2 in ε: its mean is that over ε = ±1.
        for eps in [-1.0, 1.0] {
            let x_t = signal * x0 + noise * eps;
            let x0_hat =
                signal * variance * x_t / (term.step().alpha_bar * variance + term.step().noise_variance());
            let sigma2 = sigma2(t);
            total += 0.5
                * if t == 1 { minus_log_density(x0, x0_hat, sigma2) } else { term.nats(x0, x0_hat, sigma2) };
        }
    }
    total
}

/// The variance of `q(x_{t−1} | x_t)`: that of the posterior, and that of its mean `w_0 x_0` as far as `x_t` leaves it
/// open.
fn exact(schedule: &Schedule, variance: f64, t: usize) -> f64 {
    let step = schedule.step(t);
    let left = variance * step.noise_variance() / (step.alpha_bar * variance + step.noise_variance());
    step.posterior_variance() + step.posterior_mean_x0().powi(2) * left
}

/// With the exact reverse step the bound is the likelihood itself, whatever T is; with any other it is larger.
#[test]
fn normal_data_reach_their_likelihood() {
    for steps in [2, 7, 40] {
        let schedule = cosine(steps, true);
        for variance in [0.04, 0.5, 1.0, 3.0] {
            for x0 in [-0.9, 0.1, 0.6] {
                let truth = minus_log_density(x0, 0.0, variance);
                let found = bound(&schedule, variance, x0, |t| exact(&schedule, variance, t));
                assert!((found - truth).abs() < 1e-6, "{steps} {variance} {x0}: {found} {truth}");
            }
            for kind in [VarianceType::FixedSmall, VarianceType::FixedLarge] {
                let sigma2 = |t| Term::new(&schedule, t, kind).sigma2(0.0);
                // In the mean over the data, with three nodes of Gauss and Hermite, exact for degree 2.
                let nodes = [(-3.0_f64.sqrt(), 1.0 / 6.0), (0.0, 2.0 / 3.0), (3.0_f64.sqrt(), 1.0 / 6.0)];
                let mean = |value: &dyn Fn(f64) -> f64| -> f64 {
                    nodes.iter().map(|(node, weight)| weight * value(node * variance.sqrt())).sum()
                };
                let found = mean(&|x0| bound(&schedule, variance, x0, sigma2));
                let truth = mean(&|x0| minus_log_density(x0, 0.0, variance));
                assert!(found > truth - 1e-9, "{kind:?} {steps} {variance}: {found} {truth}");
                // β is the exact variance for unit variance, but for the first step.
                let is_exact = kind == VarianceType::FixedLarge && variance == 1.0;
                assert_eq!(
                    found > truth + 1e-3,
                    !is_exact || steps > 2,
                    "{kind:?} {steps} {variance}: {found} {truth}"
                );
            }
        }
    }
}

/// Where signal is left at T, the chain does not end in its prior, and the bound is larger in the mean even with the exact
/// steps: by the divergence of `q(x_T)` from the prior.
#[test]
fn what_is_left_at_the_end_is_what_is_lost() {
    let spec = ScheduleSpec { steps: 20, ..ScheduleSpec::default() };
    let schedule = spec.build().unwrap();
    let variance: f64 = 0.3;
    let nodes = [-variance.sqrt(), variance.sqrt()];
    let mean = |value: &dyn Fn(f64) -> f64| nodes.iter().map(|&x0| value(x0)).sum::<f64>() / 2.0;
    let found = mean(&|x0| bound(&schedule, variance, x0, |t| exact(&schedule, variance, t)));
    let truth = mean(&|x0| minus_log_density(x0, 0.0, variance));
    let alpha_bar = schedule.alpha_bar(20);
    let last = alpha_bar * variance + 1.0 - alpha_bar;
    let lost = 0.5 * (last - 1.0 - last.ln());
    assert!((found - truth - lost).abs() < 1e-9 && lost > 1e-3, "{found} {truth} {lost}");
}

/// The ideal denoiser of n different pictures, here of one value each: with `σ² = β̃` its divergences are
/// `½ (SNR_{t−1} − SNR_t) mmse(SNR_t)`, an upper sum of `½ ∫ mmse dSNR`, which is the information that `x_t` has of `x_0`
/// (Guo et al. 2005). So the bound falls as T grows, towards ln n where the ends of the schedule hide and show the picture,
/// and never below.
#[test]
fn knowing_the_data_by_heart_costs_the_choice_among_them() {
    let points = [0, 60, 200, 255].map(super::decoder::value_of);
    let expected = |steps: usize| {
        let kind =
            ScheduleKind::LogSnr(crate::diffusion::schedule::LogSnr { logsnr_max: 14.0, logsnr_min: -14.0 });
        let schedule = ScheduleSpec { kind, steps, zero_terminal_snr: false }.build().unwrap();
        let mut total = 0.0;
        for x0 in points {
            total += prior(schedule.alpha_bar(steps), x0) / 4.0;
            for t in 1..=steps {
                let term = Term::new(&schedule, t, VarianceType::FixedSmall);
                let (signal, variance) = (term.step().sqrt_alpha_bar(), term.step().noise_variance());
                // The trapezoidal rule over ε.
                let h = 0.05;
                for i in -160..=160 {
                    let eps = h * f64::from(i);
                    let x_t = signal * x0 + variance.sqrt() * eps;
                    let squares = points.map(|point| -(x_t - signal * point).powi(2) / (2.0 * variance));
                    let most = squares.into_iter().fold(f64::NEG_INFINITY, f64::max);
                    let weights = squares.map(|square| (square - most).exp());
                    let sum: f64 = weights.iter().sum();
                    let x0_hat: f64 =
                        points.iter().zip(weights).map(|(point, weight)| point * weight / sum).sum();
                    let density = (-0.5 * eps * eps).exp() / TAU.sqrt();
                    total += 0.25 * h * density * term.nats(x0, x0_hat, term.sigma2(0.0));
                }
            }
        }
        total
    };
    let truth = 4.0_f64.ln();
    let found = [30, 100, 400, 1600].map(expected);
    assert!(found.is_sorted_by(|a, b| a > b), "{found:?}");
    assert!(found[3] > truth && found[3] < truth + 0.02, "{found:?} {truth}");
    // The excess is in proportion to the length of a step.
    let ratio = (found[2] - truth) / (found[3] - truth);
    assert!((3.0..5.0).contains(&ratio), "{found:?} {ratio}");
}
