//! The loop of the worker's thread: one turn after another. A run and a training that are both under way take turns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use rayon::ThreadPool;

use super::inbox::{Activity, Inbox, Request, Turn};
use super::learning::Learning;
use super::runs::Running;
use super::store::{Opener, Store};
use super::{Event, LearnData, LearnSpec, RunId, RunSpec, SeeSpec, Task, WorkerError};
use crate::background::{Work, panic_text};
use crate::model::ModelRef;
use crate::train::TrainStep;

/// The pools of threads that compute.
pub(super) struct Pools {
    pub network: ThreadPool,
    pub training: ThreadPool,
}

/// How the run and the training share the thread: both get the same time, however long their turns are.
#[derive(Default)]
struct Share {
    /// By how many seconds the training has had more time than the run, limited as [`LEAST`](Self::LEAST) says.
    lead: f64,
}

impl Share {
    /// A lead grows to at most this many seconds, or to the length of the current turn if that is longer. So
    /// turns of different lengths are balanced, and an activity that was paused for long does not catch up on
    /// all of the pause.
    const LEAST: f64 = 1.0;

    /// The activity whose turn is next when both may go on: the one that has had less time.
    fn first(&self) -> Activity {
        if self.lead > 0.0 { Activity::Run } else { Activity::Training }
    }

    fn took(&mut self, activity: Activity, time: Duration) {
        let seconds = time.as_secs_f64();
        let most = seconds.max(Self::LEAST);
        let more = if activity == Activity::Training { seconds } else { -seconds };
        let next = self.lead + more;
        self.lead = if next.abs() > self.lead.abs() { next.clamp(-most, most) } else { next };
    }
}

/// The state of the worker's thread.
pub(super) struct Turns<'a> {
    pub inbox: &'a Inbox,
    pub sender: &'a Work<Event>,
    pub opener: &'a Opener,
    store: Store,
    run: Option<(RunId, Running)>,
    training: Option<(RunId, Box<Learning>)>,
    /// The last training, which has ended: it can be saved, looked at, and go on.
    ended: Option<Box<Learning>>,
}

/// The result of a turn: the event with which its task ended, or `None` if the task goes on.
type Ended = Result<Option<Event>, WorkerError>;

impl<'a> Turns<'a> {
    /// The state of a thread with nothing open and nothing under way.
    pub(super) fn new(inbox: &'a Inbox, sender: &'a Work<Event>, opener: &'a Opener) -> Self {
        let store = Store::new(opener.clone());
        Self { inbox, sender, opener, store, run: None, training: None, ended: None }
    }

    /// Takes turns until the inbox is told to quit.
    pub(super) fn take(&mut self, pools: &Pools) {
        let mut share = Share::default();
        while let Some(turn) = self.next(share.first()) {
            let (id, task) = match &turn {
                Turn::Begin(id, request) => (*id, request.task()),
                Turn::End(activity) | Turn::Go(activity) => {
                    (self.open(*activity).unwrap_or_default(), activity.task())
                }
            };
            let (activity, began) = (turn.activity(), Instant::now());
            let trains = matches!(task, Task::Train | Task::See | Task::Save);
            let pool = if trains { &pools.training } else { &pools.network };
            let result = catch_unwind(AssertUnwindSafe(|| pool.install(|| self.turn(id, turn))));
            if let Some(activity) = activity {
                share.took(activity, began.elapsed());
            }
            let ended = match result {
                Ok(Ok(ended)) => ended,
                Ok(Err(error)) => Some(Event::Failed(id, task, error)),
                Err(panic) => {
                    // A panic may have left the store in an inconsistent state.
                    self.store = Store::new(self.opener.clone());
                    let text = panic_text(panic.as_ref());
                    Some(Event::Failed(id, task, WorkerError::Panic(text)))
                }
            };
            if let Some(ended) = ended {
                self.close(id, task);
                self.sender.tell(ended);
            }
        }
        // The window closes: what has been learned since the last save is saved.
        if let Some((_, learning)) = &mut self.training
            && let Err(error) = pools.training.install(|| learning.keep(true))
        {
            log::error!("{error}");
        }
    }

    fn next(&self, first: Activity) -> Option<Turn> {
        self.inbox.turn(|activity| self.open(activity), first)
    }

