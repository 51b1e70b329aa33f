//! The worker that the chapters of networks share, and the training that is under way in it.
//!
//! The window has one worker. Events of runs and of opened networks wait here for the chapter Reverse; those of
//! trainings are taken in at once, so that every chapter sees how far the one training is.

mod clock;
mod course;
mod state;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::clock::Clock;
pub use self::course::Training;
pub use self::state::RunState;
use super::wake::wake;
use crate::diffusion::sampler::PredictionType;
use crate::model::ModelRef;
use crate::train::live::SharedSeen;
use crate::worker::{
    Begun, Event, FoundRun, LearnSpec, Opener, Pace, RunId, SeeSpec, Task, Worker, WorkerError,
};

/// The number of kept trainings that stay when another one begins: a lesson or a try is no reason to lose an evening's.
const STAY: usize = 12;
/// The folder within that of a kept training in which its network is saved for Reverse.
const NETWORK: &str = "network";

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
    /// The folder in which trainings are kept; `None` if they are not.
    place: Option<PathBuf>,
    worker: Option<Worker>,
    /// Whether no worker is started any more, because it could not be, or because this is a figure.
    broken: bool,
    /// Events for the chapter Reverse.
    runs: Vec<Event>,
    news: Vec<TrainingNews>,
    training: Option<Arc<Training>>,
    own: Option<OwnNetwork>,
    look: Option<Look>,
    looking: Option<(RunId, SeeSpec, u64)>,
    /// Whether the network is to be shown in Reverse when it is saved.
    saving: Option<(RunId, bool)>,
    /// A kept training of an earlier window that can go on, and whether it was looked for.
    found: Option<FoundRun>,
    looked_for: bool,
}

impl Workshop {
    /// A workshop in which nothing is under way; trainings are kept in a folder within `folder`, from which remains of
    /// killed windows are removed.
    pub fn new(opener: Option<Opener>, threads: Option<usize>, folder: Option<PathBuf>) -> Self {
        let place = folder.map(|folder| folder.join("trainings"));
        if let Some(place) = &place {
            FoundRun::clear(place);
        }
        Self(Arc::new(Mutex::new(Inner { opener, threads, place, ..Inner::default() })))
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
                if let Some(training) = self.training_of(id) {
                    training.prepared(*begun);
                    let begun = training.begun().cloned();
                    self.news.extend(begun.map(TrainingNews::Prepared));
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

    /// The training with this number, to be changed.
    fn training_of(&mut self, id: RunId) -> Option<&mut Training> {
        self.training.as_mut().filter(|training| training.id == id).map(Arc::make_mut)
    }

    fn ended(&mut self, id: RunId, state: RunState) {
        if let Some(training) = self.training_of(id) {
            training.enter(state);
            if state == RunState::Done {
                self.news.push(TrainingNews::Learned);
            }
        }
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
            spec.keep = self.free_folder();
        }
        let asked = spec.clone();
        let of_picture = spec.data == crate::worker::LearnData::Picture;
        let Some(worker) = self.worker(ctx) else { return };
        let id = worker.train(asked);
        self.training = Some(Arc::new(Training::new(id, spec)));
        (self.look, self.found, self.looked_for) = (None, None, true);
        if of_picture {
            self.own = None;
        }
    }

    /// A new folder for a training; of the trainings that are kept already, only the latest stay, and those whose network
    /// was shown in Reverse, as scenes may name it.
    fn free_folder(&self) -> Option<PathBuf> {
        let place = self.place.as_ref()?;
        let named = |run: &FoundRun| run.folder.join(NETWORK).exists();
        for old in FoundRun::all(place).into_iter().skip(STAY).filter(|run| !named(run)) {
            if let Err(error) = std::fs::remove_dir_all(&old.folder) {
                log::warn!("{}: {error}", old.folder.display());
            }
        }
        (1..=u32::MAX).map(|number| place.join(number.to_string())).find(|folder| !folder.exists())
    }

    /// Looks for a kept training of an earlier window, once.
    pub fn look_for_kept(&mut self) {
        if !self.looked_for {
            self.looked_for = true;
            let place = self.place.as_deref();
            self.found = place.and_then(|place| FoundRun::all(place).into_iter().next());
        }
    }

    /// A kept training of an earlier window that can go on.
    pub fn found(&self) -> Option<&FoundRun> {
        self.found.as_ref().filter(|_| self.training.is_none())
    }

    /// Lets the kept training of an earlier window go on.
    pub fn take_up(&mut self, ctx: &egui::Context) {
        if let Some(found) = self.found.take() {
            self.train(ctx, found.request());
        }
    }

    /// Removes the kept training of an earlier window.
    pub fn discard(&mut self) {
        if let Some(found) = self.found.take()
            && let Err(error) = std::fs::remove_dir_all(&found.folder)
        {
            self.news.push(TrainingNews::Remarked(format!("{}: {error}", found.folder.display())));
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
        (self.training, self.look, self.looked_for) = (None, None, false);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::{Raster, ScheduleSpec};
    use crate::worker::KeptRun;

    #[test]
    fn trainings_that_have_saved_nothing_are_removed_unless_they_are_alive() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("trainings");
        let write = |path: &str| {
            let path = place.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        };
        let lock = crate::files::locks::LOCK;
        for name in ["1", "2", "3", "4"] {
            write(&format!("{name}/{lock}"));
        }
        write("1/first/.training.safetensors-aB3x9Q.part");
        write("3/first/training.safetensors");
        write("5/mine");
        let alive = crate::train::RunLock::take(&place.join("4")).unwrap();
        if alive.doubt().is_some() {
            eprintln!("skipped: no locks here");
            return;
        }
        drop(Workshop::new(None, None, Some(home.path().to_owned())));
        let left: Vec<bool> = ["1", "2", "3", "4", "5"].map(|name| place.join(name).exists()).into();
        assert_eq!(left, [false, false, true, true, true]);
    }

    #[test]
    fn trainings_that_scenes_may_name_stay() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("trainings");
        let spec = LearnSpec::of_picture(Raster::new(1, 1, 1, vec![0.0]), 8, ScheduleSpec::default(), 1, 0);
        let text =
            serde_json::to_string(&KeptRun { spec, iteration: 1, losses: Vec::new(), variances: Vec::new() })
                .unwrap();
        let names = || (1..=STAY as u64 + 2).map(|number| (number, place.join(number.to_string())));
        for (number, folder) in names() {
            std::fs::create_dir_all(&folder).unwrap();
            let file = folder.join("run.json");
            std::fs::write(&file, &text).unwrap();
            // The later ones were saved later.
            let age = std::time::Duration::from_secs(60 * (100 - number));
            let file = std::fs::File::options().append(true).open(&file).unwrap();
            file.set_modified(std::time::SystemTime::now() - age).unwrap();
        }
        std::fs::create_dir(place.join("1").join(NETWORK)).unwrap();
        let workshop = Workshop::new(None, None, Some(home.path().to_owned()));
        assert_eq!(workshop.lock().free_folder(), Some(place.join("2")), "the place of one that has gone");
        let gone: Vec<u64> =
            names().filter(|(_, folder)| !folder.exists()).map(|(number, _)| number).collect();
        assert_eq!(gone, [2]);
    }
}
