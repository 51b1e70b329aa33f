//! The worker that the chapters of networks share, and the training that is under way in it.
//!
//! The window has one worker. Events of runs and of opened networks wait here for the chapter Reverse; those of
//! trainings are taken in at once, so that every chapter sees how far the one training is.

mod clock;
mod course;
mod kept;
mod state;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::clock::Clock;
pub use self::course::Training;
pub use self::kept::KeptTrainings;
use self::kept::NETWORK;
pub use self::state::RunState;
use super::wake::wake;
use crate::diffusion::sampler::PredictionType;
use crate::model::ModelRef;
use crate::train::live::SharedSeen;
use crate::worker::{
    Begun, Event, FoundRun, LearnSpec, Opener, Pace, RunId, SeeSpec, Task, Worker, WorkerError,
};

/// The worker and the training, shared by chapters.
#[derive(Clone, Default)]
pub struct Workshop(Arc<Mutex<Inner>>);

/// News of trainings that concern the rest of the program.
#[derive(Debug)]
pub enum TrainingNews {
    /// A training is about to begin or to go on.
    Prepared(Arc<Begun>),
    /// A training has come to its end.
    Learned,
    /// A network was saved in this folder; the switch says whether it is to be shown in Reverse.
    Saved(PathBuf, bool),
    /// Something to be said, in English.
    Remarked(String),
    /// Why something failed.
    Failed(WorkerError),
}

/// The network that was trained on the loaded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnNetwork {
    /// Channels, height and width of what it has learned.
    pub shape: [usize; 3],
    /// What it predicts.
    pub prediction: PredictionType,
}

/// A step of training that was looked at.
#[derive(Clone, Debug)]
pub struct Look {
    /// What was asked for, and the training's iteration at that time.
    pub of: (SeeSpec, u64),
    /// Whether it is a step of the network that is learning here.
    pub own: bool,
    /// The step at the two timesteps.
    pub seen: SharedSeen,
}

/// What is shared.
#[derive(Default)]
pub struct Inner {
    opener: Option<Opener>,
    threads: Option<usize>,
    kept: KeptTrainings,
    worker: Option<Worker>,
    /// Whether no worker is started any more, because it could not be, or because this is a figure.
    broken: bool,
    /// Events for the chapter Reverse.
    runs: Vec<Event>,
    news: Vec<TrainingNews>,
    training: Option<Arc<Training>>,
    /// The training before the one that was requested last, until that has begun: it is shown again if it cannot.
    before: Option<(Option<Arc<Training>>, Option<OwnNetwork>)>,
    own: Option<OwnNetwork>,
    look: Option<Look>,
    looking: Option<(RunId, SeeSpec, u64)>,
    /// Whether the network is to be shown in Reverse when it is saved.
    saving: Option<(RunId, bool)>,
}

impl Workshop {
    /// A workshop in which nothing is under way; trainings are kept in a folder within `folder`.
    pub fn new(opener: Option<Opener>, threads: Option<usize>, folder: Option<PathBuf>) -> Self {
        let kept = KeptTrainings::new(folder);
        Self(Arc::new(Mutex::new(Inner { opener, threads, kept, ..Inner::default() })))
    }

    /// A workshop for a figure: it shows this training, and starts no worker.
    pub fn still(training: Option<Training>, look: Option<Look>) -> Self {
        let training = training.map(Arc::new);
        Self(Arc::new(Mutex::new(Inner { training, look, broken: true, ..Inner::default() })))
    }

    /// Everything that is shared. Nobody holds it for longer than it takes to read or change it.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The training that is under way, or else the last one, as it is now; `None` if there was none.
    pub fn training(&self) -> Option<Arc<Training>> {
        self.lock().training.clone()
    }
}

impl Inner {
    /// The function that opens networks, and the number of threads that compute, if they are chosen.
    pub fn opening(&self) -> (Opener, Option<usize>) {
        (self.opener.clone().unwrap_or_else(|| Arc::new(ModelRef::open)), self.threads)
    }

    /// The worker, which is started if necessary; `None` if it cannot be.
    pub fn worker(&mut self, ctx: &egui::Context) -> Option<&mut Worker> {
        if self.worker.is_none() && !self.broken {
            let (opener, threads) = self.opening();
            match Worker::spawn_with(opener, threads, &wake(ctx)) {
                Ok(worker) => self.worker = Some(worker),
                Err(error) => {
                    self.broken = true;
                    self.news.push(TrainingNews::Failed(error));
                }
            }
        }
        self.worker.as_mut()
    }

    /// The worker, if it has been started.
    pub fn at_work(&self) -> Option<&Worker> {
        self.worker.as_ref()
    }

    /// The events for the chapter Reverse since the last call.
    pub fn take_runs(&mut self) -> Vec<Event> {
        self.collect();
        std::mem::take(&mut self.runs)
    }

