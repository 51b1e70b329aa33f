//! The tokenizer of CLIP (Radford et al. 2021, section 2.4): a text as the tokens that a text encoder reads.
//!
//! A text is normalised (NFC, white space, lower case) and divided into words, numbers and signs. The bytes of each
//! become letters, which are merged pair by pair (Sennrich et al. 2016), the most frequent pairs first, until no pair
//! that is left is in the list. The `tokenizers` library does it, as it does for transformers.
//!
//! | module | what it is |
//! | --- | --- |
//! | `files` | the files of a tokenizer, in both forms that transformers has written |
//! | `reduce` | a smaller vocabulary, for some texts |
//! | `special` | the tokens with a meaning of their own |

mod files;
mod reduce;
mod special;

pub use self::reduce::TokenizerFiles;

use std::path::Path;

use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{Decoder as _, Tokenizer};

use self::files::{END_OF_WORD, Files};
use self::special::Special;
use super::ModelError;
use super::error::one_line;

/// The number of tokens that CLIP's text encoders read.
const LENGTH: usize = 77;
/// A `model_max_length` above this says that there is no limit.
const MOST: usize = 16_384;

/// A tokenizer of the CLIP family with its vocabulary.
#[derive(Clone, Debug)]
pub struct ClipTokenizer {
    tokenizer: Box<Tokenizer>,
    begin: u32,
    end: u32,
    pad: u32,
    length: usize,
    /// The folder, for errors.
    name: String,
}

/// The tokens of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Their numbers, with the begin token first and the end token last; neither padded nor cut.
    pub ids: Vec<u32>,
    /// Their names in the vocabulary: letters stand for bytes, and `</w>` for the end of a word.
    pub tokens: Vec<String>,
}

/// The tokens that a text encoder is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FittedTokens {
    /// As many as [`ClipTokenizer::length`] says: cut before the end token, or padded after it.
    pub ids: Vec<u32>,
    /// How many tokens of the text were left out.
    pub left_out: usize,
}

impl ClipTokenizer {
    /// Opens the tokenizer in a folder with `tokenizer.json`, or with `vocab.json` and `merges.txt`. The pad token is
    /// that of `special_tokens_map.json`, or else of `tokenizer_config.json`; it is a special token in texts too, as in
    /// transformers.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file and says what is wrong with it.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let files = Files::read(folder)?;
        let special = Special::read(folder, &files)?;
        Self::of(folder.display().to_string(), &files, &special)
    }

    fn of(name: String, files: &Files, special: &Special) -> Result<Self, ModelError> {
        let [begin, end, pad] = special.ids(files)?;
        let length = special.length.filter(|length| *length <= MOST).unwrap_or(LENGTH);
        if length < 2 {
            let reason = format!("model_max_length is {length}, too short for begin and end");
            return Err(ModelError::Tokenizer { name, reason });
        }
        let text = files.definition(&special.added([begin, end, pad]), &special.end).to_string();
        let tokenizer = text.parse().map_err(|error: tokenizers::Error| {
            let (name, reason) = (files.name.clone(), one_line(&error));
            ModelError::Tokenizer { name, reason }
        })?;
        Ok(Self { tokenizer: Box::new(tokenizer), begin, end, pad, length, name })
    }

    /// The tokens of a text, neither padded nor cut.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`] if the vocabulary lacks letters for bytes of the text.
    pub fn encode(&self, text: &str) -> Result<Tokens, ModelError> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(|error| {
            let (name, reason) = (self.name.clone(), one_line(&error));
            ModelError::Tokenizer { name, reason }
        })?;
        let inside = encoding.get_ids().iter().copied();
        let ids: Vec<u32> = [self.begin].into_iter().chain(inside).chain([self.end]).collect();
        let tokens = ids.iter().map(|&id| self.token(id)).collect();
        Ok(Tokens { ids, tokens })
    }

    /// The tokens of a text as a text encoder is given them.
    ///
    /// # Errors
    /// The errors of [`encode`](Self::encode).
    pub fn fitted(&self, text: &str) -> Result<FittedTokens, ModelError> {
        let Tokens { mut ids, .. } = self.encode(text)?;
        let left_out = ids.len().saturating_sub(self.length);
        if left_out > 0 {
            ids.truncate(self.length - 1);
            ids.push(self.end);
        }
        ids.resize(self.length, self.pad);
        Ok(FittedTokens { ids, left_out })
    }

    /// The name of a token in the vocabulary; empty if there is no such token.
    pub fn token(&self, id: u32) -> String {
        self.tokenizer.id_to_token(id).unwrap_or_default()
    }

    /// What tokens stand for, as one reads it: pieces of words are joined, and letters are those of the text.
    pub fn text_of(&self, ids: &[u32]) -> String {
        let names: Vec<String> = ids.iter().map(|&id| self.token(id)).collect();
        let pieces = names.iter().map(|name| name.strip_suffix(END_OF_WORD).unwrap_or(name).to_owned());
        let joined = pieces.collect::<String>();
        let text = ByteLevel::default().decode_chain(vec![joined.clone()]);
        text.map_or(joined, |text| text.concat())
    }

    /// Whether a token is the last one of a word; special tokens are words of their own.
    pub fn ends_word(&self, id: u32) -> bool {
        self.token(id).ends_with(END_OF_WORD) || self.special().contains(&id)
    }

    /// The number of tokens that a text encoder is given, begin, end and pads among them.
    pub fn length(&self) -> usize {
        self.length
    }

    /// One more than the largest number of a token.
    pub fn vocabulary_size(&self) -> usize {
        self.tokenizer.get_vocab(true).values().max().map_or(0, |&id| id as usize + 1)
    }

    /// The tokens at the begin and at the end of each text, and the one that follows the end.
    pub fn special(&self) -> [u32; 3] {
        [self.begin, self.end, self.pad]
    }
}
