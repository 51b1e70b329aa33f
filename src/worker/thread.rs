//! The handle of the worker: requests go in, events come out.

use std::sync::Arc;

use super::inbox::{Activity, Inbox, Request};
use super::store::Opener;
use super::turns::{Pools, Turns};
use super::{Event, OwnSpec, Pace, RunId, RunSpec, WorkerError};
use crate::background::{Missing, Task, Wake, Work};
use crate::model::ModelRef;

/// The handle of the worker. Dropping it ends the thread, after the network call under way.
pub struct Worker {
    inbox: Arc<Inbox>,
    task: Task<(), Event, ()>,
    last: RunId,
}

impl Worker {
    /// Starts the worker with so many threads for its networks; or with one less than there are cores, and
    /// with one for every core while it trains, since that is waited for.
    /// `wake` is called, on the worker's thread, whenever there is an event.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn spawn(threads: Option<usize>, wake: &Wake) -> Result<Self, WorkerError> {
        Self::spawn_with(Arc::new(ModelRef::open), threads, wake)
    }

    /// As [`spawn`](Self::spawn), with another way to open networks.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn).
    pub fn spawn_with(opener: Opener, threads: Option<usize>, wake: &Wake) -> Result<Self, WorkerError> {
        let pools = Pools {
            network: pool("network", threads.unwrap_or_else(Self::default_threads))?,
            training: pool("training", threads.unwrap_or_else(cores))?,
        };
        let inbox = Arc::new(Inbox::default());
        let shared = Arc::clone(&inbox);
        let work = move |(): &(), work: &Work<Event>| {
            Turns::new(&shared, work, &opener).take(&pools);
            Ok::<_, Missing>(())
        };
        let task = Task::start(wake, "worker", (), work);
        let task = task.map_err(|error| WorkerError::Threads(error.to_string()))?;
        Ok(Self { inbox, task, last: RunId(0) })
    }

    /// One core is left for the window.
    pub fn default_threads() -> usize {
        (cores() - 1).max(1)
    }

    /// Opens a network; what is under way goes on after it, with its own.
    pub fn open(&mut self, model: ModelRef) -> RunId {
        self.request(Request::Open(model), Pace::Free)
    }

    /// Makes a run, in place of any other run. A training goes on beside it, with half of the time for each.
    pub fn run(&mut self, spec: RunSpec, pace: Pace) -> RunId {
        self.request(Request::Run(Box::new(spec)), pace)
    }

    /// Trains on a picture, in place of any other training. A run goes on beside it, with half of the time for each.
    pub fn train(&mut self, spec: OwnSpec) -> RunId {
        self.request(Request::Train(Box::new(spec)), Pace::Free)
    }

    /// Changes how the run goes on: [`Pace::Steps`] of 0 pauses it.
    pub fn pace(&self, pace: Pace) {
        self.inbox.pace(Activity::Run, pace);
    }

    /// Changes how the training goes on, in iterations: [`Pace::Steps`] of 0 pauses it.
    pub fn pace_training(&self, pace: Pace) {
        self.inbox.pace(Activity::Training, pace);
    }

    /// Stops the run.
    pub fn cancel(&self) {
        self.inbox.cancel(Activity::Run);
    }

    /// Stops the training. What it has learned is kept.
    pub fn cancel_training(&self) {
        self.inbox.cancel(Activity::Training);
    }

    /// What has happened since the last call.
    pub fn events(&self) -> impl Iterator<Item = Event> + use<> {
        self.task.parts().into_iter()
    }

    fn request(&mut self, request: Request, pace: Pace) -> RunId {
        self.last.0 += 1;
        self.inbox.request(self.last, request, pace);
        self.last
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The task is waited for after this.
        self.inbox.quit();
    }
}

fn pool(name: &'static str, threads: usize) -> Result<rayon::ThreadPool, WorkerError> {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = builder.thread_name(move |i| format!("{name}-{i}")).build();
    pool.map_err(|error| WorkerError::Threads(error.to_string()))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
