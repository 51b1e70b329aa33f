//! The inbox through which the handle controls the worker's thread: the handle puts requests in, the thread takes them.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{LearnSpec, Pace, RunId, RunSpec, SeeSpec, Task};
use crate::model::ModelRef;

/// A request of the handle.
pub(super) enum Request {
    Open(ModelRef),
    Run(Box<RunSpec>),
    Train(Box<LearnSpec>),
    /// Let the last training go on for so many more iterations.
    GoOn(u64),
    /// Look at a step of training.
    See(Box<SeeSpec>),
    /// Save the training that is under way, or the last one, into a folder.
    Save(PathBuf),
}

impl Request {
    pub(super) fn task(&self) -> Task {
        match self {
            Self::Open(_) => Task::Open,
            Self::Run(_) => Task::Run,
            Self::Train(_) | Self::GoOn(_) => Task::Train,
            Self::See(_) => Task::See,
            Self::Save(_) => Task::Save,
        }
    }
}

/// The two kinds of requests that take many turns and can be under way side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
    /// A run: a turn is a network call.
    Run,
    /// A training: a turn is an iteration.
    Training,
}

impl Activity {
    pub(super) const ALL: [Self; 2] = [Self::Run, Self::Training];

    /// The other activity.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Run => Self::Training,
            Self::Training => Self::Run,
        }
    }

    pub(super) fn task(self) -> Task {
        match self {
            Self::Run => Task::Run,
            Self::Training => Task::Train,
        }
    }
}

/// Which request of an activity is wanted, if any, and how far it may go on.
#[derive(Default)]
struct Control {
    wanted: Option<RunId>,
    pace: Pace,
}

#[derive(Default)]
struct State {
    /// Requests that have not begun, oldest first; at most one of each [`Task`], the latest.
    requests: VecDeque<(RunId, Request)>,
    run: Control,
    training: Control,
    quit: bool,
}

impl State {
    fn control(&mut self, activity: Activity) -> &mut Control {
        match activity {
            Activity::Run => &mut self.run,
            Activity::Training => &mut self.training,
        }
    }
}

/// What the worker does next.
pub(super) enum Turn {
    /// Begin a request.
    Begin(RunId, Request),
    /// End the activity under way, which is no longer wanted.
    End(Activity),
    /// Make one network call of the run, or one iteration of the training.
    Go(Activity),
}

impl Turn {
    /// The activity that advances in this turn; `None` when a request begins or an activity ends.
    pub(super) fn activity(&self) -> Option<Activity> {
        match self {
            Self::Go(activity) => Some(*activity),
            Self::Begin(..) | Self::End(_) => None,
        }
    }
}

/// Waiting requests, and which activities may go on. When there is nothing to do, the worker's thread sleeps
/// until the inbox changes.
#[derive(Default)]
pub(super) struct Inbox {
    state: Mutex<State>,
    changed: Condvar,
}

impl Inbox {
    /// Locks the state, also after a panic of another thread: the state is plain data and remains valid.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Adds a request, in place of one of the same task that has not begun.
    pub(super) fn request(&self, id: RunId, request: Request, pace: Pace) {
        self.change(|state| {
            let task = request.task();
            state.requests.retain(|(_, other)| other.task() != task);
            if let Some(activity) = Activity::ALL.into_iter().find(|activity| activity.task() == task) {
                *state.control(activity) = Control { wanted: Some(id), pace };
            }
            state.requests.push_back((id, request));
        });
    }

    /// Sets how far an activity may go on.
    pub(super) fn pace(&self, activity: Activity, pace: Pace) {
        self.change(|state| state.control(activity).pace = pace);
    }

    /// Marks an activity as no longer wanted; the thread ends it before its next turn.
    pub(super) fn cancel(&self, activity: Activity) {
        self.change(|state| state.control(activity).wanted = None);
    }

    /// Tells the worker's thread to end.
    pub(super) fn quit(&self) {
        self.change(|state| state.quit = true);
    }

    /// Whether the request `id` of an activity is still wanted.
    pub(super) fn wants(&self, activity: Activity, id: RunId) -> bool {
        self.lock().control(activity).wanted == Some(id)
    }

    /// Waits for the next turn; `None` when the thread is to end. `open` returns the request of an activity that is
    /// under way, if any. When both activities may go on, `first` gets the turn.
    pub(super) fn turn(&self, open: impl Fn(Activity) -> Option<RunId>, first: Activity) -> Option<Turn> {
        let mut state = self.lock();
        loop {
            if state.quit {
                return None;
            }
            for activity in Activity::ALL {
                if open(activity).is_some_and(|id| state.control(activity).wanted != Some(id)) {
                    return Some(Turn::End(activity));
                }
            }
            if let Some((id, request)) = state.requests.pop_front() {
                return Some(Turn::Begin(id, request));
            }
            for activity in [first, first.other()] {
                if open(activity).is_some() && state.control(activity).pace.take() {
                    return Some(Turn::Go(activity));
                }
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
