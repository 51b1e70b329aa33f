//! Options of the Posterior chapter.

use serde::{Deserialize, Serialize};

use super::{Change, Options};
use crate::scene::SceneError;
use crate::scene::action::within;

/// Options of the Posterior chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PosteriorOptions {
    /// The pixel `[x, y]` whose Gaussians are drawn; `None` for the pixel in the middle.
    pub pixel: Option<[usize; 2]>,
    /// The channel of that pixel.
    pub channel: usize,
    /// Another β that is tried for this one step; `None` for the schedule's own.
    pub beta: Option<f64>,
}

impl Options for PosteriorOptions {
    fn check(&self) -> Result<(), SceneError> {
        if let Some(beta) = self.beta {
            within(beta > 0.0 && beta < 1.0, "posterior.beta", "between 0 and 1", beta)?;
        }
        within(self.channel < 3, "posterior.channel", "0, 1 or 2", self.channel)
    }

    fn follow(&mut self, change: Change) {
        match change {
            Change::Image => self.pixel = None,
            // The β was meant for the transition that was shown before.
            Change::Transition => self.beta = None,
            Change::Steps { .. } => {}
        }
    }
}
