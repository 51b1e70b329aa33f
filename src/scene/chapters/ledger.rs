//! Options of the Noise ledger chapter.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::scene::SceneError;
use crate::scene::action::within;

/// Options of the Noise ledger chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerOptions {
    /// Show the new part amplified to the strength of all noise.
    pub amplify: bool,
    /// Look at the schedule with that many steps instead of all.
    pub few_steps: Option<usize>,
    /// Plot shares of the noise instead of variances.
    pub shares: bool,
}

impl Options for LedgerOptions {
    fn check(&self) -> Result<(), SceneError> {
        self.few_steps
            .map_or(Ok(()), |n| within((2..=10_000).contains(&n), "ledger.few_steps", "from 2 to 10000", n))
    }
}
