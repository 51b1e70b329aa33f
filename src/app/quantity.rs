//! What a quantity looks like in the window, and what it is called: one glyph, one colour, one name, one sentence.
//!
//! Formulas, plot lines, picture frames and legends all take it from here.

use super::words::Words;
use crate::diffusion::schedule::Defined;
use crate::quantity::Quantity;

/// The colour family of a quantity.
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
    /// `[dark, light]`. It began as the palette of Okabe and Ito (2008). Hue and lightness are moved for contrast against
    /// each theme's background, and so that neighbours differ for colour-blind readers too, which a test measures.
    const fn shades(self) -> [[u8; 3]; 2] {
        match self {
            Self::Signal => [[0x5c, 0xb8, 0xf0], [0x00, 0x6f, 0xb4]],
            Self::Noise => [[0xfd, 0xa8, 0x56], [0xab, 0x4b, 0x16]],
            Self::Inherited => [[0xff, 0xeb, 0x4e], [0xc4, 0x7d, 0x04]],
            Self::New => [[0xf8, 0x54, 0x52], [0xc0, 0x12, 0x42]],
            Self::Ink => [[0xf2, 0xf4, 0xf7], [0x1b, 0x20, 0x27]],
            Self::Mean => [[0xdc, 0x8f, 0xc0], [0xa0, 0x3f, 0x7c]],
            Self::Sample => [[0x3f, 0xc9, 0x9d], [0x00, 0x7d, 0x59]],
            Self::Quiet => [[0x9a, 0xa4, 0xb2], [0x5c, 0x66, 0x73]],
        }
    }
}

impl Hue {
    const fn of(quantity: Quantity) -> Self {
        use Quantity as Q;
        match quantity {
            Q::X0
            | Q::Signal
            | Q::AlphaBar
            | Q::SqrtAlphaBar
            | Q::WeightX0
            | Q::X0Hat
            | Q::CleanMean
            | Q::DecoderTerm
            | Q::Mmse => Self::Signal,
            Q::Epsilon | Q::SqrtOneMinusAlphaBar | Q::NoiseVariance | Q::EpsHat | Q::PriorTerm => Self::Noise,
            Q::Xt | Q::NoisedLatent | Q::Alpha | Q::Snr | Q::LogSnr | Q::WeightXt | Q::Bound => Self::Ink,
            Q::Inherited | Q::InheritedShare | Q::ClassScore | Q::Attention => Self::Inherited,
            Q::New | Q::Beta | Q::NewShare | Q::ClassifierGradient => Self::New,
            Q::Residual => Self::Quiet,
            Q::PosteriorMean
            | Q::WeightSum
            | Q::VlbWeight
            | Q::MuTheta
            | Q::Score
            | Q::DenoiserTerm
            | Q::ContinuousLoss
            | Q::Loss
            | Q::Latent => Self::Mean,
            Q::Sample | Q::PosteriorVariance | Q::XPrev | Q::GuidedScore | Q::Decoded => Self::Sample,
        }
    }
}

impl From<Defined> for Quantity {
    /// The quantity that a kind of schedule defines.
    fn from(defined: Defined) -> Self {
        match defined {
            Defined::Beta => Self::Beta,
            Defined::AlphaBar => Self::AlphaBar,
            Defined::LogSnr => Self::LogSnr,
        }
    }
}

