//! The worker: one named thread that owns the networks, takes plain commands and tells plain events.
//!
//! | module | what it is |
//! | --- | --- |
//! | `spec` | what can be asked for |
//! | `thread` | the handle: what is asked for, what has happened |
//! | `inbox` | requests that wait, and what may go on |
//! | `turns` | the thread's life: a run and a training take turns |
//! | `runs` | runs: lanes side by side, call by call |
//! | `predictor` | what answers network calls: each a [`Denoise`](crate::model::Denoise) |
//! | `store` | networks and data that are open |
//! | `own` | a network that learns one picture |
//! | `kept` | what is kept of a run |
//!
//! The inbox holds the latest request of each kind: whoever asks faster than a network can answer loses nothing but
//! requests that were overtaken. A run and a training are under way side by side: network calls and iterations take turns,
//! with half of the time for each, and either can be paused. A request, a cancellation and a pause are seen before every turn.

mod error;
mod event;
mod inbox;
mod kept;
mod own;
mod predictor;
mod runs;
mod spec;
mod store;
mod thread;
mod turns;

#[cfg(test)]
mod tests;

pub use error::WorkerError;
pub use event::{Card, Event, RunId, Task};
pub use kept::{BUDGET, KeptPictures, KeptStep, distance};
pub use runs::{describe, record};
pub use spec::{DataRef, LaneSpec, MAX_LANES, MAX_SIDE, OwnSpec, Pace, PredictorKind, RunSpec, Start};
pub use store::Opener;
pub use thread::Worker;
