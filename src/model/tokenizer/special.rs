//! The tokens with a meaning of their own: at the begin and the end of a text, and after its end.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::files::Files;
use crate::files::{MAX_CONFIG_BYTES, read_text};
use crate::model::ModelError;
use crate::model::config::{object, whole};
use crate::model::error::shown;

/// The classes of transformers that such a tokenizer can have.
const CLASSES: [&str; 2] = ["CLIPTokenizer", "CLIPTokenizerFast"];

/// Names of special tokens, and what else `tokenizer_config.json` says.
pub(super) struct Special {
    begin: String,
    pub(super) end: String,
    pad: String,
    /// The number of tokens that a text encoder reads.
    pub(super) length: Option<usize>,
}

impl Special {
    pub(super) fn read(folder: &Path, files: &Files) -> Result<Self, ModelError> {
        let config = read_object(&folder.join("tokenizer_config.json"))?;
        let map = read_object(&folder.join("special_tokens_map.json"))?;
        Self::of(folder, (&config, &map), files)
    }

    /// The same, of the fields of both files; the folder is for errors.
    pub(super) fn of(
        folder: &Path,
        (config, map): (&Map<String, Value>, &Map<String, Value>),
        files: &Files,
    ) -> Result<Self, ModelError> {
        if let Some(class) = config.get("tokenizer_class").and_then(Value::as_str)
            && !CLASSES.contains(&class)
        {
            let name = folder.join("tokenizer_config.json").display().to_string();
            return Err(ModelError::Class { name, found: shown(class), expected: CLASSES[0] });
        }
        // The map overrules the config, as in transformers.
        let token = |name: &str| content(map.get(name)).or_else(|| content(config.get(name)));
        let end = token("eos_token").unwrap_or_else(|| "<|endoftext|>".to_owned());
        Ok(Self {
            begin: token("bos_token").unwrap_or_else(|| "<|startoftext|>".to_owned()),
            pad: token("pad_token").or_else(|| files.pad.clone()).unwrap_or_else(|| end.clone()),
            end,
            // Where there is no limit, transformers writes 10³⁰.
            length: config.get("model_max_length").and_then(whole),
        })
    }

    /// Begin, end and pad.
    pub(super) fn names(&self) -> [&str; 3] {
        [&self.begin, &self.end, &self.pad]
    }

    /// The numbers of begin, end and pad.
    pub(super) fn ids(&self, files: &Files) -> Result<[u32; 3], ModelError> {
        Ok([files.id(&self.begin)?, files.id(&self.end)?, files.id(&self.pad)?])
    }

    /// The special tokens, as `tokenizer.json` lists them. They are found in a text before it is divided into words; the
    /// begin token after the text is normalised, as in transformers.
    pub(super) fn added(&self, [begin, end, pad]: [u32; 3]) -> Value {
        let token = |id: u32, content: &str, normalized: bool| {
            json!({
                "id": id,
                "content": content,
                "single_word": false,
                "lstrip": false,
                "rstrip": false,
                "normalized": normalized,
                "special": true,
            })
        };
        let mut all = vec![(begin, &self.begin, true), (end, &self.end, false), (pad, &self.pad, false)];
        all.sort_by_key(|(id, ..)| *id);
        all.dedup_by_key(|(id, ..)| *id);
        all.into_iter().map(|(id, content, normalized)| token(id, content, normalized)).collect()
    }
}

/// The token in a field: its name, or an object with its content.
fn content(value: Option<&Value>) -> Option<String> {
    let value = value?;
    value.as_str().or_else(|| value.get("content")?.as_str()).map(str::to_owned)
}

/// The fields of a file; none where there is no such file.
fn read_object(path: &Path) -> Result<Map<String, Value>, ModelError> {
    if !path.exists() {
        return Ok(Map::new());
    }
    object(&read_text(path, MAX_CONFIG_BYTES)?, &path.display().to_string())
}
