//! Lessons in the window: the one that is played, its strip, and what its buttons do.

mod details;
mod export;
mod record;
mod run;
mod strip;

use std::path::Path;

use i18n_embed_fl::fl;

use super::formula::{Set, Term};
use super::highlight::Lit;
use super::view::Teaching;
use super::words::Words;
use crate::lesson::{self, Lesson, LessonError, Options, Question, Step, shipped};
use crate::scene::Scene;

pub use self::export::{
    LessonExportError, export_lesson, exported_files, is_page, lesson_text, lesson_title,
};
pub use self::record::{HEIGHT as RECORDING_HEIGHT, Recording, show_recording};
pub use self::strip::{height, show, show_plain};

/// Reads a lesson from its file, and checks that all formulas of its steps can be drawn.
///
/// # Errors
/// The errors of [`lesson::load`]; [`LessonError::Step`] if a formula has a term that there is not.
pub fn load_lesson(path: &Path) -> Result<Lesson, LessonError> {
    let lesson = lesson::load(path)?;
    for (step, number) in lesson.steps.iter().zip(1..) {
        if let Some(term) = step.formula.iter().find(|term| Term::find(Set::Tall, term).is_none()) {
            let source = Box::new(LessonError::Term { number, term: term.clone() });
            return Err(LessonError::File { path: path.to_owned(), source });
        }
    }
    Ok(lesson)
}

/// What a person can do with lessons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonOrder {
    /// Start the lesson of this name that comes with the program.
    Start(String),
    /// Go to the first step.
    Restart,
    /// Go to the next step; from the last one to the next lesson, or to the end.
    Next,
    /// Go to the step before.
    Back,
    /// Choose an answer, counted from 1.
    Answer(usize),
    /// Answer with the present t.
    Check,
    /// End the lesson, and go back to the scene from before it.
    Leave,
    /// Begin to write a lesson.
    Record,
    /// Take the scene as a step of the lesson that is being written.
    Take,
    /// Remove its last step.
    TakeBack,
    /// Save it.
    Save,
    /// Stop writing it; if there is something to lose, after a question.
    EndRecording,
    /// Stop writing it at once.
    Discard,
}

/// Who is told the words of a lesson.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// A learner at the window, who presses its buttons.
    #[default]
    Learner,
    /// Those before whom it is presented: what a step is about is made by itself.
    Listeners,
    /// Readers of an export, in which nothing moves or learns.
    Readers,
}

impl Audience {
    /// What stands behind the names of messages that this audience is told in place of the usual ones, the first that
    /// there is.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Learner => &[],
            Self::Listeners => &["-presented"],
            Self::Readers => &["-printed", "-presented"],
        }
    }
}

/// How a question has been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With an option, counted from 1.
    Chosen(usize),
    /// With a timestep.
    Timestep(usize),
    /// With nothing: what happens was to be seen at once.
    Seen,
}

/// A lesson that is played.
pub struct Playing {
    lesson: Lesson,
    /// The scene of each step, before its question has been answered and after.
    scenes: Vec<[Scene; 2]>,
    /// The index of the present step.
    at: usize,
    /// The answer to the present step's question, once it has been given.
    answer: Option<Answer>,
    /// The scene from before the lesson.
    before: Scene,
    /// Who is told it.
    pub audience: Audience,
}

impl Playing {
    /// The lesson from its first step on.
    ///
    /// # Errors
    /// If one of its scenes is impossible.
    pub fn new(lesson: Lesson, before: &Scene) -> Result<Self, LessonError> {
        let scenes = lesson.played(before)?;
        Ok(Self {
            lesson,
            scenes,
            at: 0,
            answer: None,
            before: before.clone(),
            audience: Audience::default(),
        })
    }

    /// The same lesson at another step, counted from 1, if it has so many.
    #[must_use]
    pub fn from(self, step: usize) -> Self {
        let at = step.saturating_sub(1).min(self.scenes.len().saturating_sub(1));
        Self { at, ..self }
    }

    /// The present step.
    pub fn step(&self) -> &Step {
        &self.lesson.steps[self.at]
    }

    /// The scene of the present step, as it is after the answer once that has been given.
    pub fn scene(&self) -> &Scene {
        let [asked, answered] = &self.scenes[self.at];
        if self.answer.is_some() { answered } else { asked }
    }

    /// The number of the present step, counted from 1, and the number of all steps.
    pub fn progress(&self) -> [usize; 2] {
        [self.at + 1, self.lesson.steps.len()]
    }

    /// What is lit in a scene: what the step is about, but in another chapter than the step's, where one looks around by
    /// oneself, everything. So it is when a question has been answered, since the answer may have stayed dim.
    pub fn lit(&self, scene: &Scene) -> Lit {
        let elsewhere = scene.chapter != self.scene().chapter;
        if elsewhere || self.answer.is_some() { Lit::ALL } else { Lit::of(&self.step().light) }
    }

    /// Whether the present step's question waits for its answer.
    pub fn asks(&self) -> bool {
        self.step().question.is_some() && self.answer.is_none()
    }

    /// What the present step does with what is on show.
    pub fn teaching(&self) -> Teaching {
        if self.asks() || self.step().withhold { Teaching::Asking } else { Teaching::Telling }
    }

    /// Whether all has been said and asked.
    pub fn is_done(&self) -> bool {
        self.is_last() && !self.asks()
    }

    /// Whether the present step is the last one.
    pub fn is_last(&self) -> bool {
        self.at + 1 == self.lesson.steps.len()
    }

