//! What is made of a source.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::records::Filter;

/// What is made of a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DatasetOptions {
    /// Height and width, `1..=`[`MAX_SIZE`](super::MAX_SIZE): the largest centred square, scaled with a
    /// Lanczos kernel. When not given, arrays keep their own size and folders are scaled to 32.
    pub size: Option<usize>,
    /// Pictures that are no larger than `size` keep their pixels, in the middle of black.
    #[serde(default)]
    pub pad: bool,
    /// One channel (luma of Rec. 601) instead of three.
    pub grey: bool,
    /// Which classes there are.
    pub classes: ClassChoice,
    /// The field of the [`records`](super::records) that is the class, in place of the source's own classes.
    #[serde(default)]
    pub class_key: Option<String>,
    /// Only pictures whose records pass all of these.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// For learning, for testing, or both.
    #[serde(default)]
    pub part: Part,
    /// Which set, where a folder holds several: its name, or a piece of it that no other has.
    #[serde(default)]
    pub set: Option<String>,
    /// Which column of a table is the class.
    #[serde(default)]
    pub label_column: LabelColumn,
}

/// Which of a source's pictures are taken.
///
/// Many sources have parts of their own: files or arrays called `train…` and others called `test…` or
/// `t10k…`. Of any other source, what remains after the choice of classes and the filters is told apart by
/// its order: number 10, 20, … are for testing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// All; of a source with parts of its own those for learning.
    #[default]
    All,
    /// Those for learning.
    Train,
    /// Those for testing.
    Test,
}

/// Which classes of a source are taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassChoice {
    /// All that there are.
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
    /// The one that the header calls so; without a header, what the data shows.
    #[default]
    Found,
    /// The first, whatever it is called.
    First,
    /// The last, whatever it is called.
    Last,
    /// None: all columns are pixels.
    None,
    /// The one with this name in the header.
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
