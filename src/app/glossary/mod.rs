//! The glossary: terms, each with a sentence, a formula, a source, and a scene that shows it.
//!
//! What does not depend on a language is data in `assets/glossary.toml`; names and sentences are messages by the terms'
//! identifiers.

mod card;
mod define;

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::card::Card;
pub use self::define::{define, define_here, define_term};
use super::words::Words;
use crate::quantity::Quantity;

/// A term.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The identifier, from which the names of its messages follow.
    pub id: String,
    /// The quantities that the term explains.
    #[serde(default)]
    pub quantities: Vec<Quantity>,
    /// The formula: names of typeset terms, from left to right.
    #[serde(default)]
    pub formula: Vec<String>,
    /// The paper and the equation that it comes from; empty if it has none.
    #[serde(default)]
    pub source: String,
    /// Identifiers of related terms.
    #[serde(default)]
    pub see: Vec<String>,
    /// The parts of a scene that show it; `None` if no chapter does.
    pub show: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Glossary {
    term: Vec<Term>,
}

static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let glossary = toml::from_str(include_str!("../../../assets/glossary.toml"));
    // The tests read the file too; without it, nothing is explained.
    let read = |error: toml::de::Error| {
        log::error!("the glossary cannot be read: {error}");
        Vec::new()
    };
    glossary.map_or_else(read, |glossary: Glossary| glossary.term)
});

/// All terms, in the order of the file.
pub fn terms() -> &'static [Term] {
    &TERMS
}

/// The term of this identifier.
pub fn find(id: &str) -> Option<&'static Term> {
    TERMS.iter().find(|term| term.id == id)
}

/// The term that explains a quantity.
pub fn of(quantity: Quantity) -> Option<&'static Term> {
    TERMS.iter().find(|term| term.quantities.contains(&quantity))
}

impl Term {
    /// The name of the message that is the term's name. Names of messages cannot contain a plus: `p` stands for it.
    fn message(&self) -> String {
        format!("term-{}", self.id.replace('+', "p"))
    }

    /// The term's name.
    pub fn name(&self, words: &Words) -> String {
        words.get(&self.message())
    }

    /// What the term means, in one or two sentences.
    pub fn about(&self, words: &Words) -> String {
        words.get_attr(&self.message(), "about")
    }

    /// Other words for the term, for which it is found.
    pub fn also(&self, words: &Words) -> String {
        words.get_attr(&self.message(), "also")
    }
}

#[cfg(test)]
mod tests;
