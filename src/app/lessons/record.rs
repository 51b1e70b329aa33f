//! Writing a lesson of one's own: the scene is taken as a step, and one types the words.

use egui::{Align, Layout, Rect, RichText, TextEdit, Ui, UiBuilder, pos2, vec2};
use i18n_embed_fl::fl;
use serde::{Deserialize, Serialize};

use super::LessonOrder;
use super::details::Details;
use crate::app::command::Command;
use crate::app::highlight::Lit;
use crate::app::theme::{body_font, caption_font, heading_font};
use crate::app::view::View;
use crate::app::widgets::button_width;
use crate::app::words::Words;
use crate::lesson::{Difference, Lesson, MAX_TEXT, Step, difference};
use crate::scene::Scene;

/// Height of the strip, in points.
pub const HEIGHT: f32 = 118.0;
/// Room for the lesson's title and the number of steps, in points.
const LEFT: f32 = 200.0;

/// A lesson that is being written. It is remembered with the settings until it is saved or given up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recording {
    title: String,
    text: String,
    details: Details,
    steps: Vec<Step>,
    /// The title and the steps that are in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    saved: Option<(String, Vec<Step>)>,
}

impl Recording {
    /// Takes a scene as a step, with the words that have been typed.
    ///
    /// # Errors
    /// If the scene cannot be written as data, in words.
    pub fn take(&mut self, scene: &Scene) -> Result<(), String> {
        let Difference { scene: changed, unset } = difference(&Scene::default(), scene)?;
        let text = Some(std::mem::take(&mut self.text).trim().to_owned());
        let mut step = Step { text, fresh: true, scene: changed, unset, ..Step::default() };
        std::mem::take(&mut self.details).put(&mut step, scene);
        self.steps.push(step);
        Ok(())
    }

    /// Removes the last step; its words can be typed anew.
    pub fn take_back(&mut self) {
        if let Some(step) = self.steps.pop() {
            self.details = Details::of(&step);
            self.text = step.text.unwrap_or_default();
        }
    }

    /// What is lit in the step that is being written.
    pub fn lit(&self) -> Lit {
        self.details.lit()
    }

    /// Whether there is something to lose: what is in no file yet.
    pub fn has_content(&self) -> bool {
        let saved =
            self.saved.as_ref().is_some_and(|(title, steps)| *title == self.title && *steps == self.steps);
        self.has_steps() && !saved || !self.text.trim().is_empty()
    }

    /// Notes that the lesson is in a file as it is now.
    pub fn note_saved(&mut self) {
        self.saved = Some((self.title.clone(), self.steps.clone()));
    }

    /// Whether the words of a step have been typed, and all of its question.
    fn is_whole(&self) -> bool {
        !self.text.trim().is_empty() && self.details.is_complete()
    }

    /// Whether there is a step.
    pub fn has_steps(&self) -> bool {
        !self.steps.is_empty()
    }

    /// The lesson, under a title in the window's language if it has none of its own.
    pub fn lesson(&self, untitled: &str) -> Lesson {
        let title = self.title.trim();
        let title = if title.is_empty() { untitled } else { title };
        Lesson { name: name_of(title), title: Some(title.to_owned()), steps: self.steps.clone() }
    }
}

/// A name for files and the command line: letters, digits and dashes.
fn name_of(title: &str) -> String {
    let letters = title.to_lowercase();
    let words = letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    if name.is_empty() { "lesson".to_owned() } else { name }
}

/// Draws the strip in which a lesson is written.
pub fn show_recording(ui: &mut Ui, view: &mut View<'_>, recording: &mut Recording, rect: Rect) {
    let theme = view.theme;
    let stripe = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
    ui.painter().rect_filled(stripe, 0.0, theme.error);
    let inner = rect.shrink2(vec2(16.0, 8.0));
    let left = inner.with_max_x(inner.left() + LEFT);
    let layout = Layout::top_down(Align::LEFT);
    ui.scope_builder(UiBuilder::new().max_rect(left).layout(layout), |ui| {
        let count = fl!(view.words, "record-steps", steps = recording.steps.len());
        ui.label(RichText::new(count).font(heading_font()).color(theme.ink));
        let label =
            ui.label(RichText::new(fl!(view.words, "record-title")).font(caption_font()).color(theme.weak));
        let field = TextEdit::singleline(&mut recording.title).char_limit(120).desired_width(LEFT - 24.0);
        ui.add(field).labelled_by(label.id);
    });
    let rows = rows(view.words, recording);
    let width = rows.iter().map(|(label, ..)| button_width(ui, label)).fold(0.0, f32::max);
    let right = inner.with_min_x(inner.right() - width);
    let middle =
        Rect::from_min_max(pos2(left.right(), inner.top()), pos2(right.left() - 16.0, inner.bottom()));
    ui.scope_builder(UiBuilder::new().max_rect(middle).layout(layout), |ui| {
        let label = ui
            .horizontal(|ui| {
                let words = RichText::new(fl!(view.words, "record-words"));
                let label = ui.label(words.font(caption_font()).color(theme.weak));
                recording.details.show(ui, view);
                label
            })
            .inner;
        let field = TextEdit::multiline(&mut recording.text)
            .char_limit(MAX_TEXT)
            .font(body_font(14.0))
            .desired_rows(3)
            .desired_width(f32::INFINITY)
            .hint_text(fl!(view.words, "record-hint"));
        ui.add(field).labelled_by(label.id);
    });
    let layout = Layout::top_down_justified(Align::LEFT);
    ui.scope_builder(UiBuilder::new().max_rect(right).layout(layout), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for (label, order, enabled) in rows {
            if ui.add_enabled(enabled, egui::Button::new(label)).clicked() {
                view.command(Command::Lesson(order));
            }
        }
    });
}

