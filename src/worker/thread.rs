//! The thread: one inbox with the latest request, one stream of events.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rayon::ThreadPool;

use super::runs::Running;
use super::store::{Opener, Store};
use super::{Event, OwnSpec, Pace, RunId, RunSpec, Task, WorkerError, own};
use crate::model::ModelRef;

/// Iterations of training after which the network so far can be run.
const KEEP_EVERY: u64 = 50;

/// What is asked for.
enum Request {
    Run(Box<RunSpec>),
    Train(Box<OwnSpec>),
}

impl Request {
    fn task(&self) -> Task {
        match self {
            Self::Run(_) => Task::Run,
            Self::Train(_) => Task::Train,
        }
    }
}

/// What both sides see.
#[derive(Default)]
struct Inbox {
    request: Option<(RunId, Request)>,
    /// A network to be opened, beside what is under way.
    open: Option<(RunId, ModelRef)>,
    /// The run that may go on; any other stops before its next call.
    wanted: Option<RunId>,
    pace: Pace,
    quit: bool,
}

/// What comes next.
enum Next {
    Open(RunId, ModelRef),
    Request(RunId, Request),
}

/// Whether a run goes on.
enum Pass {
    Go,
    Open(RunId, ModelRef),
    Stop,
}

#[derive(Default)]
struct Shared {
    inbox: Mutex<Inbox>,
    changed: Condvar,
}

