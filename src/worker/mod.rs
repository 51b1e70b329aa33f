//! The worker: one named thread that owns the networks, takes plain commands and tells plain events.
//!
//! | module | what it is |
//! | --- | --- |
//! | `spec` | what can be asked for |
//! | `thread` | the thread, its inbox and its end |
//! | `runs` | runs: lanes side by side, call by call |
//! | `predictor` | what answers network calls: each a [`Denoise`](crate::model::Denoise) |
//! | `store` | networks and data that are open |
//! | `own` | a network that learns one picture |
//! | `kept` | what is kept of a run |
//!
//! The inbox holds one request, the latest: whoever asks faster than a network can answer loses nothing but
//! requests that were overtaken. A request, a cancellation and a pause are seen before every network call.

mod error;
mod event;
mod kept;
mod own;
mod predictor;
mod runs;
mod spec;
mod store;
mod thread;

#[cfg(test)]
mod tests;

pub use error::WorkerError;
pub use event::{Card, Event, RunId, Task};
pub use kept::{BUDGET, KeptPictures, KeptStep, distance};
pub use runs::{describe, record};
pub use spec::{DataRef, LaneSpec, MAX_LANES, MAX_SIDE, OwnSpec, Pace, PredictorKind, RunSpec, Start};
pub use store::Opener;
pub use thread::{Worker, panic_text};
