//! The fields of a scheduler's file.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::DiffusersError;
use crate::files::{is_repeated, plain, repeated_fields, shortened};

/// The most characters of a value or a name that a message shows.
const SHOWN: usize = 100;

/// Former names of fields (releases 0.0.2 to 0.0.4), and their names since.
const RENAMED: [(&str, &str); 2] =
    [("timesteps", "num_train_timesteps"), ("clip_predicted_image", "clip_sample")];

/// The fields of a scheduler's config.
#[derive(Default)]
pub(in crate::diffusion) struct Config {
    pub(super) fields: Map<String, Value>,
    /// Names that the text has more than once.
    pub(super) repeated: Vec<String>,
}

impl Config {
    /// Reads the text of a config.
    ///
    /// Python writes `-Infinity` for a bound that is off (`lambda_min_clipped`), which is not JSON; it is read as a
    /// string.
    pub fn parse(text: &str) -> Result<Self, DiffusersError> {
        let text = quote_negative_infinity(text);
        match serde_json::from_str(&text)? {
            Value::Object(fields) => Ok(Self { repeated: repeated_fields(&text)?, fields }),
            value => Err(DiffusersError::NotAnObject { found: type_name(&value) }),
        }
    }

    /// A remark for each field that the text has more than once; the last one counts, as in Python.
    pub fn repeated(&self) -> impl Iterator<Item = String> {
        self.repeated.iter().map(|name| is_repeated(name))
    }

    /// The config's text with more fields, which replace those of the same name.
    pub fn merged(mut self, more: Value) -> String {
        if let Value::Object(more) = more {
            self.fields.extend(more);
        }
        // The alternate form of `Display` is indented JSON; unlike a writer it cannot fail.
        format!("{:#}\n", Value::Object(self.fields))
    }

    /// Sets one field.
    pub fn set(&mut self, field: &str, value: Value) {
        self.fields.insert(field.to_owned(), value);
    }

    /// Takes one field out.
    pub fn remove(&mut self, field: &str) {
        self.fields.remove(field);
    }

    /// Adds all fields of another config, which replace those of the same name.
    pub fn extend(&mut self, more: Self) {
        self.fields.extend(more.fields);
    }

    /// Renames old fields to their current names, and returns a remark for each.
    ///
    /// `predict_epsilon` (a switch until release 0.8) became `prediction_type` in pull request 1393 of diffusers, whose
    /// mapping is used here; `original_sample` is Euler's other name for `sample`.
    pub fn rename(&mut self) -> Result<Vec<String>, DiffusersError> {
        let mut remarks = Vec::new();
        for (old, new) in RENAMED {
            let Some(value) = self.fields.remove(old).filter(|value| !value.is_null()) else { continue };
            self.replace((old, &value), new, value.clone())?;
            remarks.push(format!("{old} is read as {new}, its name of today"));
        }
        if let Some(value) = self.fields.remove("predict_epsilon").filter(|value| !value.is_null()) {
            let old = "predict_epsilon";
            let epsilon = value.as_bool().ok_or_else(|| wrong_type(old, "true or false", &value))?;
            let name = if epsilon { "epsilon" } else { "sample" };
            self.replace((old, &value), "prediction_type", name.into())?;
            remarks.push(format!("{old} = {epsilon} is read as prediction_type = {name}, its form of today"));
        }
        if self.fields.get("prediction_type").is_some_and(|value| value == "original_sample") {
            self.set("prediction_type", "sample".into());
        }
        Ok(remarks)
    }

    fn replace(&mut self, old: (&str, &Value), new: &str, value: Value) -> Result<(), DiffusersError> {
        match self.fields.get(new) {
            Some(other) if *other != value => Err(DiffusersError::Contradiction {
                old: format!("{} = {}", old.0, shown_value(old.1)),
                new: format!("{new} = {}", shown_value(other)),
            }),
            _ => {
                self.set(new, value);
                Ok(())
            }
        }
    }

