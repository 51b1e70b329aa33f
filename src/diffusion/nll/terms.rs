//! The terms of the bound for single values of a picture, in nats.

use crate::diffusion::sampler::{StepVariance, VarianceType};
use crate::diffusion::{Schedule, Step};

use super::decoder;

/// `L_T` of one value: `KL(N(√ᾱ_T x_0, 1 − ᾱ_T) ‖ N(0, 1))`. It is 0 where no signal is left at T.
pub fn prior(alpha_bar: f64, x0: f64) -> f64 {
    // −ᾱ − ln(1 − ᾱ), which is about ᾱ²/2, without cancellation.
    0.5 * (alpha_bar * x0 * x0 - alpha_bar - (-alpha_bar).ln_1p())
}

/// One term of the bound: `L_{t−1}` for t from 2 to T, and `L_0` for t = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    step: Step,
    variance: StepVariance,
}

/// How far the variance of `L_0` may be below that of the noise in `x_1` before the term counts too much.
const NARROW: f64 = 0.1;

/// The variance `β̃_2` that `L_0` has where variances are fixed, and that of the noise in `x_1`, `(1 − ᾱ_1)/ᾱ_1`, if the first
/// is far below the second: then `x̂_0` is mostly off by more than the decoder allows, and `L_0` is large without telling of
/// the network. So it is for schedules whose first step is larger than all others, as those of variational diffusion models,
/// which begin at an end `γ_0` (Kingma et al. 2021, whose decoder has the variance of that end).
pub fn narrow_decoder(schedule: &Schedule) -> Option<[f64; 2]> {
    if schedule.steps() < 2 {
        return None;
    }
    let alpha_bar = schedule.alpha_bar(1);
    let [decoder, noise] = [schedule.step(2).posterior_variance(), (1.0 - alpha_bar) / alpha_bar];
    (decoder < NARROW * noise).then_some([decoder, noise])
}

impl Term {
    /// The term of the step from t to t − 1.
    ///
    /// The variance of the reverse step is `β̃_t`, `β_t` or the network's. In `L_0`, where `β̃_1 = 0`, it is `β̃_2` for
    /// both fixed variances, and `β̃_2` is the lower end of a learned range: the code of Ho et al. 2020 and of Nichol &
    /// Dhariwal 2021.
    ///
    /// # Panics
    /// If t is not in `1..=T`.
    pub fn new(schedule: &Schedule, t: usize, variance: VarianceType) -> Self {
        let step = schedule.step(t);
        let small = schedule.step(t.max(2)).posterior_variance();
        let variance = match variance {
            VarianceType::FixedSmall => StepVariance::Fixed(small),
            VarianceType::FixedLarge if t == 1 => StepVariance::Fixed(small),
            VarianceType::FixedLarge => StepVariance::Fixed(step.beta),
            VarianceType::LearnedRange => StepVariance::LearnedRange { min: small, max: step.beta },
            VarianceType::Learned => StepVariance::Learned,
        };
        Self { step, variance }
    }

    /// The step that is taken back.
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// The variance of the reverse step.
    pub fn variance(&self) -> StepVariance {
        self.variance
    }

    /// `σ_t²` where the network says v of it; v is not used for a fixed variance.
    pub fn sigma2(&self, v: f64) -> f64 {
        self.variance.value(v)
    }

    /// The term of one value, where the network takes `x_0` for `x0_hat` and gives the reverse step the variance
    /// `sigma2`, which is above 0.
    ///
    /// Both means are `w_0 x_0 + w_t x_t` (Ho et al. 2020, eq. 7), with `x_0` in one and `x̂_0` in the other: so they
    /// differ by `w_0 (x_0 − x̂_0)`, whatever `x_t` is, and also if `x̂_0` was clipped.
    pub fn nats(&self, x0: f64, x0_hat: f64, sigma2: f64) -> f64 {
        let weight = self.step.posterior_mean_x0();
        if self.step.t == 1 {
            // Here w_0 = 1: the mean of p(x_0 | x_1) is x̂_0.
            return -decoder::log_probability(x0, x0_hat, sigma2.sqrt());
        }
        self.constant(sigma2) + 0.5 * (weight * (x0 - x0_hat)).powi(2) / sigma2
    }

    /// The part of [`nats`](Self::nats) that does not depend on the prediction: `½ (β̃/σ² − 1 − ln(β̃/σ²))`, which is 0
    /// if `σ² = β̃`. For `L_0`, 0.
    pub fn constant(&self, sigma2: f64) -> f64 {
        if self.step.t == 1 {
            return 0.0;
        }
        let excess = self.step.posterior_variance() / sigma2 - 1.0;
        0.5 * (excess - excess.ln_1p())
    }

