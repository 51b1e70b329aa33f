//! Causes of failures, which layers below the window and libraries tell in English, in the window's language.
//!
//! A cause that is known here has a message, whose English text is the cause as it is told, with arguments for what
//! differs. By this text it is recognised. Any other cause stays as it is.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Language, Words, words};

/// The messages and the names of their arguments.
const CAUSES: [(&str, &[&str]); 28] = [
    ("cause-cut-short", &[]),
    ("cause-dimensions", &[]),
    ("cause-pixels", &["width", "height", "most"]),
    ("cause-missing-field", &["field", "line", "column"]),
    ("cause-missing-field-alone", &["field"]),
    ("cause-no-folder", &["folder"]),
    ("cause-make-folder", &[]),
    ("cause-no-folder-above", &[]),
    ("cause-make-first", &[]),
    ("cause-is-folder", &[]),
    ("cause-add-name", &[]),
    ("cause-file-in-place", &[]),
    ("cause-other-folder", &[]),
    ("cause-where-allowed", &[]),
    ("cause-disk-full", &[]),
    ("cause-free-space", &[]),
    ("cause-nothing-there", &[]),
    ("cause-other-place", &[]),
    ("cause-try-again", &[]),
    ("cause-names-no-file", &[]),
    ("cause-no-network", &[]),
    ("cause-choose-saved", &[]),
    ("cause-memory", &[]),
    ("cause-tiles-memory", &[]),
    ("cause-longest-text", &["most"]),
    ("cause-within", &["most"]),
    ("cause-negative", &["value"]),
    // Many texts have this form, so that it comes last.
    ("cause-from-to", &["least", "most"]),
];

/// What stands in the place of an argument while a message is taken apart.
const MARK: char = '\u{E000}';

/// A message by which a cause is recognised.
struct Pattern {
    message: &'static str,
    /// The text around the arguments: one piece more than there are arguments.
    pieces: Vec<String>,
    /// The arguments, in the order in which they stand in the text.
    arguments: Vec<&'static str>,
}

impl Pattern {
    fn of(english: &Words, (message, names): (&'static str, &'static [&'static str])) -> Self {
        let marked = |(i, name): (usize, &&'static str)| (*name, format!("{MARK}{i}{MARK}"));
        let text = english.get_args(message, names.iter().enumerate().map(marked).collect::<HashMap<_, _>>());
        // Every second piece is the number of an argument.
        let (mut pieces, mut arguments) = (Vec::new(), Vec::new());
        for (i, piece) in text.split(MARK).enumerate() {
            match piece.parse::<usize>().ok().and_then(|number| names.get(number)) {
                Some(name) if i % 2 == 1 => arguments.push(*name),
                _ => pieces.push(piece.to_owned()),
            }
        }
        Self { message, pieces, arguments }
    }

    /// The arguments of a text that has this form.
    fn arguments(&self, text: &str) -> Option<HashMap<&'static str, String>> {
        let (first, others) = self.pieces.split_first()?;
        let mut rest = text.strip_prefix(first.as_str())?;
        let mut found = HashMap::new();
        for (i, (name, piece)) in self.arguments.iter().zip(others).enumerate() {
            let last = i + 1 == self.arguments.len();
            let value =
                if last { rest.strip_suffix(piece.as_str())? } else { rest.split_once(piece.as_str())?.0 };
            found.insert(*name, value.to_owned());
            rest = rest.get(value.len() + piece.len()..)?;
        }
        rest.is_empty().then_some(found)
    }
}

/// A cause in the window's language, or as it is if it is not known here.
pub fn cause(words: &Words, text: &str) -> String {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    let patterns = PATTERNS.get_or_init(|| {
        let english = self::words(Language::English);
        CAUSES.into_iter().map(|cause| Pattern::of(&english, cause)).collect()
    });
    let known = patterns.iter().find_map(|pattern| Some((pattern.message, pattern.arguments(text)?)));
    known.map_or_else(|| text.to_owned(), |(message, arguments)| words.get_args(message, arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_in_the_window_s_language() {
        let (english, korean) = (words(Language::English), words(Language::Korean));
        for text in [
            "unexpected end of file",
            "100000 × 100000 pixels, at most 16384 a side",
            "missing field `format` at line 1 column 29",
            "there is no folder /no/such place",
            "this is a folder without a network: neither model_index.json nor config.json is in it",
        ] {
            assert_eq!(cause(&english, text), text);
            let told = cause(&korean, text);
            assert!(told != text && told.chars().any(|c| ('가'..='힣').contains(&c)), "{told}");
        }
        let told = cause(&korean, "missing field `format` at line 1 column 29");
        assert!(told.contains("format") && told.contains("29"), "{told}");
        let other = "the moon is in the way";
        assert_eq!(cause(&korean, other), other);
    }

    #[test]
    fn every_message_is_recognised_by_its_own_text() {
        let english = words(Language::English);
        for (message, names) in CAUSES {
            let values: HashMap<&str, String> =
                names.iter().map(|name| (*name, format!("«{name}»"))).collect();
            let text = english.get_args(message, values);
            assert_eq!(cause(&english, &text), text, "{message}");
            assert!(text.chars().any(char::is_alphabetic) && !text.contains("No localization"), "{text}");
        }
    }
}
