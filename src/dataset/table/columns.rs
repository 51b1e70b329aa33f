//! Finds out which columns of a table are pixels and which is the class.

use std::path::Path;

use super::header::{is_header, is_index, label_rank, odd_one_out, plain_name};
use super::one_hot::{self, OneHot};
use super::rows::Head;
use crate::dataset::{DatasetError, LabelColumn, shortened};
use crate::files;

/// The first or the last of the columns that may be the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    First,
    Last,
}

/// The roles of a table's columns.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The number of columns.
    pub(super) width: usize,
    pub(super) has_header: bool,
    /// The columns of pixels, in order. While it is not decided which of the two columns at the ends is the
    /// class, these two are missing.
    pub(super) pixels: Vec<usize>,
    /// The column of the class.
    pub(super) label: Option<usize>,
    /// The columns of the classes, if each class has its own.
    pub(super) one_hot: Option<OneHot>,
    /// The two columns at the ends, one of which is the class and the other a pixel.
    pub(super) undecided: Option<[usize; 2]>,
    /// Number of channels of the pictures, 1 or 3.
    pub(super) channels: usize,
    /// Height and width of the pictures.
    pub(super) side: usize,
    pub(super) remarks: Vec<String>,
}

impl Columns {
    /// Finds the columns from the first rows and from what was asked for.
    ///
    /// # Errors
    /// If the column that was asked for does not exist, or the pixels do not form a picture.
    pub(super) fn of(path: &Path, head: &Head, asked: &LabelColumn) -> Result<Self, DatasetError> {
        let has_header = is_header(&head.first, head.second.as_ref());
        let width = head.first.len();
        let names: Vec<String> =
            if has_header { head.first.iter().map(plain_name).collect() } else { vec![String::new(); width] };
        let example = if has_header { head.second.as_ref() } else { Some(&head.first) };
        let is_number = |column: usize| {
            example.is_none_or(|row| row.get(column).is_some_and(|field| field.parse::<f64>().is_ok()))
        };
        let index = |column: usize| {
            if has_header { is_index(&names[column]) } else { !is_number(column) && blank(example, column) }
        };
        let data: Vec<usize> = (0..width).filter(|&column| !index(column)).collect();
        let mut columns = Self {
            width,
            has_header,
            pixels: Vec::new(),
            label: None,
            one_hot: None,
            undecided: None,
            channels: 1,
            side: 0,
            remarks: Vec::new(),
        };
        let is_named = data.iter().any(|&column| label_rank(&names[column]).is_some());
        if *asked == LabelColumn::Found && !is_named && columns.find_one_hot(&data, &names, head) {
            let classes = columns.one_hot.as_ref().map_or(&[][..], |one_hot| &one_hot.columns);
            let mut pixels: Vec<usize> =
                data.iter().filter(|column| !classes.contains(column)).copied().collect();
            columns.in_order(&mut pixels, &names);
            columns.shape(path, pixels, true)?;
            return Ok(columns);
        }
        let named = named(&names, &data);
        columns.label = match asked {
            LabelColumn::Found => named,
            LabelColumn::First => data.first().copied(),
            LabelColumn::Last => data.last().copied(),
            LabelColumn::None => None,
            LabelColumn::Named(name) => Some(column_of(path, name, &names, has_header)?),
        };
        if *asked == LabelColumn::Found
            && let Some(column) = columns.label.filter(|&column| label_rank(&names[column]).is_none())
        {
            columns.remarks.push(format!(
                "column {} is taken for the class, as the only one whose name has no number; \
                 --label-column says otherwise",
                files::shortened(&files::plain(&names[column]), 100)
            ));
        }
        let is_pixel = |column: &&usize| Some(**column) != columns.label;
        let mut pixels: Vec<usize> = data.iter().filter(is_pixel).copied().collect();
        // If the columns do not form a picture, columns with other names for the class are left out.
        if picture(pixels.len()).is_none() {
            let is_class = |column: usize| {
                let name = &names[column];
                Some(column) == named || label_rank(name).is_some() || one_hot::is_class(name)
            };
            let others: Vec<String> = pixels
                .iter()
                .filter(|&&column| is_class(column))
                .map(|&column| names[column].clone())
                .collect();
            if !others.is_empty() {
                columns
                    .remarks
                    .push(format!("columns of other classes that are not read: {}", shortened(&others)));
            }
            pixels.retain(|&column| !is_class(column));
        }
        let settled = columns.label.is_some() || *asked == LabelColumn::None;
        columns.drop_texts(&mut pixels, &names, is_number, settled);
        columns.in_order(&mut pixels, &names);
        columns.shape(path, pixels, settled)?;
        Ok(columns)
    }

    /// Sorts the columns of pixels by the numbers in their names.
    fn in_order(&mut self, pixels: &mut [usize], names: &[String]) {
        if self.has_header && by_number(pixels, names) {
            let text = "columns of pixels are taken in the order of their numbers, not as they stand";
            self.remarks.push(text.to_owned());
        }
    }

    /// Looks for classes that have one column each, if the columns form no picture, neither with nor without one column
    /// for the class. Returns whether there are such columns.
    fn find_one_hot(&mut self, data: &[usize], names: &[String], head: &Head) -> bool {
        let plain = |count: usize| picture(count).is_some();
        if plain(data.len()) || data.len().checked_sub(1).is_some_and(plain) {
            return false;
        }
        let first = (!self.has_header).then_some(&head.first);
        let rows: Vec<_> = first.into_iter().chain(&head.second).collect();
        self.one_hot = OneHot::find(data, names, &rows);
        self.remarks.extend(self.one_hot.as_ref().map(OneHot::remark));
        self.one_hot.is_some()
    }

