//! The Reverse chapter's state: the worker, the network that is open, the run and what is kept of it.
//!
//! Commands go to the worker; its events come back once per frame, in [`Reverse::take_events`]. Views only read.

mod compared;
mod kept;
pub mod plan;
mod run;
mod slow;

use std::ops::ControlFlow;
use std::sync::Arc;

use half::f16;

use self::compared::Compared;
pub use self::kept::{Place, part};
pub use self::plan::{beside, lane_spec, shape, usual_sampler, with_sampler_of};
use self::plan::{picture, run as plan_run};
pub use self::run::Run;
pub use self::slow::PARTS;
use self::slow::Slow;
use crate::app::chapters::Setup;
use crate::app::words::Words;
pub use crate::app::workshop::RunState;
use crate::app::workshop::{OwnNetwork, Workshop};
use crate::diffusion::sampler::{NoiseSource, noised};
use crate::diffusion::{Raster, ScheduleSpec};
use crate::model::ModelRef;
use crate::scene::{ChapterId, RunSize, Scene, StartAt};
use crate::worker::{
    Card, Event, KeptStep, Pace, PredictorKind, RunId, RunSpec, Task, WorkerError, describe, record,
};

/// News from the worker that concern the rest of the program.
#[derive(Debug)]
pub enum News {
    /// A network is open.
    Opened(ModelRef),
    /// The run has reached this timestep of the scene.
    Time(usize),
    /// Assumptions that were made about a network that was opened, in English.
    Remarks(ModelRef, Vec<String>),
    /// An assumption that the worker made for a run, in English.
    Remarked(String),
    /// Why something failed.
    Failed(WorkerError),
}

/// The state that a run starts from, for its preview, with the inputs from which it was computed.
struct Preview {
    key: PreviewKey,
    image: Raster,
    values: Arc<[f16]>,
}

/// Start, shape, seed, and, if the run starts from the picture, the schedule and t.
type PreviewKey = (StartAt, [usize; 3], u64, Option<(ScheduleSpec, usize)>);

/// The chapter's state.
#[derive(Default)]
pub struct Reverse {
    /// The worker, which is shared with other chapters.
    pub workshop: Workshop,
    card: Option<Card>,
    opening: Option<(RunId, ModelRef)>,
    /// The network that is shown here once it is open, and the chapter from which it was asked for.
    pub(super) shown_when_open: Option<(ModelRef, ChapterId)>,
    /// The model that could not be opened. It is opened again only when the user asks for it.
    unopened: Option<ModelRef>,
    pub(super) run: Option<Run>,
    /// Whether t follows the run.
    pub(super) following: bool,
    pub(super) slow: Slow,
    preview: Option<Preview>,
    compared: Compared,
    news: Vec<News>,
}

impl Reverse {
    /// A state with nothing open.
    pub fn new(setup: &Setup) -> Self {
        Self { workshop: setup.workshop.clone(), ..Self::default() }
    }

    /// Makes the scene's run on the calling thread, for a figure.
    ///
    /// # Errors
    /// When the network cannot be opened, or the run cannot be made.
    pub(super) fn prepare_figure(&mut self, scene: &Scene, image: &Raster) -> Result<(), WorkerError> {
        let options = &scene.chapters.reverse;
        let follows = options.size == RunSize::Model || options.uses(PredictorKind::Network);
        let card = follows.then(|| describe(&options.model)).transpose()?;
        let spec = plan_run(scene, card.as_ref(), image, scene.t).ok_or(WorkerError::NoPicture)?;
        let lanes = record(&spec, |_, _| ControlFlow::Continue(()))?;
        let workshop = Workshop::still(None, None);
        *self = Self { card, run: Some(Run::complete(spec, lanes)), workshop, ..Self::default() };
        Ok(())
    }

    /// A copy that shows the same run, for a figure; `None` if there is no run.
    pub(super) fn with_the_run(&self) -> Option<Self> {
        let run = Some(self.run.as_ref()?.still());
        let workshop = Workshop::still(None, None);
        Some(Self { card: self.card.clone(), run, workshop, ..Self::default() })
    }

    /// The description of the open network; `None` if none is open.
    pub fn card(&self) -> Option<&Card> {
        self.card.as_ref()
    }

    /// Whether a network is being opened.
    pub fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// The last run, which may be under way; `None` if there was none.
    pub fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// The timestep of the first lane's call on show, which is the nearest to t that was made; `None` if there is none.
    pub(super) fn shown_timestep(&self, scene: &Scene) -> Option<usize> {
        let run = self.run.as_ref()?;
        let call = run.nearest(0, run.t_of(scene.t, scene.steps()))?;
        Some(run.timestep(call.t, scene.steps()))
    }

