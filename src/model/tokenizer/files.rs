//! The files of a tokenizer, in both forms: `tokenizer.json` has everything; `vocab.json` and `merges.txt` have only the
//! vocabulary, and the rest is the same for all tokenizers of the family.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::files::read_text;
use crate::model::ModelError;
use crate::model::config::{object, whole};
use crate::model::error::shown;

/// The largest file in bytes; CLIP's own `tokenizer.json` has 2.2 MB.
const MAX_TEXT: u64 = 64 << 20;
/// The end of tokens at the end of a word.
pub(super) const END_OF_WORD: &str = "</w>";
/// Words, numbers and signs: the special tokens, endings after an apostrophe, letters, single digits, and all others.
const WORDS: &str =
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// The contents of a tokenizer's files.
pub(super) struct Files {
    /// The file with the vocabulary, for errors.
    pub(super) name: String,
    /// The number of each token.
    vocabulary: Map<String, Value>,
    /// The pairs that are merged, in order: each two tokens with a space between them, or a list of two.
    merges: Value,
    /// How a text is normalised and divided, if the file says it.
    rules: Option<[Value; 2]>,
    /// The token that pads, if the file says it.
    pub(super) pad: Option<String>,
}

impl Files {
    pub(super) fn read(folder: &Path) -> Result<Self, ModelError> {
        let [whole, vocabulary, merges] =
            ["tokenizer.json", "vocab.json", "merges.txt"].map(|name| folder.join(name));
        if whole.exists() {
            return Self::of_whole(&whole);
        }
        let missing = |reason: &str| ModelError::Unreadable {
            name: folder.display().to_string(),
            reason: reason.to_owned(),
            advice: "copy or download the tokenizer's files again",
        };
        match [vocabulary.exists(), merges.exists()] {
            [true, true] => Self::of_parts(&vocabulary, &merges),
            [true, false] => Err(missing("there is a vocab.json without its merges.txt")),
            [false, true] => Err(missing("there is a merges.txt without its vocab.json")),
            [false, false] => {
                Err(missing("there is neither a tokenizer.json nor a vocab.json in this folder"))
            }
        }
    }

    fn of_whole(path: &Path) -> Result<Self, ModelError> {
        let name = path.display().to_string();
        let mut file = object(&read_text(path, MAX_TEXT)?, &name)?;
        let wrong = |reason: String| ModelError::Tokenizer { name: name.clone(), reason };
        let Some(Value::Object(mut model)) = file.remove("model") else {
            return Err(wrong("it has no model".to_owned()));
        };
        for (field, known) in
            [("type", json!("BPE")), ("end_of_word_suffix", json!(END_OF_WORD)), ("dropout", json!(null))]
        {
            let found = model.get(field).unwrap_or(&Value::Null);
            // Files of old versions leave the type out.
            if *found != known && !(field == "type" && found.is_null()) {
                return Err(ModelError::Unsupported {
                    name,
                    field: format!("model.{field}"),
                    found: shown(&found.to_string()),
                    known: known.to_string(),
                });
            }
        }
        let Some(Value::Object(vocabulary)) = model.remove("vocab") else {
            return Err(wrong("its model has no vocab".to_owned()));
        };
        let merges = model.remove("merges").filter(Value::is_array);
        let merges = merges.ok_or_else(|| wrong("its model has no merges".to_owned()))?;
        let mut rule = |field: &str| file.remove(field).unwrap_or(Value::Null);
        let rules = Some([rule("normalizer"), rule("pre_tokenizer")]);
        let pad =
            file.get("padding").and_then(|padding| Some(padding.get("pad_token")?.as_str()?.to_owned()));
        Self { name: name.clone(), vocabulary, merges, rules, pad }.checked()
    }

    fn of_parts(vocabulary: &Path, merges: &Path) -> Result<Self, ModelError> {
        let [of_vocabulary, of_merges] = [read_text(vocabulary, MAX_TEXT)?, read_text(merges, MAX_TEXT)?];
        let [vocabulary, merges] = [vocabulary, merges].map(|path| path.display().to_string());
        Self::of_texts((vocabulary, &of_vocabulary), (merges, &of_merges))
    }

