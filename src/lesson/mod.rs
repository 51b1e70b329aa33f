//! Lessons: steps that lead through scenes of the window, with words, things to light up, and questions.
//!
//! A lesson is data: a readable TOML file. Each step changes the scene of the step before, by parts of a scene in the
//! form of scene files. What its words claim about schedules stands beside them as numbers, which tests check. The
//! words of lessons that come with the program are messages, in every language of the window; lessons that people
//! write hold their own words.
//!
//! ```
//! use diffuscope::lesson::Lesson;
//! use diffuscope::scene::Scene;
//!
//! let lesson = Lesson::parse(
//!     r#"
//!     name = "half"
//!     title = "Half of it"
//!     [[step]]
//!     text = "Where is half of the picture's variance gone?"
//!     scene = { chapter = "schedules", t = 259 }
//!     [[step.claims]]
//!     column = "alpha_bar"
//!     t = 259
//!     is = 0.5
//!     tolerance = 0.005
//!     "#,
//! )?;
//! let scenes = lesson.scenes(&Scene::default())?;
//! assert_eq!(scenes[0].t, 259);
//! assert_eq!(lesson.steps[0].untrue(&scenes[0])?, None);
//! # Ok::<_, diffuscope::lesson::LessonError>(())
//! ```

mod claim;
mod continuous;
mod error;
mod file;
mod patch;
mod shipped;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::claim::{Claim, Crossing, Reading};
pub use self::error::LessonError;
pub use self::file::{ENDING, load, looks_like_lesson, save};
pub use self::patch::{Difference, difference, with};
pub use self::shipped::{shipped, shipped_named};
use crate::quantity::Quantity;
use crate::scene::Scene;

/// The most steps of a lesson.
pub const MAX_STEPS: usize = 200;
/// The longest text of a step, in characters.
pub const MAX_TEXT: usize = 2000;

/// A lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// The name, as on the command line; for a lesson that comes with the program, also the name of its messages.
    pub name: String,
    /// The title; `None` if it is the message `lesson-NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The steps, at least one.
    #[serde(rename = "step", default)]
    pub steps: Vec<Step>,
}

/// A step of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The words; `None` if they are messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether the step begins from the default scene and not from that of the step before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fresh: bool,
    /// What the step changes in that scene: parts of a scene, by the names in scene files.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub scene: Map<String, Value>,
    /// What the answer to the step's question changes in that scene, so that pictures show what is revealed. The next step
    /// begins from there.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub then: Map<String, Value>,
    /// Parts of that scene that have a value by default and none here, such as `reverse.class`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unset: Vec<String>,
    /// The quantities that the words are about: all others are dimmed. If empty, nothing is dimmed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub light: Vec<Quantity>,
    /// The formula of the step: names of typeset terms, from left to right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formula: Vec<String>,
    /// The plots that the words are about, which a presentation shows.
    #[serde(default, skip_serializing_if = "StepPlots::is_none")]
    pub plots: StepPlots,
    /// Whether the step leaves out what a later step asks for, as one that asks does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withhold: bool,
    /// The question that is asked before the step goes on, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// What the words claim of the scene's schedules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
}

/// Which plots of a chapter a presentation shows in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StepPlots {
    /// All of them beside the pictures, or else the pictures alone.
    All(bool),
    /// These alone, by their identifiers, side by side over the whole canvas.
    These(Vec<String>),
}

impl Default for StepPlots {
    fn default() -> Self {
        Self::All(false)
    }
}

impl StepPlots {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether plots are shown.
    pub fn any(&self) -> bool {
        !matches!(self, Self::All(false))
    }

    /// The plots that are shown alone; empty if none are.
    pub fn alone(&self) -> &[String] {
        match self {
            Self::All(_) => &[],
            Self::These(plots) => plots,
        }
    }
}