    /// The settings of the run on show that differ from those of the scene, in words; empty while they agree.
    pub fn differences(&self, words: &Words, scene: &Scene, image: &Raster) -> Vec<String> {
        let Some(run) = &self.run else { return Vec::new() };
        plan::differences(words, &run.spec, scene, self.card.as_ref(), image)
    }

    /// Whether the run is the one that the scene asks for.
    pub(super) fn is_of(&mut self, scene: &Scene, image: &Raster) -> bool {
        let Some(Run { spec, .. }) = &self.run else { return false };
        let asked = plan::without_picture(scene, self.card.as_ref(), image, Self::start_t(scene));
        asked == Some(RunSpec { picture: None, ..spec.clone() })
            && self.compared.agree(spec.picture.as_ref(), spec.shape, image)
    }

    /// Takes the run away.
    pub(super) fn forget(&mut self) {
        (self.run, self.following) = (None, false);
    }

    /// The t at which a run from the picture starts.
    pub fn start_t(scene: &Scene) -> usize {
        scene.chapters.reverse.start_t.clamp(1, scene.steps())
    }

    /// The network that was trained on the picture; `None` if there is no such network.
    pub fn own(&self) -> Option<OwnNetwork> {
        self.workshop.lock().own()
    }

    /// Whether the steps of the run on show, or else of the next run, lead over several timesteps at once: from t to a
    /// level s, and not to t − 1. It is said of the first lane as a whole, so that symbols stay while t moves.
    pub fn skips(&self, scene: &Scene) -> bool {
        let shown = self.run.as_ref().and_then(|run| {
            let lane = run.spec.lanes.first()?;
            Some((lane.sampler.num_inference_steps, run.spec.schedule.steps))
        });
        let (steps, all) = shown.unwrap_or((scene.chapters.reverse.lane.steps, scene.steps()));
        steps < all
    }

    /// Whether t follows the run.
    pub fn is_following(&self) -> bool {
        self.following && self.run.as_ref().is_some_and(Run::is_open)
    }

    /// Whether the worker has work under way that ends without the user's help.
    pub(super) fn is_at_work(&self) -> bool {
        self.opening.is_some() || self.run.as_ref().is_some_and(|run| run.state == RunState::Running)
    }

    /// Slow motion, which says which parts of the step are highlighted.
    pub fn slow(&self) -> &Slow {
        &self.slow
    }

    /// Lets t follow the run no longer, because the user has moved it.
    pub fn unfollow(&mut self) {
        self.following = false;
    }

    /// Starts the worker if necessary, and has it open the scene's model.
    pub(super) fn prepare_window(&mut self, ctx: &egui::Context, scene: &Scene) {
        let model = &scene.chapters.reverse.model;
        let there = self.card.as_ref().is_some_and(|card| card.model == *model);
        if !there && self.opening.is_none() && self.unopened.as_ref() != Some(model) {
            self.open(ctx, model.clone());
        }
        if scene.chapters.reverse.slow {
            self.move_slowly(ctx);
        } else if self.slow.is_on() {
            self.slow.end();
            if self.run.as_ref().is_some_and(|run| run.state == RunState::Running) {
                self.pace(Pace::Free);
            }
        }
    }

    /// Advances slow motion, and has the next network call made when all parts of the step have been shown.
    fn move_slowly(&mut self, ctx: &egui::Context) {
        let running = self.run.as_ref().is_some_and(|run| run.state == RunState::Running);
        if !running || !self.slow.is_on() {
            return;
        }
        let seconds = f64::from(ctx.input(|i| i.stable_dt)).min(0.25);
        if self.slow.advance(seconds) {
            self.pace(Pace::Steps(1));
        }
        ctx.request_repaint();
    }

    /// Has the worker open a network; the present one stays until it is open.
    pub fn open(&mut self, ctx: &egui::Context, model: ModelRef) {
        self.unopened = None;
        let id = self.workshop.lock().worker(ctx).map(|worker| worker.open(model.clone()));
        self.opening = id.map(|id| (id, model));
    }

    pub(super) fn pace(&self, pace: Pace) {
        if let Some(worker) = self.workshop.lock().at_work() {
            worker.pace(pace);
        }
    }

    /// Starts a run in place of any other; a training goes on beside it.
    pub(super) fn start(&mut self, ctx: &egui::Context, spec: RunSpec, slow: bool, pace: Pace) {
        let pace = if slow { Pace::Steps(1) } else { pace };
        let id = self.workshop.lock().worker(ctx).map(|worker| worker.run(spec.clone(), pace));
        let Some(id) = id else { return };
        let mut run = Run::new(id, spec);
        if !slow && pace != Pace::Free {
            run.enter(RunState::Paused);
        }
        self.run = Some(run);
        self.slow.end();
        self.following = true;
    }

    /// Takes in the worker's events, and returns the news that concern the rest of the program.
    pub(super) fn take_events(&mut self, scene: &Scene) -> Vec<News> {
        let events = self.workshop.lock().take_runs();
        for event in events {
            self.take(event, scene);
        }
        std::mem::take(&mut self.news)
    }