    /// The request of an activity that is under way, if any.
    fn open(&self, activity: Activity) -> Option<RunId> {
        match activity {
            Activity::Run => self.run.as_ref().map(|(id, _)| *id),
            Activity::Training => self.training.as_ref().map(|(id, _)| *id),
        }
    }

    /// Drops the run or the training with this id, which has ended.
    fn close(&mut self, id: RunId, task: Task) {
        match task {
            Task::Open | Task::See | Task::Save => {}
            Task::Run => drop(self.run.take_if(|(run, _)| *run == id)),
            Task::Train => {
                if let Some((_, learning)) = self.training.take_if(|(training, _)| *training == id) {
                    self.ended = Some(learning);
                }
            }
        }
    }

    /// One turn. Returns how its task ended, if it did.
    fn turn(&mut self, id: RunId, turn: Turn) -> Ended {
        match turn {
            Turn::Begin(_, Request::Open(model)) => self.open_network(id, &model),
            Turn::Begin(_, Request::Run(spec)) => self.begin_run(id, &spec),
            Turn::Begin(_, Request::Train(spec)) => self.begin_training(id, &spec),
            Turn::Begin(_, Request::GoOn(iterations)) => self.train_on(id, iterations),
            Turn::Begin(_, Request::See(spec)) => self.see(id, &spec),
            Turn::Begin(_, Request::Save(folder)) => self.save(id, &folder),
            Turn::Go(Activity::Run) => self.call(),
            Turn::Go(Activity::Training) => self.learn(),
            Turn::End(activity) => {
                if activity == Activity::Training {
                    self.finish()?;
                }
                Ok(Some(Event::Cancelled(id, activity.task())))
            }
        }
    }

    fn open_network(&mut self, id: RunId, model: &ModelRef) -> Ended {
        let (card, _) = self.store.open(model)?;
        self.sender.tell(Event::Opened(id, Box::new(card.clone())));
        Ok(Some(Event::Done(id, Task::Open)))
    }

    fn begin_run(&mut self, id: RunId, spec: &RunSpec) -> Ended {
        if !self.inbox.wants(Activity::Run, id) {
            return Ok(Some(Event::Cancelled(id, Task::Run)));
        }
        // A network that is still being trained is run with what it has learned so far.
        self.keep_own()?;
        let running = Running::begin(spec, &mut self.store)?;
        for text in self.store.take_remarks() {
            self.sender.tell(Event::Remarked(id, text));
        }
        self.sender.tell(Event::Began(id, running.calls()));
        self.run = Some((id, running));
        Ok(None)
    }

    fn begin_training(&mut self, id: RunId, spec: &LearnSpec) -> Ended {
        if !self.inbox.wants(Activity::Training, id) {
            return Ok(Some(Event::Cancelled(id, Task::Train)));
        }
        // A training that goes on in the folder of the last one needs its lock.
        let folder_of = |learning: &Learning| learning.spec.keep.clone();
        if spec.keep.is_some() && self.ended.as_deref().map(folder_of) == Some(spec.keep.clone()) {
            self.ended = None;
        }
        let mut learning = Learning::begin(spec)?;
        // Only now, so that one that cannot begin takes nothing away.
        self.ended = None;
        self.sender.tell(Event::Prepared(id, Box::new(learning.begun()?)));
        if let Some(seen) = learning.schedule()? {
            self.sender.tell(Event::Schedule(id, Box::new(seen)));
        }
        self.training = Some((id, Box::new(learning)));
        Ok(None)
    }

    fn train_on(&mut self, id: RunId, iterations: u64) -> Ended {
        let Some(mut learning) = self.ended.take() else { return Err(WorkerError::NothingTrained) };
        let live = &mut learning.live;
        let last = live.iteration().saturating_add(iterations).min(u32::MAX.into());
        live.set_iterations(last)?;
        self.training = Some((id, learning));
        Ok(None)
    }

    /// The training that is under way, or else the last one.
    fn learning(&self) -> Option<&Learning> {
        self.training.as_ref().map(|(_, learning)| learning).or(self.ended.as_ref()).map(AsRef::as_ref)
    }

