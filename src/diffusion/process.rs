//! Diffusion in continuous time: the linear stochastic differential equations of Song et al. 2021,
//! "Score-based generative modeling through stochastic differential equations".
//!
//! Time runs from 0 (data) to 1 (noise). Every process is `dx = f(t) x dt + g(t) dw`, so that
//! `x_t = m(t) x_0 + σ(t) ε` with known m and σ: a [`Level`] of noise.

/// One of the three processes, with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Process {
    /// Variance preserving, the limit of DDPM (eq. 11): `f = −½β(t)`, `g² = β(t)`, with
    /// `β(t) = β_min + t (β_max − β_min)` (eq. 32).
    Vp {
        /// `β(0)`.
        beta_min: f64,
        /// `β(1)`.
        beta_max: f64,
    },
    /// Variance exploding, the limit of NCSN (eq. 9): `f = 0`, `g² = dσ²/dt`, with
    /// `σ(t) = σ_min (σ_max/σ_min)ᵗ` (eq. 30). Some noise, `σ_min`, is there at time 0 already.
    Ve {
        /// `σ(0)`.
        sigma_min: f64,
        /// `σ(1)`.
        sigma_max: f64,
    },
    /// Sub-VP (eq. 12): the drift of VP, with a variance that is never larger than that of VP.
    SubVp {
        /// `β(0)`.
        beta_min: f64,
        /// `β(1)`.
        beta_max: f64,
    },
}

impl Process {
    /// VP with the paper's β from 0.1 to 20 (appendix C).
    pub const VP: Self = Self::Vp { beta_min: 0.1, beta_max: 20.0 };
    /// VE with the paper's σ from 0.01 to 50 (appendix C, for CIFAR-10).
    pub const VE: Self = Self::Ve { sigma_min: 0.01, sigma_max: 50.0 };
    /// Sub-VP with the β of [`VP`](Self::VP).
    pub const SUB_VP: Self = Self::SubVp { beta_min: 0.1, beta_max: 20.0 };
    /// The three processes with the paper's parameters.
    pub const ALL: [Self; 3] = [Self::VP, Self::VE, Self::SUB_VP];

