//! The identity of every quantity: one symbol, one name, one colour, one sentence.
//!
//! Formulas, plot lines, picture frames, legends and table columns all take it from here.

/// A quantity of the forward process, its ledger or its posterior.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// The clean picture.
    X0,
    /// All noise of `x_t`, as one standard normal.
    Epsilon,
    /// The noised picture.
    Xt,
    /// The part of `x_t` that is still picture.
    Signal,
    /// The part of `x_t` that is noise of earlier steps.
    Inherited,
    /// The part of `x_t` that the last step added.
    New,
    /// What the three parts leave unexplained.
    Residual,
    /// Mean of the posterior.
    PosteriorMean,
    /// A draw from the posterior.
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
    /// Raw weight `w_0`.
    WeightX0,
    /// Raw weight `w_t`.
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
    /// The score that guidance makes of them.
    GuidedScore,
}

/// The colour family of a quantity; [`Quantity::rgb`] gives the shade for a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hue {
    Signal,
    Noise,
    Inherited,
    New,
    Ink,
    Mean,
    Sample,
    Quiet,
}

impl Hue {
    /// `[dark, light]`. The palette of Okabe and Ito (2008), safe for colour-blind readers,
    /// with lightness moved for contrast against each theme's background.
    const fn shades(self) -> [[u8; 3]; 2] {
        match self {
            Self::Signal => [[0x5c, 0xb8, 0xf0], [0x00, 0x6f, 0xb4]],
            Self::Noise => [[0xf5, 0xa4, 0x31], [0xb3, 0x65, 0x00]],
            Self::Inherited => [[0xe6, 0xcb, 0x55], [0x8c, 0x79, 0x00]],
            Self::New => [[0xff, 0x76, 0x4d], [0xc4, 0x3f, 0x0a]],
            Self::Ink => [[0xf2, 0xf4, 0xf7], [0x1b, 0x20, 0x27]],
            Self::Mean => [[0xdc, 0x8f, 0xc0], [0xa0, 0x3f, 0x7c]],
            Self::Sample => [[0x3f, 0xc9, 0x9d], [0x00, 0x7d, 0x59]],
            Self::Quiet => [[0x9a, 0xa4, 0xb2], [0x5c, 0x66, 0x73]],
        }
    }
}

struct Identity {
    symbol: &'static str,
    glyph: &'static str,
    name: &'static str,
    column: &'static str,
    hue: Hue,
    sentence: &'static str,
}

const fn identity(
    symbol: &'static str,
    glyph: &'static str,
    name: &'static str,
    column: &'static str,
    hue: Hue,
    sentence: &'static str,
) -> Identity {
    Identity { symbol, glyph, name, column, hue, sentence }
}

impl Quantity {
    /// Every quantity.
    pub const ALL: [Self; 33] = [
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
    ];

