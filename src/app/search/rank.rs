//! What is found for a query, the best first.

use super::Item;

/// How alike two words are, from 0 to 1, from which on one is near the other.
const NEAR: f64 = 0.72;
/// The most items that are near.
const MOST_NEAR: usize = 6;

/// What a query finds.
pub enum Found<'a> {
    /// Items that have all words of the query, the best first.
    Some(Vec<&'a Item>),
    /// No item has; these are spelled alike.
    Near(Vec<&'a Item>),
}

/// Finds the items for a query; all of them for an empty one.
pub fn found<'a>(items: impl Iterator<Item = &'a Item> + Clone, query: &str) -> Found<'a> {
    let query = query.to_lowercase();
    let sought: Vec<&str> = query.split_whitespace().collect();
    if sought.is_empty() {
        return Found::Some(items.collect());
    }
    let score =
        |item: &'a Item| Some((sought.iter().map(|word| fit(item, word)).sum::<Option<u32>>()?, item));
    let mut scored: Vec<(u32, &Item)> = items.clone().filter_map(score).collect();
    if scored.is_empty() {
        return Found::Near(near(items, &query));
    }
    // Items that fit equally well keep their order.
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    Found::Some(scored.into_iter().map(|(_, item)| item).collect())
}

/// How well an item fits a word of the query; `None` if it does not have it.
fn fit(item: &Item, word: &str) -> Option<u32> {
    let label = item.label.to_lowercase();
    if label == word {
        return Some(8);
    }
    match label.find(word) {
        Some(0) => return Some(6),
        Some(at) if !label[..at].ends_with(char::is_alphanumeric) => return Some(5),
        Some(_) => return Some(3),
        None => {}
    }
    let others = item.words.to_lowercase();
    if others.split(", ").any(|other| other == word) {
        return Some(4);
    }
    others.contains(word).then_some(1)
}

/// The items that have a word spelled like the query.
fn near<'a>(items: impl Iterator<Item = &'a Item>, query: &str) -> Vec<&'a Item> {
    let likeness = |item: &Item| {
        let label = item.label.to_lowercase();
        let words = item.words.to_lowercase();
        let single = label.split_whitespace().chain(words.split(", ")).map(|word| alike(word, query));
        single.chain([alike(&label, query)]).fold(0.0, f64::max)
    };
    let mut scored: Vec<(f64, &Item)> = items.map(|item| (likeness(item), item)).collect();
    scored.retain(|(likeness, _)| *likeness >= NEAR);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(MOST_NEAR).map(|(_, item)| item).collect()
}

fn alike(word: &str, query: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(word, query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::{Command, Intent};

    fn item(label: &str, words: &str) -> Item {
        Item {
            label: label.to_owned(),
            note: String::new(),
            words: words.to_owned(),
            intent: Intent::Do(Command::Keys),
        }
    }

    fn labels(found: &Found<'_>) -> Vec<String> {
        let (Found::Some(items) | Found::Near(items)) = found;
        items.iter().map(|item| item.label.clone()).collect()
    }

    #[test]
    fn what_begins_with_the_query_comes_first() {
        let items = [
            item("Export curves", "table"),
            item("The posterior", "사후분포"),
            item("Posterior mean", "mu tilde"),
            item("Jump", "express train, 급행열차"),
        ];
        assert_eq!(labels(&found(items.iter(), "poster")), ["Posterior mean", "The posterior"]);
        assert_eq!(labels(&found(items.iter(), "급행열차")), ["Jump"]);
        assert_eq!(labels(&found(items.iter(), "mean post")), ["Posterior mean"]);
        assert_eq!(labels(&found(items.iter(), " ")).len(), 4);
        let near = found(items.iter(), "postrior");
        assert!(matches!(near, Found::Near(_)));
        assert_eq!(labels(&near)[0], "The posterior");
        assert!(labels(&found(items.iter(), "zzz")).is_empty());
    }
}
