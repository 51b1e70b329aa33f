//! A mixture of Gaussians on the line as a file: `{"weights": [0.3, 0.7], "means": [-1, 1], "sds": [0.1, 0.2]}`.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::diffusion::exact::{Component, Density};
use crate::files::{is_repeated, number, plain, repeated_fields, shortened};

/// The fields, each a list with a number for every Gaussian.
const FIELDS: [&str; 3] = ["weights", "means", "sds"];
/// The most Gaussians.
const MOST: usize = 256;
/// The largest mean, either side of 0, and the largest standard deviation.
const LARGEST: f64 = 1e6;
/// Weights whose sum is nearer to 1 than this sum to 1, but for the digits that were written.
const ROUNDING: f64 = 1e-6;
/// The most characters of a name that are shown.
const SHOWN: usize = 100;

/// Data on the line as read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct MixtureFile {
    /// The distribution; its weights sum to 1.
    pub density: Density,
    /// What became of the file's content: a line for each field that is not known or there twice, and one if weights
    /// were scaled.
    pub remarks: Vec<String>,
}

/// Why a text is no mixture. Every message is one line.
#[derive(Debug, Error)]
pub enum MixtureFileError {
    /// The text is not JSON, or no object.
    #[error("this is not a JSON object with weights, means and sds ({0})")]
    Json(#[from] serde_json::Error),
    /// A field is missing, or no list of numbers.
    #[error("{field} must be a list of numbers; a mixture has weights, means and sds")]
    Field {
        /// The field.
        field: &'static str,
    },
    /// The lists are empty or too long, or not of one length.
    #[error(
        "there are {} weights, {} means and {} sds; each Gaussian needs one of each, and there may be 1 to {MOST}",
        .0[0], .0[1], .0[2]
    )]
    Lengths([usize; 3]),
    /// A number is out of range.
    #[error("{field}[{index}] must be {rule}, got {}", number(*value))]
    Value {
        /// The field.
        field: &'static str,
        /// The index in the list, from 0.
        index: usize,
        /// The number.
        value: f64,
        /// What it must be.
        rule: &'static str,
    },
}

impl MixtureFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// If it is not JSON, a list is missing, empty or of another length, or a number is out of range: weights must
    /// be 0 or above and not all 0, and standard deviations above 0. A Gaussian of weight 0 is left out.
    pub fn parse(text: &str) -> Result<Self, MixtureFileError> {
        let fields: Map<String, Value> = serde_json::from_str(text)?;
        let mut remarks: Vec<String> = repeated_fields(text)?.iter().map(|name| is_repeated(name)).collect();
        let unknown = fields.keys().filter(|name| !FIELDS.contains(&name.as_str()));
        remarks.extend(unknown.map(|name| format!("{} is left out", shortened(&plain(name), SHOWN))));
        let lists = [list(&fields, FIELDS[0])?, list(&fields, FIELDS[1])?, list(&fields, FIELDS[2])?];
        let lengths = [lists[0].len(), lists[1].len(), lists[2].len()];
        if !(1..=MOST).contains(&lengths[0]) || lengths.iter().any(|length| *length != lengths[0]) {
            return Err(MixtureFileError::Lengths(lengths));
        }
        let [weights, means, sds] = lists;
        // All of them cannot be 0.
        let least = if weights.iter().all(|&w| w == 0.0) { f64::MIN_POSITIVE } else { 0.0 };
        let rule = "from 0 to 1e6, and not all 0";
        check("weights", &weights, rule, |w| (least..=LARGEST).contains(&w))?;
        check("means", &means, "from -1e6 to 1e6", |mean| mean.abs() <= LARGEST)?;
        check("sds", &sds, "above 0, and at most 1e6", |sd| sd > 0.0 && sd <= LARGEST)?;
        let sum: f64 = weights.iter().sum();
        if (sum - 1.0).abs() > ROUNDING {
            remarks.push(format!("the weights sum to {}, not to 1: each is divided by it", number(sum)));
        }
        let gaussian = |((weight, mean), sd): ((&f64, &f64), &f64)| Component {
            weight: *weight,
            mean: [*mean],
            variance: sd * sd,
            class: 0,
        };
        let all = weights.iter().zip(&means).zip(&sds);
        let gaussians = all.filter(|((weight, _), _)| **weight > 0.0).map(gaussian).collect();
        let density = Density::new(gaussians, Vec::new()).ok_or(MixtureFileError::Lengths(lengths))?;
        Ok(Self { density, remarks })
    }
}

