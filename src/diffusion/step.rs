//! One transition of the chain, and every number that follows from it.

/// The forward transition `x_{t-1} → x_t` and all that is derived from it, in f64.
///
/// Symbols follow Ho et al. 2020 (DDPM). Timesteps are 1-based; `ᾱ_0 = 1` is the clean image. A step need not belong to
/// a schedule: steps of respaced chains, and steps tried with another β, are steps too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Timestep, `1..=T`.
    pub t: usize,
    /// `β_t`, variance of the noise that this step adds, in `(0, 1]`.
    pub beta: f64,
    /// `α_t = 1 − β_t`, the share of the variance that the step keeps.
    pub alpha: f64,
    /// `ᾱ_t = Π_{s≤t} α_s`, the signal's share of the variance.
    pub alpha_bar: f64,
    /// `ᾱ_{t−1}`.
    pub alpha_bar_prev: f64,
}

impl Step {
    /// The step that adds noise of variance `beta` to a state with `ᾱ_{t−1} = alpha_bar_prev`.
    pub fn new(t: usize, alpha_bar_prev: f64, beta: f64) -> Self {
        let alpha = 1.0 - beta;
        Self { t, beta, alpha, alpha_bar: alpha_bar_prev * alpha, alpha_bar_prev }
    }

    /// `√ᾱ_t`, the factor on `x_0`.
    pub fn sqrt_alpha_bar(&self) -> f64 {
        self.alpha_bar.sqrt()
    }

    /// `1 − ᾱ_t`, the variance of all noise so far.
    pub fn noise_variance(&self) -> f64 {
        1.0 - self.alpha_bar
    }

    /// `√(1 − ᾱ_t)`, the factor on ε.
    pub fn sqrt_one_minus_alpha_bar(&self) -> f64 {
        self.noise_variance().sqrt()
    }

    /// `SNR_t = ᾱ_t / (1 − ᾱ_t)`.
    pub fn snr(&self) -> f64 {
        self.alpha_bar / self.noise_variance()
    }

    /// `ln SNR_t` (natural logarithm); `−∞` where no signal is left.
    pub fn log_snr(&self) -> f64 {
        self.snr().ln()
    }

    /// `ln SNR_{t−1}`; `+∞` at `t = 1`, where the previous state is the clean image.
    pub fn log_snr_prev(&self) -> f64 {
        (self.alpha_bar_prev / (1.0 - self.alpha_bar_prev)).ln()
    }

    /// `λ_t = β_t / (1 − ᾱ_t)`: the share of the noise that is new. `λ_1 = 1`.
    pub fn new_share(&self) -> f64 {
        self.beta / self.noise_variance()
    }

    /// `1 − λ_t = α_t (1 − ᾱ_{t−1}) / (1 − ᾱ_t)`: the share that was inherited.
    pub fn inherited_share(&self) -> f64 {
        self.inherited_variance() / self.noise_variance()
    }

    /// `α_t (1 − ᾱ_{t−1})`: variance of the noise inherited from the past.
    pub fn inherited_variance(&self) -> f64 {
        self.alpha * (1.0 - self.alpha_bar_prev)
    }

    /// `β_t`: variance of the noise that is new.
    pub fn new_variance(&self) -> f64 {
        self.beta
    }

    /// `β̃_t = (1 − ᾱ_{t−1}) / (1 − ᾱ_t) · β_t`, variance of `q(x_{t−1} | x_t, x_0)` (DDPM eq. 7).
    pub fn posterior_variance(&self) -> f64 {
        (1.0 - self.alpha_bar_prev) / self.noise_variance() * self.beta
    }

    /// `w_0 = √ᾱ_{t−1} β_t / (1 − ᾱ_t)`, the raw weight of `x_0` in `μ̃_t` (DDPM eq. 7).
    pub fn posterior_mean_x0(&self) -> f64 {
        self.alpha_bar_prev.sqrt() * self.beta / self.noise_variance()
    }

    /// `w_t = √α_t (1 − ᾱ_{t−1}) / (1 − ᾱ_t)`, the raw weight of `x_t` in `μ̃_t` (DDPM eq. 7).
    ///
    /// The raw weights sum to less than 1 for `t > 1`.
    pub fn posterior_mean_xt(&self) -> f64 {
        self.alpha.sqrt() * (1.0 - self.alpha_bar_prev) / self.noise_variance()
    }

    /// `λ_t`, the convex weight of the estimate `√ᾱ_{t−1} x_0` of `x_{t−1}`.
    pub fn convex_x0(&self) -> f64 {
        self.new_share()
    }

    /// `1 − λ_t`, the convex weight of the estimate `x_t / √α_t` of `x_{t−1}`.
    pub fn convex_xt(&self) -> f64 {
        self.inherited_share()
    }

    /// `β_t² / (2 σ_t² α_t (1 − ᾱ_t))` with `σ_t² = β_t`: the factor on `‖ε − ε̂‖²` in the
    /// variational bound (DDPM eq. 12). `+∞` where `α_t = 0`.
    pub fn vlb_weight_beta(&self) -> f64 {
        self.beta / (2.0 * self.alpha * self.noise_variance())
    }
}
