//! The handle of the worker: requests go in, events come out.

use std::path::PathBuf;
use std::sync::Arc;

use super::inbox::{Activity, Inbox, Request};
use super::store::Opener;
use super::turns::{Pools, Turns};
use super::{Event, LearnSpec, Pace, RunId, RunSpec, SeeSpec, WorkerError};
use crate::background::{Missing, Task, Wake, Work};
use crate::model::ModelRef;

/// The handle of the worker. Dropping it ends the worker's thread, once the current network call or iteration is done.
pub struct Worker {
    inbox: Arc<Inbox>,
    task: Task<(), Event, ()>,
    last: RunId,
}

impl Worker {
    /// Starts the worker. `threads` is the number of threads that compute. With `None`, runs compute with one thread
    /// less than there are cores, and trainings, which the user waits for, with one thread per core. `wake` is called,
    /// on the worker's thread, whenever there is a new event.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn spawn(threads: Option<usize>, wake: &Wake) -> Result<Self, WorkerError> {
        Self::spawn_with(Arc::new(ModelRef::open), threads, wake)
    }

    /// As [`spawn`](Self::spawn), but networks are opened with `opener`.
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

    /// The default number of threads for a run: one less than there are cores, so that one is left for the window; at
    /// least 1.
    pub fn default_threads() -> usize {
        (cores() - 1).max(1)
    }

    /// Opens a network. A run and a training under way go on afterwards, with the networks that they began with.
    pub fn open(&mut self, model: ModelRef) -> RunId {
        self.request(Request::Open(model), Pace::Free)
    }

    /// Starts a run, in place of any other run. A training goes on beside it; each gets half of the time.
    pub fn run(&mut self, spec: RunSpec, pace: Pace) -> RunId {
        self.request(Request::Run(Box::new(spec)), pace)
    }

    /// Starts a training, in place of any other training. A run goes on beside it; each gets half of the time.
    pub fn train(&mut self, spec: LearnSpec) -> RunId {
        self.request(Request::Train(Box::new(spec)), Pace::Free)
    }

    /// Lets the last training, which has ended, go on for so many more iterations.
    pub fn train_on(&mut self, iterations: u64) -> RunId {
        self.request(Request::GoOn(iterations), Pace::Free)
    }

    /// Looks at a step of training.
    pub fn see(&mut self, spec: SeeSpec) -> RunId {
        self.request(Request::See(Box::new(spec)), Pace::Free)
    }

    /// Saves the training that is under way, or the last one, into a folder.
    pub fn save(&mut self, folder: PathBuf) -> RunId {
        self.request(Request::Save(folder), Pace::Free)
    }

    /// Sets how far the run may go on, in network calls: [`Pace::Steps`] of 0 pauses it.
    pub fn pace(&self, pace: Pace) {
        self.inbox.pace(Activity::Run, pace);
    }

    /// Sets how far the training may go on, in iterations: [`Pace::Steps`] of 0 pauses it.
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

    /// The events since the last call of this method, oldest first.
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
        // Dropping the field `task` afterwards waits for the thread.
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
