//! Finds out whether the first row names the columns, and what the names say.

use std::collections::HashMap;

use csv::StringRecord;

/// Names of the column of the class, the likelier ones first.
const LABELS: [&str; 8] = ["label", "labels", "class", "classes", "target", "targets", "category", "y"];
/// Names of columns that number the rows.
const INDICES: [&str; 9] = ["", "index", "id", "idx", "unnamed: 0", "level_0", "imageid", "image_id", "row"];
/// With fewer columns, a first row of numbers is not taken for a numbering of columns.
const MIN_NUMBERS: usize = 4;

/// A name in the form in which names are compared.
pub(super) fn plain_name(text: &str) -> String {
    let kept = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '#' | '\u{feff}');
    text.trim_matches(kept).to_lowercase()
}

/// How likely a column of this name is the class: a lower number is likelier. `None` if the name is not known.
pub(super) fn label_rank(name: &str) -> Option<usize> {
    LABELS.iter().position(|label| *label == name)
}

/// Whether a column of this name numbers the rows.
pub(super) fn is_index(name: &str) -> bool {
    INDICES.contains(&name)
}

/// Whether the first row names the columns.
pub(super) fn is_header(first: &StringRecord, second: Option<&StringRecord>) -> bool {
    let is_number = |field: &str| field.parse::<f64>().is_ok();
    let texts: Vec<usize> = (0..first.len()).filter(|&i| !first.get(i).is_some_and(is_number)).collect();
    if is_numbering(first.iter()) || is_mangled(first) {
        return true;
    }
    if texts.is_empty() {
        return false;
    }
    let others = first.iter().enumerate().filter(|(i, _)| !texts.contains(i)).map(|(_, field)| field);
    if texts.len() <= 2 && is_numbering(others) {
        return true;
    }
    // A row of data may begin or end with the name of its class; then the row below does so too.
    let last = first.len().saturating_sub(1);
    let as_below = |i: usize| second.is_none_or(|row| !row.get(i).is_some_and(is_number));
    !matches!(texts[..], [text] if (text == 0 || text == last) && as_below(text))
}

/// Whether the fields count up by one from 0 or 1, as pandas and others name columns that have no names.
fn is_numbering<'a>(fields: impl Iterator<Item = &'a str>) -> bool {
    let numbers: Option<Vec<u64>> =
        fields.map(|field| field.trim_matches(['"', '\'']).parse().ok()).collect();
    numbers.is_some_and(|numbers| {
        numbers.len() >= MIN_NUMBERS
            && numbers[0] <= 1
            && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
    })
}

/// Whether this is a row of data that pandas took for names. To make equal names different, pandas appends
/// ".1" to the second, ".2" to the third, and so on.
fn is_mangled(first: &StringRecord) -> bool {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut mangled = 0;
    for field in first {
        let repeated = field.rsplit_once('.').and_then(|(base, count)| {
            let times = seen.get_mut(base).filter(|times| **times == count.parse().unwrap_or(0))?;
            *times += 1;
            Some(())
        });
        match repeated {
            Some(()) => mangled += 1,
            None if seen.insert(field, 1).is_some() => return false,
            None => {}
        }
    }
    mangled >= MIN_NUMBERS
}

/// The only name among many that does not end with a digit, such as "letter" beside pixel0, pixel1, ….
pub(super) fn odd_one_out(names: &[(usize, &str)]) -> Option<usize> {
    let numbered = |name: &str| name.ends_with(|c: char| c.is_ascii_digit());
    let mut odd = names.iter().filter(|(_, name)| !numbered(name));
    match (odd.next(), odd.next()) {
        (Some(&(column, _)), None) if names.len() > MIN_NUMBERS => Some(column),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(first: &str, second: &str) -> bool {
        let record = |text: &str| StringRecord::from(text.split(',').collect::<Vec<_>>());
        is_header(&record(first), Some(&record(second)))
    }

    #[test]
    fn names_and_numberings_are_headers() {
        for (first, second) in [
            ("label,pixel0,pixel1", "3,0,0"),
            ("\"Label\",1x1,1x2", "3,0,0"),
            ("0,1,2,3,4", "3,0,0,0,0"),
            (",0,1,2,3,4", "0,3,0,0,0,0"),
            ("label,0,1,2,3", "cat,0,0,0,0"),
            ("letter,0,1,2,3", "cat,0,0,0,0"),
            ("0,1,2,3,Class", "0,0,0,0,cat"),
            ("p0,p1,p2,p3,what", "0,0,0,0,5"),
            ("0,0.1,0.2,0.3,0.4,0.5", "0,0,0,0,0,0"),
        ] {
            assert!(header(first, second), "{first}");
        }
        for (first, second) in [
            ("5,0,0,0,255", "3,0,0,0,0"),
            ("1,2,3,4,0", "5,6,7,255,0"),
            ("0.5,0.25,0.1,0.2,0.3", "0,0,0,0,0"),
            ("cat,0,0,0,9", "dog,0,0,0,7"),
            ("y,0,0,0,9", "z,0,0,0,7"),
            ("0,0,0,9,cat", "0,0,0,7,dog"),
        ] {
            assert!(!header(first, second), "{first}");
        }
    }

    #[test]
    fn the_name_without_a_number_is_odd() {
        let odd = |names: &[&str]| odd_one_out(&names.iter().copied().enumerate().collect::<Vec<_>>());
        assert_eq!(odd(&["letter", "1x1", "1x2", "2x1", "2x2"]), Some(0));
        assert_eq!(odd(&["p0", "p1", "p2", "p3"]), None);
        assert_eq!(odd(&["a", "b", "p2", "p3", "p4"]), None);
    }
}