fn list(fields: &Map<String, Value>, field: &'static str) -> Result<Vec<f64>, MixtureFileError> {
    let values = fields.get(field).and_then(Value::as_array);
    let numbers = values.and_then(|values| values.iter().map(Value::as_f64).collect());
    numbers.ok_or(MixtureFileError::Field { field })
}

fn check(
    field: &'static str,
    values: &[f64],
    rule: &'static str,
    is_sound: impl Fn(f64) -> bool,
) -> Result<(), MixtureFileError> {
    match values.iter().position(|value| !is_sound(*value)) {
        Some(index) => Err(MixtureFileError::Value { field, index, value: values[index], rule }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        MixtureFile::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_mixture_is_read_with_remarks() {
        let text =
            r#"{"weights": [1, 3], "means": [-1, 1e3], "sds": [0.5, 1e-12], "name": "it", "sds": [1, 2]}"#;
        let MixtureFile { density, remarks } = MixtureFile::parse(text).unwrap();
        let parts: Vec<_> = density.gaussians().iter().map(|c| [c.weight, c.mean[0], c.variance]).collect();
        assert_eq!(parts, [[0.25, -1.0, 1.0], [0.75, 1000.0, 4.0]]);
        let expected = ["sds is there more than once", "name is left out", "the weights sum to 4, not to 1"];
        assert_eq!(remarks.len(), 3, "{remarks:?}");
        assert!(remarks.iter().zip(expected).all(|(remark, part)| remark.starts_with(part)), "{remarks:?}");
        let exact = r#"{"weights": [0.333333333, 0.666666667], "means": [0, 1], "sds": [1, 1]}"#;
        assert!(MixtureFile::parse(exact).unwrap().remarks.is_empty());
    }

    #[test]
    fn what_is_no_mixture_is_refused() {
        assert!(refused("[1]").contains("JSON object"));
        assert!(refused(r#"{"weights": [1], "means": [0]}"#).starts_with("sds must be a list"));
        assert!(
            refused(r#"{"weights": [1], "means": ["a"], "sds": [1]}"#).starts_with("means must be a list")
        );
        assert!(refused(r#"{"weights": [], "means": [], "sds": []}"#).starts_with("there are 0 weights"));
        assert!(refused(r#"{"weights": [1], "means": [0, 1], "sds": [1]}"#).contains("2 means"));
        assert!(refused(r#"{"weights": [1, -1], "means": [0, 1], "sds": [1, 1]}"#).starts_with("weights[1]"));
        assert!(refused(r#"{"weights": [0, 0], "means": [0, 1], "sds": [1, 1]}"#).starts_with("weights[0]"));
        let one = MixtureFile::parse(r#"{"weights": [0, 1], "means": [5, 1], "sds": [1, 1]}"#).unwrap();
        let alone = MixtureFile::parse(r#"{"weights": [1], "means": [1], "sds": [1]}"#).unwrap();
        assert_eq!(one.density, alone.density, "a Gaussian of weight 0 is none");
        assert!(
            refused(r#"{"weights": [1], "means": [0], "sds": [0]}"#).starts_with("sds[0] must be above 0")
        );
        assert!(refused(r#"{"weights": [1], "means": [1e300], "sds": [1]}"#).ends_with("got 1e300"));
    }
}