    #[rustfmt::skip]
    const fn identity(self) -> Identity {
        match self {
            Self::X0 => identity("x₀", "x0", "clean picture", "x0", Hue::Signal,
                "The picture before any noise, in [−1, 1]."),
            Self::Epsilon => identity("ε", "eps", "noise", "eps", Hue::Noise,
                "All the noise in xₜ as one standard normal per pixel and channel."),
            Self::Xt => identity("xₜ", "xt", "noised picture", "xt", Hue::Ink,
                "The state of the forward process at step t: what is left of the picture plus the noise."),
            Self::Signal => identity("√ᾱₜ x₀", "signal", "signal", "signal", Hue::Signal,
                "The part of xₜ that is still the picture: x₀ faded by √ᾱₜ."),
            Self::Inherited => identity("√(αₜ(1−ᾱₜ₋₁)) ε′", "inherited", "inherited noise", "inherited", Hue::Inherited,
                "The part of xₜ that is noise of the steps before t, faded by √αₜ in this step."),
            Self::New => identity("√βₜ ε″", "new", "new noise", "new", Hue::New,
                "The part of xₜ that step t has just added."),
            Self::Residual => identity("residual", "residual", "residual", "residual", Hue::Quiet,
                "xₜ minus the sum of its three parts: rounding in single precision, nothing else."),
            Self::PosteriorMean => identity("μ̃ₜ", "mu-tilde", "posterior mean", "posterior_mean", Hue::Mean,
                "The best guess of xₜ₋₁ for one who knows both xₜ and x₀."),
            Self::Sample => identity("xₜ₋₁", "sample", "posterior sample", "sample", Hue::Sample,
                "One draw from q(xₜ₋₁ | xₜ, x₀): the posterior mean plus noise of variance β̃ₜ."),
            Self::Beta => identity("βₜ", "beta", "new-noise variance", "beta", Hue::New,
                "Variance of the noise that step t adds."),
            Self::Alpha => identity("αₜ", "alpha", "kept share", "alpha", Hue::Ink,
                "Share of the variance that step t keeps: 1 − βₜ."),
            Self::AlphaBar => identity("ᾱₜ", "alpha-bar", "signal variance", "alpha_bar", Hue::Signal,
                "Share of the variance of xₜ that is still signal: the product of all α up to t."),
            Self::SqrtAlphaBar => identity("√ᾱₜ", "sqrt-alpha-bar", "signal factor", "sqrt_alpha_bar", Hue::Signal,
                "The factor on the picture in xₜ."),
            Self::SqrtOneMinusAlphaBar => identity("√(1−ᾱₜ)", "sqrt-one-minus-alpha-bar", "noise factor",
                "sqrt_one_minus_alpha_bar", Hue::Noise, "The factor on the noise in xₜ."),
            Self::NoiseVariance => identity("1−ᾱₜ", "one-minus-alpha-bar", "noise variance", "noise_variance", Hue::Noise,
                "Variance of all the noise in xₜ: inherited plus new."),
            Self::Snr => identity("SNRₜ", "snr", "signal-to-noise ratio", "snr", Hue::Ink,
                "Variance of the signal over variance of the noise: ᾱₜ / (1 − ᾱₜ)."),
            Self::LogSnr => identity("log SNRₜ", "log-snr", "log signal-to-noise ratio", "log_snr", Hue::Ink,
                "Natural logarithm of SNRₜ; 0 where signal and noise are equally strong."),
            Self::NewShare => identity("λₜ", "lambda", "new share of the noise", "new_share", Hue::New,
                "Share of the noise in xₜ that step t has just added: βₜ / (1 − ᾱₜ). Also the exact weight of x₀ in μ̃ₜ."),
            Self::InheritedShare => identity("1−λₜ", "one-minus-lambda", "inherited share of the noise", "inherited_share", Hue::Inherited,
                "Share of the noise in xₜ that was there before step t."),
            Self::PosteriorVariance => identity("β̃ₜ", "beta-tilde", "posterior variance", "posterior_variance", Hue::Sample,
                "Variance of q(xₜ₋₁ | xₜ, x₀); always below βₜ."),
            Self::WeightX0 => identity("w₀", "w0", "raw weight of x₀", "posterior_mean_x0", Hue::Signal,
                "Factor on x₀ in μ̃ₜ = w₀ x₀ + wₜ xₜ. The two factors do not sum to 1."),
            Self::WeightXt => identity("wₜ", "wt", "raw weight of xₜ", "posterior_mean_xt", Hue::Ink,
                "Factor on xₜ in μ̃ₜ = w₀ x₀ + wₜ xₜ. The two factors do not sum to 1."),
            Self::WeightSum => identity("w₀+wₜ", "w-sum", "sum of the raw weights", "posterior_weight_sum", Hue::Mean,
                "(√αₜ + √ᾱₜ₋₁) / (1 + √αₜ √ᾱₜ₋₁): below 1 for every t > 1."),
            Self::VlbWeight => identity("L weight", "vlb-weight", "variational loss weight", "vlb_weight_beta", Hue::Mean,
                "Factor on ‖ε − ε̂‖² in the variational bound with σₜ² = βₜ."),
            Self::EpsHat => identity("ε̂", "eps-hat", "predicted noise", "eps_hat", Hue::Noise,
                "What the predictor takes for the noise in xₜ."),
            Self::X0Hat => identity("x̂₀", "x0-hat", "predicted picture", "x0_hat", Hue::Signal,
                "The clean picture that the predicted noise implies: what is left of xₜ without it, scaled up."),
            Self::MuTheta => identity("μ_θ", "mu-theta", "mean of the step", "mean", Hue::Mean,
                "Where the step goes before it adds noise of its own."),
            Self::XPrev => identity("xₜ₋₁", "x-prev", "next state", "x_prev", Hue::Sample,
                "The state after the step: its mean plus fresh noise, where the sampler adds some."),
            Self::CleanMean => identity("E[x₀ | xₜ]", "clean-mean", "mean of the clean data", "clean_mean", Hue::Signal,
                "The mean of all data that xₜ may have come from: what an ideal network predicts."),
            Self::Score => identity("∇ log q", "score", "score", "score", Hue::Mean,
                "The direction in which the density of noised data grows fastest."),
            Self::ClassScore => identity("∇ log q(xₜ | y)", "class-score", "score of the class", "class_score", Hue::Inherited,
                "The score of the data of one class alone."),
            Self::ClassifierGradient => identity("∇ log p(y | xₜ)", "classifier-gradient", "classifier's gradient",
                "classifier_gradient", Hue::New, "The direction in which a classifier of noised data grows more certain of the class."),
            Self::GuidedScore => identity("s̃", "guided-score", "guided score", "guided_score", Hue::Sample,
                "The score with w times the classifier's gradient."),
        }
    }

    /// Unicode symbol, for text.
    pub const fn symbol(self) -> &'static str {
        self.identity().symbol
    }

    /// Name of the typeset symbol among the inline formulas of the assets.
    pub const fn glyph(self) -> &'static str {
        self.identity().glyph
    }

    /// English name, lower case.
    pub const fn name(self) -> &'static str {
        self.identity().name
    }

    /// Name of the table column or tensor that holds it.
    pub const fn column(self) -> &'static str {
        self.identity().column
    }

    /// One sentence that explains it.
    pub const fn sentence(self) -> &'static str {
        self.identity().sentence
    }

    /// Colour as sRGB, for a dark or a light background.
    pub const fn rgb(self, dark: bool) -> [u8; 3] {
        let [on_dark, on_light] = self.identity().hue.shades();
        if dark { on_dark } else { on_light }
    }
}
