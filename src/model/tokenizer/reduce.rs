//! A smaller vocabulary: what is needed to divide some texts as the whole vocabulary does.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::ClipTokenizer;
use super::files::{END_OF_WORD, Files};
use super::special::Special;
use crate::imaging::{make_folder, write_atomically};
use crate::model::ModelError;
use crate::model::config::object;

/// The version that begins the list of merges.
const VERSION: &str = "#version: 0.2";

/// The files of a tokenizer of the CLIP family, as their texts.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenizerFiles {
    /// `vocab.json`: the number of each token.
    pub vocabulary: String,
    /// `merges.txt`: the pairs that are merged, in order.
    pub merges: String,
    /// `tokenizer_config.json`: the special tokens, and the number of tokens of a text.
    pub config: String,
}

impl TokenizerFiles {
    /// The vocabulary in a folder without the merges that none of these texts needs. Each text is divided as before; other
    /// texts are divided into shorter pieces. Texts are padded and cut to `length` tokens.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file and says what is wrong with it.
    pub fn reduced(
        folder: &Path,
        texts: impl IntoIterator<Item = impl AsRef<str>>,
        length: usize,
    ) -> Result<Self, ModelError> {
        let tokenizer = ClipTokenizer::open(folder)?;
        let files = Files::read(folder)?;
        let special = Special::read(folder, &files)?;
        let merges = files.pairs();
        let ranks: HashMap<&(String, String), usize> = merges.iter().zip(0..).collect();
        let mut tokens = BTreeSet::new();
        for text in texts {
            tokens.extend(tokenizer.encode(text.as_ref())?.tokens);
        }
        let mut needed = BTreeSet::new();
        for token in &tokens {
            needed.extend(merged(token, &ranks));
        }
        let kept: Vec<&(String, String)> = needed.into_iter().map(|rank| &merges[rank]).collect();
        Ok(Self::of(&files, &special, &kept, length))
    }

    /// The files of the tokenizer in a folder, whichever form they have there, for texts of its own length.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file and says what is wrong with it.
    pub fn read(folder: &Path) -> Result<Self, ModelError> {
        let length = ClipTokenizer::open(folder)?.length();
        let files = Files::read(folder)?;
        let special = Special::read(folder, &files)?;
        let merges = files.pairs();
        let config = config(&special, length);
        let numbers = files.tokens().map(|(token, id)| (token.to_owned(), id.into()));
        let vocabulary = Value::from(numbers.collect::<serde_json::Map<String, Value>>());
        Ok(Self { vocabulary: format!("{vocabulary:#}\n"), merges: lines(&merges), config })
    }

    /// The files with these merges, and with the letters and what is made of them.
    fn of(files: &Files, special: &Special, merges: &[&(String, String)], length: usize) -> Self {
        // The letters that stand for bytes, in their order; then what is merged of them; then the special tokens.
        let is_letter = |token: &str| token.strip_suffix(END_OF_WORD).unwrap_or(token).chars().count() == 1;
        let letters: BTreeMap<u32, &str> =
            files.tokens().filter(|(token, _)| is_letter(token)).map(|(token, id)| (id, token)).collect();
        let made = merges.iter().map(|(a, b)| format!("{a}{b}"));
        let mut all: Vec<String> = letters.into_values().map(str::to_owned).chain(made).collect();
        for token in special.names() {
            if !all.iter().any(|known| known == token) {
                all.push(token.to_owned());
            }
        }
        let numbers: serde_json::Map<String, Value> =
            all.into_iter().zip(0_u32..).map(|(token, id)| (token, id.into())).collect();
        Self {
            vocabulary: format!("{:#}\n", Value::from(numbers)),
            merges: lines(merges.iter().copied()),
            config: config(special, length),
        }
    }

