//! Guesses which end of a row is the class, where no name says so.

use std::collections::HashMap;

use super::columns::Side;
use crate::dataset::MAX_CLASSES;
use crate::dataset::scale::Seen;

/// What was seen of a column that may be the class.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    /// How often each value occurs; counting stops when there are more values than there can be classes.
    counts: HashMap<String, usize>,
    seen: Seen,
    /// Whether some value is not a number.
    texts: bool,
}

impl Candidate {
    /// Adds one more value.
    pub(super) fn add(&mut self, field: &str) {
        match field.parse::<f64>() {
            Ok(value) => self.texts |= self.seen.add(value).is_err(),
            Err(_) => self.texts = true,
        }
        if let Some(count) = self.counts.get_mut(field) {
            *count += 1;
        } else if self.counts.len() <= MAX_CLASSES {
            self.counts.insert(field.to_owned(), 1);
        }
    }

    /// The range of its numbers; `None` if there are texts.
    pub(super) fn seen(&self) -> Option<Seen> {
        (!self.texts).then_some(self.seen)
    }

    /// Whether the column looks like the classes of `rows` rows: a few texts, or a few whole numbers without a gap.
    fn fits(&self, rows: usize) -> bool {
        let numbers: Option<Vec<i64>> = self
            .counts
            .keys()
            .map(|field| field.parse().ok().filter(|v: &f64| v.fract() == 0.0).map(|v| v as i64))
            .collect();
        let few = self.counts.len() >= 2 && 2 * self.counts.len() <= rows && self.counts.len() <= MAX_CLASSES;
        few && match numbers {
            Some(numbers) => {
                let (least, most) = (numbers.iter().min().copied(), numbers.iter().max().copied());
                least.is_some_and(|least| least >= 0)
                    && most
                        .zip(least)
                        .is_some_and(|(most, least)| (most - least) as usize + 1 == numbers.len())
            }
            None => self.texts,
        }
    }

    /// The number of rows with the most frequent value: nearly all rows for a corner of pictures, few rows
    /// for classes.
    fn commonest(&self) -> usize {
        self.counts.values().copied().max().unwrap_or(0)
    }
}

/// Whether the first or the last column of a table with `rows` rows is the class, with a remark if that is
/// not clear.
pub(super) fn choose(first: &Candidate, last: &Candidate, rows: usize) -> (Side, Option<String>) {
    const ADVICE: &str = "--label-column first, last, none or NAME says otherwise";
    let said = |column: &str, why: &str| {
        Some(format!("the {column} column is taken for the class, {why}; {ADVICE}"))
    };
    match (first.fits(rows), last.fits(rows)) {
        (true, false) => (Side::First, said("first", "since its values are like those of classes")),
        (false, true) => (Side::Last, None),
        (true, true) if first.commonest() < last.commonest() => {
            (Side::First, said("first", "though the last one could be it"))
        }
        (true, true) => (Side::Last, said("last", "though the first one could be it")),
        // Texts cannot be pixels.
        (false, false) if first.texts && !last.texts => (Side::First, None),
        (false, false) => (Side::Last, said("last", "though neither end looks like it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(first: &[&str], last: &[&str]) -> (Side, bool) {
        let candidate = |values: &[&str]| {
            let mut candidate = Candidate::default();
            for value in values {
                candidate.add(value);
            }
            candidate
        };
        let (side, remark) = choose(&candidate(first), &candidate(last), first.len());
        (side, remark.is_some())
    }

    #[test]
    fn classes_are_few_without_gaps_and_evenly_spread() {
        let digits = ["0", "1", "2", "0", "1", "2"];
        assert_eq!(side(&digits, &["0"; 6]), (Side::First, true));
        assert_eq!(side(&["0"; 6], &digits), (Side::Last, false));
        assert_eq!(side(&digits, &["0", "255", "0", "7", "0", "0"]), (Side::First, true));
        assert_eq!(
            side(&["0", "1", "2", "3", "4", "5"], &["0", "1", "0", "1", "0", "1"]),
            (Side::Last, false)
        );
        // A corner of black and white pictures is nearly always black.
        assert_eq!(side(&["0", "0", "1", "0", "0", "0"], &digits), (Side::Last, true));
        assert_eq!(side(&digits, &["0", "0", "1", "0", "0", "0"]), (Side::First, true));
        assert_eq!(side(&["cat", "dog", "cat", "dog"], &["0"; 4]), (Side::First, true));
        assert_eq!(side(&["cat", "dog"], &["0", "1"]), (Side::First, false));
        assert_eq!(side(&["5", "1"], &["0", "0"]), (Side::Last, true));
    }
}