    /// The news of trainings since the last call.
    pub fn take_news(&mut self) -> Vec<TrainingNews> {
        self.collect();
        std::mem::take(&mut self.news)
    }

    fn collect(&mut self) {
        let events: Vec<Event> =
            self.worker.as_ref().map(|worker| worker.events().collect()).unwrap_or_default();
        for event in events {
            self.take(event);
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Prepared(id, begun) => {
                let Some(training) = self.training_of(id) else { return };
                training.prepared(*begun);
                let begun = training.begun().cloned();
                self.news.extend(begun.map(TrainingNews::Prepared));
                if self.training.as_ref().is_some_and(|training| training.id == id) {
                    self.before = None;
                }
            }
            Event::Schedule(id, seen) => {
                if let Some(training) = self.training_of(id) {
                    training.saw_schedule(*seen);
                }
            }
            Event::Learned(id, steps) => {
                let Some(training) = self.training_of(id) else { return };
                for steps in &steps {
                    training.learned(steps);
                }
                if let (true, Some(begun)) = (training.is_of_picture(), training.begun().cloned()) {
                    // A network that is still being trained can be run with what it has learned so far.
                    let prediction = begun.settings.first().map_or(PredictionType::Sample, |s| s.prediction);
                    self.own = Some(OwnNetwork { shape: begun.shape, prediction });
                }
            }
            Event::Probed(id, probe) => {
                if let Some(training) = self.training_of(id) {
                    training.probed(*probe);
                }
            }
            Event::Seen(id, own, seen) => {
                if let Some((_, spec, iteration)) = self.looking.take_if(|(wish, ..)| *wish == id) {
                    self.look = Some(Look { of: (spec, iteration), own, seen });
                }
            }
            Event::Saved(id, folder) => {
                let show = self.saving.take_if(|(wish, _)| *wish == id).is_some_and(|(_, show)| show);
                self.news.push(TrainingNews::Saved(folder, show));
            }
            Event::Done(id, Task::Train) => self.ended(id, RunState::Done),
            Event::Cancelled(id, Task::Train) => self.ended(id, RunState::Stopped),
            Event::Failed(id, task @ (Task::Train | Task::See | Task::Save), error) => {
                if task == Task::Train {
                    self.ended(id, RunState::Stopped);
                    self.restore(id);
                }
                // It is not looked at again before something else is wanted.
                if let Some((_, spec, iteration)) = self.looking.take_if(|(wish, ..)| *wish == id) {
                    self.look = Some(Look { of: (spec, iteration), own: false, seen: [].into() });
                }
                self.news.push(TrainingNews::Failed(error));
            }
            Event::Done(_, Task::See | Task::Save) | Event::Cancelled(_, Task::See | Task::Save) => {}
            Event::Remarked(id, text) if self.training.as_ref().is_some_and(|training| training.id == id) => {
                self.news.push(TrainingNews::Remarked(text));
            }
            event => self.runs.push(event),
        }
    }

    /// The training with this number, to be changed: the one that is shown, or the one before it.
    fn training_of(&mut self, id: RunId) -> Option<&mut Training> {
        let before = self.before.as_mut().and_then(|(training, _)| training.as_mut());
        let mut all = self.training.as_mut().into_iter().chain(before);
        all.find(|training| training.id == id).map(Arc::make_mut)
    }

    /// Shows the training before this one again, if this one could not even begin.
    fn restore(&mut self, id: RunId) {
        let begun =
            self.training.as_ref().is_none_or(|training| training.id != id || training.begun().is_some());
        if let Some((training, own)) = self.before.take_if(|_| !begun) {
            (self.training, self.own) = (training, own);
        }
    }

    fn ended(&mut self, id: RunId, state: RunState) {
        if let Some(training) = self.training_of(id) {
            training.enter(state);
            if state == RunState::Done {
                self.news.push(TrainingNews::Learned);
            }
        }
        self.kept.look_anew();
    }

    /// The training that is under way, or else the last one; `None` if there was none.
    pub fn training(&self) -> Option<&Training> {
        self.training.as_deref()
    }

    /// The network that was trained on the loaded picture; `None` if there is none.
    pub fn own(&self) -> Option<OwnNetwork> {
        self.own
    }

    /// Whether a training is under way that ends without the user's help, or something else of it is being done.
    pub fn is_at_work(&self) -> bool {
        let training = self.training.as_ref().is_some_and(|training| training.state == RunState::Running);
        training || self.looking.is_some() || self.saving.is_some()
    }

