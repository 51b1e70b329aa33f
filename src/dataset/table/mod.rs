//! Tables of numbers with separators (`.csv`), with one row for each picture.
//!
//! The class is the column that the header names as such, or else the one that the data suggests. Pictures are square,
//! grey or in colour. A table is read twice, first for the range of its numbers and then for its pixels, so that no
//! more memory is taken than the pixels need.

mod columns;
mod guess;
mod header;
mod one_hot;
mod rows;

use std::path::Path;

use csv::StringRecord;

use self::columns::{Columns, Side};
use self::guess::Candidate;
use self::rows::Rows;
use super::labels::Labels;
use super::scale::{Numbers, Scale, Seen};
use super::source::Pictures;
use super::{DatasetError, LabelColumn, MAX_BYTES, colours, room_for};

/// A table in a folder counts as pictures if its rows have at least this many pixels.
const MIN_PIXELS: usize = 16;
/// The approximate number of bytes of memory that the class of a picture takes.
const LABEL_BYTES: u64 = 64;

/// Reads a table; `label` says which column is the class.
pub(super) fn read(path: &Path, label: &LabelColumn) -> Result<Pictures, DatasetError> {
    let table = Table { path };
    let rows = Rows::open(path)?;
    let mut columns = Columns::of(path, &rows.head()?, label)?;
    let survey = table.survey(&mut columns, rows)?;
    let mut remarks = columns.remarks.clone();
    let scale =
        Scale::of(Numbers::Text, survey.pixels).map_err(|reason| table.unsupported(reason, PIXELS))?;
    remarks.extend(scale.remark(Numbers::Text));
    let len = columns.pixels.len();
    let needed = (survey.rows as u64).saturating_mul(len as u64);
    if needed > MAX_BYTES {
        let what = format!("{} rows of {len} pixels, at most {} GiB are held", survey.rows, MAX_BYTES >> 30);
        return Err(DatasetError::TooLarge { name: path.display().to_string(), what });
    }
    room_for(path, "pixels", needed + LABEL_BYTES * survey.rows as u64)?;
    let (mut bytes, labels) = table.pixels(&columns, scale, survey.rows)?;
    if columns.channels == 3 {
        remarks.push(colours::into_planes(&mut bytes, columns.side));
    }
    let shape = [bytes.len() / len, columns.channels, columns.side, columns.side];
    let name = path.display().to_string();
    Ok(Pictures { name, shape, bytes, labels, class_names: None, remarks })
}

/// Whether a file is a table of pictures, as far as its first rows tell.
pub(super) fn holds_pictures(path: &Path) -> bool {
    head(path).is_some_and(|columns| columns.pixels.len() >= MIN_PIXELS)
}

/// Whether one of a file's columns is, or may be, the class.
pub(super) fn has_labels(path: &Path) -> bool {
    head(path).is_some_and(|columns| {
        columns.label.is_some() || columns.one_hot.is_some() || columns.undecided.is_some()
    })
}

fn head(path: &Path) -> Option<Columns> {
    let head = Rows::open(path).and_then(|rows| rows.head()).ok()?;
    Columns::of(path, &head, &LabelColumn::Found).ok()
}

const PIXELS: &str = "write pixels from 0 (black) to 255 (white), and name the column of the class with \
                      --label-column first, last, none or NAME";

/// What is known when all rows have been read once.
struct Survey {
    rows: usize,
    pixels: Seen,
}

struct Table<'a> {
    path: &'a Path,
}

impl Table<'_> {
    /// Goes through all rows, and decides which column is the class.
    fn survey(&self, columns: &mut Columns, mut rows: Rows) -> Result<Survey, DatasetError> {
        let (mut count, mut pixels) = (0, Seen::default());
        let mut ends = columns.undecided.map(|ends| ends.map(|column| (column, Candidate::default())));
        let mut row = StringRecord::new();
        if columns.has_header {
            rows.skip_header()?;
        }
        while rows.next(&mut row)? {
            self.check_width(&row, columns)?;
            for &column in &columns.pixels {
                pixels.add(self.number(&row, column)?).map_err(|reason| self.unsupported(reason, PIXELS))?;
            }
            for (column, candidate) in ends.iter_mut().flatten() {
                candidate.add(row.get(*column).unwrap_or_default());
            }
            count += 1;
        }
        if count == 0 {
            let reason = "there is no row of numbers".to_owned();
            return Err(DatasetError::Empty { name: self.path.display().to_string(), reason });
        }
        if let Some([(first, at_first), (last, at_last)]) = ends {
            let (side, remark) = guess::choose(&at_first, &at_last, count);
            columns.settle(side);
            columns.remarks.extend(remark);
            let (pixel, seen) = if side == Side::First { (last, at_last) } else { (first, at_first) };
            let seen = seen.seen().ok_or_else(|| {
                let reason = format!("column {} is neither pixels nor the class of all rows", pixel + 1);
                self.unsupported(reason, PIXELS)
            })?;
            pixels = pixels.and(seen);
        }
        Ok(Survey { rows: count, pixels })
    }

    /// Reads all rows again, now for their pixels and classes.
    fn pixels(
        &self,
        columns: &Columns,
        scale: Scale,
        rows: usize,
    ) -> Result<(Vec<u8>, Option<Labels>), DatasetError> {
        let mut bytes = Vec::with_capacity(rows * columns.pixels.len());
        let has_labels = columns.label.is_some() || columns.one_hot.is_some();
        let mut labels = has_labels.then(|| Vec::with_capacity(rows));
        let mut reader = Rows::open(self.path)?;
        let mut row = StringRecord::new();
        if columns.has_header {
            reader.skip_header()?;
        }
        while reader.next(&mut row)? {
            self.check_width(&row, columns)?;
            for &column in &columns.pixels {
                bytes.push(scale.byte(self.number(&row, column)?));
            }
            if let Some(labels) = &mut labels {
                labels.push(self.class(&row, columns)?.to_owned());
            }
        }
        Ok((bytes, labels.map(Labels::Texts)))
    }

    /// The class of a row, as text.
    fn class<'r>(&self, row: &'r StringRecord, columns: &'r Columns) -> Result<&'r str, DatasetError> {
        let Some(one_hot) = &columns.one_hot else {
            return Ok(columns.label.and_then(|column| row.get(column)).unwrap_or_default());
        };
        one_hot.class(row).ok_or_else(|| {
            let reason =
                format!("line {}: the columns of the classes are not all 0 but for one 1", line(row));
            self.unsupported(reason, PIXELS)
        })
    }

    fn number(&self, row: &StringRecord, column: usize) -> Result<f64, DatasetError> {
        let field = row.get(column).unwrap_or_default();
        field.parse().map_err(|_| {
            let field = crate::files::shortened(&crate::files::plain(field), 40);
            let reason = format!("line {}: {field:?} in column {} is no number", line(row), column + 1);
            self.unsupported(reason, PIXELS)
        })
    }

    fn check_width(&self, row: &StringRecord, columns: &Columns) -> Result<(), DatasetError> {
        if row.len() == columns.width {
            return Ok(());
        }
        let reason = format!("line {}: {} columns instead of {}", line(row), row.len(), columns.width);
        Err(DatasetError::Damaged { name: self.path.display().to_string(), reason })
    }

    fn unsupported(&self, reason: String, advice: &'static str) -> DatasetError {
        DatasetError::Unsupported { name: self.path.display().to_string(), reason, advice }
    }
}

fn line(row: &StringRecord) -> u64 {
    row.position().map_or(0, csv::Position::line)
}