    /// The tokenizer that these files define.
    ///
    /// # Errors
    /// A [`ModelError`] that says what is wrong with them.
    pub fn tokenizer(&self) -> Result<ClipTokenizer, ModelError> {
        let named = |name: &str, text| (name.to_owned(), text);
        let files = Files::of_texts(
            named("vocab.json", self.vocabulary.as_str()),
            named("merges.txt", self.merges.as_str()),
        )?;
        let config = object(&self.config, "tokenizer_config.json")?;
        let special = Special::of(Path::new(""), (&config, &serde_json::Map::new()), &files)?;
        ClipTokenizer::of("the vocabulary".to_owned(), &files, &special)
    }

    /// Writes the files into a folder, which is made where it does not exist.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), ModelError> {
        make_folder(folder).map_err(ModelError::Write)?;
        let files = [
            ("vocab.json", &self.vocabulary),
            ("merges.txt", &self.merges),
            ("tokenizer_config.json", &self.config),
        ];
        for (name, text) in files {
            write_atomically(&folder.join(name), |writer| writer.write_all(text.as_bytes()))
                .map_err(ModelError::Write)?;
        }
        Ok(())
    }
}

/// The text of `merges.txt`.
fn lines<'a>(merges: impl IntoIterator<Item = &'a (String, String)>) -> String {
    let lines = merges.into_iter().map(|(a, b)| format!("{a} {b}\n"));
    format!("{VERSION}\n{}", lines.collect::<String>())
}

/// The text of `tokenizer_config.json`.
fn config(special: &Special, length: usize) -> String {
    let [begin, end, pad] = special.names();
    let config = json!({
        "bos_token": begin,
        "eos_token": end,
        "model_max_length": length,
        "pad_token": pad,
        "tokenizer_class": "CLIPTokenizer",
        "unk_token": end,
    });
    format!("{config:#}\n")
}

/// The numbers of the merges that make a token of its letters, the first merges first.
fn merged(token: &str, ranks: &HashMap<&(String, String), usize>) -> Vec<usize> {
    let (word, end) = match token.strip_suffix(END_OF_WORD) {
        Some(word) => (word, END_OF_WORD),
        None => (token, ""),
    };
    let mut pieces: Vec<String> = word.chars().map(String::from).collect();
    if let Some(last) = pieces.last_mut() {
        last.push_str(end);
    }
    let mut found = Vec::new();
    loop {
        let pairs = pieces.windows(2).enumerate().filter_map(|(at, pair)| {
            let rank = ranks.get(&(pair[0].clone(), pair[1].clone()))?;
            Some((*rank, at))
        });
        let Some((rank, at)) = pairs.min() else { return found };
        let second = pieces.remove(at + 1);
        pieces[at].push_str(&second);
        found.push(rank);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = ["a photo of a cat", "cats, photographed!", "", "naïve café 3d 🍎"];

    #[test]
    fn texts_are_divided_by_what_they_need_alone() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/sd-tiny/tokenizer");
        let whole = ClipTokenizer::open(&folder).unwrap();
        let files = TokenizerFiles::reduced(&folder, TEXTS, 12).unwrap();
        let reduced = files.tokenizer().unwrap();
        assert!(reduced.vocabulary_size() < whole.vocabulary_size());
        assert_eq!(reduced.length(), 12);
        for text in TEXTS {
            let [own, expected] = [&reduced, &whole].map(|tokenizer| tokenizer.encode(text).unwrap().tokens);
            assert_eq!(own, expected, "{text}");
        }
        // Words that were not asked for fall into pieces, and none is lost.
        let other = reduced.encode("zebras").unwrap().tokens;
        assert_eq!(other[1..other.len() - 1].concat(), "zebras</w>");
        let place = tempfile::tempdir().unwrap();
        files.save(place.path()).unwrap();
        let opened = ClipTokenizer::open(place.path()).unwrap();
        assert_eq!(opened.encode(TEXTS[3]).unwrap(), reduced.encode(TEXTS[3]).unwrap());
        assert_eq!(TokenizerFiles::read(place.path()).unwrap(), files);
        let again = TokenizerFiles::read(&folder).unwrap().tokenizer().unwrap();
        assert_eq!(again.encode("zebras").unwrap(), whole.encode("zebras").unwrap());
    }
}
