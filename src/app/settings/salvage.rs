//! Reading values that may be damaged: the parts that fit are kept, the others are left out and named.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// `base` with all fields of `given` that fit into it; the names of those that do not are added to `left_out`.
pub fn onto<T: Serialize + DeserializeOwned>(base: T, given: Value, left_out: &mut Vec<String>) -> T {
    if let Ok(whole) = T::deserialize(&given) {
        return whole;
    }
    let (Ok(Value::Object(mut root)), Value::Object(given)) = (serde_json::to_value(&base), given) else {
        left_out.push("everything".to_owned());
        return base;
    };
    let fits = |root: &Map<String, Value>| T::deserialize(root).is_ok();
    for (key, value) in given {
        graft(&mut root, &mut vec![key], value, &fits, left_out);
    }
    T::deserialize(&root).unwrap_or(base)
}

/// Puts a value into its place, or as many of its fields as fit there.
fn graft(
    root: &mut Map<String, Value>,
    place: &mut Vec<String>,
    value: Value,
    fits: &dyn Fn(&Map<String, Value>) -> bool,
    left_out: &mut Vec<String>,
) {
    let before = exchange(root, place, Some(value));
    if fits(root) {
        return;
    }
    let is_object = matches!(before, Some(Value::Object(_)));
    match exchange(root, place, before) {
        Some(Value::Object(fields)) if is_object => {
            for (key, value) in fields {
                place.push(key);
                graft(root, place, value, fits, left_out);
                place.pop();
            }
        }
        _ => left_out.push(place.join(".")),
    }
}

/// Sets or removes the value at a place, and returns the earlier value.
fn exchange(root: &mut Map<String, Value>, place: &[String], value: Option<Value>) -> Option<Value> {
    let (last, way) = place.split_last()?;
    let mut object = root;
    for key in way {
        object = object.get_mut(key)?.as_object_mut()?;
    }
    match value {
        Some(value) => object.insert(last.clone(), value),
        None => object.remove(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{ChapterId, Scene};

    fn salvaged(text: &str) -> (Scene, Vec<String>) {
        let mut left_out = Vec::new();
        let scene = onto(Scene::default(), serde_json::from_str(text).unwrap(), &mut left_out);
        (scene, left_out)
    }

    #[test]
    fn what_is_whole_is_taken_as_it_is() {
        let wanted = Scene { t: 12, chapter: ChapterId::Ledger, ..Scene::default() };
        let (scene, left_out) = salvaged(&serde_json::to_string(&wanted).unwrap());
        assert_eq!((scene, left_out.len()), (wanted, 0));
    }

    #[test]
    fn a_damaged_field_costs_that_field() {
        let text = r#"{"t": 12, "seed": "seven", "tee": 3, "ledger": {"amplify": true, "shares": 2},
            "schedule_a": {"kind": {"cosine": {"s": "x"}}, "steps": 1000}, "chapter": "ledger"}"#;
        let (scene, mut left_out) = salvaged(text);
        left_out.sort();
        assert_eq!(left_out, ["ledger.shares", "schedule_a.kind", "seed", "tee"]);
        let mut wanted = Scene { t: 12, chapter: ChapterId::Ledger, ..Scene::default() };
        wanted.chapters.ledger.amplify = true;
        assert_eq!(scene, wanted);
    }

    #[test]
    fn what_is_nothing_of_the_kind_costs_everything() {
        let (scene, left_out) = salvaged("[1, 2]");
        assert_eq!((scene, left_out), (Scene::default(), vec!["everything".to_owned()]));
    }
}
