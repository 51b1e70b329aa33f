//! The texts of pictures, as tokens.

use std::hash::Hasher as _;

use fnv::FnvHasher;

use super::super::batch::Batch;
use super::TrainError;
use crate::dataset::records::Record;
use crate::model::{ClipTextConfig, ClipTokenizer, ModelError};

/// The texts of pictures, of which one is drawn each time that a picture is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Captions {
    /// For each picture, its texts as tokens, all of the same number.
    texts: Vec<Vec<Vec<u32>>>,
    /// The empty text.
    empty: Vec<u32>,
}

impl Captions {
    /// Divides the texts of pictures into tokens.
    ///
    /// # Errors
    /// If a text cannot be divided.
    pub fn new(tokenizer: &ClipTokenizer, texts: &[Vec<String>]) -> Result<Self, ModelError> {
        let tokens = |text: &String| Ok(tokenizer.fitted(text)?.ids);
        let of_picture = |texts: &Vec<String>| texts.iter().map(tokens).collect::<Result<_, ModelError>>();
        Ok(Self {
            texts: texts.iter().map(of_picture).collect::<Result<_, ModelError>>()?,
            empty: tokenizer.fitted("")?.ids,
        })
    }

    /// The text of each sample of a batch: one of its picture's, or the empty one for this share of the samples.
    /// `choices` are two random numbers for each sample.
    pub(super) fn of(&self, batch: &Batch, choices: &[[f64; 2]], dropout: f64) -> Vec<&[u32]> {
        let text = |(&index, &[dropped, choice]): (&usize, &[f64; 2])| {
            let own = &self.texts[index];
            let drawn = own.get((choice * own.len() as f64) as usize);
            match drawn {
                Some(drawn) if dropped >= dropout => drawn.as_slice(),
                _ => self.empty.as_slice(),
            }
        };
        batch.indices.iter().zip(choices).map(text).collect()
    }

    /// Checks that there is a text for each of `pictures`, and that the text encoder takes all of them.
    pub(super) fn check(&self, pictures: usize, encoder: &ClipTextConfig) -> Result<(), TrainError> {
        let refuse = |reason: String| Err(TrainError::Network { reason });
        if self.texts.len() != pictures {
            return refuse(format!("there are {} captions for {pictures} pictures", self.texts.len()));
        }
        let most = encoder.max_position_embeddings;
        if self.empty.len() > most {
            return refuse(format!(
                "texts have {} tokens, and the text encoder takes {most}",
                self.empty.len()
            ));
        }
        let all = self.texts.iter().flatten().chain([&self.empty]).flatten();
        match all.max() {
            Some(&largest) if largest as usize >= encoder.vocab_size => refuse(format!(
                "the tokenizer has a token {largest}, and vocab_size of the text encoder is {}",
                encoder.vocab_size
            )),
            _ => Ok(()),
        }
    }

    /// A hash (64-bit FNV-1a) of all tokens, with which a resumed run checks that the captions are the same.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = FnvHasher::default();
        let texts = self.texts.iter().map(|texts| texts.iter().flatten());
        let tokens = texts.flat_map(|tokens| tokens.copied().chain([u32::MAX]));
        tokens.for_each(|token| hasher.write(&token.to_le_bytes()));
        hasher.finish()
    }
}

/// The texts that templates make of a record: `{field}` stands for a value, or for a list of them with commas. A template
/// with a field that the record does not have, or that is empty there, is left out.
pub fn filled(templates: &[String], record: &Record) -> Vec<String> {
    let fill = |template: &String| {
        let mut text = String::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (field, behind) = after.split_once('}')?;
            let values = record.texts(field)?;
            if values.is_empty() {
                return None;
            }
            text += before;
            text += &values.join(", ");
            rest = behind;
        }
        Some(text + rest)
    };
    templates.iter().filter_map(fill).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_from_records() {
        let record =
            Record::of(r#"{"label": "red apple", "tags": ["fruit", "red"], "none": [], "style": "3d"}"#)
                .unwrap();
        let of = |templates: &[&str]| {
            let templates: Vec<String> = templates.iter().map(ToString::to_string).collect();
            filled(&templates, &record)
        };
        assert_eq!(
            of(&["{label}", "{label}, {style}", "{tags}!"]),
            ["red apple", "red apple, 3d", "fruit, red!"]
        );
        assert!(of(&["{none}", "{other}", "{label"]).is_empty());
        assert_eq!(of(&["an emoji"]), ["an emoji"]);
    }
}
