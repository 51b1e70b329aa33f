//! Options of the Forward chapter, which has none of its own.

use serde::{Deserialize, Serialize};

use super::Options;

/// Options of the Forward chapter: there are only those that all chapters share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ForwardOptions {}

impl Options for ForwardOptions {}
