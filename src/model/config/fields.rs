//! Reading a `config.json` of any network, strictly: every field is understood or named in an error.

use serde_json::{Map, Value};

use crate::model::ModelError;
use crate::model::error::{one_line, shown};
use crate::model::layers::{Activation, TimeAdd};

/// The fields that `diffusers.training_utils.EMAModel` writes beside the network's own fields when it saves
/// averaged weights. They say how the weights were averaged and change nothing in the network.
const AVERAGING: [&str; 7] =
    ["decay", "inv_gamma", "min_decay", "optimization_step", "power", "update_after_step", "use_ema_warmup"];

/// The prefix of block names in diffusers' first checkpoints, which diffusers strips too.
const OLD_PREFIX: &str = "UNetRes";

/// Parses a JSON object.
pub(crate) fn object(text: &str, name: &str) -> Result<Map<String, Value>, ModelError> {
    let broken = |reason| ModelError::Json { name: name.to_owned(), reason };
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(broken(format!("it is {}", shown_value(&other)))),
        Err(error) => Err(broken(one_line(&error))),
    }
}

/// A value as a message shows it: scalars as they are, of anything else only the type.
fn shown_value(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        scalar => shown(&scalar.to_string()),
    }
}

/// A value that configs name.
pub(crate) trait Named: Sized {
    /// All names, as errors list them.
    const KNOWN: &'static [&'static str];

    /// The value with this name, if there is one.
    fn called(name: &str) -> Option<Self>;
}

/// Makes values [`Named`] that have the constant `NAMES` and the function `from_name`.
macro_rules! named_by_its_names {
    ($($kind:ty),*) => {
        $(impl $crate::model::config::Named for $kind {
            const KNOWN: &'static [&'static str] = <$kind>::NAMES;

            fn called(name: &str) -> Option<Self> {
                <$kind>::from_name(name)
            }
        })*
    };
}

pub(crate) use named_by_its_names;

named_by_its_names!(Activation, TimeAdd);

/// The fields of a config that were not read yet.
pub(crate) struct Fields<'a> {
    map: Map<String, Value>,
    name: &'a str,
}

impl<'a> Fields<'a> {
    /// The fields of a `config.json`, which must be for `class` if it names a class. `name` stands for the
    /// file in errors.
    pub(crate) fn of(text: &str, name: &'a str, class: &'static str) -> Result<Self, ModelError> {
        let map = object(text, name)?;
        match map.get("_class_name") {
            None => {}
            Some(Value::String(found)) if found == class => {}
            Some(other) => {
                let found = other.as_str().map_or_else(|| shown_value(other), shown);
                return Err(ModelError::Class { name: name.to_owned(), found, expected: class });
            }
        }
        Ok(Self { map, name })
    }
}

