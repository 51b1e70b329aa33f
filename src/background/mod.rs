//! Work on threads of its own: everything that takes longer than a frame of the window.
//!
//! | type | what it is |
//! | --- | --- |
//! | [`Task`] | one computation: its key, progress, what it tells on its way, a wish to stop, its end |
//! | [`Latest`] | the newest wanted value; work on an older one is given up |
//! | [`Jobs`] | work of which each piece is done to its end |
//! | [`Thread`] | the named thread below all of these, waited for when it is dropped |
//!
//! The inputs of a computation are its key, and no value is handed out without the key that it was computed from
//! ([`Computed`]). What is on show may therefore lag behind what is wanted, and is still drawn with its own levels,
//! data and times. A panic is the end of the task alone ([`Missing::Panicked`]). Whoever waits for a task is woken
//! through its [`Wake`].

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

/// Called, on the thread of a task, when there is something to take from it.
pub type Wake = Arc<dyn Fn() + Send + Sync>;
