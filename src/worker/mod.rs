//! The worker: one named thread that owns the networks. It receives requests and sends events, both plain data.
//!
//! | module | what it is |
//! | --- | --- |
//! | `spec` | descriptions of runs and trainings |
//! | `event` | the events that the worker sends |
//! | `thread` | the handle: requests go in, events come out |
//! | `inbox` | waiting requests, and whether the run and the training may go on |
//! | `turns` | the loop of the thread: a run and a training take turns |
//! | `runs` | runs: lanes side by side, call by call |
//! | `predictor` | the predictors that answer network calls: each a [`Denoise`](crate::model::Denoise) |
//! | `store` | the open networks and data |
//! | `learn` | what a training needs before its first iteration: data and networks |
//! | `learning` | a training as the thread holds it: what is told of it, and how it is kept |
//! | `kept` | the steps of a run that are kept |
//! | `error` | why a request failed |
//!
//! The inbox holds the latest request of each kind only: when requests come faster than the worker can begin them, the
//! older ones are dropped. A run and a training can be under way side by side: network calls and iterations take turns,
//! each activity gets half of the time, and either can be paused. Before every turn the worker looks for new requests,
//! cancellations and pauses.

mod error;
mod event;
mod inbox;
mod kept;
mod learn;
mod learning;
mod predictor;
mod runs;
mod spec;
mod store;
mod thread;
mod turns;

#[cfg(test)]
mod tests;

pub use error::WorkerError;
pub use event::{Begun, Card, Event, RunId, Task};
pub use kept::{BUDGET, KeptPictures, KeptStep, distance};
pub(crate) use learn::begin;
pub use learn::{Preview, preview};
pub use learning::{FoundRun, KeptRun};
pub use predictor::sampler_of;
pub use runs::{describe, record, see};
pub use spec::{
    DataRef, LaneSpec, LearnData, LearnNetwork, LearnSpec, MAX_LANES, MAX_SIDE, Pace, PredictorKind, RunSpec,
    SeeSpec, Start,
};
pub use store::Opener;
pub use thread::Worker;
