//! What a quantity looks like in the window, and what it is called: one glyph, one colour, one name, one sentence.
//!
//! Formulas, plot lines, picture frames and legends all take it from here.

use super::words::Words;
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

impl Hue {
    const fn of(quantity: Quantity) -> Self {
        use Quantity as Q;
        match quantity {
            Q::X0 | Q::Signal | Q::AlphaBar | Q::SqrtAlphaBar | Q::WeightX0 | Q::X0Hat | Q::CleanMean => {
                Self::Signal
            }
            Q::Epsilon | Q::SqrtOneMinusAlphaBar | Q::NoiseVariance | Q::EpsHat => Self::Noise,
            Q::Xt | Q::Alpha | Q::Snr | Q::LogSnr | Q::WeightXt => Self::Ink,
            Q::Inherited | Q::InheritedShare | Q::ClassScore => Self::Inherited,
            Q::New | Q::Beta | Q::NewShare | Q::ClassifierGradient => Self::New,
            Q::Residual => Self::Quiet,
            Q::PosteriorMean | Q::WeightSum | Q::VlbWeight | Q::MuTheta | Q::Score => Self::Mean,
            Q::Sample | Q::PosteriorVariance | Q::XPrev | Q::GuidedScore => Self::Sample,
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