    fn see(&mut self, id: RunId, spec: &SeeSpec) -> Ended {
        let (own, seen) = match self.learning().filter(|_| spec.own) {
            Some(learning) => {
                let steps = learning.spec.settings.schedule.steps;
                let scaled = spec.t.map(|t| (t * steps).div_ceil(spec.steps.max(1)));
                (true, learning.live.see(spec.picture, scaled)?)
            }
            None => (false, self.store.see(spec)?),
        };
        self.sender.tell(Event::Seen(id, own, seen.into()));
        Ok(Some(Event::Done(id, Task::See)))
    }

    fn save(&self, id: RunId, folder: &Path) -> Ended {
        let learning = self.learning().ok_or(WorkerError::NothingTrained)?;
        let folder = learning.save(folder)?;
        self.sender.tell(Event::Saved(id, folder));
        Ok(Some(Event::Done(id, Task::Save)))
    }

    /// Makes one network call of the run.
    fn call(&mut self) -> Ended {
        let Some((id, running)) = &mut self.run else { return Ok(None) };
        if let Some(lane) = running.next_lane() {
            let step = running.step(lane)?;
            self.sender.tell(Event::Step(*id, lane, Box::new(step)));
        }
        Ok(running.next_lane().is_none().then_some(Event::Done(*id, Task::Run)))
    }

    /// Makes one iteration of the training, or a probe of what it has learned.
    fn learn(&mut self) -> Ended {
        let Some((id, learning)) = &mut self.training else { return Ok(None) };
        let id = *id;
        if let Some(probe) = learning.probe(false)? {
            let untold = learning.take_untold();
            tell_learned(self.sender, id, untold);
            self.sender.tell(Event::Probed(id, Box::new(probe)));
            return Ok(None);
        }
        let (steps, more) = learning.advance()?;
        let schedule = if steps.is_empty() { None } else { learning.schedule()? };
        tell_learned(self.sender, id, steps);
        if let Some(seen) = schedule {
            self.sender.tell(Event::Schedule(id, Box::new(seen)));
        }
        if let Err(error) = learning.keep(false) {
            self.sender.tell(Event::Remarked(id, error.to_string()));
        }
        if more {
            return Ok(None);
        }
        self.finish()?;
        Ok(Some(Event::Done(id, Task::Train)))
    }

    /// Looks once more at what a training has learned, and keeps it.
    fn finish(&mut self) -> Result<(), WorkerError> {
        let Some((id, learning)) = &mut self.training else { return Ok(()) };
        let untold = learning.take_untold();
        tell_learned(self.sender, *id, untold);
        if let Some(probe) = learning.probe(true)? {
            self.sender.tell(Event::Probed(*id, Box::new(probe)));
        }
        if let Err(error) = learning.keep(true) {
            self.sender.tell(Event::Remarked(*id, error.to_string()));
        }
        self.keep_own()
    }

    /// Keeps what the training on the picture has learned so far, if there is one and it has learned something.
    fn keep_own(&mut self) -> Result<(), WorkerError> {
        match &self.training {
            Some((_, learning))
                if learning.spec.data == LearnData::Picture && learning.live.iteration() > 0 =>
            {
                self.store.keep_own(&learning.live)
            }
            _ => Ok(()),
        }
    }
}

/// Tells the iterations that have been made, if any.
fn tell_learned(sender: &Work<Event>, id: RunId, steps: Vec<Vec<TrainStep>>) {
    if !steps.is_empty() {
        sender.tell(Event::Learned(id, steps));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_of_different_lengths_come_to_equal_times() {
        let (mut share, mut times) = (Share::default(), [0.0; 2]);
        for _ in 0..1000 {
            let (activity, seconds) = match share.first() {
                Activity::Run => (Activity::Run, 0.25),
                Activity::Training => (Activity::Training, 4.0),
            };
            share.took(activity, Duration::from_secs_f64(seconds));
            times[usize::from(activity == Activity::Training)] += seconds;
        }
        assert!((0.95..=1.05).contains(&(times[0] / times[1])), "{times:?}");
        // An activity that was paused for long does not catch up on all of the pause.
        (0..1000).for_each(|_| share.took(Activity::Run, Duration::from_secs(1)));
        share.took(Activity::Training, Duration::from_secs(4));
        assert_eq!(share.first(), Activity::Run);
    }
}
