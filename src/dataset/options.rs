//! The options with which a data set is opened.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::records::Filter;

/// The options with which a data set is opened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DatasetOptions {
    /// Height and width in pixels, `1..=`[`MAX_SIZE`](super::MAX_SIZE): the largest centred square is scaled to it with
    /// a Lanczos kernel. If not given, arrays keep their own size and folders of pictures are scaled to 32.
    pub size: Option<usize>,
    /// Whether pictures that are no larger than `size` keep their pixels and get a black border instead of being
    /// scaled.
    #[serde(default)]
    pub pad: bool,
    /// Whether pictures are reduced to one channel (luma of Rec. 601).
    pub grey: bool,
    /// Which classes are taken.
    pub classes: ClassChoice,
    /// The field of the [`records`](super::records) that is the class, instead of the source's own classes.
    #[serde(default)]
    pub class_key: Option<String>,
    /// Only pictures are taken whose records pass all of these filters.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// Which part is taken: for learning, for testing, or both.
    #[serde(default)]
    pub part: Part,
    /// Which set is taken, if a folder holds several: its name, or a part of the name that no other set has.
    #[serde(default)]
    pub set: Option<String>,
    /// Which column of a table is the class.
    #[serde(default)]
    pub label_column: LabelColumn,
}

/// Which of a source's pictures are taken.
///
/// Many sources have parts of their own: files or arrays called `train…`, and others called `test…` or
/// `t10k…`. Other sources are divided by the order of their pictures, after the choice of classes and the
/// filters: every tenth picture is for testing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// All pictures; if the source has parts of its own, those for learning.
    #[default]
    All,
    /// The pictures for learning.
    Train,
    /// The pictures for testing.
    Test,
}

/// Which classes of a source are taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassChoice {
    /// All classes.
    #[default]
    All,
    /// All pictures, without their classes.
    None,
    /// Only pictures of these classes, numbered in this order.
    Some(Vec<String>),
}

/// Which column of a table is the class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelColumn {
    /// The column that the header names as the class; without a header, the one that the data suggests.
    #[default]
    Found,
    /// The first column, whatever its name.
    First,
    /// The last column, whatever its name.
    Last,
    /// None: all columns are pixels.
    None,
    /// The column with this name in the header.
    Named(String),
}

impl LabelColumn {
    /// Reads `first`, `last`, `none`, or the name of a column.
    pub fn parse(text: &str) -> Self {
        match text {
            "first" => Self::First,
            "last" => Self::Last,
            "none" => Self::None,
            name => Self::Named(name.to_owned()),
        }
    }
}

impl fmt::Display for LabelColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found => f.write_str("what is found"),
            Self::First => f.write_str("first"),
            Self::Last => f.write_str("last"),
            Self::None => f.write_str("none"),
            Self::Named(name) => f.write_str(&crate::files::shortened(name, 100)),
        }
    }
}
