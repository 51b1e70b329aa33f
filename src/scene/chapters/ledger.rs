//! Options of the Noise ledger chapter.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::scene::SceneError;
use crate::scene::action::within;

/// Options of the Noise ledger chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerOptions {
    /// Whether the new noise is shown amplified to the strength of all noise.
    pub amplify: bool,
    /// The number of steps that the schedule is reduced to; `None` for all of its steps.
    pub few_steps: Option<usize>,
    /// Whether shares of the noise are plotted instead of variances.
    pub shares: bool,
}

impl Options for LedgerOptions {
    fn check(&self) -> Result<(), SceneError> {
        self.few_steps
            .map_or(Ok(()), |n| within((2..=10_000).contains(&n), "ledger.few_steps", "from 2 to 10000", n))
    }
}
