//! Scenes that differ in a few parts from others.

use serde_json::{Map, Value};

use crate::scene::Scene;

/// The scene with some of its parts replaced: parts of a scene by the names in scene files. Tables are merged field by
/// field; a schedule, a sampler and other tables that say what kind they are of are replaced as a whole.
///
/// # Errors
/// If there is no such part, or the scene would be impossible; in words.
pub fn with(scene: &Scene, patch: &Map<String, Value>) -> Result<Scene, String> {
    with_unset(scene, patch, &[])
}

/// As [`with`], and with the parts of these names unset, such as `reverse.class`.
pub(super) fn with_unset(
    scene: &Scene,
    patch: &Map<String, Value>,
    unset: &[String],
) -> Result<Scene, String> {
    let mut value = serde_json::to_value(scene).map_err(|error| error.to_string())?;
    if let Some(fields) = value.as_object()
        && let Some(unknown) = patch.keys().find(|name| !fields.contains_key(*name))
    {
        return Err(format!("a scene has no {unknown:?}"));
    }
    merge(&mut value, &Value::Object(patch.clone()));
    for path in unset {
        let pointer = format!("/{}", path.replace('.', "/"));
        *value.pointer_mut(&pointer).ok_or_else(|| format!("a scene has no {path:?}"))? = Value::Null;
    }
    let scene: Scene = serde_json::from_value(value).map_err(|error| error.to_string())?;
    scene.check().map_err(|error| error.to_string())?;
    Ok(scene)
}

/// The fields that say of what kind a table is.
const KINDS: [&str; 2] = ["kind", "sampler"];

fn merge(value: &mut Value, patch: &Value) {
    match (value, patch) {
        (Value::Object(fields), Value::Object(patch)) if !is_whole(fields, patch) => {
            for (name, patch) in patch {
                match fields.get_mut(name) {
                    Some(field) => merge(field, patch),
                    None => drop(fields.insert(name.clone(), patch.clone())),
                }
            }
        }
        (value, patch) => *value = patch.clone(),
    }
}

/// Whether a table takes the place of another as a whole: it says its kind, or it is another variant.
fn is_whole(fields: &Map<String, Value>, patch: &Map<String, Value>) -> bool {
    let other_variant = fields.len() == 1 && patch.len() == 1 && fields.keys().ne(patch.keys());
    says_kind(patch) || other_variant
}

fn says_kind(table: &Map<String, Value>) -> bool {
    KINDS.iter().any(|kind| table.get(*kind).is_some_and(Value::is_string))
}

/// The parts in which a scene differs from another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// The parts that have other values, by the names in scene files.
    pub scene: Map<String, Value>,
    /// The parts that are unset, such as `reverse.class`: a lesson's file has no value that says so.
    pub unset: Vec<String>,
}

/// The difference that makes one scene from another. The picture and its size are left out: a lesson is played with the
/// learner's own.
///
/// # Errors
/// If a scene cannot be written as data, in words: a path that is no text.
pub fn difference(from: &Scene, to: &Scene) -> Result<Difference, String> {
    let value = |scene| serde_json::to_value(scene).map_err(|error: serde_json::Error| error.to_string());
    let (Value::Object(from), Value::Object(to)) = (value(from)?, value(to)?) else {
        return Err("a scene is a table".to_owned());
    };
    let mut found = Difference::default();
    for (name, to) in to.into_iter().filter(|(name, _)| name != "image" && name != "fit") {
        if let Some(value) = change(from.get(&name), to, &name, &mut found.unset) {
            found.scene.insert(name, value);
        }
    }
    Ok(found)
}

/// What has to be merged into `from` to make `to`; `None` if nothing. What is to be unset is added to `unset`.
fn change(from: Option<&Value>, to: Value, path: &str, unset: &mut Vec<String>) -> Option<Value> {
    match (from, to) {
        (from, to) if from == Some(&to) => None,
        (_, Value::Null) => {
            unset.push(path.to_owned());
            None
        }
        (Some(Value::Object(fields)), Value::Object(wanted))
            if !says_kind(&wanted) && fields.keys().eq(wanted.keys()) =>
        {
            let mut changed = Map::new();
            for (name, to) in wanted {
                if let Some(value) = change(fields.get(&name), to, &format!("{path}.{name}"), unset) {
                    changed.insert(name, value);
                }
            }
            (!changed.is_empty()).then_some(Value::Object(changed))
        }
        (_, to) => Some(to),
    }
}