    /// The files `vocab.json` and `merges.txt` by their names and texts.
    pub(super) fn of_texts(
        (name, vocabulary): (String, &str),
        (of_merges, merges): (String, &str),
    ) -> Result<Self, ModelError> {
        let vocabulary = object(vocabulary, &name)?;
        let lines = merges.lines().enumerate();
        let is_version = |i: usize, line: &str| i == 0 && line.starts_with("#version");
        let lines = lines.filter(|(i, line)| !line.is_empty() && !is_version(*i, line));
        let pair = |(i, line): (usize, &str)| {
            // A token has no space in it: the space is written as another letter.
            let is_pair = line.split(' ').count() == 2 && line.split(' ').all(|token| !token.is_empty());
            let wrong = || ModelError::Tokenizer {
                name: of_merges.clone(),
                reason: format!("line {} is not two tokens with a space between them", i + 1),
            };
            is_pair.then(|| Value::from(line)).ok_or_else(wrong)
        };
        let merges = lines.map(pair).collect::<Result<Vec<_>, _>>()?.into();
        Self { name, vocabulary, merges, rules: None, pad: None }.checked()
    }

    /// The same, if every token has a number.
    fn checked(self) -> Result<Self, ModelError> {
        let is_number = |value: &Value| whole(value).is_some_and(|id| u32::try_from(id).is_ok());
        match self.vocabulary.iter().find(|(_, value)| !is_number(value)) {
            Some((token, _)) => Err(ModelError::Tokenizer {
                reason: format!("the token {} has no number", shown(&format!("{token:?}"))),
                name: self.name,
            }),
            None => Ok(self),
        }
    }

    /// All tokens with their numbers.
    pub(super) fn tokens(&self) -> impl Iterator<Item = (&str, u32)> {
        let number = |value: &Value| value.as_u64().map_or(0, |id| id as u32);
        self.vocabulary.iter().map(move |(token, value)| (token.as_str(), number(value)))
    }

    /// The pairs that are merged, in order.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let pair = |value: &Value| match value {
            Value::String(text) => text.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())),
            value => Some((value.get(0)?.as_str()?.to_owned(), value.get(1)?.as_str()?.to_owned())),
        };
        self.merges.as_array().into_iter().flatten().filter_map(pair).collect()
    }

    /// The number of a token.
    pub(super) fn id(&self, token: &str) -> Result<u32, ModelError> {
        let id = self.vocabulary.get(token).and_then(Value::as_u64).map(|id| id as u32);
        id.ok_or_else(|| ModelError::Tokenizer {
            name: self.name.clone(),
            reason: format!("the special token {} is not in the vocabulary", shown(&format!("{token:?}"))),
        })
    }

    /// The whole tokenizer, as `tokenizer.json` defines it, with these special tokens.
    pub(super) fn definition(&self, added: &Value, unknown: &str) -> Value {
        let [normalizer, pre_tokenizer] = self.rules.clone().unwrap_or_else(rules);
        json!({
            "version": "1.0",
            "added_tokens": added,
            "normalizer": normalizer,
            "pre_tokenizer": pre_tokenizer,
            "model": {
                "type": "BPE",
                "unk_token": unknown,
                "continuing_subword_prefix": "",
                "end_of_word_suffix": END_OF_WORD,
                "vocab": self.vocabulary,
                "merges": self.merges,
            },
        })
    }
}

/// How texts are normalised and divided, as transformers writes it for `CLIPTokenizer`.
fn rules() -> [Value; 2] {
    let normalizer = json!({"type": "Sequence", "normalizers": [
        {"type": "NFC"},
        {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
        {"type": "Lowercase"},
    ]});
    let pre_tokenizer = json!({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": WORDS}, "behavior": "Removed", "invert": true},
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
    ]});
    [normalizer, pre_tokenizer]
}