    /// Identifier for the command line and files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Vp { .. } => "vp",
            Self::Ve { .. } => "ve",
            Self::SubVp { .. } => "subvp",
        }
    }

    /// The process of the paper with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|process| process.name() == name)
    }

    /// The levels of signal and noise at time t in `[0, 1]` (eq. 29).
    pub fn level(&self, t: f64) -> Level {
        match *self {
            Self::Vp { beta_min, beta_max } => {
                let log_square = -integrated_beta(beta_min, beta_max, t);
                Level { scale: (0.5 * log_square).exp(), variance: -log_square.exp_m1() }
            }
            Self::Ve { sigma_min, sigma_max } => {
                let sigma = sigma_min * (sigma_max / sigma_min).powf(t);
                Level { scale: 1.0, variance: sigma * sigma }
            }
            Self::SubVp { beta_min, beta_max } => {
                let log_square = -integrated_beta(beta_min, beta_max, t);
                Level { scale: (0.5 * log_square).exp(), variance: log_square.exp_m1().powi(2) }
            }
        }
    }

    /// `f(t)`, where the drift is `f(t) x`.
    pub fn drift(&self, t: f64) -> f64 {
        match *self {
            Self::Vp { beta_min, beta_max } | Self::SubVp { beta_min, beta_max } => {
                -0.5 * (beta_min + t * (beta_max - beta_min))
            }
            Self::Ve { .. } => 0.0,
        }
    }

    /// `g(t)²`: the variance of the noise that is added per unit of time.
    pub fn diffusion(&self, t: f64) -> f64 {
        match *self {
            Self::Vp { beta_min, beta_max } => beta_min + t * (beta_max - beta_min),
            Self::Ve { sigma_min, sigma_max } => 2.0 * (sigma_max / sigma_min).ln() * self.level(t).variance,
            Self::SubVp { beta_min, beta_max } => {
                let beta = beta_min + t * (beta_max - beta_min);
                -beta * (-2.0 * integrated_beta(beta_min, beta_max, t)).exp_m1()
            }
        }
    }

    /// Variance of the normal distribution with mean 0 from which sampling starts: 1, or `σ_max²`.
    pub fn prior_variance(&self) -> f64 {
        match *self {
            Self::Vp { .. } | Self::SubVp { .. } => 1.0,
            Self::Ve { sigma_max, .. } => sigma_max * sigma_max,
        }
    }

    /// The time at which solvers stop, since scores and step lengths may diverge towards 0: 1e-3 for VP and sub-VP,
    /// 1e-5 for VE (appendix C).
    pub fn cut_off(&self) -> f64 {
        match self {
            Self::Vp { .. } | Self::SubVp { .. } => 1e-3,
            Self::Ve { .. } => 1e-5,
        }
    }

    /// The time of a log-SNR: the inverse of [`Level::log_snr`]. Beyond the ends of the process its formulas are
    /// continued, so that the result may lie outside of `[0, 1]`.
    pub fn time_of_log_snr(&self, log_snr: f64) -> f64 {
        let snr = log_snr.exp();
        let (beta_min, beta_max, integral) = match *self {
            Self::Ve { sigma_min, sigma_max } => {
                return (-0.5 * log_snr - sigma_min.ln()) / (sigma_max / sigma_min).ln();
            }
            Self::Vp { beta_min, beta_max } => (beta_min, beta_max, (-log_snr).exp().ln_1p()),
            Self::SubVp { beta_min, beta_max } => {
                // m² = SNR · σ² with σ = 1 − m²: a quadratic equation for σ.
                let sigma = 2.0 / (1.0 + (1.0 + 4.0 * snr).sqrt());
                let integral = if sigma < 0.5 { -(-sigma).ln_1p() } else { -log_snr - 2.0 * sigma.ln() };
                (beta_min, beta_max, integral)
            }
        };
        2.0 * integral / (beta_min + (beta_min.powi(2) + 2.0 * (beta_max - beta_min) * integral).sqrt())
    }

    /// The times of `steps` steps: `steps + 1` numbers that fall from 1 to `end`.
    pub fn times(&self, spacing: Spacing, steps: usize, end: f64) -> Vec<f64> {
        let ends = [1.0, end].map(|t| self.level(t).log_snr());
        let time = |i: usize| {
            let u = i as f64 / steps as f64;
            match (i, spacing) {
                (0, _) => 1.0,
                (i, _) if i == steps => end,
                (_, Spacing::Uniform) => 1.0 + u * (end - 1.0),
                (_, Spacing::Quadratic) => (1.0 + u * (end.sqrt() - 1.0)).powi(2),
                (_, Spacing::LogSnr) => self.time_of_log_snr(ends[0] + u * (ends[1] - ends[0])),
            }
        };
        (0..=steps).map(time).collect()
    }
}

/// `∫_0^t β(s) ds`.
fn integrated_beta(beta_min: f64, beta_max: f64, t: f64) -> f64 {
    t * (beta_min + 0.5 * t * (beta_max - beta_min))
}

/// How a solver's times are spaced between 1 and their end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// Evenly spaced times, as in Song et al. 2021. For VE, the σ's are then geometric.
    #[default]
    Uniform,
    /// Evenly spaced `√t`: shorter steps where there is little noise (Song et al. 2021, "DDIM", appendix D.2).
    Quadratic,
    /// Evenly spaced log-SNR (Lu et al. 2022, "DPM-Solver", section 4). Needs an end with some noise.
    LogSnr,
}

impl Spacing {
    /// All spacings.
    pub const ALL: [Self; 3] = [Self::Uniform, Self::Quadratic, Self::LogSnr];

    /// Identifier for the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Quadratic => "quadratic",
            Self::LogSnr => "log-snr",
        }
    }
}

/// A level of noise: `x_t = scale · x_0 + √variance · ε`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// m, the factor on `x_0`, which is positive; `√ᾱ_t` in DDPM.
    pub scale: f64,
    /// `σ²`, the variance of the noise; `1 − ᾱ_t` in DDPM.
    pub variance: f64,
}

impl Level {
    /// No noise at all.
    pub const CLEAN: Self = Self { scale: 1.0, variance: 0.0 };

    /// The level of DDPM with this `ᾱ_t`.
    pub fn of_alpha_bar(alpha_bar: f64) -> Self {
        Self { scale: alpha_bar.sqrt(), variance: 1.0 - alpha_bar }
    }

    /// σ.
    pub fn sigma(self) -> f64 {
        self.variance.sqrt()
    }

