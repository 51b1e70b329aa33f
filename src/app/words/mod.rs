//! The window's words: messages of [Fluent](https://projectfluent.org), by language.
//!
//! Views hold no sentences. They ask for a message by its name with [`fl!`](i18n_embed_fl::fl), which knows all
//! names and arguments of the English messages when the program is built. The messages are in `i18n/LANGUAGE`:
//! `diffuscope.ftl` for the window itself, and others for texts that data name. Words travel with the [`View`](super::view::View), so that figures and windows of
//! several languages can be drawn side by side.

mod causes;
mod errors;
mod language;
mod names;
mod pseudo;

use std::borrow::Cow;

use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed::unic_langid::LanguageIdentifier;
use i18n_embed::{I18nAssets, LanguageLoader as _};

pub use self::errors::{error_text, missing_text};
pub use self::language::Language;
pub use self::names::{
    class_label, device_label, model_label, noise_label, parameter_label, picture_label, sample_label,
    schedule_count, schedule_label, shape_label,
};

/// The messages of a language, from which views take their texts.
pub type Words = FluentLanguageLoader;

/// The domain of the messages.
const DOMAIN: &str = "diffuscope";
/// The files of messages: the language, and the file's text.
const FILES: [(Language, &str); 6] = [
    (Language::English, include_str!("../../../i18n/en/diffuscope.ftl")),
    (Language::English, include_str!("../../../i18n/en/glossary.ftl")),
    (Language::English, include_str!("../../../i18n/en/lessons.ftl")),
    (Language::Korean, include_str!("../../../i18n/ko/diffuscope.ftl")),
    (Language::Korean, include_str!("../../../i18n/ko/glossary.ftl")),
    (Language::Korean, include_str!("../../../i18n/ko/lessons.ftl")),
];

/// The messages of a language; the English one where a message is missing.
pub fn words(language: Language) -> Words {
    let english = id(Language::English);
    let words = FluentLanguageLoader::new(DOMAIN, english.clone());
    // The tests find messages that cannot be read; without any messages, their names are shown.
    if let Err(error) = words.load_languages(&Messages, &[id(language), english]) {
        log::error!("{error}");
    }
    // Arguments are numbers and names among symbols, and need no marks that isolate text directions.
    words.set_use_isolating(false);
    words
}

fn id(language: Language) -> LanguageIdentifier {
    // The tags are well-formed; "und", for one that is not, has no messages of its own.
    language.tag().parse().unwrap_or_default()
}

/// The texts of a language's files of messages.
pub fn texts(language: Language) -> Vec<Cow<'static, str>> {
    let of = |wanted| FILES.iter().filter(move |(language, _)| *language == wanted).map(|(_, text)| *text);
    match language {
        Language::Pseudo => of(Language::English).map(|text| pseudo::messages(text).into()).collect(),
        language => of(language).map(Cow::from).collect(),
    }
}

/// All characters of a language's messages.
#[cfg(test)]
pub fn characters(language: Language) -> String {
    let all: std::collections::BTreeSet<char> =
        texts(language).iter().flat_map(|text| text.chars()).collect();
    all.into_iter().filter(|c| !c.is_control()).collect()
}

/// The files of messages that are built in.
struct Messages;

impl Messages {
    /// The path by which the messages of a language are asked for: those of all its files.
    fn path(language: Language) -> String {
        format!("{}/{DOMAIN}.ftl", language.tag())
    }

    fn languages() -> impl Iterator<Item = Language> {
        Language::ALL.into_iter().chain([Language::Pseudo])
    }
}

impl I18nAssets for Messages {
    fn get_files(&self, path: &str) -> Vec<Cow<'_, [u8]>> {
        let asked = Self::languages().find(|language| Self::path(*language) == path);
        let bytes = |text| match text {
            Cow::Borrowed(text) => Cow::Borrowed(str::as_bytes(text)),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        asked.into_iter().flat_map(texts).map(bytes).collect()
    }

    fn filenames_iter(&self) -> Box<dyn Iterator<Item = String> + '_> {
        Box::new(Self::languages().map(Self::path))
    }
}
