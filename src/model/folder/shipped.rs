//! Pipelines that come with the program, as what their files hold.

use super::PartName;

/// A part of a pipeline that comes with the program.
#[derive(Debug)]
pub struct ShippedPart {
    /// Which part it is.
    pub part: PartName,
    /// Its files.
    pub files: ShippedFiles,
}

/// The files of a part that comes with the program.
#[derive(Debug)]
pub enum ShippedFiles {
    /// A network's.
    Network {
        /// The text of its `config.json`.
        config: &'static str,
        /// Its weights, as safetensors.
        weights: &'static [u8],
    },
    /// A tokenizer's.
    Tokenizer {
        /// The text of `vocab.json`.
        vocabulary: &'static str,
        /// The text of `merges.txt`.
        merges: &'static str,
        /// The text of `tokenizer_config.json`.
        config: &'static str,
    },
    /// The text of `scheduler_config.json`.
    Scheduler(&'static str),
}

/// The second stage of a cascade that comes with the program.
#[derive(Debug)]
pub struct ShippedSecond {
    /// The text of its `model_index.json`.
    pub index: &'static str,
    /// Its parts. The first stage's tokenizer and text encoder are its own too, where it has none.
    pub parts: &'static [ShippedPart],
}
