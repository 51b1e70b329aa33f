//! Options of the Forward chapter, which are none.

use serde::{Deserialize, Serialize};

use super::Options;

/// Options of the Forward chapter, which has none besides those that all chapters share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ForwardOptions {}

impl Options for ForwardOptions {}