impl Shared {
    /// A panic elsewhere leaves plain data, which is still good.
    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Inbox)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Waits for the next request; `None` at the end.
    fn next(&self) -> Option<Next> {
        let mut inbox = self.lock();
        loop {
            if inbox.quit {
                return None;
            }
            if let Some((id, model)) = inbox.open.take() {
                return Some(Next::Open(id, model));
            }
            if let Some((id, request)) = inbox.request.take() {
                return Some(Next::Request(id, request));
            }
            inbox = self.changed.wait(inbox).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the run goes on with its next network call; waits while it is paused.
    fn pass(&self, id: RunId) -> Pass {
        let mut inbox = self.lock();
        loop {
            if inbox.quit || inbox.wanted != Some(id) {
                return Pass::Stop;
            }
            if let Some((id, model)) = inbox.open.take() {
                return Pass::Open(id, model);
            }
            match &mut inbox.pace {
                Pace::Steps(0) => {}
                Pace::Steps(left) => {
                    *left -= 1;
                    return Pass::Go;
                }
                Pace::Free => return Pass::Go,
            }
            inbox = self.changed.wait(inbox).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The handle of the worker. Dropping it ends the thread, after the network call under way.
pub struct Worker {
    shared: Arc<Shared>,
    events: Receiver<Event>,
    thread: Option<JoinHandle<()>>,
    last: RunId,
}

impl Worker {
    /// Starts the worker with so many threads for its networks; or with one less than there are cores, and
    /// with one for every core while it trains, since that is waited for.
    /// `notify` is called, on the worker's thread, whenever there is an event.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn spawn(
        threads: Option<usize>,
        notify: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, WorkerError> {
        Self::spawn_with(Arc::new(ModelRef::open), threads, notify)
    }

    /// As [`spawn`](Self::spawn), with another way to open networks.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn).
    pub fn spawn_with(
        opener: Opener,
        threads: Option<usize>,
        notify: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, WorkerError> {
        let pools = Pools {
            network: pool("network", threads.unwrap_or_else(Self::default_threads))?,
            training: pool("training", threads.unwrap_or_else(cores))?,
        };
        let shared = Arc::new(Shared::default());
        let (sender, events) = channel();
        let sender = EventSender { events: sender, notify: Box::new(notify) };
        let inner = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("worker".to_owned())
            .spawn(move || work(&inner, &sender, &pools, &opener))
            .map_err(|error| WorkerError::Threads(error.to_string()))?;
        Ok(Self { shared, events, thread: Some(thread), last: RunId(0) })
    }

    /// One core is left for the window.
    pub fn default_threads() -> usize {
        (cores() - 1).max(1)
    }

    /// Opens a network; what is under way goes on after it, with its own.
    pub fn open(&mut self, model: ModelRef) -> RunId {
        let id = self.next_id();
        self.shared.change(|inbox| inbox.open = Some((id, model)));
        id
    }

    /// Makes a run, in place of all else.
    pub fn run(&mut self, spec: RunSpec, pace: Pace) -> RunId {
        self.request(Request::Run(Box::new(spec)), pace)
    }

    /// Trains on a picture, in place of all else.
    pub fn train(&mut self, spec: OwnSpec) -> RunId {
        self.request(Request::Train(Box::new(spec)), Pace::Free)
    }

    /// Changes how the run goes on: [`Pace::Steps`] of 0 pauses it.
    pub fn pace(&self, pace: Pace) {
        self.shared.change(|inbox| inbox.pace = pace);
    }

    /// Stops what is under way.
    pub fn cancel(&self) {
        self.shared.change(|inbox| inbox.wanted = None);
    }

    /// What has happened since the last call.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.events.try_iter()
    }

    fn next_id(&mut self) -> RunId {
        self.last.0 += 1;
        self.last
    }

    fn request(&mut self, request: Request, pace: Pace) -> RunId {
        let id = self.next_id();
        self.shared.change(|inbox| {
            inbox.request = Some((id, request));
            inbox.wanted = Some(id);
            inbox.pace = pace;
        });
        id
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.change(|inbox| inbox.quit = true);
        if let Some(thread) = self.thread.take() {
            // A panic was reported as an event already.
            let _ = thread.join();
        }
    }
}

/// Sends events, and wakes whoever waits for them.
struct EventSender {
    events: Sender<Event>,
    notify: Box<dyn Fn() + Send + Sync>,
}

impl EventSender {
    fn send(&self, event: Event) {
        // Nobody listens once the handle is gone, and then the thread ends.
        let _ = self.events.send(event);
        (self.notify)();
    }
}

/// Threads that compute.
struct Pools {
    network: ThreadPool,
    training: ThreadPool,
}

fn pool(name: &'static str, threads: usize) -> Result<ThreadPool, WorkerError> {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = builder.thread_name(move |i| format!("{name}-{i}")).build();
    pool.map_err(|error| WorkerError::Threads(error.to_string()))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The thread's life: one request after another. A panic costs what was open, and nothing else.
fn work(shared: &Shared, sender: &EventSender, pools: &Pools, opener: &Opener) {
    let mut store = Store::new(opener.clone());
    while let Some(next) = shared.next() {
        let (id, task) = match &next {
            Next::Open(id, _) => (*id, Task::Open),
            Next::Request(id, request) => (*id, request.task()),
        };
        let pool = if task == Task::Train { &pools.training } else { &pools.network };
        let result = catch_unwind(AssertUnwindSafe(|| {
            pool.install(|| {
                let handler = RequestHandler { shared, sender, store: &mut store, id };
                match next {
                    Next::Open(_, model) => handler.store.open(&model).map(|(card, _)| {
                        sender.send(Event::Opened(id, Box::new(card.clone())));
                        true
                    }),
                    Next::Request(_, request) => handler.handle(request),
                }
            })
        }));
        sender.send(match result {
            Ok(Ok(true)) => Event::Done(id, task),
            Ok(Ok(false)) => Event::Cancelled(id, task),
            Ok(Err(error)) => Event::Failed(id, task, error),
            Err(panic) => {
                store = Store::new(opener.clone());
                Event::Failed(id, task, WorkerError::Panic(panic_text(panic.as_ref())))
            }
        });
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_owned())
}

/// Carries out one request.
struct RequestHandler<'a> {
    shared: &'a Shared,
    sender: &'a EventSender,
    store: &'a mut Store,
    id: RunId,
}

impl RequestHandler<'_> {
    /// Carries it out. Returns whether it came to its end; false when it was cancelled.
    fn handle(self, request: Request) -> Result<bool, WorkerError> {
        match request {
            Request::Run(spec) => self.run(&spec),
            Request::Train(spec) => self.train(&spec),
        }
    }

    /// Whether the request is still wanted. Networks to be opened meanwhile are opened here, and those that
    /// cannot be cost nothing else.
    fn may_go_on(&mut self) -> bool {
        loop {
            match self.shared.pass(self.id) {
                Pass::Go => return true,
                Pass::Stop => return false,
                Pass::Open(id, model) => self.sender.send(match self.store.open(&model) {
                    Ok((card, _)) => {
                        self.sender.send(Event::Opened(id, Box::new(card.clone())));
                        Event::Done(id, Task::Open)
                    }
                    Err(error) => Event::Failed(id, Task::Open, error),
                }),
            }
        }
    }

    fn run(mut self, spec: &RunSpec) -> Result<bool, WorkerError> {
        let mut running = Running::begin(spec, self.store)?;
        for text in self.store.take_remarks() {
            self.sender.send(Event::Remarked(self.id, text));
        }
        self.sender.send(Event::Began(self.id, running.calls()));
        while let Some(lane) = running.next_lane() {
            if !self.may_go_on() {
                return Ok(false);
            }
            let step = running.step(lane)?;
            self.sender.send(Event::Step(self.id, lane, Box::new(step)));
        }
        Ok(true)
    }

    fn train(mut self, spec: &OwnSpec) -> Result<bool, WorkerError> {
        let mut trainer = own::trainer(spec)?;
        while let Some(step) = trainer.next() {
            let step = step?;
            let iteration = step.iteration;
            self.sender.send(Event::Learned(self.id, Box::new(step)));
            let wanted = self.may_go_on();
            if !wanted || iteration.is_multiple_of(KEEP_EVERY) {
                // What was learned so far is worth having.
                self.store.keep_own(&trainer)?;
            }
            if !wanted {
                return Ok(false);
            }
        }
        self.store.keep_own(&trainer)?;
        Ok(true)
    }
}