    /// `λ_t = β_t² / (2 σ_t² α_t (1 − ᾱ_t))`, the factor on `(ε − ε̂)²` of one value, which the simple loss drops (Ho et
    /// al. 2020, eq. 12 and 14). `+∞` where `α_t = 0`. For `L_0` it is that of the density `−ln N(x_0; x̂_0, σ²)`, which
    /// `L_0` follows as long as σ is many levels wide.
    pub fn weight(&self, sigma2: f64) -> f64 {
        let Step { beta, alpha, .. } = self.step;
        beta * beta / (2.0 * sigma2 * alpha * self.step.noise_variance())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::{ScheduleKind, ScheduleSpec};

    fn schedule(steps: usize, zero_terminal_snr: bool) -> Schedule {
        let kind = ScheduleKind::default_of("cosine").unwrap();
        ScheduleSpec { kind, steps, zero_terminal_snr }.build().unwrap()
    }

    /// `KL(N(m, s²) ‖ N(n, r²))` by the trapezoidal rule, which is exact to rounding for such functions.
    fn divergence([m, s]: [f64; 2], [n, r]: [f64; 2]) -> f64 {
        let log_density = |x: f64, mean: f64, sd: f64| {
            -0.5 * ((x - mean) / sd).powi(2) - (sd * std::f64::consts::TAU.sqrt()).ln()
        };
        let h = s / 50.0;
        (-600..=600)
            .map(|i| m + h * f64::from(i))
            .map(|x| {
                let p = log_density(x, m, s);
                h * p.exp() * (p - log_density(x, n, r))
            })
            .sum()
    }

    #[test]
    fn terms_are_divergences_by_their_definition() {
        let schedule = schedule(20, false);
        let (x0, x0_hat, x_t) = (0.3, -0.2, 0.7);
        for variance in [VarianceType::FixedSmall, VarianceType::FixedLarge, VarianceType::LearnedRange] {
            for t in 2..=20 {
                let term = Term::new(&schedule, t, variance);
                let (step, sigma2) = (schedule.step(t), term.sigma2(0.3));
                let mean = |x0: f64| step.posterior_mean_x0() * x0 + step.posterior_mean_xt() * x_t;
                let q = [mean(x0), step.posterior_variance().sqrt()];
                let expected = divergence(q, [mean(x0_hat), sigma2.sqrt()]);
                let found = term.nats(x0, x0_hat, sigma2);
                assert!(
                    (found - expected).abs() < 1e-9 * expected.max(1.0),
                    "{variance:?} {t}: {found} {expected}"
                );
                // The form in ε: x̂_0 is off by √((1−ᾱ)/ᾱ) (ε̂ − ε).
                let noise = (x0 - x0_hat) * step.snr().sqrt();
                let by_weight = term.weight(sigma2) * noise * noise + term.constant(sigma2);
                assert!((found / by_weight - 1.0).abs() < 1e-10, "{variance:?} {t}: {found} {by_weight}");
            }
        }
    }

    #[test]
    fn the_small_variance_gives_differences_of_snr() {
        // L_{t−1} = ½ (SNR_{t−1} − SNR_t) (x_0 − x̂_0)² (Kingma et al. 2021, eq. 13).
        let schedule = schedule(50, false);
        for t in 2..=50 {
            let term = Term::new(&schedule, t, VarianceType::FixedSmall);
            let step = schedule.step(t);
            let before = step.alpha_bar_prev / (1.0 - step.alpha_bar_prev);
            let expected = 0.5 * (before - step.snr()) * 0.25;
            let found = term.nats(0.5, 0.0, term.sigma2(0.0));
            assert!((found / expected - 1.0).abs() < 1e-9, "{t}: {found} {expected}");
        }
    }

    #[test]
    fn the_prior_is_a_divergence_and_goes_to_0() {
        for alpha_bar in [0.5, 0.1, 1e-3] {
            for x0 in [-1.0, 0.2] {
                let q = [f64::sqrt(alpha_bar) * x0, f64::sqrt(1.0 - alpha_bar)];
                let (found, expected) = (prior(alpha_bar, x0), divergence(q, [0.0, 1.0]));
                assert!((found - expected).abs() < 1e-12, "{alpha_bar} {x0}: {found} {expected}");
            }
        }
        // To first order it is ½ ᾱ x_0².
        assert!((prior(1e-9, 1.0) / 0.5e-9 - 1.0).abs() < 1e-6);
        assert_eq!(prior(schedule(10, true).alpha_bar(10), 1.0), 0.0);
    }

    #[test]
    fn the_first_variance_is_that_of_the_second_step() {
        let schedule = schedule(10, false);
        let second = schedule.step(2).posterior_variance();
        for variance in [VarianceType::FixedSmall, VarianceType::FixedLarge] {
            assert_eq!(Term::new(&schedule, 1, variance).sigma2(0.0), second);
        }
        let range = Term::new(&schedule, 1, VarianceType::LearnedRange);
        assert!((range.sigma2(-1.0) / second - 1.0).abs() < 1e-14);
        assert!((range.sigma2(1.0) / schedule.step(1).beta - 1.0).abs() < 1e-14);
        assert_eq!(Term::new(&schedule, 1, VarianceType::Learned).sigma2(0.25), 0.25);
    }

    /// With a wide σ, the decoder is the density times the width of a level.
    #[test]
    fn a_wide_decoder_is_a_density() {
        let schedule = schedule(10, false);
        let term = Term::new(&schedule, 1, VarianceType::Learned);
        let (x0, x0_hat, sigma2) = (64.0 / 127.5 - 1.0, 0.1_f64, 0.25_f64);
        let density = -0.5 * (x0 - x0_hat).powi(2) / sigma2 - 0.5 * (std::f64::consts::TAU * sigma2).ln();
        let found = term.nats(x0, x0_hat, sigma2);
        assert!((found + density + (2.0_f64 / 255.0).ln()).abs() < 1e-5, "{found}");
        let noise = (x0 - x0_hat) * term.step().snr().sqrt();
        let weighted = term.weight(sigma2) * noise * noise;
        assert!((weighted - 0.5 * (x0 - x0_hat).powi(2) / sigma2).abs() < 1e-12);
    }
}