/// A question: the learner predicts, then sees what really happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Question {
    /// Choose one of several answers.
    Choose {
        /// The answers, or how many there are if they are messages.
        options: Options,
        /// The right answer, counted from 1.
        answer: usize,
        /// The question; `None` if it is a message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ask: Option<String>,
        /// What is said when it has been answered; `None` if it is a message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reveal: Option<String>,
    },
    /// Move t to where something happens.
    Slide {
        /// The right timestep.
        answer: usize,
        /// How far off an answer may be and still counts as right, in timesteps.
        tolerance: usize,
        /// What happens there; `None` if nothing that a schedule tells.
        #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
        place: Option<Crossing>,
        /// The question; `None` if it is a message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ask: Option<String>,
        /// What is said when it has been answered; `None` if it is a message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reveal: Option<String>,
    },
}

/// The answers of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Options {
    /// The number of answers, which are messages.
    Count(usize),
    /// The answers.
    Texts(Vec<String>),
}

impl Options {
    /// The number of answers.
    pub fn count(&self) -> usize {
        match self {
            Self::Count(count) => *count,
            Self::Texts(texts) => texts.len(),
        }
    }
}

impl Question {
    /// The question, if the lesson holds its words itself.
    pub fn ask(&self) -> Option<&str> {
        match self {
            Self::Choose { ask, .. } | Self::Slide { ask, .. } => ask.as_deref(),
        }
    }

    /// What is said when the question has been answered, if the lesson holds its words itself.
    pub fn reveal(&self) -> Option<&str> {
        match self {
            Self::Choose { reveal, .. } | Self::Slide { reveal, .. } => reveal.as_deref(),
        }
    }
}

impl Lesson {
    /// Reads a lesson from the text of its file.
    ///
    /// # Errors
    /// If the text is not a lesson, or the lesson has no step, too many, or one that is too long.
    pub fn parse(text: &str) -> Result<Self, LessonError> {
        let lesson: Self = toml::from_str(text).map_err(|error| LessonError::form(text, &error))?;
        lesson.check()?;
        Ok(lesson)
    }

    /// Checks what the form of the file does not.
    fn check(&self) -> Result<(), LessonError> {
        let steps = self.steps.len();
        if steps == 0 || steps > MAX_STEPS {
            return Err(LessonError::Steps { steps });
        }
        for (step, number) in self.steps.iter().zip(1..) {
            step.check().map_err(|reason| LessonError::Step { number, reason })?;
        }
        Ok(())
    }

    /// Checks that a lesson that does not come with the program has its own words, that its scenes are possible, and
    /// that its answers lie within them.
    fn complete(&self) -> Result<(), LessonError> {
        if self.title.as_ref().is_none_or(String::is_empty) {
            return Err(LessonError::Form("it has no title".to_owned()));
        }
        let scenes = self.scenes(&Scene::default())?;
        let title = self.title.iter().map(String::as_str);
        sound(title).map_err(|reason| LessonError::Form(format!("its title {reason}")))?;
        for ((step, scene), number) in self.steps.iter().zip(&scenes).zip(1..) {
            let failed = |reason| LessonError::Step { number, reason };
            step.complete(scene).map_err(failed)?;
            let untrue = step.untrue(scene).map_err(|error| failed(error.to_string()))?;
            if let Some(text) = untrue {
                return Err(failed(format!("what it claims is not so: {text}")));
            }
        }
        Ok(())
    }

    /// The scene of each step, beginning from a scene whose picture is kept: the rest of the first step's scene is
    /// what the step says and defaults.
    ///
    /// # Errors
    /// Names the step whose scene is impossible.
    pub fn scenes(&self, before: &Scene) -> Result<Vec<Scene>, LessonError> {
        Ok(self.played(before)?.into_iter().map(|[scene, _]| scene).collect())
    }

