//! How long something was at work.

use std::time::{Duration, Instant};

/// Measures time while it runs.
#[derive(Debug, Default)]
pub struct Clock {
    /// When it was started last, where it runs.
    since: Option<Instant>,
    /// What it had measured before that.
    before: Duration,
}

impl Clock {
    /// A clock that runs.
    pub fn started() -> Self {
        Self { since: Some(Instant::now()), before: Duration::ZERO }
    }

    /// Lets it run, or stops it.
    pub fn set(&mut self, runs: bool) {
        self.before = self.elapsed();
        self.since = runs.then(Instant::now);
    }

    /// The time it has run.
    pub fn elapsed(&self) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}