    /// Names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The scheduler's class, if it is named.
    pub fn class(&self) -> Result<Option<&str>, DiffusersError> {
        let Some(value) = self.fields.get("_class_name") else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| wrong_type("_class_name", "a string", value))
    }

    /// The field's value; `None` if it is missing or null.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// Whether the file has the field, even if it is null.
    pub fn is_there(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Whether the field is null or false.
    pub fn is_off(&self, field: &str) -> bool {
        self.get(field).is_none_or(|value| value == false)
    }

    /// `field = value` as a message shows it, shortened.
    pub fn quoted(&self, field: &str) -> String {
        format!("{field} = {}", self.value(field))
    }

    /// The field's value as JSON, shortened.
    pub fn value(&self, field: &str) -> String {
        shown_value(self.fields.get(field).unwrap_or(&Value::Null))
    }

    pub fn string<'a>(&'a self, field: &str, default: &'a str) -> Result<&'a str, DiffusersError> {
        self.typed(field, default, "a string", Value::as_str)
    }

    pub fn number(&self, field: &str, default: f64) -> Result<f64, DiffusersError> {
        self.typed(field, default, "a number", Value::as_f64)
    }

    /// A switch; null means off, like None in Python.
    pub fn boolean(&self, field: &str, default: bool) -> Result<bool, DiffusersError> {
        self.typed(field, default, "true or false", |value| {
            value.as_bool().or(value.is_null().then_some(false))
        })
    }

    pub fn whole(&self, field: &str, default: usize) -> Result<usize, DiffusersError> {
        self.typed(field, default, "a whole number", |value| usize::try_from(value.as_u64()?).ok())
    }

    /// A field of one type, or `default` if it is missing. Null is an error, as in diffusers, where it replaces the
    /// default and fails.
    fn typed<'a, T>(
        &'a self,
        field: &str,
        default: T,
        expected: &'static str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<T, DiffusersError> {
        let Some(value) = self.fields.get(field) else { return Ok(default) };
        read(value).ok_or_else(|| wrong_type(field, expected, value))
    }

    /// `T`, the number of timesteps.
    pub fn steps(&self) -> Result<usize, DiffusersError> {
        self.whole("num_train_timesteps", 1000)
    }

    /// A list of numbers; `None` if it is missing or null.
    pub fn table(&self, field: &str) -> Result<Option<Vec<f64>>, DiffusersError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let values = value.as_array().ok_or_else(|| wrong_type(field, "a list of numbers", value))?;
        values
            .iter()
            .enumerate()
            .map(|(i, value)| {
                value.as_f64().ok_or_else(|| wrong_type(&format!("{field}[{i}]"), "a number", value))
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// Puts quotes around every `-Infinity` that is not inside a string.
fn quote_negative_infinity(text: &str) -> Cow<'_, str> {
    const TOKEN: &str = "-Infinity";
    if !text.contains(TOKEN) {
        return Cow::Borrowed(text);
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    let (mut in_string, mut escaped) = (false, false);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if !in_string && let Some(after) = rest.strip_prefix(TOKEN) {
            quoted.extend(["\"", TOKEN, "\""]);
            rest = after;
            continue;
        }
        in_string ^= next == '"' && !escaped;
        escaped = in_string && next == '\\' && !escaped;
        quoted.push(next);
        rest = &rest[next.len_utf8()..];
    }
    Cow::Owned(quoted)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Text from a file, on one line and shortened, for messages.
pub(in crate::diffusion) fn shown(text: &str) -> String {
    shortened(&plain(text), SHOWN)
}

/// A value as a message shows it: scalars as they are, of anything else only the type.
pub(in crate::diffusion) fn shown_value(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) | Value::Null => type_name(value).to_owned(),
        scalar => shown(&scalar.to_string()),
    }
}

fn wrong_type(field: &str, expected: &'static str, value: &Value) -> DiffusersError {
    DiffusersError::WrongType { field: field.to_owned(), expected, found: shown_value(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_infinity_is_read_where_python_wrote_it() {
        let text = r#"{"lambda_min_clipped": -Infinity, "note": "\\\"-Infinity", "solver_order": 2}"#;
        let config = Config::parse(text).unwrap();
        assert_eq!(config.get("lambda_min_clipped").unwrap(), "-Infinity");
        assert_eq!(config.get("note").unwrap(), "\\\"-Infinity");
        assert_eq!(
            Config::parse(r#"{"beta_end": -Infinity}"#)
                .unwrap()
                .number("beta_end", 0.0)
                .unwrap_err()
                .to_string(),
            "beta_end in the scheduler config must be a number, got \"-Infinity\""
        );
    }

    #[test]
    fn null_is_pythons_none() {
        let config =
            Config::parse(r#"{"clip_sample": null, "beta_end": null, "trained_betas": null}"#).unwrap();
        assert!(!config.boolean("clip_sample", true).unwrap());
        assert!(config.table("trained_betas").unwrap().is_none());
        assert_eq!(
            config.number("beta_end", 0.02).unwrap_err().to_string(),
            "beta_end in the scheduler config must be a number, got null"
        );
    }

    #[test]
    fn values_are_cut_in_messages() {
        let long = format!(r#"{{"beta_schedule": "{}"}}"#, "x".repeat(5000));
        let config = Config::parse(&long).unwrap();
        assert!(config.value("beta_schedule").chars().count() < 110);
        assert!(!shown("a\u{1b}[31m\nb").contains(['\u{1b}', '\n']));
    }

    #[test]
    fn old_names_are_read_unless_they_contradict_the_new_ones() {
        let renamed = |text: &str| {
            let mut config = Config::parse(text).unwrap();
            config.rename().map(|remarks| (config.fields, remarks.len())).map_err(|error| error.to_string())
        };
        for (old, new, remarks) in [
            (r#"{"predict_epsilon": false}"#, r#"{"prediction_type": "sample"}"#, 1),
            (r#"{"predict_epsilon": true}"#, r#"{"prediction_type": "epsilon"}"#, 1),
            (r#"{"predict_epsilon": null}"#, "{}", 0),
            (
                r#"{"predict_epsilon": false, "prediction_type": "sample"}"#,
                r#"{"prediction_type": "sample"}"#,
                1,
            ),
            (r#"{"timesteps": 40}"#, r#"{"num_train_timesteps": 40}"#, 1),
            (r#"{"clip_predicted_image": false}"#, r#"{"clip_sample": false}"#, 1),
            (r#"{"prediction_type": "original_sample"}"#, r#"{"prediction_type": "sample"}"#, 0),
        ] {
            assert_eq!(renamed(old).unwrap(), (Config::parse(new).unwrap().fields, remarks), "{old}");
        }
        assert_eq!(
            renamed(r#"{"predict_epsilon": false, "prediction_type": "epsilon"}"#).unwrap_err(),
            "predict_epsilon = false and prediction_type = \"epsilon\" contradict each other: \
             delete the one that is wrong"
        );
        assert_eq!(
            renamed(r#"{"timesteps": 10, "num_train_timesteps": 20}"#).unwrap_err(),
            "timesteps = 10 and num_train_timesteps = 20 contradict each other: delete the one that is wrong"
        );
        assert!(renamed(r#"{"predict_epsilon": 0}"#).unwrap_err().contains("must be true or false, got 0"));
    }
}
