//! The Training chapter's state: what is on show of the training, which the workshop follows. Views only read.

mod heat;
pub mod plan;
mod slow;

use std::sync::Arc;

pub use self::heat::Heat;
pub use self::slow::Slow;
use crate::app::chapters::{Input, Setup};
use crate::app::view::Teaching;
use crate::app::wake::wake;
use crate::app::workshop::{self, Look, Workshop};
use crate::background::{Latest, Missing, Pending as _};
use crate::scene::{Scene, TrainingSubject};
use crate::train::live::Probe;
use crate::worker::{LearnSpec, Preview, WorkerError, preview, see};

/// The chapter's state.
pub struct Training {
    /// The worker and the training, which are shared with other chapters.
    pub workshop: Workshop,
    /// The iteration that is looked at; `None` for the last one.
    pub shown: Option<u64>,
    /// The errors over iterations and t, as pictures, one for each network.
    pub heat: [Heat; 2],
    /// Slow motion, which says which part of a step is lit.
    pub slow: Slow,
    /// The data that the next training will learn from.
    data: Latest<LearnSpec, Arc<Preview>>,
    shown_data: Option<Arc<Preview>>,
    /// Whether these are the data that are chosen, and not those before them.
    is_current: bool,
    /// Whether this is a figure of a scene alone, of which nothing was trained.
    alone: bool,
}

impl Training {
    /// A state with nothing on show.
    pub fn new(setup: &Setup) -> Self {
        Self::of(setup.workshop.clone())
    }

    fn of(workshop: Workshop) -> Self {
        Self {
            workshop,
            shown: None,
            heat: [Heat::default(), Heat::default()],
            slow: Slow::default(),
            data: Latest::new("data"),
            shown_data: None,
            is_current: false,
            alone: false,
        }
    }

    /// A copy that shows the same and does not go on, for a figure.
    pub(super) fn copy(&self) -> Self {
        let shared = self.workshop.lock();
        let still = Workshop::still(shared.training().map(workshop::Training::still), shared.look().cloned());
        let (shown, shown_data, alone) = (self.shown, self.shown_data.clone(), self.alone);
        Self { shown, shown_data, alone, ..Self::of(still) }
    }

    /// What the canvas shows: in a figure of a scene alone there is only a step to show.
    pub fn subject(&self, scene: &Scene) -> TrainingSubject {
        if self.alone { TrainingSubject::Step } else { scene.chapters.training.subject }
    }

    /// Requests what the scene needs.
    pub(super) fn prepare_window(&mut self, ctx: &egui::Context, input: &Input<'_>) {
        let scene = input.scene;
        self.workshop.lock().look_for_kept();
        let learns = self.workshop.training().is_some();
        self.want_data(ctx, &plan::data(scene, input.image, learns));
        match scene.chapters.training.subject {
            TrainingSubject::Live => {}
            TrainingSubject::Step => {
                let learning = plan::training(scene, input.image);
                let spec = plan::look(scene, self.has_learned_some_of(&learning));
                self.workshop.lock().want_look(ctx, &spec);
                self.slow.follow(scene.chapters.training.slow, &spec);
                if self.slow.is_on() {
                    self.slow.advance(f64::from(ctx.input(|i| i.stable_dt)).min(0.25));
                    ctx.request_repaint();
                }
            }
        }
    }

    /// Whether the training on show has learned something of what a scene asks for; else a network that comes with the
    /// program makes the step.
    fn has_learned_some_of(&self, wanted: &LearnSpec) -> bool {
        let alike = |spec: &LearnSpec| {
            (&spec.data, spec.network, spec.size) == (&wanted.data, wanted.network, wanted.size)
        };
        let target = |spec: &LearnSpec| spec.settings.prediction;
        self.workshop.training().is_some_and(|training| {
            let learned = training.probe(None).is_some_and(|probe| probe.iteration > 0);
            learned && alike(&training.spec) && target(&training.spec) == target(wanted)
        })
    }

    /// Requests the data that the next training will learn from.
    fn want_data(&mut self, ctx: &egui::Context, spec: &LearnSpec) {
        self.data.poll();
        let compute = |spec: &LearnSpec, _: &_| preview(spec).map(Arc::new).map_err(Missing::failed);
        self.data.want(Some(&wake(ctx)), spec, compute);
        self.shown_data = self.data.get().map(|computed| Arc::clone(&computed.value));
        self.is_current = self.data.has(spec);
    }

    /// Looks at a step of a network that comes with the program, for a figure.
    pub(super) fn prepare_figure(&mut self, input: &Input<'_>) -> Result<(), WorkerError> {
        if input.teaching != Teaching::Nothing
            && input.scene.chapters.training.subject == TrainingSubject::Live
        {
            // A lesson speaks of what is learned in the window. On paper there is what it is learned from.
            *self = Self::of(Workshop::still(None, None));
            self.shown_data = Some(Arc::new(preview(&plan::data(input.scene, input.image, false))?));
            return Ok(());
        }
        let spec = plan::look(input.scene, false);
        let seen = see(&spec)?.into();
        *self = Self {
            alone: true,
            ..Self::of(Workshop::still(None, Some(Look { of: (spec, 0), own: false, seen })))
        };
        Ok(())
    }

    /// The data that the next training will learn from, as far as they are known.
    pub fn data(&self) -> Option<&Arc<Preview>> {
        self.shown_data.as_ref()
    }

    /// What is known of the data that are chosen; `None` until they are opened.
    pub fn facts(&self) -> Option<&Preview> {
        self.shown_data.as_deref().filter(|_| self.is_current)
    }

    /// Why the data cannot be opened; `None` while they can.
    pub fn missing_data(&self) -> Option<&Missing> {
        self.data.missing()
    }

    /// What is on show of what has been learned.
    pub fn probe(&self) -> Option<Arc<Probe>> {
        self.workshop.training()?.probe(self.shown).cloned()
    }

    /// Whether work is under way that ends without the user's help.
    pub(super) fn is_at_work(&self) -> bool {
        self.workshop.lock().is_at_work() || self.data.fraction().is_some()
    }

    /// Whether the training can be saved as a network that Reverse opens.
    pub fn can_be_saved(&self) -> bool {
        let training = self.workshop.training();
        training.is_some_and(|training| training.iteration() > 0 && !training.is_of_picture())
    }

    /// Whether a training that has ended can go on.
    pub fn can_go_on(&self) -> bool {
        let training = self.workshop.training();
        training.is_some_and(|training| !training.is_open() && training.iteration() > 0)
    }

    /// What was looked at last, if it is of what is wanted now or was.
    pub fn look(&self) -> Option<Look> {
        self.workshop.lock().look().cloned()
    }
}
