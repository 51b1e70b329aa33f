//! A stopwatch.

use std::time::{Duration, Instant};

/// A stopwatch: it measures the time during which it runs.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// When it was last started; `None` while it stands still.
    since: Option<Instant>,
    /// The time that it had measured before it was last started.
    before: Duration,
}

impl Clock {
    /// A clock that runs.
    pub fn started() -> Self {
        Self { since: Some(Instant::now()), before: Duration::ZERO }
    }

    /// Starts or stops the clock.
    pub fn set(&mut self, runs: bool) {
        self.before = self.elapsed();
        self.since = runs.then(Instant::now);
    }

    /// The time during which it has run.
    pub fn elapsed(&self) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}