impl Quantity {
    /// Name of the typeset symbol among the inline formulas of the assets, and of its message.
    pub(super) const fn glyph(self) -> &'static str {
        match self {
            Self::X0 => "x0",
            Self::Epsilon => "eps",
            Self::Xt => "xt",
            Self::Signal => "signal",
            Self::Inherited => "inherited",
            Self::New => "new",
            Self::Residual => "residual",
            Self::PosteriorMean => "mu-tilde",
            Self::Sample => "sample",
            Self::Beta => "beta",
            Self::Alpha => "alpha",
            Self::AlphaBar => "alpha-bar",
            Self::SqrtAlphaBar => "sqrt-alpha-bar",
            Self::SqrtOneMinusAlphaBar => "sqrt-one-minus-alpha-bar",
            Self::NoiseVariance => "one-minus-alpha-bar",
            Self::Snr => "snr",
            Self::LogSnr => "log-snr",
            Self::NewShare => "lambda",
            Self::InheritedShare => "one-minus-lambda",
            Self::PosteriorVariance => "beta-tilde",
            Self::WeightX0 => "w0",
            Self::WeightXt => "wt",
            Self::WeightSum => "w-sum",
            Self::VlbWeight => "vlb-weight",
            Self::EpsHat => "eps-hat",
            Self::X0Hat => "x0-hat",
            Self::MuTheta => "mu-theta",
            Self::XPrev => "x-prev",
            Self::CleanMean => "clean-mean",
            Self::Score => "score",
            Self::ClassScore => "class-score",
            Self::ClassifierGradient => "classifier-gradient",
            Self::GuidedScore => "guided-score",
            Self::Bound => "bound",
            Self::PriorTerm => "elbo-prior",
            Self::DenoiserTerm => "elbo-step",
            Self::DecoderTerm => "elbo-data",
            Self::ContinuousLoss => "continuous-loss",
            Self::Mmse => "mmse",
            Self::Loss => "loss",
            Self::Latent => "z0",
            Self::NoisedLatent => "zt",
            Self::Decoded => "decoded",
            Self::Attention => "attention",
        }
    }

    /// The quantity's name, as it stands in a sentence.
    pub(super) fn name(self, words: &Words) -> String {
        words.get(&self.message())
    }

    /// One sentence that explains the quantity.
    pub(super) fn about(self, words: &Words) -> String {
        words.get_attr(&self.message(), "about")
    }

    fn message(self) -> String {
        format!("quantity-{}", self.glyph())
    }

    /// The quantity's colour as sRGB bytes, for a dark or a light background.
    pub(super) const fn rgb(self, dark: bool) -> [u8; 3] {
        let [on_dark, on_light] = Hue::of(self).shades();
        if dark { on_dark } else { on_light }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::theme::Theme;

    /// Colours that stand beside each other in some picture, formula or plot.
    const NEIGHBOURS: [[Hue; 2]; 19] = [
        [Hue::Signal, Hue::Noise],
        [Hue::Signal, Hue::Inherited],
        [Hue::Signal, Hue::New],
        [Hue::Signal, Hue::Ink],
        [Hue::Signal, Hue::Mean],
        [Hue::Signal, Hue::Sample],
        [Hue::Noise, Hue::Inherited],
        [Hue::Noise, Hue::New],
        [Hue::Noise, Hue::Ink],
        [Hue::Noise, Hue::Mean],
        [Hue::Noise, Hue::Sample],
        [Hue::Inherited, Hue::New],
        [Hue::Inherited, Hue::Ink],
        [Hue::New, Hue::Ink],
        [Hue::New, Hue::Mean],
        [Hue::New, Hue::Sample],
        [Hue::Mean, Hue::Sample],
        [Hue::Mean, Hue::Ink],
        [Hue::Sample, Hue::Ink],
    ];
    /// The least distance between two neighbours in CIELAB. A distance of 2.3 can just be noticed side by side.
    const DISTANCE: f64 = 15.0;
    /// The least contrast of a colour against its background, as WCAG 2.1 asks of graphics.
    const CONTRAST: f64 = 3.0;

    type Matrix = [[f64; 3]; 3];
    /// What people see in linear sRGB: with normal sight, with deuteranopia and with protanopia (Machado, Oliveira and
    /// Fernandes 2009, severity 1).
    const SIGHTS: [Matrix; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ];
    /// Linear sRGB to XYZ under D65, and its white.
    const XYZ: Matrix = [
        [0.412_456_4, 0.357_576_1, 0.180_437_5],
        [0.212_672_9, 0.715_152_2, 0.072_175_0],
        [0.019_333_9, 0.119_192_0, 0.950_304_1],
    ];
    const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];

    fn times(matrix: &Matrix, v: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
    }

    fn linear(rgb: [u8; 3]) -> [f64; 3] {
        rgb.map(|byte| {
            let value = f64::from(byte) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn lab(linear: [f64; 3]) -> [f64; 3] {
        let xyz = times(&XYZ, linear);
        let [x, y, z] = [0, 1, 2].map(|i| {
            let value: f64 = xyz[i] / WHITE[i];
            if value > 0.008_856 { value.cbrt() } else { 7.787 * value + 16.0 / 116.0 }
        });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn neighbouring_colours_differ_for_everybody() {
        for dark in [false, true] {
            let rgb = |hue: Hue| hue.shades()[usize::from(!dark)];
            for [a, b] in NEIGHBOURS {
                for sight in &SIGHTS {
                    let seen = |hue| lab(times(sight, linear(rgb(hue))).map(|v| v.clamp(0.0, 1.0)));
                    let squares = seen(a).into_iter().zip(seen(b)).map(|(a, b)| (a - b).powi(2));
                    let distance = squares.sum::<f64>().sqrt();
                    assert!(distance >= DISTANCE, "{a:?} and {b:?}, dark {dark}: {distance:.1}");
                }
            }
            let theme = if dark { Theme::DARK } else { Theme::LIGHT };
            let canvas = [theme.canvas.r(), theme.canvas.g(), theme.canvas.b()];
            let luminance = |rgb| times(&XYZ, linear(rgb))[1] + 0.05;
            for hue in NEIGHBOURS.into_iter().flatten() {
                let (a, b) = (luminance(rgb(hue)), luminance(canvas));
                assert!(a.max(b) / a.min(b) >= CONTRAST, "{hue:?}, dark {dark}");
            }
        }
    }

    use crate::app::words::{Language, words};

    #[test]
    fn every_quantity_has_its_words() {
        let words = words(Language::English);
        for quantity in Quantity::ALL {
            assert!(words.has(&quantity.message()), "{quantity:?}");
            assert!(quantity.about(&words).ends_with('.'), "{quantity:?}: {}", quantity.about(&words));
        }
    }
}