    /// Leaves out columns of text that were not asked for; the two at the ends are kept while one of them may be the
    /// class.
    fn drop_texts(
        &mut self,
        pixels: &mut Vec<usize>,
        names: &[String],
        is_number: impl Fn(usize) -> bool,
        settled: bool,
    ) {
        let ends = [pixels.first().copied(), pixels.last().copied()];
        let is_text = |column: usize| !is_number(column) && (settled || !ends.contains(&Some(column)));
        let texts: Vec<usize> = pixels.iter().copied().filter(|&column| is_text(column)).collect();
        if self.has_header && !texts.is_empty() && picture(pixels.len() - texts.len()).is_some() {
            pixels.retain(|column| !texts.contains(column));
            let texts: Vec<String> = texts.iter().map(|&column| names[column].clone()).collect();
            self.remarks.push(format!("columns of text that are not read: {}", shortened(&texts)));
        }
    }

    /// Finds the channels and the side from the number of pixels.
    fn shape(&mut self, path: &Path, pixels: Vec<usize>, settled: bool) -> Result<(), DatasetError> {
        let count = pixels.len();
        let without_one = if settled { None } else { count.checked_sub(1).and_then(picture) };
        let ((channels, side), undecided) = match (picture(count), without_one) {
            // This is a grey square without a class. In colour, the columns could just as well be a class and
            // other pixels.
            (Some(shape), None) | (Some(shape @ (1, _)), Some(_)) => (shape, false),
            (_, Some(shape)) => (shape, true),
            (None, None) => {
                return Err(DatasetError::Unsupported {
                    name: path.display().to_string(),
                    reason: format!("{count} pixels in a row are no square picture"),
                    advice: "give square pictures, and name the column of their class with --label-column first, \
                             last, none or NAME",
                });
            }
        };
        (self.channels, self.side, self.pixels) = (channels, side, pixels);
        if undecided && let [first, .., last] = self.pixels[..] {
            self.undecided = Some([first, last]);
            self.pixels.retain(|&column| column != first && column != last);
        } else if self.label.is_none() && !settled {
            self.remarks.push("no column is the class: the pictures are without classes".to_owned());
        }
        Ok(())
    }

    /// Decides which of the two columns at the ends is the class.
    pub(super) fn settle(&mut self, side: Side) {
        let Some([first, last]) = self.undecided.take() else { return };
        match side {
            Side::First => {
                self.label = Some(first);
                self.pixels.push(last);
            }
            Side::Last => {
                self.label = Some(last);
                self.pixels.insert(0, first);
            }
        }
    }
}

/// Sorts columns whose names differ only in numbers (`pixel10`, `3x7`) by these numbers. Returns whether that changed
/// the order. Spreadsheets sort such names as text, with 10 before 2.
fn by_number(columns: &mut [usize], names: &[String]) -> bool {
    let numbers = |name: &str| -> Option<Vec<u64>> {
        let digits = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
        digits.map(|digits| digits.parse().ok()).collect()
    };
    let rest = |name: &str| name.replace(|c: char| c.is_ascii_digit(), "");
    let Some(keys) = columns.iter().map(|&column| numbers(&names[column])).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let alike = columns.windows(2).all(|pair| rest(&names[pair[0]]) == rest(&names[pair[1]]));
    let mut distinct = keys.clone();
    distinct.sort();
    distinct.dedup();
    if !alike || keys.iter().any(Vec::is_empty) || distinct.len() < keys.len() || keys.is_sorted() {
        return false;
    }
    columns.sort_by_cached_key(|&column| numbers(&names[column]));
    true
}

/// Whether a field of the example row is empty.
fn blank(example: Option<&csv::StringRecord>, column: usize) -> bool {
    example.and_then(|row| row.get(column)).is_some_and(str::is_empty)
}

/// The column that the header names as the class: by a known name, or as the only name without a number.
fn named(names: &[String], data: &[usize]) -> Option<usize> {
    let ranked = data.iter().filter_map(|&column| Some((label_rank(&names[column])?, column)));
    let odd: Vec<(usize, &str)> = data.iter().map(|&column| (column, names[column].as_str())).collect();
    ranked.min().map(|(_, column)| column).or_else(|| odd_one_out(&odd))
}

/// The column with this name.
fn column_of(path: &Path, name: &str, names: &[String], has_header: bool) -> Result<usize, DatasetError> {
    let known = || if has_header { shortened(names) } else { "without names".to_owned() };
    names.iter().position(|known| has_header && *known == plain_name(name)).ok_or_else(|| {
        DatasetError::Column {
            name: path.display().to_string(),
            column: files::shortened(name, 100),
            known: known(),
        }
    })
}

/// Channels and side of a square picture with this number of values, if there is one.
pub(super) fn picture(values: usize) -> Option<(usize, usize)> {
    let square = |values: usize| Some(values.isqrt()).filter(|side| *side > 0 && side * side == values);
    let colour = || values.is_multiple_of(3).then(|| square(values / 3)).flatten().filter(|&side| side > 1);
    square(values).map(|side| (1, side)).or_else(|| colour().map(|side| (3, side)))
}
