//! What the worker is asked for, seen from both sides.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{OwnSpec, Pace, RunId, RunSpec, Task};
use crate::model::ModelRef;

/// Something to be begun.
pub(super) enum Request {
    Open(ModelRef),
    Run(Box<RunSpec>),
    Train(Box<OwnSpec>),
}

impl Request {
    pub(super) fn task(&self) -> Task {
        match self {
            Self::Open(_) => Task::Open,
            Self::Run(_) => Task::Run,
            Self::Train(_) => Task::Train,
        }
    }
}

/// The two that are under way for long, side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
    /// A run: a turn is a network call.
    Run,
    /// A training: a turn is an iteration.
    Training,
}

impl Activity {
    pub(super) const ALL: [Self; 2] = [Self::Run, Self::Training];

    /// The other one.
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

/// Which of its kind may go on, and how.
#[derive(Default)]
struct Control {
    wanted: Option<RunId>,
    pace: Pace,
}

#[derive(Default)]
struct State {
    /// In the order in which they were asked for; of each task the latest alone.
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
    /// Begin what was asked for.
    Begin(RunId, Request),
    /// End what is no longer wanted.
    End(Activity),
    /// Make a network call or an iteration.
    Go(Activity),
}

impl Turn {
    /// What goes on by it.
    pub(super) fn activity(&self) -> Option<Activity> {
        match self {
            Self::Go(activity) => Some(*activity),
            Self::Begin(..) | Self::End(_) => None,
        }
    }
}

/// Requests and what may go on; the worker sleeps at it.
#[derive(Default)]
pub(super) struct Inbox {
    state: Mutex<State>,
    changed: Condvar,
}

impl Inbox {
    /// A panic elsewhere leaves plain data, which is still good.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Asks for something, in place of what was asked for of the same task and has not begun.
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

    /// Changes how an activity goes on.
    pub(super) fn pace(&self, activity: Activity, pace: Pace) {
        self.change(|state| state.control(activity).pace = pace);
    }

    /// Lets an activity go on no further.
    pub(super) fn cancel(&self, activity: Activity) {
        self.change(|state| state.control(activity).wanted = None);
    }

    /// Ends the worker.
    pub(super) fn quit(&self) {
        self.change(|state| state.quit = true);
    }

    /// Whether this is still wanted.
    pub(super) fn wants(&self, activity: Activity, id: RunId) -> bool {
        self.lock().control(activity).wanted == Some(id)
    }

    /// Waits for what is to be done next; `None` at the end. `open` tells what is under way of each activity; where
    /// both may go on, it is `first`'s turn.
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
