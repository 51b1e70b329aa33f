//! The labels that a file gives to pictures, and the classes that follow from them.

use std::collections::{BTreeMap, BTreeSet};

use super::{MAX_CLASSES, shortened};
use crate::files::number;

/// Longest name of a class, in characters.
const MAX_NAME: usize = 100;
/// Numbers of classes are below this one.
const LARGEST: f64 = 1e15;

/// The labels of all pictures, as they are in the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Labels {
    /// Numbers of classes.
    Numbers(Vec<f64>),
    /// Names of classes.
    Texts(Vec<String>),
}

/// The classes of all pictures, as indices and names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Classes {
    /// For each picture, the index of its class.
    pub(super) labels: Vec<u32>,
    /// The names of the classes: texts, or the file's numbers.
    pub(super) names: Vec<String>,
    /// What the user should know about the classes besides their names.
    pub(super) remark: Option<String>,
}

impl Labels {
    /// Takes one label for each of `n` pictures from `values` of shape `[n]`, `[n, 1]` or, one-hot, `[n, k]`.
    ///
    /// # Errors
    /// If the values have another shape; the error says what they are instead.
    pub(super) fn of_rows(values: Vec<f64>, n: usize) -> Result<Self, String> {
        if values.len() == n {
            return Ok(Self::Numbers(values));
        }
        let columns = values.len() / n.max(1);
        let one_hot = |row: &[f64]| {
            let hot = row.iter().position(|&v| v == 1.0)?;
            (row.iter().filter(|&&v| v != 0.0).count() == 1).then_some(hot as f64)
        };
        let numbers: Option<Vec<f64>> = values.chunks_exact(columns.max(1)).map(one_hot).collect();
        match numbers {
            Some(numbers) if numbers.len() == n && columns * n == values.len() => Ok(Self::Numbers(numbers)),
            _ => {
                Err(format!("{columns} values for each picture, of which not just one is 1 and the others 0"))
            }
        }
    }

    /// Numbers the classes from 0.
    ///
    /// Texts are sorted; if all of them are numbers, they count as numbers. Numbers must be whole and not negative,
    /// except for the pair −1 and 1. They give one class for each number from the smallest to the largest (from 0 if
    /// only one number occurs, unless it is 1). But if more than half of these classes would have no picture, only the
    /// numbers that occur are classes.
    ///
    /// # Errors
    /// If a label cannot be a class; the error names the label.
    pub(super) fn classes(&self) -> Result<Classes, String> {
        match self {
            Self::Numbers(numbers) => of_numbers(numbers),
            Self::Texts(texts) => {
                let number = |text: &String| text.trim().parse().ok();
                match texts.iter().map(number).collect::<Option<Vec<f64>>>() {
                    Some(numbers) => of_numbers(&numbers),
                    None => of_texts(texts),
                }
            }
        }
    }
}

fn of_texts(texts: &[String]) -> Result<Classes, String> {
    if let Some(index) = texts.iter().position(|text| text.trim().is_empty()) {
        return Err(format!("picture {} has no class", index + 1));
    }
    if let Some(long) = texts.iter().find(|text| text.chars().count() > MAX_NAME) {
        return Err(format!("the class {} is longer than {MAX_NAME} characters", shown(long)));
    }
    let mut names: Vec<String> = texts.iter().map(|text| text.trim().to_owned()).collect();
    names.sort();
    names.dedup();
    too_many(names.len())?;
    let index = |text: &String| names.binary_search_by(|name| name.as_str().cmp(text.trim())).ok();
    let labels = texts.iter().filter_map(index).map(|index| index as u32).collect();
    Ok(Classes { labels, names, remark: None })
}

fn of_numbers(numbers: &[f64]) -> Result<Classes, String> {
    if let Some(&wrong) = numbers.iter().find(|v| !v.is_finite() || v.fract() != 0.0) {
        return Err(format!("the class {} is not a whole number", number(wrong)));
    }
    if let Some(&wrong) = numbers.iter().find(|v| v.abs() >= LARGEST) {
        return Err(format!("the class {} is out of range", number(wrong)));
    }
    let occurring: BTreeSet<i64> = numbers.iter().map(|&v| v as i64).collect();
    let signs = occurring.iter().eq(&[-1, 1]);
    if let Some(&wrong) = occurring.first()
        && wrong < 0
        && !signs
    {
        return Err(format!("the class {wrong} is below 0"));
    }
    too_many(occurring.len())?;
    let (least, most) = (occurring.first().copied().unwrap_or(0), occurring.last().copied().unwrap_or(0));
    let start = if occurring.len() > 1 || least == 1 { least } else { 0 };
    let span = most - start + 1;
    let sparse = signs || occurring.len() > 1 && 2 * (occurring.len() as i64) < span;
    let sparse = sparse || span > MAX_CLASSES as i64;
    let all: Vec<i64> = if sparse { occurring.iter().copied().collect() } else { (start..=most).collect() };
    let indices: BTreeMap<i64, u32> = all.iter().enumerate().map(|(i, &number)| (number, i as u32)).collect();
    let labels = numbers.iter().filter_map(|&v| indices.get(&(v as i64)).copied()).collect();
    let empty: Vec<String> =
        all.iter().filter(|number| !occurring.contains(number)).map(i64::to_string).collect();
    let renumbered = all.iter().enumerate().any(|(index, &number)| index as i64 != number);
    let names: Vec<String> = all.iter().map(i64::to_string).collect();
    let told = if empty.is_empty() { shortened(&names) } else { format!("{start} to {most}") };
    let network = format!("the labels {told} are the network's classes 0 to {}", names.len() - 1);
    let without = format!("no picture has the label {}", shortened(&empty));
    let remarks = [(renumbered, network), (!empty.is_empty(), without)];
    let remarks: Vec<String> = remarks.into_iter().filter(|(told, _)| *told).map(|(_, text)| text).collect();
    let remark = (!remarks.is_empty()).then(|| remarks.join("; "));
    Ok(Classes { labels, names, remark })
}