    /// Begins a training, in place of any other.
    pub fn train(&mut self, ctx: &egui::Context, mut spec: LearnSpec) {
        if spec.keep.is_none() {
            spec.keep = self.kept.free_folder();
        }
        let asked = spec.clone();
        let of_picture = spec.data == crate::worker::LearnData::Picture;
        let Some(worker) = self.worker(ctx) else { return };
        let id = worker.train(asked);
        let last = self.training.replace(Arc::new(Training::new(id, spec)));
        // Of several that were requested before the first has begun, the one on show before them counts.
        self.before.get_or_insert((last, self.own));
        self.look = None;
        if of_picture {
            self.own = None;
        }
    }

    /// Looks for kept trainings, unless that was done since one began or ended.
    pub fn look_for_kept(&mut self) {
        self.kept.look();
    }

    /// The kept trainings that can go on; none while one is under way.
    pub fn kept(&self) -> Option<&KeptTrainings> {
        let open = self.training.as_ref().is_some_and(|training| training.is_open());
        (!open).then_some(&self.kept)
    }

    /// Chooses the kept training in this folder, of which others are offered.
    pub fn choose_kept(&mut self, folder: PathBuf) {
        self.kept.choose(folder);
    }

    /// Lets the kept training in this folder go on.
    pub fn take_up(&mut self, ctx: &egui::Context, folder: &Path) {
        if let Some(request) = self.kept.of(folder).map(FoundRun::request) {
            self.train(ctx, request);
        }
    }

    /// Discards the kept training in this folder. It can be brought back.
    pub fn discard(&mut self, folder: &Path) {
        if let Err(error) = self.kept.discard(folder) {
            self.news.push(TrainingNews::Remarked(format!("{}: {error}", folder.display())));
        }
    }

    /// Brings back the training that was discarded last.
    pub fn bring_back(&mut self) {
        if let Err(error) = self.kept.bring_back() {
            self.news.push(TrainingNews::Remarked(error.to_string()));
        }
    }

    /// Pauses the training, or lets it go on.
    pub fn pause_training(&mut self) {
        let (Some(worker), Some(training)) = (&self.worker, &mut self.training) else { return };
        let training = Arc::make_mut(training);
        match training.state {
            RunState::Running => {
                worker.pace_training(Pace::Steps(0));
                training.enter(RunState::Paused);
            }
            RunState::Paused => {
                worker.pace_training(Pace::Free);
                training.enter(RunState::Running);
            }
            RunState::Done | RunState::Stopped => {}
        }
    }

    /// Stops the training. What it has learned is kept.
    pub fn stop_training(&self) {
        if let Some(worker) = &self.worker {
            worker.cancel_training();
        }
    }

    /// Stops the training, and shows none. It is kept, and found again like that of an earlier window.
    pub fn set_aside(&mut self) {
        self.stop_training();
        (self.training, self.before, self.look) = (None, None, None);
        self.kept.look_anew();
    }

    /// Lets a training that has ended go on for so many more iterations.
    pub fn train_on(&mut self, iterations: u64) {
        let (Some(worker), Some(training)) = (&mut self.worker, &mut self.training) else { return };
        if !training.is_open() && training.begun().is_some() {
            let id = worker.train_on(iterations);
            Arc::make_mut(training).go_on(id, iterations);
        }
    }

    /// Saves the training into a folder; `show` says whether the network is then to be shown in Reverse.
    pub fn save(&mut self, folder: PathBuf, show: bool) {
        if let Some(worker) = &mut self.worker {
            self.saving = Some((worker.save(folder), show));
        }
    }

    /// The folder into which the training is saved when no other is asked for.
    pub fn own_folder(&self) -> Option<PathBuf> {
        let kept = self.training.as_ref()?.spec.keep.as_ref()?;
        Some(kept.join(NETWORK))
    }

    /// Says which step of training is wanted, and asks for it unless it is there or on its way.
    pub fn want_look(&mut self, ctx: &egui::Context, spec: &SeeSpec) {
        let iteration = self.looked_iteration();
        let wanted = |of: &SeeSpec, at: u64| (of, at) == (spec, iteration);
        let there = self.look.as_ref().is_some_and(|look| wanted(&look.of.0, look.of.1));
        // While one is on its way, the newest wish waits: it is asked for in one of the next frames.
        if there || self.looking.is_some() {
            return;
        }
        let asked = spec.clone();
        if let Some(id) = self.worker(ctx).map(|worker| worker.see(asked)) {
            self.looking = Some((id, spec.clone(), iteration));
        }
    }

    /// The iteration of which a step is looked at: that of the last probe, so that the step is looked at as often as
    /// the samples are.
    fn looked_iteration(&self) -> u64 {
        self.training
            .as_ref()
            .and_then(|training| training.probe(None))
            .map_or(u64::MAX, |probe| probe.iteration)
    }

    /// The step of training that was looked at last.
    pub fn look(&self) -> Option<&Look> {
        self.look.as_ref()
    }
}