impl Fields<'_> {
    fn wrong(&self, field: &str, expected: &str, found: &Value) -> ModelError {
        ModelError::Field {
            name: self.name.to_owned(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: shown_value(found),
        }
    }

    /// Takes out a field and converts it; `convert` returns `None` for a value of the wrong type. `None` if the field
    /// is missing.
    pub(crate) fn take<T>(
        &mut self,
        field: &str,
        expected: &str,
        convert: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, ModelError> {
        let Some(value) = self.map.remove(field) else { return Ok(None) };
        convert(&value).map(Some).ok_or_else(|| self.wrong(field, expected, &value))
    }

    pub(crate) fn whole(&mut self, field: &str, default: usize) -> Result<usize, ModelError> {
        Ok(self.take(field, "a whole number", whole)?.unwrap_or(default))
    }

    pub(crate) fn optional_whole(
        &mut self,
        field: &str,
        default: Option<usize>,
    ) -> Result<Option<usize>, ModelError> {
        let convert = |value: &Value| if value.is_null() { Some(None) } else { whole(value).map(Some) };
        Ok(self.take(field, "a whole number or null", convert)?.unwrap_or(default))
    }

    pub(crate) fn number(&mut self, field: &str, default: f64) -> Result<f64, ModelError> {
        Ok(self.take(field, "a number", Value::as_f64)?.unwrap_or(default))
    }

    pub(crate) fn boolean(&mut self, field: &str, default: bool) -> Result<bool, ModelError> {
        Ok(self.take(field, "true or false", Value::as_bool)?.unwrap_or(default))
    }

    pub(crate) fn wholes(&mut self, field: &str, default: Vec<usize>) -> Result<Vec<usize>, ModelError> {
        let convert = |value: &Value| value.as_array()?.iter().map(whole).collect();
        Ok(self.take(field, "a list of whole numbers", convert)?.unwrap_or(default))
    }

    /// Takes out a field with one value for each level: a list of values, or a single value for all levels.
    pub(crate) fn of_levels<T: Clone>(
        &mut self,
        field: &str,
        expected: &str,
        convert: impl Fn(&Value) -> Option<T>,
        (default, levels): (T, usize),
    ) -> Result<Vec<T>, ModelError> {
        let all = |value: &Value| match value {
            Value::Array(each) => each.iter().map(&convert).collect(),
            one => Some(vec![convert(one)?; levels]),
        };
        let expected = format!("{expected} or a list of one for each level");
        Ok(self.take(field, &expected, all)?.unwrap_or_else(|| vec![default; levels]))
    }

    /// Takes out a field that may only have this `value`, which is also its default.
    pub(crate) fn only(&mut self, field: &str, value: &Value) -> Result<(), ModelError> {
        match self.map.remove(field) {
            Some(found) if !same(&found, value) => Err(ModelError::Unsupported {
                name: self.name.to_owned(),
                field: field.to_owned(),
                found: found.as_str().map_or_else(|| shown_value(&found), shown),
                known: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            }),
            _ => Ok(()),
        }
    }

    /// Takes out fields that change nothing in what is computed here.
    pub(crate) fn without_effect(&mut self, fields: &[&str]) {
        self.map.retain(|field, _| !fields.contains(&field.as_str()));
    }

    /// Takes out a size: null, one number for both sides, or height and width.
    pub(crate) fn size(&mut self, field: &str) -> Result<Option<[usize; 2]>, ModelError> {
        let convert = |value: &Value| match value {
            Value::Null => Some(None),
            Value::Array(sides) => match sides.as_slice() {
                [height, width] => Some(Some([whole(height)?, whole(width)?])),
                _ => None,
            },
            side => Some(Some([whole(side)?; 2])),
        };
        Ok(self.take(field, "null, a whole number or a list of two", convert)?.flatten())
    }

    /// Takes out a field with the name of a value.
    pub(crate) fn named<T: Named>(&mut self, field: &str, default: T) -> Result<T, ModelError> {
        Ok(self.name(field, T::KNOWN, T::called)?.unwrap_or(default))
    }

    /// Takes out a field with the name of a value, or null, which gives `None`.
    pub(crate) fn named_or_null<T: Named>(
        &mut self,
        field: &str,
        default: Option<T>,
    ) -> Result<Option<T>, ModelError> {
        if self.take_null(field) {
            return Ok(None);
        }
        Ok(self.name(field, T::KNOWN, T::called)?.or(default))
    }

    /// Takes out a field that names a part of the network by its `only` name, or is null where there is no such part;
    /// if the field is missing, the part is there.
    pub(crate) fn has_part(&mut self, field: &str, only: &str) -> Result<bool, ModelError> {
        if self.take_null(field) {
            return Ok(false);
        }
        self.name(field, &[only, "null"], |name| (name == only).then_some(()))?;
        Ok(true)
    }

    /// Takes out a field if it is null, and says whether it is.
    fn take_null(&mut self, field: &str) -> bool {
        self.map.get(field).is_some_and(Value::is_null) && self.map.remove(field).is_some()
    }

    fn name<T>(
        &mut self,
        field: &str,
        known: &[&str],
        called: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ModelError> {
        let text = self.take(field, "a string", |value| value.as_str().map(str::to_owned))?;
        text.map(|text| self.lookup(field, &text, known, called)).transpose()
    }

    /// Takes out a list of names of blocks.
    pub(crate) fn blocks<T: Named>(&mut self, field: &str, default: Vec<T>) -> Result<Vec<T>, ModelError> {
        let convert = |value: &Value| {
            let names = value.as_array()?.iter().map(|name| Some(name.as_str()?.to_owned()));
            names.collect::<Option<Vec<_>>>()
        };
        let Some(names) = self.take(field, "a list of strings", convert)? else { return Ok(default) };
        let lookup = |(i, name): (usize, &String)| {
            let short = name.strip_prefix(OLD_PREFIX).unwrap_or(name);
            // A name that is not known is shown as it is written, with the old prefix.
            T::called(short)
                .map_or_else(|| self.lookup(&format!("{field}[{i}]"), name, T::KNOWN, T::called), Ok)
        };
        names.iter().enumerate().map(lookup).collect()
    }

    fn lookup<T>(
        &self,
        field: &str,
        text: &str,
        known: &[&str],
        called: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ModelError> {
        called(text).ok_or_else(|| ModelError::Unsupported {
            name: self.name.to_owned(),
            field: field.to_owned(),
            found: shown(text),
            known: known.join(", "),
        })
    }

    /// Reads a config from its fields; fails if a field is left that `read` has not taken out.
    pub(crate) fn all<T>(
        mut self,
        read: impl FnOnce(&mut Self) -> Result<T, ModelError>,
    ) -> Result<T, ModelError> {
        let config = read(&mut self)?;
        self.finish()?;
        Ok(config)
    }

    fn finish(self) -> Result<(), ModelError> {
        let unknown = |key: &&String| !key.starts_with('_') && !AVERAGING.contains(&key.as_str());
        match self.map.keys().find(unknown) {
            None => Ok(()),
            Some(field) => Err(ModelError::UnknownField { name: self.name.to_owned(), field: shown(field) }),
        }
    }
}

pub(crate) fn whole(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok())
}

/// Whether two values are equal; 1 and 1.0 are.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}