fn too_many(classes: usize) -> Result<(), String> {
    if classes > MAX_CLASSES {
        return Err(format!("{classes} different labels, at most {MAX_CLASSES} are classes"));
    }
    Ok(())
}

/// A name from a file, shortened and made safe for messages.
fn shown(name: &str) -> String {
    crate::files::shortened(&crate::files::plain(name), MAX_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: &[f64]) -> Result<(Vec<u32>, String), String> {
        let classes = Labels::Numbers(values.to_vec()).classes()?;
        Ok((classes.labels, classes.names.join(",")))
    }

    #[test]
    fn numbers_are_the_names_of_classes() {
        for (values, labels, names) in [
            (&[2.0, 0.0, 2.0][..], &[2, 0, 2][..], "0,1,2"),
            (&[1.0, 3.0, 2.0], &[0, 2, 1], "1,2,3"),
            (&[1.0], &[0], "1"),
            (&[3.0], &[3], "0,1,2,3"),
            (&[5.0, 6.0, 7.0], &[0, 1, 2], "5,6,7"),
            (&[0.0, 255.0], &[0, 1], "0,255"),
            (&[-1.0, 1.0, -1.0], &[0, 1, 0], "-1,1"),
            (&[70_000.0, 5.0], &[1, 0], "5,70000"),
        ] {
            assert_eq!(numbers(values), Ok((labels.to_vec(), names.to_owned())));
        }
        for (values, part) in [
            (&[0.5][..], "0.5 is not a whole number"),
            (&[-1.0], "-1 is below 0"),
            (&[f64::NAN], "NaN is not a whole number"),
            (&[-2.0, 1.0], "-2 is below 0"),
            (&[3e15], "3e15 is out of range"),
        ] {
            let error = numbers(values).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        let many: Vec<f64> = (0..=MAX_CLASSES).map(|i| i as f64).collect();
        assert!(numbers(&many).unwrap_err().contains("10001 different"));
    }

    #[test]
    fn what_the_names_do_not_tell_is_said() {
        let remark = |values: &[f64]| Labels::Numbers(values.to_vec()).classes().unwrap().remark;
        assert_eq!(remark(&[0.0, 1.0, 2.0]), None);
        assert_eq!(remark(&[0.0, 2.0]).as_deref(), Some("no picture has the label 1"));
        let letters = remark(&[1.0, 2.0]).unwrap();
        assert_eq!(letters, "the labels 1, 2 are the network's classes 0 to 1");
        let gap = remark(&[1.0, 3.0]).unwrap();
        assert_eq!(gap, "the labels 1 to 3 are the network's classes 0 to 2; no picture has the label 2");
    }

    #[test]
    fn texts_are_sorted_unless_they_are_numbers() {
        let texts =
            |texts: &[&str]| Labels::Texts(texts.iter().map(|&text| text.to_owned()).collect()).classes();
        let fruit = texts(&["pear", " fig", "pear"]).unwrap();
        assert_eq!((fruit.labels, fruit.names.join(",")), (vec![1, 0, 1], "fig,pear".to_owned()));
        assert_eq!(texts(&["10", "2.0", "1"]).unwrap().labels, [2, 1, 0]);
        assert!(texts(&["pear", ""]).unwrap_err().contains("picture 2"));
        assert!(texts(&["pear", &"x".repeat(5000)]).unwrap_err().chars().count() < 200);
    }

    #[test]
    fn rows_are_columns_or_one_hot() {
        let rows = |values: &[f64], n| Labels::of_rows(values.to_vec(), n);
        assert_eq!(rows(&[0.0, 1.0, 0.0, 1.0, 0.0, 0.0], 2), Ok(Labels::Numbers(vec![1.0, 0.0])));
        assert_eq!(rows(&[3.0, 1.0], 2), Ok(Labels::Numbers(vec![3.0, 1.0])));
        for several in [&[1.0, 1.0, 0.0, 0.0][..], &[0.0, 0.0, 1.0, 0.0], &[0.5, 0.5, 1.0, 0.0]] {
            assert!(rows(several, 2).unwrap_err().contains("2 values"), "{several:?}");
        }
    }
}