    /// `ln(m²/σ²)`; `+∞` without noise.
    pub fn log_snr(self) -> f64 {
        2.0 * self.scale.ln() - self.variance.ln()
    }

    /// The transition from this level to a noisier one: `q(x_t | x_s)`.
    ///
    /// For all three processes `dσ²/dt = 2 f σ² + g²`, so the transition's variance is that of the later level minus
    /// what is left of the variance of this one.
    #[must_use]
    pub fn to(self, later: Self) -> Transition {
        let ratio = later.scale / self.scale;
        Transition { ratio, variance: (later.variance - ratio * ratio * self.variance).max(0.0) }
    }

    /// The clean data that a score implies, `(x + σ² s)/m`: Tweedie's formula (Efron 2011).
    pub fn x0<const D: usize>(self, x: &[f64; D], score: &[f64; D]) -> [f64; D] {
        std::array::from_fn(|d| (x[d] + self.variance * score[d]) / self.scale)
    }
}

/// A step of the forward chain, `x_t = ratio · x_s + √variance · z`; in DDPM the two are `√α_t` and `β_t`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transition {
    /// The factor on the earlier state.
    pub ratio: f64,
    /// Variance of the noise that is added.
    pub variance: f64,
}

impl Transition {
    /// The step of DDPM with this `β_t`.
    pub fn of_beta(beta: f64) -> Self {
        Self { ratio: (1.0 - beta).sqrt(), variance: beta }
    }

    /// The level after this step.
    #[must_use]
    pub fn after(self, from: Level) -> Level {
        let variance = self.ratio * self.ratio * from.variance + self.variance;
        Level { scale: self.ratio * from.scale, variance }
    }

    /// Weights of `x_0` and `x_t` in the mean of `q(x_s | x_t, x_0)`, and its variance (DDPM eq. 7).
    pub fn posterior(self, from: Level) -> ([f64; 2], f64) {
        let after = self.after(from);
        let weights =
            [from.scale * self.variance / after.variance, self.ratio * from.variance / after.variance];
        (weights, from.variance * self.variance / after.variance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::Step;

    #[test]
    fn levels_solve_their_differential_equations() {
        for process in Process::ALL {
            for t in [0.02, 0.3, 0.7, 0.99] {
                let h = 1e-5;
                let [before, at, after] = [t - h, t, t + h].map(|t| process.level(t));
                let slope = (after.scale - before.scale) / (2.0 * h);
                assert!((slope - process.drift(t) * at.scale).abs() < 1e-7, "{process:?} {t}");
                let slope = (after.variance - before.variance) / (2.0 * h);
                let expected = 2.0 * process.drift(t) * at.variance + process.diffusion(t);
                assert!((slope / expected - 1.0).abs() < 1e-6, "{process:?} {t}: {slope} {expected}");
            }
        }
    }

    #[test]
    fn log_snr_leads_back_to_the_time() {
        for process in Process::ALL {
            for t in [1e-5, 1e-3, 0.2, 0.5, 1.0] {
                let found = process.time_of_log_snr(process.level(t).log_snr());
                assert!((found / t - 1.0).abs() < 1e-9, "{process:?} {t} {found}");
            }
        }
    }

    #[test]
    fn times_fall_to_the_end() {
        for process in Process::ALL {
            for spacing in Spacing::ALL {
                let times = process.times(spacing, 7, 1e-3);
                assert_eq!((times.len(), times[0], times[7]), (8, 1.0, 1e-3));
                assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{process:?} {spacing:?} {times:?}");
            }
        }
    }

    #[test]
    fn transitions_are_those_of_ddpm() {
        let step = Step::new(5, 0.7, 0.2);
        let (before, after) = (Level::of_alpha_bar(0.7), Level::of_alpha_bar(step.alpha_bar));
        let transition = before.to(after);
        let expected = Transition::of_beta(0.2);
        assert!((transition.ratio - expected.ratio).abs() < 1e-15);
        assert!((transition.variance - expected.variance).abs() < 1e-15);
        let ([x0, xt], variance) = transition.posterior(before);
        assert!((x0 - step.posterior_mean_x0()).abs() < 1e-15);
        assert!((xt - step.posterior_mean_xt()).abs() < 1e-15);
        assert!((variance - step.posterior_variance()).abs() < 1e-15);
    }
}
