//! All quantities, each with its symbol and the name of its column in tables.
//!
//! Its colour, its name and its explanation belong to the window.

/// A quantity of the forward process, its ledger or its posterior.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// The clean picture.
    X0,
    /// All noise in `x_t`, as one standard normal.
    Epsilon,
    /// The picture with noise.
    Xt,
    /// The part of `x_t` that is left of the picture.
    Signal,
    /// The part of `x_t` that is noise from earlier steps.
    Inherited,
    /// The part of `x_t` that is noise from the last step.
    New,
    /// The difference between `x_t` and the sum of the three parts.
    Residual,
    /// Mean of the posterior.
    PosteriorMean,
    /// A sample of the posterior.
    Sample,
    /// `β_t`.
    Beta,
    /// `α_t`.
    Alpha,
    /// `ᾱ_t`.
    AlphaBar,
    /// `√ᾱ_t`.
    SqrtAlphaBar,
    /// `√(1 − ᾱ_t)`.
    SqrtOneMinusAlphaBar,
    /// `1 − ᾱ_t`.
    NoiseVariance,
    /// `SNR_t`.
    Snr,
    /// `ln SNR_t`.
    LogSnr,
    /// `λ_t`.
    NewShare,
    /// `1 − λ_t`.
    InheritedShare,
    /// `β̃_t`.
    PosteriorVariance,
    /// Raw weight `w_0` of `x_0` in the posterior's mean.
    WeightX0,
    /// Raw weight `w_t` of `x_t` in the posterior's mean.
    WeightXt,
    /// `w_0 + w_t`.
    WeightSum,
    /// Weight of the simple loss in the variational bound.
    VlbWeight,
    /// `ε̂`, the predicted noise.
    EpsHat,
    /// `x̂_0`, the clean picture that the predicted noise implies.
    X0Hat,
    /// `μ_θ`, the mean of the next state.
    MuTheta,
    /// `x_{t−1}`, the next state.
    XPrev,
    /// `E[x_0 | x_t]`.
    CleanMean,
    /// `∇ log q(x_t)`.
    Score,
    /// `∇ log q(x_t | y)`.
    ClassScore,
    /// `∇ log p(y | x_t)`.
    ClassifierGradient,
    /// The guided score.
    GuidedScore,
    /// The bound on `−log p(x_0)`, the sum of its three parts.
    Bound,
    /// `L_T`: what the encoder's end costs.
    PriorTerm,
    /// `L_{t−1}`: what the steps of the denoiser cost.
    DenoiserTerm,
    /// `L_0`: what the decoder's levels cost.
    DecoderTerm,
    /// `L_∞`, the loss in continuous time.
    ContinuousLoss,
    /// `E (x_0 − E[x_0 | x_t])²`, the error of the ideal denoiser.
    Mmse,
    /// The loss of a training.
    Loss,
    /// `z_0`, the latent of a picture.
    Latent,
    /// `z_t`, the latent with noise.
    NoisedLatent,
    /// The picture that a decoder makes of a latent.
    Decoded,
    /// How much pixels attend to words.
    Attention,
}

impl Quantity {
    /// All quantities.
    pub const ALL: [Self; 44] = [
        Self::X0,
        Self::Epsilon,
        Self::Xt,
        Self::Signal,
        Self::Inherited,
        Self::New,
        Self::Residual,
        Self::PosteriorMean,
        Self::Sample,
        Self::Beta,
        Self::Alpha,
        Self::AlphaBar,
        Self::SqrtAlphaBar,
        Self::SqrtOneMinusAlphaBar,
        Self::NoiseVariance,
        Self::Snr,
        Self::LogSnr,
        Self::NewShare,
        Self::InheritedShare,
        Self::PosteriorVariance,
        Self::WeightX0,
        Self::WeightXt,
        Self::WeightSum,
        Self::VlbWeight,
        Self::EpsHat,
        Self::X0Hat,
        Self::MuTheta,
        Self::XPrev,
        Self::CleanMean,
        Self::Score,
        Self::ClassScore,
        Self::ClassifierGradient,
        Self::GuidedScore,
        Self::Bound,
        Self::PriorTerm,
        Self::DenoiserTerm,
        Self::DecoderTerm,
        Self::ContinuousLoss,
        Self::Mmse,
        Self::Loss,
        Self::Latent,
        Self::NoisedLatent,
        Self::Decoded,
        Self::Attention,
    ];

