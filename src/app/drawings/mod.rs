//! Pictures of texts that are drawn in the background, as several chapters show them.

mod film;

use std::sync::Arc;

pub use self::film::{FilmFrame, film};
use crate::analysis::text::{Drawing, DrawingSpec, TextFacts, TextPipelines, draw};
use crate::background::{Computed, Latest, Missing, Pending, Wake};
use crate::model::ModelRef;
use crate::scene::Scene;

/// A run with what it was asked for.
pub type Drawn = Arc<Computed<DrawingSpec, Drawing>>;

/// A run of a text-to-image pipeline: drawn as soon as it is wanted where that takes little time, and else when it is
/// asked for.
pub struct TextRun {
    pipelines: TextPipelines,
    facts: Latest<ModelRef, Arc<TextFacts>>,
    drawing: Latest<DrawingSpec, Drawing>,
    /// What the scene shows.
    wanted: Option<DrawingSpec>,
    /// What was asked for of a pipeline that takes long.
    asked: Option<DrawingSpec>,
    /// Whether what is wanted next is asked for: an order may come with a change of the scene.
    asks: bool,
}

impl TextRun {
    /// Nothing drawn yet.
    pub fn new(pipelines: TextPipelines) -> Self {
        Self {
            pipelines,
            facts: Latest::new("text-to-image pipeline"),
            drawing: Latest::new("picture of a text"),
            wanted: None,
            asked: None,
            asks: false,
        }
    }

    /// A copy with what has been drawn, which draws nothing by itself.
    #[must_use]
    pub fn still(&self) -> Self {
        Self {
            facts: self.facts.still(),
            drawing: self.drawing.still(),
            wanted: self.wanted.clone(),
            asked: self.asked.clone(),
            ..Self::new(self.pipelines.clone())
        }
    }

    /// Says which run the scene shows. Without a wake it is there when this returns.
    pub fn want(&mut self, wake: Option<&Wake>, spec: &DrawingSpec) {
        self.wanted = Some(spec.clone());
        if std::mem::take(&mut self.asks) {
            self.asked.clone_from(&self.wanted);
            self.tasks_mut().into_iter().for_each(Pending::again);
        }
        let pipelines = self.pipelines.clone();
        self.facts.want(wake, &spec.model, move |model, _| pipelines.facts(model).map_err(Missing::failed));
        let at_once = wake.is_none() || self.is_quick();
        let spec =
            if at_once { Some(spec) } else { self.asked.as_ref().filter(|asked| asked.model == spec.model) };
        let Some(spec) = spec.cloned() else { return };
        let pipelines = self.pipelines.clone();
        self.drawing.want(wake, &spec, move |spec, work| {
            let found = draw(spec, &pipelines, |done, drawing| work.show(done, || drawing.clone()));
            found.map_err(Missing::failed)?.ok_or(Missing::Cancelled)
        });
    }

    /// Whether the pipeline draws so fast that it is not asked for.
    fn is_quick(&self) -> bool {
        self.facts().is_some_and(|facts| facts.is_quick)
    }

    /// Stops what is quickly drawn again, while another chapter is on show. What takes long goes on.
    pub fn rest(&mut self) {
        if self.is_quick() {
            for task in self.tasks_mut() {
                task.stop();
                task.again();
            }
        }
    }

    /// Draws what the scene shows next, also where that takes long.
    pub fn ask(&mut self) {
        self.asks = true;
    }

    /// Whether nothing is drawn until it is asked for.
    pub fn waits(&self) -> bool {
        self.facts().is_some_and(|facts| !facts.is_quick) && self.asked != self.wanted
    }

    /// The run, which may be one of an earlier scene, or under way.
    pub fn drawn(&self) -> Option<&Drawn> {
        self.drawing.get()
    }

    /// Whether the run on show is not the one that the scene shows.
    pub fn is_stale(&self) -> bool {
        self.drawing.get().is_some_and(|found| Some(&found.key) != self.wanted.as_ref())
    }

    /// What is known of the pipeline that the scene shows, once it is open.
    pub fn facts(&self) -> Option<&Arc<TextFacts>> {
        let wanted = self.wanted.as_ref().map(|wanted| &wanted.model);
        self.facts.get().filter(|known| Some(&known.key) == wanted).map(|known| &known.value)
    }

    /// The part of the run that is behind, while it is drawn.
    pub fn share(&self) -> Option<f32> {
        self.drawing.fraction()
    }

    /// Why there is no run; `None` while there is one or it is being drawn, or after it was stopped.
    pub fn missing(&self) -> Option<&Missing> {
        let missing = [self.facts.missing(), self.drawing.missing()];
        missing.into_iter().flatten().find(|missing| !missing.is_cancelled())
    }

    /// Stops drawing. What has been drawn stays.
    pub fn stop(&mut self) {
        self.drawing.stop();
    }

    /// What is computed in the background.
    pub fn tasks(&self) -> [&dyn Pending; 2] {
        [&self.facts, &self.drawing]
    }

    /// The same, mutably.
    pub fn tasks_mut(&mut self) -> [&mut dyn Pending; 2] {
        [&mut self.facts, &mut self.drawing]
    }
}

/// The run of a text by a pipeline, as the options of chapter Text and the seed of the noise say.
pub fn spec(scene: &Scene, model: &ModelRef, prompt: &str) -> DrawingSpec {
    let options = &scene.chapters.text;
    DrawingSpec {
        model: model.clone(),
        prompt: prompt.to_owned(),
        negative_prompt: options.negative_prompt.clone(),
        guidance_scale: options.guidance_scale,
        steps: options.num_inference_steps,
        seed: scene.seed,
    }
}

/// The timestep of a run's schedule that is the timeline's.
pub fn time(scene: &Scene, drawing: &Drawing) -> f64 {
    scene.t as f64 * drawing.facts.schedule.steps() as f64 / scene.steps().max(1) as f64
}

/// The timestep of the timeline that is this one of a run's schedule.
pub fn timeline(scene: &Scene, drawing: &Drawing, t: f64) -> usize {
    let own = t * scene.steps() as f64 / drawing.facts.schedule.steps() as f64;
    (own.round() as usize).clamp(1, scene.steps().max(1))
}
