//! The schedule that the training under way learns, or that the last one has learned.

use std::sync::Arc;

use crate::app::workshop::{Training, Workshop};
use crate::train::live::GammaSeen;

/// What is shown of a schedule that is learned: all of it belongs to the training.
pub struct Learned {
    workshop: Workshop,
}

impl Learned {
    /// The view of a workshop's training.
    pub fn new(workshop: Workshop) -> Self {
        Self { workshop }
    }

    /// A copy that does not go on, for a figure.
    pub(super) fn still(&self) -> Self {
        let training = self.workshop.training().map(|training| training.still());
        Self { workshop: Workshop::still(training, None) }
    }

    /// Where the training belongs.
    pub fn workshop(&self) -> &Workshop {
        &self.workshop
    }

    /// The training that is under way, or the last one.
    pub fn training(&self) -> Option<Arc<Training>> {
        self.workshop.training()
    }

    /// The schedule that it learns; `None` if it learns none, or nothing is known of it yet.
    pub fn seen(&self) -> Option<Arc<GammaSeen>> {
        self.workshop.training().and_then(|training| training.schedule().cloned())
    }
}
