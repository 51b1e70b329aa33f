//! The numbers of one step that the per-pixel kernels need.

use super::WalkPosition;
use crate::diffusion::Step;

/// The factors of a step, computed in f64 and rounded to f32, and the step's two positions on the walk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    /// `√ᾱ_t`.
    pub sqrt_alpha_bar: f32,
    /// `√(1−ᾱ_t)`.
    pub sqrt_noise: f32,
    /// `√(α_t (1−ᾱ_{t−1}))`, deviation of the inherited noise.
    pub sqrt_inherited: f32,
    /// `√β_t`, deviation of the new noise.
    pub sqrt_new: f32,
    /// `√(1−λ_t)`.
    pub sqrt_inherited_share: f32,
    /// `√λ_t`.
    pub sqrt_new_share: f32,
    /// `w_0`, the raw weight of `x_0` in the posterior's mean.
    pub mean_x0: f32,
    /// `w_t`, the raw weight of `x_t` in the posterior's mean.
    pub mean_xt: f32,
    /// `√β̃_t`, the posterior's deviation.
    pub sqrt_posterior: f32,
    /// Position of the walk at t.
    pub now: WalkPosition,
    /// Position of the walk at t − 1.
    pub before: WalkPosition,
}

impl Coefficients {
    /// The factors of `step`. A step too small to leave a trace in f64 (`1 − ᾱ_t = 0`) counts as
    /// the first one: all of its (vanishing) noise is new.
    pub fn of(step: &Step) -> Self {
        let or = |value: f64, fallback: f64| if value.is_finite() { value } else { fallback };
        Self {
            sqrt_alpha_bar: step.sqrt_alpha_bar() as f32,
            sqrt_noise: step.sqrt_one_minus_alpha_bar() as f32,
            sqrt_inherited: step.inherited_variance().sqrt() as f32,
            sqrt_new: step.new_variance().sqrt() as f32,
            sqrt_inherited_share: or(step.inherited_share(), 0.0).sqrt() as f32,
            sqrt_new_share: or(step.new_share(), 1.0).sqrt() as f32,
            mean_x0: or(step.posterior_mean_x0(), 1.0) as f32,
            mean_xt: or(step.posterior_mean_xt(), 0.0) as f32,
            sqrt_posterior: or(step.posterior_variance(), 0.0).sqrt() as f32,
            now: WalkPosition::from_log_snr(step.log_snr()),
            before: WalkPosition::from_log_snr(step.log_snr_prev()),
        }
    }
}
