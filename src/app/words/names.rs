//! What things that layers below know by their identifiers are called.

use super::Words;
use crate::diffusion::ScheduleKind;

/// A kind of schedule.
pub fn schedule_label(words: &Words, kind: &ScheduleKind) -> String {
    words.get(&format!("schedule-{}", kind.name()))
}
