//! The Text chapter's state: what is drawn for it in the background. Views only read.

use std::sync::Arc;

use super::overlays::Overlays;
use super::second::Second;
use crate::analysis::text::{
    AttentionChoice, DrawingSpec, Guided, GuidedSpec, Look, LookSpec, TextPipelines, Word, guide, look,
};
use crate::app::chapters::{ChapterError, Input, Setup};
use crate::app::drawings::{TextRun, spec, time};
use crate::app::pictures::Maps;
use crate::app::wake::wake;
use crate::background::{Computed, Latest, Missing, Pending, Wake};
use crate::scene::{Scene, TextOptions, TextPart};

/// A step of a run once more.
pub type Looked = Arc<Computed<LookSpec, Look>>;

/// The chapter's state.
pub struct Text {
    pipelines: TextPipelines,
    /// The run of the prompt, and that of the other text.
    pub runs: [TextRun; 2],
    look: Latest<LookSpec, Look>,
    guided: Latest<GuidedSpec, Guided>,
    /// The second stage of a cascade.
    pub second: Second,
    /// What is on show.
    part: TextPart,
    /// The texts of the fields, as they are typed, with those of the scene from which they come.
    pub drafts: [Draft; 2],
    /// Whether the keys are to go to the field of the prompt.
    pub writing: bool,
    /// The word under the pointer, or that has the focus.
    pub pointed: Option<usize>,
    /// The first of the tiles of words that is shown, where there is no room for all.
    pub first_tile: usize,
    /// Maps as pictures.
    pub maps: Maps,
    /// Maps over pictures.
    pub overlays: Overlays,
}

/// A text as it is typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The scene's text from which it comes.
    of: String,
    /// The text.
    pub text: String,
}

impl Draft {
    /// Takes over the scene's text where that has changed.
    pub fn follow(&mut self, text: &str) {
        if self.of != text {
            *self = Self { of: text.to_owned(), text: text.to_owned() };
        }
    }
}

impl Text {
    /// A state with nothing drawn.
    pub fn new(setup: &Setup) -> Self {
        let pipelines = setup.pipelines.clone();
        let runs = [TextRun::new(pipelines.clone()), TextRun::new(pipelines.clone())];
        Self::of(pipelines, runs)
    }

    fn of(pipelines: TextPipelines, runs: [TextRun; 2]) -> Self {
        Self {
            pipelines,
            runs,
            look: Latest::new("attention"),
            guided: Latest::new("guidance"),
            second: Second::default(),
            part: TextPart::default(),
            drafts: [Draft::default(), Draft::default()],
            writing: false,
            pointed: None,
            first_tile: 0,
            maps: Maps::default(),
            overlays: Overlays::default(),
        }
    }

    /// A copy with what has been drawn, for a figure.
    pub(super) fn copy(&self) -> Self {
        let runs = [self.runs[0].still(), self.runs[1].still()];
        Self {
            look: self.look.still(),
            guided: self.guided.still(),
            second: self.second.still(),
            part: self.part,
            ..Self::of(self.pipelines.clone(), runs)
        }
    }

    /// Requests what the scene needs. For a figure everything is there when it returns.
    ///
    /// # Errors
    /// For a figure, when the pipeline cannot be opened or fails.
    pub(super) fn want(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        let (scene, wake) = (input.scene, input.ctx.map(wake));
        let wake = wake.as_ref();
        let options = &scene.chapters.text;
        self.part = options.part;
        self.runs[0].want(wake, &spec(scene, &options.pipeline, &options.prompt));
        match options.part {
            TextPart::Words | TextPart::Guidance => self.want_look(wake, scene),
            TextPart::Swap => self.runs[1].want(wake, &spec(scene, &options.pipeline, &options.other_prompt)),
            TextPart::Cascade => self.second.want(wake, scene, (&self.runs[0], &self.pipelines)),
        }
        if wake.is_none()
            && let Some(missing) = self.missing()
        {
            return Err(ChapterError(missing.reason().unwrap_or_default().into()));
        }
        Ok(())
    }

    /// The runs that are on show.
    fn shown(&self) -> &[TextRun] {
        if self.part == TextPart::Swap { &self.runs } else { &self.runs[..1] }
    }

    /// Whether nothing is drawn until it is asked for.
    pub fn waits(&self) -> bool {
        self.shown().iter().any(TextRun::waits)
    }

