//! The options of data sets that several commands have in common.

use std::path::Path;

use super::error::CliError;
use super::output::remark;
use crate::dataset::records::Filter;
use crate::dataset::{ClassChoice, Dataset, DatasetOptions, LabelColumn, Part};

/// Which pictures, and what is made of them.
#[derive(clap::Args, Debug)]
pub struct Data {
    /// Height and width of the pictures, centre square [default: their own; folders: 32]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    size: Option<u32>,
    /// Put pictures that are no larger than --size on black in place of scaling them
    #[arg(long, requires = "size")]
    pad: bool,
    /// One channel instead of three
    #[arg(long)]
    grey: bool,
    /// all, none, or names of classes with commas [default: all]
    #[arg(long, value_name = "WHICH")]
    classes: Option<String>,
    /// The field that is the class, of the records in a .json file of the same name beside the data
    #[arg(long, value_name = "FIELD")]
    class_key: Option<String>,
    /// Only pictures whose records have one of these values, or a list with one; for several fields, all
    /// must hold
    #[arg(long = "where", value_name = "FIELD=VALUE,...", value_parser = filter)]
    filters: Vec<Filter>,
    /// Which set, where a folder holds several: its name, or a piece of it that no other has
    #[arg(long, value_name = "NAME", visible_alias = "part")]
    set: Option<String>,
    /// The column of a .csv that is the class: first, last, none or its name [default: the one that the header calls
    /// label, class, target or y; without a header, what the data shows]
    #[arg(long, value_name = "COLUMN")]
    label_column: Option<String>,
}

impl Data {
    /// The name of the first option that was given.
    pub fn given(&self) -> Option<&'static str> {
        first(&[
            ("--size", self.size.is_some()),
            ("--pad", self.pad),
            ("--grey", self.grey),
            ("--classes", self.classes.is_some()),
            ("--class-key", self.class_key.is_some()),
            ("--where", !self.filters.is_empty()),
            ("--set", self.set.is_some()),
            ("--label-column", self.label_column.is_some()),
        ])
    }

    /// The options as the data set needs them.
    pub fn options(&self, part: Part) -> DatasetOptions {
        let classes = match self.classes.as_deref() {
            None | Some("all") => ClassChoice::All,
            Some("none") => ClassChoice::None,
            Some(names) => ClassChoice::Some(names.split(',').map(|name| name.trim().to_owned()).collect()),
        };
        DatasetOptions {
            size: self.size.map(|size| size as usize),
            pad: self.pad,
            grey: self.grey,
            classes,
            class_key: self.class_key.clone(),
            filters: self.filters.clone(),
            part,
            set: self.set.clone(),
            label_column: self.label_column.as_deref().map_or(LabelColumn::Found, LabelColumn::parse),
        }
    }
}

/// Opens a data set, and reports what was assumed about it and how many of its pictures cannot be used.
///
/// # Errors
/// The errors of [`Dataset::open`].
pub fn open(path: &Path, options: &DatasetOptions) -> Result<Dataset, CliError> {
    let data = Dataset::open(path, options)?;
    tell(&data, path);
    if let [first, ..] = data.skipped() {
        let count = data.skipped().len();
        let all = count + data.len();
        remark(&format!("{count} of {all} pictures cannot be used, such as {}", first.reason));
    }
    Ok(data)
}

/// Reports what was assumed about a data set.
pub fn tell(data: &Dataset, path: &Path) {
    data.remarks().iter().for_each(|text| remark(&format!("{}: {text}", path.display())));
}

/// Reads a filter such as `style=noto,fluent-flat`.
fn filter(text: &str) -> Result<Filter, String> {
    let parts = text.split_once('=').filter(|(field, values)| !field.is_empty() && !values.is_empty());
    let (field, values) = parts.ok_or("a filter is FIELD=VALUE,VALUE, such as style=noto,fluent-flat")?;
    let values = values.split(',').map(|value| value.trim().to_owned()).collect();
    Ok(Filter { field: field.trim().to_owned(), values })
}

/// Reads a time in minutes.
///
/// # Errors
/// Says what the time must be.
pub fn minutes(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(minutes) if minutes > 0.0 && minutes <= 1e6 => Ok(minutes),
        _ => Err("a time in minutes is above 0 and at most 1000000".to_owned()),
    }
}

/// The name of the first option that was given, of options with whether they were given.
pub fn first(options: &[(&'static str, bool)]) -> Option<&'static str> {
    options.iter().find(|(_, given)| *given).map(|&(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_a_field_and_its_values() {
        let expected = Filter { field: "style".into(), values: vec!["noto".into(), "fluent-flat".into()] };
        assert_eq!(filter("style=noto, fluent-flat"), Ok(expected));
        assert_eq!(filter("label=a=b").unwrap().values, ["a=b"]);
        for wrong in ["", "style", "style=", "=noto"] {
            assert!(filter(wrong).is_err(), "{wrong}");
        }
    }
}