    fn take(&mut self, event: Event, scene: &Scene) {
        match event {
            Event::Opened(id, card) => self.opened(id, *card),
            Event::Began(id, calls) => {
                if let Some(run) = self.run_of(id) {
                    run.calls = calls;
                }
            }
            Event::Remarked(_, text) => self.news.push(News::Remarked(text)),
            Event::Step(id, lane, step) => self.stepped(id, lane, *step, scene),
            Event::Done(id, task) => self.ended(id, task, RunState::Done),
            Event::Cancelled(id, task) => self.ended(id, task, RunState::Stopped),
            Event::Failed(id, task, error) => {
                self.news.push(News::Failed(error));
                self.ended(id, task, RunState::Stopped);
            }
            // Trainings are followed in their own chapter.
            Event::Prepared(..)
            | Event::Learned(..)
            | Event::Schedule(..)
            | Event::Probed(..)
            | Event::Seen(..)
            | Event::Saved(..) => {}
        }
    }

    fn run_of(&mut self, id: RunId) -> Option<&mut Run> {
        self.run.as_mut().filter(|run| run.id == id)
    }

    fn opened(&mut self, id: RunId, card: Card) {
        if self.opening.take_if(|(wish, _)| *wish == id).is_some() {
            self.news.push(News::Opened(card.model.clone()));
            if !card.remarks.is_empty() {
                self.news.push(News::Remarks(card.model.clone(), card.remarks.clone()));
            }
            self.card = Some(card);
        }
    }

    fn stepped(&mut self, id: RunId, lane: usize, step: KeptStep, scene: &Scene) {
        let follow = self.following && lane == 0;
        let Some(run) = self.run_of(id) else { return };
        let t = run.timestep(step.t, scene.steps());
        if let Some(steps) = run.lanes.get_mut(lane) {
            steps.push(Arc::new(step));
        }
        if scene.chapters.reverse.slow {
            self.slow.begin();
        }
        if follow {
            self.news.push(News::Time(t));
        }
    }

    fn ended(&mut self, id: RunId, task: Task, state: RunState) {
        match task {
            Task::Open => {
                if let Some((_, model)) = self.opening.take_if(|(wish, _)| *wish == id) {
                    self.unopened = Some(model);
                }
            }
            Task::Run => {
                if let Some(run) = self.run_of(id) {
                    run.enter(state);
                    self.slow.end();
                }
            }
            Task::Train | Task::See | Task::Save => {}
        }
    }

    /// The kept step of the lane with this index that belongs to the scene's t; `None` if there is none.
    pub fn shown(&self, scene: &Scene, lane: usize) -> Option<&Arc<KeptStep>> {
        let run = self.run.as_ref()?;
        run.nearest(lane, run.t_of(scene.t, scene.steps()))
    }

    /// Width and height, in pixels, of the run on show, or else of the next run.
    pub fn run_size(&self, scene: &Scene, image: &Raster) -> [usize; 2] {
        let shown = self.run.as_ref().map(|run| run.spec.shape);
        let shape = shown.or_else(|| shape(scene, self.card.as_ref(), image));
        shape.map_or([1, 1], |[_, height, width]| [width, height])
    }

    /// The values of the state that the next run starts from, with their shape.
    pub fn start_values(&mut self, scene: &Scene, image: &Raster) -> Option<(Arc<[f16]>, [usize; 3])> {
        let shape = shape(scene, self.card.as_ref(), image)?;
        let start = scene.chapters.reverse.start;
        let level = || (scene.schedule(scene.active).clone(), Reverse::start_t(scene));
        let key = (start, shape, scene.seed, (start == StartAt::Picture).then(level));
        let is_of = |have: &Preview| have.key == key && have.image.is_clone_of(image);
        if !self.preview.as_ref().is_some_and(is_of) {
            let state = start_state(scene, shape, image)?;
            let values = state.iter().map(|&v| f16::from_f32(v)).collect();
            self.preview = Some(Preview { key, image: image.clone(), values });
        }
        self.preview.as_ref().map(|have| (Arc::clone(&have.values), shape))
    }
}

/// The state from which a run of the scene starts.
fn start_state(scene: &Scene, shape: [usize; 3], image: &Raster) -> Option<Arc<[f32]>> {
    let [channels, height, width] = shape;
    match scene.chapters.reverse.start {
        StartAt::Noise => NoiseSource::seed(scene.seed).initial([1, channels, height, width]).ok(),
        StartAt::Picture => {
            let picture = picture(image, shape)?;
            let alpha_bar = scene.schedule(scene.active).build().ok()?.alpha_bar(Reverse::start_t(scene));
            Some(noised(&picture, alpha_bar, scene.seed, 1))
        }
    }
}
