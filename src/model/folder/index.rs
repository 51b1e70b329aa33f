//! The `model_index.json` of a text-to-image pipeline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::cascade::{NoiseLevels, SECOND, SECOND_CLASS};
use super::open::class_of_part;
use super::part::MAX_TEXT;
use super::stable_diffusion::Place;
use super::{INDEX, PartName};
use crate::files;
use crate::model::ModelError;
use crate::model::config::object;
use crate::model::error::shown;

/// Parts of pipelines that judge finished pictures, or prepare pictures for that. They are left out.
const LEFT_OUT: [&str; 2] = ["safety_checker", "feature_extractor"];

/// What an index says.
pub(super) struct Index {
    /// The parts, by their names.
    pub parts: BTreeMap<&'static str, Place>,
    /// The folder of the second stage of a cascade.
    pub second: Option<PathBuf>,
    /// The noise on pictures that are enlarged.
    pub noise: NoiseLevels,
    /// The assumptions that were made, each a sentence without a full stop.
    pub remarks: Vec<String>,
}

impl Index {
    /// Reads the index of a folder.
    ///
    /// # Errors
    /// If it cannot be read, or names parts that are not known here.
    pub fn read(folder: &Path) -> Result<Self, ModelError> {
        let index = folder.join(INDEX);
        let name = index.display().to_string();
        let fields: Map<String, Value> = object(&files::read_text(&index, MAX_TEXT)?, &name)?;
        let mut parts = BTreeMap::new();
        let (mut left_out, mut unknown, mut second) = (Vec::new(), Vec::new(), None);
        for (key, value) in fields.iter().filter(|(key, _)| !key.starts_with('_')) {
            // A part that is absent, or an option of the pipeline.
            let Some(class) = class_of_part(value) else { continue };
            match PartName::from_name(key) {
                Some(part) => {
                    let folder = folder.join(part.name());
                    let place = Place::Folder { folder, weights: None, class: Some(class) };
                    parts.insert(part.name(), place);
                }
                None if key == SECOND && class != SECOND_CLASS => {
                    let name = format!("{name}: {SECOND}");
                    return Err(ModelError::Class { name, found: shown(&class), expected: SECOND_CLASS });
                }
                None if key == SECOND => second = Some(folder.join(SECOND)),
                None if LEFT_OUT.contains(&key.as_str()) => left_out.push(key.as_str()),
                None => unknown.push(key.as_str()),
            }
        }
        if !unknown.is_empty() {
            return Err(ModelError::Parts { name, parts: shown(&unknown.join(", ")) });
        }
        let mut remarks = Vec::new();
        if !left_out.is_empty() {
            remarks.push(format!("left out: {}", left_out.join(" and ")));
        }
        if second.is_none() && !fields.contains_key(SECOND) && folder.join(SECOND).is_dir() {
            remarks.push(format!(
                "{INDEX} does not name the folder {SECOND}, which is taken as the second stage"
            ));
            second = Some(folder.join(SECOND));
        }
        Ok(Self { parts, second, noise: NoiseLevels::of(&fields, &name)?, remarks })
    }
}