    /// Requests the step at the timeline's t once more, once the run is there.
    fn want_look(&mut self, wake: Option<&Wake>, scene: &Scene) {
        let Some(found) = self.runs[0].drawn().cloned() else { return };
        // A run under way has the network for itself.
        if !found.value.is_whole() {
            return;
        }
        let Some(index) = found.value.nearest(time(scene, &found.value)) else { return };
        let key = LookSpec { drawing: found.key.clone(), index };
        // Where guidance is not the subject, the step is that of the run on show, which may still be one with another scale.
        let guidance_scale = match scene.chapters.text.part {
            TextPart::Guidance => scene.chapters.text.guidance_scale,
            _ => found.key.guidance_scale,
        };
        let pipelines = self.pipelines.clone();
        self.look
            .want(wake, &key, move |key, _| look(key, &found.value, &pipelines).map_err(Missing::failed));
        let Some(seen) = self.look.get().filter(|seen| seen.key == key).cloned() else { return };
        let key = GuidedSpec { look: key, guidance_scale };
        let pipelines = self.pipelines.clone();
        self.guided
            .want(wake, &key, move |key, _| guide(key, &seen.value, &pipelines).map_err(Missing::failed));
    }

    /// Draws what is set up, also with a pipeline that takes long.
    pub(super) fn ask(&mut self) {
        let shown = self.shown().len();
        self.runs.iter_mut().take(shown).for_each(TextRun::ask);
    }

    /// Stops drawing; what has been drawn stays.
    pub(super) fn stop(&mut self) {
        self.runs.iter_mut().for_each(TextRun::stop);
        self.second.task_mut().stop();
    }

    /// Takes in the results of computations that have ended.
    pub(super) fn take_ended(&mut self) {
        self.tasks_mut().into_iter().for_each(Pending::poll);
    }

    /// Stops what is under way while another chapter is on show. It goes on when it is wanted again.
    pub(super) fn rest(&mut self) {
        self.runs.iter_mut().for_each(TextRun::rest);
        let looks: [&mut dyn Pending; 3] = [&mut self.look, &mut self.guided, self.second.task_mut()];
        for task in looks {
            task.stop();
            task.again();
        }
    }

    /// Whether a computation is under way.
    pub(super) fn is_at_work(&self) -> bool {
        let looks: [&dyn Pending; 3] = [&self.look, &self.guided, self.second.task()];
        let tasks = self.runs.iter().flat_map(TextRun::tasks).chain(looks);
        tasks.into_iter().any(|task| task.fraction().is_some())
    }

    /// The panics since the last call.
    pub(super) fn take_failures(&mut self) -> Vec<Missing> {
        let panics = self.tasks_mut().into_iter().filter_map(Pending::take_panic);
        panics.map(Missing::Panicked).collect()
    }

    fn tasks_mut(&mut self) -> Vec<&mut dyn Pending> {
        let mut tasks: Vec<&mut dyn Pending> = vec![&mut self.look, &mut self.guided, self.second.task_mut()];
        tasks.extend(self.runs.iter_mut().flat_map(TextRun::tasks_mut));
        tasks
    }

    /// The share of the runs that is behind, while they are under way.
    pub fn share(&self) -> Option<f32> {
        let second = (self.part == TextPart::Cascade).then(|| self.second.task().fraction()).flatten();
        self.shown().iter().filter_map(TextRun::share).chain(second).reduce(f32::min)
    }

    /// Why there is no picture; `None` while there is one or it is being drawn.
    pub fn missing(&self) -> Option<&Missing> {
        let parts: &[Option<&Missing>] = match self.part {
            TextPart::Words | TextPart::Guidance => &[self.look.missing(), self.guided.missing()],
            TextPart::Swap => &[],
            TextPart::Cascade => &[self.second.task().missing()],
        };
        let parts = parts.iter().copied().flatten().filter(|missing| !missing.is_cancelled());
        self.shown().iter().filter_map(TextRun::missing).chain(parts).next()
    }

    /// The step at the timeline's t once more, of the run on show, or of an earlier one of the same text and pipeline.
    pub fn looked(&self) -> Option<&Looked> {
        let run = self.runs[0].drawn()?;
        let same = |of: &DrawingSpec| of.model == run.key.model && of.prompt == run.key.prompt;
        self.look.get().filter(|looked| same(&looked.key.drawing))
    }

    /// That step with the scene's scale of guidance, or the one before it.
    pub fn guided(&self) -> Option<&Arc<Computed<GuidedSpec, Guided>>> {
        let looked = self.looked()?;
        self.guided.get().filter(|guided| guided.key.look == looked.key)
    }

    /// The place of the word that is looked at, among the words of a text: the one under the pointer, or the chosen one.
    pub fn word(&self, options: &TextOptions, words: &[Word]) -> usize {
        let wanted = self.pointed.unwrap_or(options.word);
        wanted.min(words.len().saturating_sub(1))
    }
}

/// Which attention the options show.
pub fn choice(options: &TextOptions) -> AttentionChoice {
    AttentionChoice { layer: options.layer, head: options.head }
}
