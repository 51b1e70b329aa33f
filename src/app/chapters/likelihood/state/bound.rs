//! What is computed for the bound of a network: its terms one by one, the pictures of those that are looked at, and the
//! likelihood along the ODE when it is asked for.

use std::sync::Arc;

use half::f16;

use crate::analysis::Picture;
use crate::analysis::bound::{
    Batch, BatchSpec, Evaluation, EvaluationSpec, FlowLikelihood, FlowSpec, Look, LookSpec, NetworkFacts,
    Networks, Subject, look, predictions,
};
use crate::app::chapters::{ChapterError, Input, Setup};
use crate::app::pictures::Maps;
use crate::app::wake::wake;
use crate::background::{Computed, Latest, Missing, Pending, Wake, Work};
use crate::scene::{BoundAspect, Scene};

/// The number of pictures of progressive decoding, the last of which is the picture itself.
pub const DECODED: usize = 8;

/// The inputs of the pictures of progressive decoding: the bound and the timesteps.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedKey {
    evaluation: EvaluationSpec,
    /// The timesteps of the network's chain, from late to early.
    pub times: Vec<usize>,
}

/// The pictures of progressive decoding, with their inputs.
type Decoded = Computed<DecodedKey, Vec<Arc<[f16]>>>;

/// The bound of a network for the scene's picture.
pub struct Bound {
    networks: Networks,
    evaluation: Latest<EvaluationSpec, Evaluation>,
    look: Latest<LookSpec, Look>,
    decoded: Latest<DecodedKey, Vec<Arc<[f16]>>>,
    flow: Latest<FlowSpec, Arc<FlowLikelihood>>,
    batch: Latest<BatchSpec, Batch>,
    /// What the likelihood along the ODE was asked for.
    asked: Option<FlowSpec>,
    /// What the scene shows.
    wanted: Option<EvaluationSpec>,
    /// Maps of bits as pictures.
    pub maps: Maps,
}

impl Bound {
    /// Nothing computed yet.
    pub fn new(setup: &Setup) -> Self {
        let (opener, threads) = setup.workshop.lock().opening();
        Self::of(Networks::new(opener, threads))
    }

    fn of(networks: Networks) -> Self {
        Self {
            networks,
            evaluation: Latest::new("bound"),
            look: Latest::new("term of the bound"),
            decoded: Latest::new("progressive decoding"),
            flow: Latest::new("likelihood along the ODE"),
            batch: Latest::new("bounds"),
            asked: None,
            wanted: None,
            maps: Maps::default(),
        }
    }

    /// A copy with what has been computed, for a figure.
    pub(super) fn still(&self) -> Self {
        Self {
            evaluation: self.evaluation.still(),
            look: self.look.still(),
            decoded: self.decoded.still(),
            flow: self.flow.still(),
            batch: self.batch.still(),
            ..Self::of(self.networks.clone())
        }
    }

    /// Requests what the scene needs. For a figure everything is there when it returns.
    ///
    /// # Errors
    /// For a figure, when the network cannot be asked.
    pub(super) fn want(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        let (scene, wake) = (input.scene, input.ctx.map(wake));
        let wake = wake.as_ref();
        let spec = spec(input);
        self.want_evaluation(wake, &spec);
        if let (None, Some(missing)) = (wake, self.evaluation.missing()) {
            return Err(ChapterError(missing.reason().unwrap_or_default().into()));
        }
        self.want_flow(wake, &spec.subject);
        if let Some(t) = self.shown_t(scene, &spec) {
            let (key, networks) = (LookSpec { evaluation: spec.clone(), t }, self.networks.clone());
            self.look.want(wake, &key, move |key, _| look(key, &networks).map_err(Missing::failed));
        }
        if scene.chapters.likelihood.bound.aspect == BoundAspect::Rate {
            self.want_decoded(wake, &spec);
        }
        if scene.chapters.likelihood.bound.aspect == BoundAspect::Batch {
            self.want_batch(wake, scene, &spec);
        } else {
            self.batch.stop();
        }
        self.wanted = Some(spec);
        Ok(())
    }

