//! Classes with one column each, in which a 1 marks the picture's class and all other columns are 0.

use std::collections::HashSet;

use csv::StringRecord;

use super::columns::picture;
use super::header::label_rank;
use crate::dataset::MAX_CLASSES;

/// The characters that separate the parts of a name.
const MARKS: [char; 4] = ['_', '.', '-', ' '];

/// The columns of the classes, in order, and the names of the classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OneHot {
    pub(super) columns: Vec<usize>,
    names: Vec<String>,
}

impl OneHot {
    /// Finds columns of classes among the columns `data`, so that the others form a picture: by their names (`label_0`,
    /// `label_1`, …), or else at either end of the rows that are given.
    pub(super) fn find(data: &[usize], names: &[String], rows: &[&StringRecord]) -> Option<Self> {
        let columns = by_name(data, names).or_else(|| at_an_end(data, rows))?;
        let named: Vec<&str> = columns.iter().map(|&column| names[column].as_str()).collect();
        Some(Self { names: classes(&named), columns })
    }

    /// The class of a row, if one column holds 1 and all others 0.
    pub(super) fn class(&self, row: &StringRecord) -> Option<&str> {
        hot(row, &self.columns).map(|class| self.names[class].as_str())
    }

    /// A remark on how the classes were found.
    pub(super) fn remark(&self) -> String {
        let (first, last) = (self.columns.first(), self.columns.last());
        let [first, last] = [first, last].map(|column| column.map_or(0, |column| column + 1));
        format!(
            "columns {first} to {last} are read as {} classes, with a 1 in that of the picture's class; \
             --label-column says otherwise",
            self.columns.len()
        )
    }
}

/// The index of the column that holds 1, if all others hold 0.
fn hot(row: &StringRecord, columns: &[usize]) -> Option<usize> {
    let mut found = None;
    for (class, &column) in columns.iter().enumerate() {
        match switch(row.get(column)?) {
            Some(false) => {}
            Some(true) if found.is_none() => found = Some(class),
            _ => return None,
        }
    }
    found
}

/// Whether a field is on (1, 255 or true) or off (0 or false).
fn switch(field: &str) -> Option<bool> {
    if let Ok(number) = field.parse::<f64>() {
        return if number == 0.0 { Some(false) } else { (number == 1.0 || number == 255.0).then_some(true) };
    }
    match field.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Whether a column of this name is the column of one class: `label_3`, `class_cat`.
pub(super) fn is_class(name: &str) -> bool {
    let first = name.split(MARKS).next().unwrap_or_default();
    (stem(name) != name && label_rank(stem(name)).is_some()) || (first != name && label_rank(first).is_some())
}

/// A name without the number at its end and the separator before it.
fn stem(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(MARKS)
}

fn by_name(data: &[usize], names: &[String]) -> Option<Vec<usize>> {
    let is_class = |column: &&usize| is_class(&names[**column]);
    let columns: Vec<usize> = data.iter().filter(is_class).copied().collect();
    fits(data.len(), columns.len()).then_some(columns)
}

/// The smallest number of columns, at either end, that hold a single 1 in all these rows.
fn at_an_end(data: &[usize], rows: &[&StringRecord]) -> Option<Vec<usize>> {
    let most = MAX_CLASSES.min(data.len());
    let ends = (2..=most).filter(|&count| fits(data.len(), count));
    let ends = ends.flat_map(|count| [&data[data.len() - count..], &data[..count]]);
    let is_hot = |columns: &&[usize]| !rows.is_empty() && rows.iter().all(|row| hot(row, columns).is_some());
    ends.into_iter().find(is_hot).map(<[usize]>::to_vec)
}

/// Whether this number of classes leaves columns that form a picture.
fn fits(data: usize, classes: usize) -> bool {
    (2..=MAX_CLASSES).contains(&classes) && classes < data && picture(data - classes).is_some()
}

/// The names of the classes: the names of their columns without their common beginning, up to a separator. Columns
/// without names are numbered from 0.
fn classes(names: &[&str]) -> Vec<String> {
    if names.iter().any(|name| name.is_empty()) {
        return (0..names.len()).map(|class| class.to_string()).collect();
    }
    let first = names[0];
    let shared = first.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|&end| {
        names.iter().all(|name| name.get(..end).is_some_and(|start| start == &first[..end]))
    });
    let shared = shared.last().unwrap_or(0);
    // "label_10" and "label_11" share a digit that belongs to the class.
    let start = first[..shared].trim_end_matches(|c: char| c.is_ascii_digit());
    let start = start.rfind(MARKS).map_or(0, |mark| mark + 1);
    let short: Vec<String> = names.iter().map(|name| name[start..].to_owned()).collect();
    let distinct: HashSet<&String> = short.iter().collect();
    if distinct.len() == names.len() && short.iter().all(|name| !name.is_empty()) {
        return short;
    }
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(names: &str, row: &str) -> Option<(Vec<usize>, Vec<String>)> {
        let row = StringRecord::from(row.split(',').collect::<Vec<_>>());
        let names: Vec<String> = match names {
            "" => vec![String::new(); row.len()],
            names => names.split(',').map(str::to_owned).collect(),
        };
        let data: Vec<usize> = (0..row.len()).collect();
        OneHot::find(&data, &names, &[&row]).map(|found| (found.columns, found.names))
    }

    #[test]
    fn classes_of_one_column_each_are_found_by_name_or_at_an_end() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let named = find("p0,p1,p2,p3,label_1,label_3", "9,9,9,9,0,1");
        assert_eq!(named, Some((vec![4, 5], texts(&["1", "3"]))));
        let words = find("class_cat,class_dog,p0,p1,p2,p3", "0,1,9,9,9,9");
        assert_eq!(words, Some((vec![0, 1], texts(&["cat", "dog"]))));
        let switches = find("p0,p1,p2,p3,y_cat,y_dog", "9,9,9,9,False,True");
        assert_eq!(switches, Some((vec![4, 5], texts(&["cat", "dog"]))));
        let bare = find("", "0,0,0,9,0,1.0,0");
        assert_eq!(bare, Some((vec![4, 5, 6], texts(&["0", "1", "2"]))));
        assert_eq!(find("", "0,1,9,9,9,9"), Some((vec![0, 1], texts(&["0", "1"]))));
        assert_eq!(find("p0,p1,p2,p3,cat,dog", "9,9,9,9,0,1").unwrap().1, ["cat", "dog"]);
        // Rows without a 1, with two of them, or with another number.
        for row in ["9,9,9,9,0,0", "9,9,9,9,1,1", "9,9,9,9,0,2"] {
            assert_eq!(find("", row), None, "{row}");
        }
    }

    #[test]
    fn a_digit_that_all_classes_begin_with_belongs_to_them() {
        assert_eq!(classes(&["label_10", "label_11"]), ["10", "11"]);
        assert_eq!(classes(&["y_a", "y_a"]), ["y_a", "y_a"]);
        assert_eq!(classes(&["cat", "car"]), ["cat", "car"]);
        assert_eq!(classes(&["kl_ä", "kl_ö"]), ["ä", "ö"]);
    }
}
