//! How far work has come, and the wish that it stop.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The progress of work, shared by the work, which reports it, and by those who watch or cancel it.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU32,
    total: AtomicU32,
    cancelled: AtomicBool,
}

impl Progress {
    /// Tells that `done` parts of `total` are done. Returns false when the work should stop.
    pub fn report(&self, done: usize, total: usize) -> bool {
        self.done.store(done as u32, Ordering::Relaxed);
        self.total.store(total as u32, Ordering::Relaxed);
        !self.is_cancelled()
    }

    /// The part that is done, `0..=1`.
    pub fn fraction(&self) -> f32 {
        let total = self.total.load(Ordering::Relaxed).max(1);
        self.done.load(Ordering::Relaxed) as f32 / total as f32
    }

    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the work was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
