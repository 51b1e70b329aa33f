//! Finds fields that a JSON object has more than once, which reading it into a map does not show.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use super::text::{plain, shortened};

/// The most characters of a name that are shown.
const SHOWN: usize = 100;

/// The names that the JSON object in a text has more than once, in alphabetical order. Readers use the last
/// field of each name, as Python does.
///
/// # Errors
/// If the text is not a JSON object.
pub fn repeated_fields(text: &str) -> Result<Vec<String>, serde_json::Error> {
    let Names(mut names) = serde_json::from_str(text)?;
    names.sort();
    let repeated = names.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
    Ok(repeated.map(|same| same[0].clone()).collect())
}

/// A remark about a field that an object has more than once.
pub fn is_repeated(name: &str) -> String {
    format!("{} is there more than once: the last one counts", shortened(&plain(name), SHOWN))
}

/// The names of an object's fields; a name is listed as often as it occurs.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Names;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, _)) = map.next_entry::<String, de::IgnoredAny>()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}
