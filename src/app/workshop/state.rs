//! How far something is that the worker does over many turns.

/// Whether a run or a training is under way, paused or at an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Network calls or iterations are made.
    Running,
    /// It is paused.
    Paused,
    /// It is complete.
    Done,
    /// It was stopped, or failed; what it has made stays.
    Stopped,
}

impl RunState {
    /// Whether it is under way or paused.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}
