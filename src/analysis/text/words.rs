//! A text as the words and tokens that the network reads.

use std::ops::Range;

use crate::model::{ClipTokenizer, ModelError};

/// The least number of pieces of a word that is unfamiliar.
const MANY: usize = 3;

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The begin of the text.
    Begin,
    /// A piece of a word.
    Piece,
    /// The end of the text.
    End,
    /// What fills the rest.
    Pad,
}

/// A token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextToken {
    /// Its number in the vocabulary.
    pub id: u32,
    /// What it stands for, as one reads it; empty for begin, end and pad.
    pub text: String,
    /// What it stands for.
    pub kind: TokenKind,
}

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, in small letters.
    pub text: String,
    /// The places of its tokens.
    pub tokens: Range<usize>,
}

/// A text as the network reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenizedText {
    /// All tokens that the text encoder is given.
    pub tokens: Vec<TextToken>,
    /// The words, in their order.
    pub words: Vec<Word>,
    /// How many tokens of the text are left out, since the encoder reads no more.
    pub left_out: usize,
}

impl TokenizedText {
    /// Divides a text.
    ///
    /// # Errors
    /// If the vocabulary lacks letters for bytes of the text.
    pub fn of(tokenizer: &ClipTokenizer, text: &str) -> Result<Self, ModelError> {
        let fitted = tokenizer.fitted(text)?;
        // A text can name the special tokens, whose numbers are then those of its pieces; its length tells its end.
        let last = (tokenizer.encode(text)?.ids.len() - 1).min(fitted.ids.len() - 1);
        let kind = |place: usize| match place {
            0 => TokenKind::Begin,
            place if place < last => TokenKind::Piece,
            place if place == last => TokenKind::End,
            _ => TokenKind::Pad,
        };
        let of = |(place, &id): (usize, &u32)| {
            let kind = kind(place);
            let text = if kind == TokenKind::Piece { tokenizer.text_of(&[id]) } else { String::new() };
            TextToken { id, text, kind }
        };
        let tokens: Vec<TextToken> = fitted.ids.iter().enumerate().map(of).collect();
        let mut words = Vec::new();
        let mut begin = 1;
        for place in 1..last {
            if tokenizer.ends_word(tokens[place].id) || place + 1 == last {
                let ids: Vec<u32> = tokens[begin..=place].iter().map(|token| token.id).collect();
                words.push(Word { text: tokenizer.text_of(&ids), tokens: begin..place + 1 });
                begin = place + 1;
            }
        }
        Ok(Self { tokens, words, left_out: fitted.left_out })
    }

    /// The numbers of all tokens.
    pub fn ids(&self) -> Vec<u32> {
        self.tokens.iter().map(|token| token.id).collect()
    }

    /// The place of the token that ends the text.
    pub fn end(&self) -> usize {
        let end = self.tokens.iter().position(|token| token.kind == TokenKind::End);
        end.unwrap_or(self.tokens.len().saturating_sub(1))
    }

    /// The words that the vocabulary has no token for, not even for their halves: they are read in many small pieces, and
    /// the network has hardly learned what they mean.
    pub fn unfamiliar(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|word| word.tokens.len() >= MANY)
    }

    /// The number of pads behind it.
    pub fn pads(&self) -> usize {
        self.tokens.len().saturating_sub(self.end() + 1)
    }
}