    /// The lesson that comes after this one, if it comes with the program and is not the last.
    pub fn next_lesson(&self) -> Option<&'static Lesson> {
        let at = shipped().iter().position(|lesson| lesson.name == self.lesson.name)?;
        shipped().get(at + 1)
    }

    /// What is said of the given answer, before what is right: whether it is, or which t was meant. `None` if there is no
    /// answer.
    pub fn reply(&self, words: &Words) -> Option<String> {
        match (self.step().question.as_ref()?, self.answer?) {
            (Question::Choose { answer, .. }, Answer::Chosen(chosen)) if chosen == *answer => {
                Some(fl!(words, "lesson-right"))
            }
            (Question::Choose { .. }, Answer::Chosen(_)) => Some(fl!(words, "lesson-wrong")),
            (Question::Slide { answer, .. }, Answer::Timestep(t)) if t == *answer => {
                Some(fl!(words, "lesson-right"))
            }
            (Question::Slide { answer, tolerance, .. }, Answer::Timestep(t)) => {
                let close = t.abs_diff(*answer) <= *tolerance;
                Some(if close { fl!(words, "lesson-close", t = t) } else { fl!(words, "lesson-far", t = t) })
            }
            _ => None,
        }
    }

    /// The lesson's title.
    pub fn title(&self, words: &Words) -> String {
        title(&self.lesson, words)
    }

    /// The words of the present step.
    pub fn words(&self, words: &Words) -> StepWords {
        StepWords::of(&self.lesson, self.at, words, self.audience)
    }
}

/// A lesson's title in the window's language.
pub fn title(lesson: &Lesson, words: &Words) -> String {
    lesson.title.clone().unwrap_or_else(|| words.get(&message(lesson)))
}

/// The name of the message that is a lesson's title and has its words as attributes.
fn message(lesson: &Lesson) -> String {
    format!("lesson-{}", lesson.name)
}

/// The words of a step in the window's language, with marks for colours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepWords {
    /// What the step says.
    pub text: String,
    /// The question; empty if there is none.
    pub ask: String,
    /// The answers to choose from.
    pub options: Vec<String>,
    /// What is said when the question has been answered.
    pub reveal: String,
}

impl StepWords {
    /// The words of a lesson's step, which is counted from 0. A step that asks the learner to do something has other
    /// words for an audience that cannot.
    pub fn of(lesson: &Lesson, step: usize, words: &Words, audience: Audience) -> Self {
        let id = message(lesson);
        let number = step + 1;
        let message = |attribute: &str| {
            let usual = format!("step{number}{attribute}");
            let mut others = audience.endings().iter().map(|ending| format!("{usual}{ending}"));
            let own = others.find(|other| words.has_attr(&id, other));
            words.get_attr(&id, own.as_ref().unwrap_or(&usual))
        };
        let get = |own: Option<&str>, attribute: &str| own.map_or_else(|| message(attribute), str::to_owned);
        let step = &lesson.steps[step];
        let text = get(step.text.as_deref(), "");
        let Some(question) = &step.question else { return Self { text, ..Self::default() } };
        let options = match question {
            Question::Choose { options: Options::Texts(texts), .. } => texts.clone(),
            Question::Choose { options: Options::Count(count), .. } => {
                (1..=*count).map(|option| get(None, &format!("-option{option}"))).collect()
            }
            Question::Slide { .. } => Vec::new(),
        };
        Self {
            text,
            ask: get(question.ask(), "-question"),
            options,
            reveal: get(question.reveal(), "-reveal"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::unmarked;
    use crate::app::words::{Language, words};

    /// The longest text of a step and its question, in characters: what fits into the strip.
    const LONGEST: usize = 420;

    #[test]
    fn every_lesson_can_be_played_in_every_language() {
        for language in Language::ALL {
            let words = words(language);
            for lesson in shipped() {
                let id = message(lesson);
                assert!(words.has(&id) && words.has_attr(&id, "about"), "{id}: {language:?}");
                for (step, number) in lesson.steps.iter().zip(1..) {
                    let what = format!("{id}, step {number}, {language:?}");
                    for term in &step.formula {
                        assert!(Term::find(Set::Tall, term).is_some(), "{what}: {term}");
                    }
                    let said = StepWords::of(lesson, number - 1, &words, Audience::Learner);
                    for text in said.lines() {
                        assert!(!text.contains("ocalization") && !text.is_empty(), "{what}: {text}");
                        assert!(!text.contains("](") && unmarked(&text) == text, "{what}: {text}");
                    }
                    let longest = [format!("{} {}", said.text, said.ask), said.reveal];
                    for text in longest.map(|text| unmarked(&text)) {
                        assert!(text.chars().count() <= LONGEST, "{what}: {text}");
                    }
                    assert_eq!(step.question.is_some(), !said.ask.is_empty(), "{what}");
                }
            }
        }
    }

    /// What an audience cannot do, and where nothing stands when a plot is shown alone.
    const BUTTONS: [&str; 4] = ["Press ", " press ", "누르", "눌러"];
    const PLACES: [&str; 8] =
        ["elow left", "elow right", "elow in", "bove left", "bove right", "왼쪽 ", "오른쪽 ", "아래 가운데"];

    #[test]
    fn words_that_are_presented_speak_of_what_is_there() {
        for language in Language::ALL {
            let words = words(language);
            for lesson in shipped() {
                for (step, number) in lesson.steps.iter().zip(1..) {
                    let of = |audience| StepWords::of(lesson, number - 1, &words, audience).lines().join(" ");
                    let said = of(Audience::Listeners) + &of(Audience::Readers);
                    let alone = !step.plots.alone().is_empty();
                    let places = PLACES.iter().filter(|_| alone);
                    let wrong: Vec<_> =
                        BUTTONS.iter().chain(places).filter(|word| said.contains(**word)).collect();
                    assert!(
                        wrong.is_empty(),
                        "{}, step {number}, {language:?}: {wrong:?} in {said}",
                        lesson.name
                    );
                }
            }
        }
    }
}
