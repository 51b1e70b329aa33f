//! Scenes that differ in a few parts from others.

use serde_json::{Map, Value};

use crate::scene::Scene;

/// The scene with some of its parts replaced: parts of a scene by the names in scene files. Tables are merged field by
/// field; a schedule, a sampler and other tables that say what kind they are of are replaced as a whole.
///
/// # Errors
/// If there is no such part, or the scene would be impossible; in words.
pub fn with(scene: &Scene, patch: &Map<String, Value>) -> Result<Scene, String> {
    let mut value = serde_json::to_value(scene).map_err(|error| error.to_string())?;
    if let Some(fields) = value.as_object()
        && let Some(unknown) = patch.keys().find(|name| !fields.contains_key(*name))
    {
        return Err(format!("a scene has no {unknown:?}"));
    }
    merge(&mut value, &Value::Object(patch.clone()));
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
    let kind =
        |table: &Map<String, Value>| KINDS.iter().any(|kind| table.get(*kind).is_some_and(Value::is_string));
    let other_variant = fields.len() == 1 && patch.len() == 1 && fields.keys().ne(patch.keys());
    kind(patch) || other_variant
}

/// The parts in which a scene differs from another, such that [`with`] makes the one from the other. The picture and
/// its size are left out: a lesson is played with the learner's own.
///
/// # Errors
/// If a scene cannot be written as data, in words: a path that is no text.
pub fn difference(from: &Scene, to: &Scene) -> Result<Map<String, Value>, String> {
    let value = |scene| serde_json::to_value(scene).map_err(|error: serde_json::Error| error.to_string());
    let (Value::Object(from), Value::Object(to)) = (value(from)?, value(to)?) else {
        return Err("a scene is a table".to_owned());
    };
    let parts = to.into_iter().filter(|(name, _)| name != "image" && name != "fit");
    Ok(parts.filter_map(|(name, to)| Some((name.clone(), change(from.get(&name), to)?))).collect())
}

/// What has to be merged into `from` to make `to`; `None` if nothing.
fn change(from: Option<&Value>, to: Value) -> Option<Value> {
    if from == Some(&to) {
        return None;
    }
    let (Some(Value::Object(fields)), Value::Object(wanted)) = (from, &to) else { return Some(to) };
    let whole = KINDS.iter().any(|kind| wanted.get(*kind).is_some_and(Value::is_string));
    if whole || !fields.keys().eq(wanted.keys()) {
        return Some(to);
    }
    let changed = wanted.iter().filter_map(|(name, to)| {
        // A value that is unset is an absent one in TOML, and cannot be said by it.
        Some((name.clone(), change(fields.get(name), to.clone())?))
    });
    Some(Value::Object(changed.collect()))
}