/// The buttons, from top to bottom: their labels, what they ask for, and whether that is possible now.
fn rows(words: &Words, recording: &Recording) -> [(String, LessonOrder, bool); 4] {
    [
        (fl!(words, "record-take"), LessonOrder::Take, recording.is_whole()),
        (fl!(words, "record-take-back"), LessonOrder::TakeBack, recording.has_steps()),
        (fl!(words, "record-save"), LessonOrder::Save, recording.has_steps()),
        (fl!(words, "record-end"), LessonOrder::EndRecording, true),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Options, Question, StepPlots};
    use crate::quantity::Quantity;
    use crate::scene::ChapterId;

    /// The details of a step that asks for a t.
    fn asking() -> Details {
        let slide = Question::Slide {
            answer: 700,
            tolerance: 20,
            place: None,
            ask: Some("Where is it gone?".to_owned()),
            reveal: Some("At 700.".to_owned()),
        };
        let light = vec![Quantity::AlphaBar];
        Details::of(&Step { light, plots: StepPlots::All(true), question: Some(slide), ..Step::default() })
    }

    #[test]
    fn a_question_is_asked_when_nothing_of_it_is_missing() {
        let choose = |options: &[&str], answer, ask: &str| {
            let texts = options.iter().map(|text| (*text).to_owned()).collect();
            let question = Question::Choose {
                options: Options::Texts(texts),
                answer,
                ask: Some(ask.to_owned()),
                reveal: Some("So.".to_owned()),
            };
            Details::of(&Step { question: Some(question), ..Step::default() }).is_complete()
        };
        assert!(Details::default().is_complete() && asking().is_complete());
        assert!(choose(&["A", "B"], 2, "Which?"));
        assert!(!choose(&["A"], 1, "Which?") && !choose(&["A", " "], 1, "Which?"));
        assert!(!choose(&["A", "B"], 3, "Which?") && !choose(&["A", "B"], 1, " "));
    }

    #[test]
    fn recorded_scenes_are_the_steps_of_a_lesson() {
        let mut recording = Recording { title: " Why cosine? ".to_owned(), ..Recording::default() };
        let first = Scene { chapter: ChapterId::Schedules, t: 77, ..Scene::default() };
        let mut second = Scene { t: 900, ..Scene::default() };
        second.chapters.ledger.few_steps = Some(20);
        // What is set by default can be unset.
        second.chapters.reverse.class = None;
        for (scene, text) in [(&first, "Look."), (&second, "And now? ")] {
            recording.text = text.to_owned();
            recording.take(scene).unwrap();
        }
        let lesson = recording.lesson("Untitled");
        assert_eq!((lesson.name.as_str(), lesson.title.as_deref()), ("why-cosine", Some("Why cosine?")));
        assert_eq!(lesson.scenes(&Scene::default()).unwrap(), [first, second.clone()]);
        let again = Lesson::parse(&toml::to_string(&lesson).unwrap()).unwrap();
        assert_eq!(again, lesson);
        recording.details = asking();
        recording.text = "Where?".to_owned();
        recording.take(&second).unwrap();
        assert_eq!(recording.details, Details::default(), "each step has its own");
        let lesson = recording.lesson("Untitled");
        assert_eq!(lesson.steps[2].light, [Quantity::AlphaBar]);
        assert_eq!(Lesson::parse(&toml::to_string(&lesson).unwrap()).unwrap(), lesson);
        recording.take_back();
        assert_eq!((recording.details.clone(), recording.text.as_str()), (asking(), "Where?"));
        recording.take_back();
        assert_eq!((recording.steps.len(), recording.text.as_str()), (1, "And now?"));
        recording.text.clear();
        assert!(recording.has_content());
        recording.note_saved();
        assert!(!recording.has_content(), "it is in a file");
        recording.text = "And now?".to_owned();
        assert!(recording.has_content());
        assert_eq!(Recording::default().lesson("제목 없음").name, "제목-없음");
    }
}
