//! The languages of the window.

use i18n_embed::LanguageLoader as _;
use serde::{Deserialize, Serialize};

use super::Words;

/// A language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Korean.
    #[serde(rename = "ko")]
    Korean,
    /// English with accents, in brackets, and 40 % longer. A text that appears without accents is not taken from the
    /// messages; a text that is cut off would have too little room in other languages.
    #[serde(rename = "en-XA")]
    Pseudo,
}

impl Language {
    /// The languages that a person can choose.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// The language's tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
            Self::Pseudo => "en-XA",
        }
    }

    /// The language of these words.
    pub fn of(words: &Words) -> Self {
        Self::of_locale(&words.current_language().to_string()).unwrap_or_default()
    }

    /// The language's name in the language itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Korean => "한국어",
            Self::Pseudo => "Ƥşḗŭḓǿ",
        }
    }

    /// The language of a tag or of a locale's name, such as `ko`, `ko-KR` or `ko_KR.UTF-8`; `None` if the window does
    /// not speak that language.
    pub fn of_locale(locale: &str) -> Option<Self> {
        if locale.eq_ignore_ascii_case(Self::Pseudo.tag()) {
            return Some(Self::Pseudo);
        }
        let primary = locale.split(['-', '_', '.', '@']).next()?;
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The language that the system is set to; English if the window does not speak it.
    pub fn of_system() -> Self {
        let plain = |locale: &str| matches!(locale, "C" | "POSIX").then_some(Self::English);
        let of = |locale: String| Self::of_locale(&locale).or_else(|| plain(&locale));
        sys_locale::get_locales().find_map(of).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn locales_have_languages() {
        for korean in ["ko", "ko-KR", "ko_KR.UTF-8", "KO"] {
            assert_eq!(Language::of_locale(korean), Some(Language::Korean), "{korean}");
        }
        assert_eq!(Language::of_locale("en_GB"), Some(Language::English));
        assert_eq!(Language::of_locale("en-XA"), Some(Language::Pseudo));
        for other in ["", "C", "POSIX", "de_DE.UTF-8", "kok-IN"] {
            assert_eq!(Language::of_locale(other), None, "{other}");
        }
    }
}