    /// The Unicode symbol, for text.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::X0 => "x₀",
            Self::Epsilon => "ε",
            Self::Xt => "xₜ",
            Self::Signal => "√ᾱₜ x₀",
            Self::Inherited => "√(αₜ(1−ᾱₜ₋₁)) ε′",
            Self::New => "√βₜ ε″",
            Self::Residual => "residual",
            Self::PosteriorMean => "μ̃ₜ",
            Self::Sample | Self::XPrev => "xₜ₋₁",
            Self::Beta => "βₜ",
            Self::Alpha => "αₜ",
            Self::AlphaBar => "ᾱₜ",
            Self::SqrtAlphaBar => "√ᾱₜ",
            Self::SqrtOneMinusAlphaBar => "√(1−ᾱₜ)",
            Self::NoiseVariance => "1−ᾱₜ",
            Self::Snr => "SNRₜ",
            Self::LogSnr => "log SNRₜ",
            Self::NewShare => "λₜ",
            Self::InheritedShare => "1−λₜ",
            Self::PosteriorVariance => "β̃ₜ",
            Self::WeightX0 => "w₀",
            Self::WeightXt => "wₜ",
            Self::WeightSum => "w₀+wₜ",
            Self::VlbWeight => "ωₜ",
            Self::EpsHat => "ε̂",
            Self::X0Hat => "x̂₀",
            Self::MuTheta => "μ_θ",
            Self::CleanMean => "E[x₀ | xₜ]",
            Self::Score => "∇ log q",
            Self::ClassScore => "∇ log q(xₜ | y)",
            Self::ClassifierGradient => "∇ log p(y | xₜ)",
            Self::GuidedScore => "s̃",
            Self::Bound => "−log p",
            Self::PriorTerm => "L_T",
            Self::DenoiserTerm => "Lₜ₋₁",
            Self::DecoderTerm => "L₀",
            Self::ContinuousLoss => "L∞",
            Self::Mmse => "mmse",
            Self::Loss => "ℒ",
            Self::Latent => "z₀",
            Self::NoisedLatent => "zₜ",
            Self::Decoded => "D(zₜ)",
            Self::Attention => "A",
        }
    }

    /// Name of the table column or tensor that holds it.
    pub const fn column(self) -> &'static str {
        match self {
            Self::X0 => "x0",
            Self::Epsilon => "eps",
            Self::Xt => "xt",
            Self::Signal => "signal",
            Self::Inherited => "inherited",
            Self::New => "new",
            Self::Residual => "residual",
            Self::PosteriorMean => "posterior_mean",
            Self::Sample => "sample",
            Self::Beta => "beta",
            Self::Alpha => "alpha",
            Self::AlphaBar => "alpha_bar",
            Self::SqrtAlphaBar => "sqrt_alpha_bar",
            Self::SqrtOneMinusAlphaBar => "sqrt_one_minus_alpha_bar",
            Self::NoiseVariance => "noise_variance",
            Self::Snr => "snr",
            Self::LogSnr => "log_snr",
            Self::NewShare => "new_share",
            Self::InheritedShare => "inherited_share",
            Self::PosteriorVariance => "posterior_variance",
            Self::WeightX0 => "posterior_mean_x0",
            Self::WeightXt => "posterior_mean_xt",
            Self::WeightSum => "posterior_weight_sum",
            Self::VlbWeight => "vlb_weight_beta",
            Self::EpsHat => "eps_hat",
            Self::X0Hat => "x0_hat",
            Self::MuTheta => "mean",
            Self::XPrev => "x_prev",
            Self::CleanMean => "clean_mean",
            Self::Score => "score",
            Self::ClassScore => "class_score",
            Self::ClassifierGradient => "classifier_gradient",
            Self::GuidedScore => "guided_score",
            Self::Bound => "bound",
            Self::PriorTerm => "prior_term",
            Self::DenoiserTerm => "denoiser_term",
            Self::DecoderTerm => "decoder_term",
            Self::ContinuousLoss => "continuous_loss",
            Self::Mmse => "mmse",
            Self::Loss => "loss",
            Self::Latent => "z0",
            Self::NoisedLatent => "zt",
            Self::Decoded => "decoded",
            Self::Attention => "attention",
        }
    }
}
