//! The window's words: messages of [Fluent](https://projectfluent.org), by language.
//!
//! Views hold no sentences. They ask for a message by its name with [`fl!`](i18n_embed_fl::fl), which knows all
//! names and arguments of the English messages when the program is built. The messages are in
//! `i18n/LANGUAGE/diffuscope.ftl`. Words travel with the [`View`](super::view::View), so that figures and windows of
//! several languages can be drawn side by side.

mod errors;
mod names;
mod pseudo;

use std::borrow::Cow;

use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed::unic_langid::LanguageIdentifier;
use i18n_embed::{I18nAssets, LanguageLoader as _};

pub use self::errors::{error_text, missing_text};
pub use self::names::{noise_label, parameter_label, schedule_count, schedule_label};

/// The messages of a language, from which views take their texts.
pub type Words = FluentLanguageLoader;

/// The name of the files of messages.
const DOMAIN: &str = "diffuscope";
const ENGLISH_MESSAGES: &str = include_str!("../../../i18n/en/diffuscope.ftl");

/// A language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// English with accents, in brackets, and 40 % longer. A text that appears without accents is not taken from the
    /// messages; a text that is cut off would have too little room in other languages.
    Pseudo,
}

impl Language {
    /// The language's tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Pseudo => "en-XA",
        }
    }

    fn id(self) -> LanguageIdentifier {
        // The tags are well-formed; "und", for one that is not, has no messages of its own.
        self.tag().parse().unwrap_or_default()
    }
}

/// The messages of a language; the English one where a message is missing.
pub fn words(language: Language) -> Words {
    let english = Language::English.id();
    let words = FluentLanguageLoader::new(DOMAIN, english.clone());
    // The tests find messages that cannot be read; without any messages, their names are shown.
    if let Err(error) = words.load_languages(&Messages, &[language.id(), english]) {
        log::error!("{error}");
    }
    // Arguments are numbers and names among symbols, and need no marks that isolate text directions.
    words.set_use_isolating(false);
    words
}

/// The files of messages that are built in.
struct Messages;

impl I18nAssets for Messages {
    fn get_files(&self, path: &str) -> Vec<Cow<'_, [u8]>> {
        match path {
            "en/diffuscope.ftl" => vec![ENGLISH_MESSAGES.as_bytes().into()],
            "en-XA/diffuscope.ftl" => vec![pseudo::messages(ENGLISH_MESSAGES).into_bytes().into()],
            _ => Vec::new(),
        }
    }

    fn filenames_iter(&self) -> Box<dyn Iterator<Item = String> + '_> {
        Box::new(["en/diffuscope.ftl", "en-XA/diffuscope.ftl"].into_iter().map(str::to_owned))
    }
}