    /// The scene of each step as in [`scenes`](Self::scenes), and as it is when its question has been answered.
    ///
    /// # Errors
    /// Names the step whose scene is impossible.
    pub fn played(&self, before: &Scene) -> Result<Vec<[Scene; 2]>, LessonError> {
        let kept = Scene { image: before.image.clone(), fit: before.fit, ..Scene::default() };
        let (mut scenes, mut last) = (Vec::with_capacity(self.steps.len()), None);
        for (step, number) in self.steps.iter().zip(1..) {
            let failed = |reason| LessonError::Step { number, reason };
            let from = last.as_ref().filter(|_| !step.fresh).unwrap_or(&kept);
            let scene = patch::with_unset(from, &step.scene, &step.unset).map_err(failed)?;
            let then = with(&scene, &step.then).map_err(failed)?;
            last = Some(then.clone());
            let answered = match step.question {
                Some(Question::Slide { answer, .. }) => Scene { t: answer, ..then },
                _ => then,
            };
            scenes.push([scene, answered]);
        }
        Ok(scenes)
    }
}

/// Checks that texts say something, and hold no control characters but line breaks.
fn sound<'a>(texts: impl Iterator<Item = &'a str>) -> Result<(), &'static str> {
    for text in texts {
        if text.trim().is_empty() {
            return Err("is empty");
        }
        if text.chars().any(|letter| letter.is_control() && letter != '\n') {
            return Err("has control characters");
        }
    }
    Ok(())
}

impl Step {
    /// Checks that the step has its own words, and that its answer lies within its scene.
    fn complete(&self, scene: &Scene) -> Result<(), String> {
        if self.text.is_none() {
            return Err("it has no text".to_owned());
        }
        let own = self.text.as_deref().into_iter();
        let asked =
            self.question.iter().flat_map(|question| question.ask().into_iter().chain(question.reveal()));
        sound(own.chain(asked)).map_err(|reason| format!("one of its texts {reason}"))?;
        let Some(question) = &self.question else { return Ok(()) };
        if question.ask().is_none() || question.reveal().is_none() {
            return Err("its question needs ask and reveal".to_owned());
        }
        match question {
            Question::Choose { options: Options::Count(_), .. } => {
                Err("its options must be texts".to_owned())
            }
            Question::Choose { options: Options::Texts(texts), .. } => {
                sound(texts.iter().map(String::as_str))
                    .map_err(|reason| format!("one of its options {reason}"))?;
                let twice = texts.iter().enumerate().any(|(i, text)| texts[..i].contains(text));
                if twice { Err("two of its options are the same".to_owned()) } else { Ok(()) }
            }
            Question::Slide { answer, .. } if !(1..=scene.steps()).contains(answer) => {
                Err(format!("answer must be from 1 to T = {}, got {answer}", scene.steps()))
            }
            _ => Ok(()),
        }
    }

    fn check(&self) -> Result<(), String> {
        let long = self.text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT);
        if long {
            return Err(format!("its text has more than {MAX_TEXT} characters"));
        }
        match &self.question {
            Some(Question::Choose { options, .. }) if !(2..=6).contains(&options.count()) => {
                Err("a question has 2 to 6 options".to_owned())
            }
            Some(Question::Choose { options, answer, .. }) if !(1..=options.count()).contains(answer) => {
                Err(format!("answer must be from 1 to {}, got {answer}", options.count()))
            }
            _ => Ok(()),
        }
    }

    /// What the step's claims say of its scene that is not so, in words; `None` if all is true.
    ///
    /// # Errors
    /// If a claim is about a column or a timestep that there is not, or the scene has no schedule.
    pub fn untrue(&self, scene: &Scene) -> Result<Option<String>, LessonError> {
        for claim in &self.claims {
            if let Some(text) = claim.untrue(scene)? {
                return Ok(Some(text));
            }
        }
        if let Some(Question::Slide { answer, tolerance, place: Some(place), .. }) = &self.question {
            let found = place.timestep(scene)?;
            if found.abs_diff(*answer) > (*tolerance).min(2) {
                return Ok(Some(format!("{} at t = {found}, not {answer}", place.text())));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