    fn want_evaluation(&mut self, wake: Option<&Wake>, spec: &EvaluationSpec) {
        let networks = self.networks.clone();
        self.evaluation.want(wake, spec, move |spec, work| {
            let show = |done: f64, so_far: &dyn Fn() -> Evaluation| work.show(done, so_far);
            Evaluation::of(spec, &networks, show).map_err(Missing::failed)?.ok_or(Missing::Cancelled)
        });
    }

    fn want_flow(&mut self, wake: Option<&Wake>, subject: &Subject) {
        // It was asked for this picture and this network alone.
        self.asked.take_if(|asked| asked.subject != *subject);
        let Some(asked) = &self.asked else { return self.flow.stop() };
        let (networks, earlier) = (self.networks.clone(), self.flow());
        self.flow.want(wake, asked, move |spec, work: &Work<Arc<FlowLikelihood>>| {
            let found = FlowLikelihood::of(spec, &networks, earlier, |done| work.report(done));
            found.map_err(Missing::failed)?.map(Arc::new).ok_or(Missing::Cancelled)
        });
    }

    /// Requests the bounds of several pictures, once that of the loaded one is there.
    fn want_batch(&mut self, wake: Option<&Wake>, scene: &Scene, spec: &EvaluationSpec) {
        if !self.evaluation.has(spec) {
            return;
        }
        let source = scene.chapters.likelihood.bound.batch;
        let (key, networks) = (BatchSpec { evaluation: spec.clone(), source }, self.networks.clone());
        self.batch.want(wake, &key, move |key, work| {
            let show = |done: f64, so_far: &dyn Fn() -> Batch| work.show(done, so_far);
            Batch::of(key, &networks, show).map_err(Missing::failed)?.ok_or(Missing::Cancelled)
        });
    }

    /// Requests the predictions at evenly spread rates, once the rates are known.
    fn want_decoded(&mut self, wake: Option<&Wake>, spec: &EvaluationSpec) {
        if !self.evaluation.has(spec) {
            return;
        }
        let Some(evaluation) = self.evaluation.get() else { return };
        let (rate, networks) = (&evaluation.value.curves.rate, self.networks.clone());
        let whole = rate.last().map_or(0.0, |last| last.rate);
        let at = |i: usize| {
            let target = whole * i as f64 / (DECODED - 1) as f64;
            rate.iter().find(|point| point.rate >= target).map_or(1, |point| point.t.max(1))
        };
        let mut times: Vec<usize> = (0..DECODED - 1).map(at).collect();
        times.dedup();
        let key = DecodedKey { evaluation: spec.clone(), times };
        self.decoded.want(wake, &key, move |key, work| {
            let show = |done| work.report(done);
            let found = predictions(&key.evaluation, &key.times, &networks, show);
            found.map_err(Missing::failed)?.ok_or(Missing::Cancelled)
        });
    }

    /// The timestep of the network's chain that the timeline stands at; `None` before the chain is known.
    fn shown_t(&self, scene: &Scene, spec: &EvaluationSpec) -> Option<usize> {
        let found = self.evaluation.get()?;
        let is_of_network = found.key.subject.model == spec.subject.model;
        is_of_network.then(|| chain_t(scene, found.value.setting.steps()))
    }

    /// All computations.
    pub(super) fn tasks(&self) -> [&dyn Pending; 5] {
        [&self.evaluation, &self.look, &self.decoded, &self.flow, &self.batch]
    }

    /// All computations, mutably.
    pub(super) fn tasks_mut(&mut self) -> [&mut dyn Pending; 5] {
        [&mut self.evaluation, &mut self.look, &mut self.decoded, &mut self.flow, &mut self.batch]
    }

    /// Stops what is under way, as another chapter or another part is on show. It goes on when it is wanted again.
    pub(super) fn rest(&mut self) {
        for task in self.tasks_mut() {
            task.stop();
            task.again();
        }
    }

    /// The bound as far as it is known, which may be that of an earlier scene.
    pub fn evaluation(&self) -> Option<&Arc<Computed<EvaluationSpec, Evaluation>>> {
        self.evaluation.get()
    }

