//! Records: what a `.json` file of the same name says about each picture. It is a list of objects, one for each
//! picture, in the same order.
//!
//! ```json
//! [{"label": "red apple", "tags": ["apple", "fruit"], "group": "food-drink", "style": "noto"}, …]
//! ```
//!
//! Any field of text or numbers can be the class ([`DatasetOptions::class_key`]). Such a field, or one with a list of
//! values, can also decide which pictures are taken ([`DatasetOptions::filters`]).

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Dataset, DatasetError, DatasetOptions, MAX_CLASSES, MAX_TEXT, room_for, shortened};
use crate::files;

/// The approximate number of bytes of memory that a record takes for each byte of its text.
const PARSED: u64 = 8;

/// A filter: pictures are taken if the field of their record has one of these values, or a list that contains one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// The name of the field.
    pub field: String,
    /// The accepted values, as text.
    pub values: Vec<String>,
}

/// The records of a source's pictures.
pub(super) struct Records {
    name: String,
    records: Vec<Map<String, Value>>,
}

/// What the records say of one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Record(Map<String, Value>);

impl Record {
    /// The record of a JSON object.
    pub fn of(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// The value of a field, or all values of a list; `None` if there is no such field of texts or numbers.
    pub fn texts(&self, field: &str) -> Option<Vec<String>> {
        self.0.get(field).and_then(texts)
    }
}

impl Records {
    /// Reads the records of a source. The records of `pictures.npz` are in `pictures.json`, and so on.
    pub(super) fn beside(path: &Path, pictures: usize) -> Result<Self, DatasetError> {
        let path = path.with_extension("json");
        let name = path.display().to_string();
        let damaged = |reason: String| DatasetError::Damaged { name: name.clone(), reason };
        let text = files::read_text(&path, MAX_TEXT)?;
        room_for(&path, "records", PARSED * text.len() as u64)?;
        let records: Vec<Map<String, Value>> =
            serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if records.len() != pictures {
            return Err(damaged(format!("{} records for {pictures} pictures", records.len())));
        }
        Ok(Self { name, records })
    }

    /// The record of a picture, by its number in the source.
    pub(super) fn of(&self, number: usize) -> Option<Record> {
        self.records.get(number).cloned().map(Record)
    }

    /// Keeps the pictures that pass the filters, and takes their classes from the records. The classes are the values
    /// that occur, sorted.
    pub(super) fn apply(&self, data: &mut Dataset, options: &DatasetOptions) -> Result<(), DatasetError> {
        let mut passed = vec![true; self.records.len()];
        for Filter { field, values } in &options.filters {
            for (passed, has) in passed.iter_mut().zip(self.values(field, texts)?) {
                *passed &= has.iter().any(|value| values.contains(value));
            }
        }
        let kept: Vec<usize> = (0..passed.len()).filter(|&index| passed[index]).collect();
        data.keep(&self.name, &kept, || "no record passes the filters".to_owned())?;
        let Some(key) = &options.class_key else { return Ok(()) };
        let all = self.values(key, text)?;
        let values: Vec<&String> = kept.iter().map(|&index| &all[index]).collect();
        let mut classes = values.clone();
        classes.sort();
        classes.dedup();
        if classes.len() > MAX_CLASSES {
            let what = format!("{key} has {} values, at most {MAX_CLASSES} are classes", classes.len());
            return Err(DatasetError::TooLarge { name: self.name.clone(), what });
        }
        let number = |value: &&String| classes.binary_search(value).ok().map(|index| index as u32);
        data.labels = Some(values.iter().filter_map(number).collect());
        data.classes = classes.into_iter().cloned().collect();
        Ok(())
    }

    /// The value of one field in every record, read by one of the functions below.
    fn values<T>(&self, field: &str, read: fn(&Value) -> Option<T>) -> Result<Vec<T>, DatasetError> {
        let values = self.records.iter().map(|record| record.get(field).and_then(read));
        values.collect::<Option<_>>().ok_or_else(|| {
            let fields: Vec<String> = self.records.iter().take(1).flat_map(|r| r.keys().cloned()).collect();
            DatasetError::Field {
                name: self.name.clone(),
                field: field.to_owned(),
                known: shortened(&fields),
            }
        })
    }
}

/// A text or number, as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A value, or all values of a list, as texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => text(value).map(|text| vec![text]),
    }
}
