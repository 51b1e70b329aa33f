//! Background work: everything that takes longer than a frame of the window has a thread of its own.
//!
//! | type | what it is |
//! | --- | --- |
//! | [`Task`] | one computation: its key, progress, partial results, cancellation and result |
//! | [`Latest`] | the newest wanted value; work on an older one is given up |
//! | [`Jobs`] | pieces of work that are all completed |
//! | [`Thread`] | the named thread below all of these; dropping it waits for its end |
//!
//! The inputs of a computation are its key, and no value is handed out without the key that it was computed from
//! ([`Computed`]). So when the value on show lags behind the wanted one, it can still be drawn with the levels, data
//! and times that belong to it. A panic ends only the task in which it happened ([`Missing::Panicked`]). Whoever waits
//! for a task is woken through its [`Wake`].

mod jobs;
mod latest;
mod progress;
mod task;
mod thread;

use std::sync::Arc;

pub use jobs::{Job, Jobs};
pub use latest::{Latest, Pending};
pub use progress::Progress;
pub use task::{Computed, Missing, Task, Work};
pub use thread::{Panicked, Thread, panic_text};

/// A function that is called, on the thread of a task, when there is a part or a result to take from the task.
pub type Wake = Arc<dyn Fn() + Send + Sync>;