    /// Why there is no bound; `None` while there is one or it is being computed.
    pub fn missing(&self) -> Option<&Missing> {
        self.evaluation.missing()
    }

    /// Whether what is on show is not of the scene as it is.
    pub fn is_stale(&self) -> bool {
        self.evaluation.get().map(|found| &found.key) != self.wanted.as_ref()
    }

    /// What is known of the scene's network; `None` before it is open.
    pub fn network(&self) -> Option<&NetworkFacts> {
        let found = self.evaluation.get()?;
        let wanted = self.wanted.as_ref()?;
        let is_of_network = found.key.subject.model == wanted.subject.model;
        is_of_network.then(|| &*found.value.setting.network)
    }

    /// The pictures of the term at the timeline's t, or of one before it.
    pub fn look(&self) -> Option<&Arc<Computed<LookSpec, Look>>> {
        self.look.get()
    }

    /// The pictures of progressive decoding, and their timesteps.
    pub fn decoded(&self) -> Option<&Arc<Decoded>> {
        self.decoded.get().filter(|found| Some(&found.key.evaluation) == self.wanted.as_ref())
    }

    /// The bounds of several pictures as far as they are known, of the scene's network and picture.
    pub fn batch(&self) -> Option<&Arc<Computed<BatchSpec, Batch>>> {
        let found = self.batch.get()?;
        (Some(&found.key.evaluation) == self.wanted.as_ref() && !found.value.members.is_empty())
            .then_some(found)
    }

    /// Why there are no bounds of several pictures.
    pub fn batch_missing(&self) -> Option<&Missing> {
        self.batch.missing()
    }

    /// The likelihood along the ODE of the scene's picture, if it has been computed.
    pub fn flow(&self) -> Option<Arc<FlowLikelihood>> {
        let found = self.flow.get()?;
        (Some(&found.key.subject) == self.wanted.as_ref().map(|wanted| &wanted.subject))
            .then(|| Arc::clone(&found.value))
    }

    /// The share of the ODE's path that is behind, while it is followed.
    pub fn flow_progress(&self) -> Option<f32> {
        self.flow.fraction()
    }

    /// Why the likelihood along the ODE, which was asked for, is not there.
    pub fn flow_missing(&self) -> Option<&Missing> {
        self.flow.missing().filter(|_| self.asked.is_some())
    }

    /// Asks for the likelihood along the ODE, with the exact divergence or an estimate of it; once that is there, along
    /// one more path.
    pub fn ask_flow(&mut self, exact: bool) {
        let paths = self.flow().filter(|flow| flow.exact == exact).map_or(0, |flow| flow.bits.len()) + 1;
        let subject = self.wanted.as_ref().map(|wanted| wanted.subject.clone());
        self.asked = subject.map(|subject| FlowSpec { subject, exact, paths });
        self.flow.again();
    }

    /// Lets the ODE be.
    pub fn stop_flow(&mut self) {
        self.asked = None;
        self.flow.stop();
    }
}

/// What the scene asks for.
fn spec(input: &Input<'_>) -> EvaluationSpec {
    let (scene, options) = (input.scene, &input.scene.chapters.likelihood.bound);
    let subject = Subject {
        model: scene.chapters.reverse.model.clone(),
        picture: Picture(input.original.clone()),
        class: options.class,
        seed: scene.seed,
    };
    EvaluationSpec { subject, variance: options.variance, clip: options.clip, times: options.times }
}

/// The timestep of a chain of so many steps at which the timeline stands, which keeps its fraction of T.
pub fn chain_t(scene: &Scene, steps: usize) -> usize {
    let t = scene.t as f64 * steps as f64 / scene.steps() as f64;
    (t.round() as usize).clamp(1, steps)
}

/// The timestep of the timeline for one of a chain of so many steps.
pub fn scene_t(scene: &Scene, steps: usize, t: usize) -> usize {
    let t = t as f64 * scene.steps() as f64 / steps as f64;
    (t.round() as usize).clamp(1, scene.steps())
}
