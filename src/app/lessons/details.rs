//! What a step of one's own lesson has besides its words: what is lit, what a presentation shows, and a question.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{DragValue, PopupCloseBehavior, RichText, ScrollArea, TextEdit, Ui};
use i18n_embed_fl::fl;
use serde::{Deserialize, Serialize};

use crate::app::highlight::Lit;
use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::app::widgets::{caption, segmented};
use crate::app::words::Words;
use crate::lesson::{MAX_TEXT, Options, Question, Step, StepPlots};
use crate::quantity::Quantity;
use crate::scene::Scene;

/// Width of what opens below a button, in points, and the greatest height of its list.
const WIDTH: f32 = 320.0;
const LIST: f32 = 280.0;
/// The number of answers that a question can have.
const ANSWERS: std::ops::RangeInclusive<usize> = 2..=6;

/// How a question is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    /// There is no question.
    #[default]
    None,
    /// One of several answers is chosen.
    Choose,
    /// t is moved to where something happens.
    Slide,
}

/// What a step that is being written has besides its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Details {
    light: Vec<Quantity>,
    plots: StepPlots,
    form: Form,
    ask: String,
    /// The answers, one a line.
    answers: String,
    /// The right answer, counted from 1.
    right: usize,
    /// The right timestep, and how far off an answer may be.
    timestep: usize,
    tolerance: usize,
    reveal: String,
}

impl Default for Details {
    fn default() -> Self {
        Self {
            light: Vec::new(),
            plots: StepPlots::default(),
            form: Form::None,
            ask: String::new(),
            answers: String::new(),
            right: 1,
            timestep: 1,
            tolerance: 50,
            reveal: String::new(),
        }
    }
}

impl Details {
    /// What is lit.
    pub fn lit(&self) -> Lit {
        Lit::of(&self.light)
    }

    /// The details of a step that is written anew.
    pub fn of(step: &Step) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let mut details = Self { light: step.light.clone(), plots: step.plots.clone(), ..Self::default() };
        let Some(question) = &step.question else { return details };
        details.ask = text(question.ask());
        details.reveal = text(question.reveal());
        match question {
            Question::Choose { options, answer, .. } => {
                details.form = Form::Choose;
                details.right = *answer;
                if let Options::Texts(texts) = options {
                    details.answers = texts.join("\n");
                }
            }
            Question::Slide { answer, tolerance, .. } => {
                details.form = Form::Slide;
                (details.timestep, details.tolerance) = (*answer, *tolerance);
            }
        }
        details
    }

    /// Whether nothing of a question is missing.
    pub fn is_complete(&self) -> bool {
        let told = !self.ask.trim().is_empty() && !self.reveal.trim().is_empty();
        match self.form {
            Form::None => true,
            Form::Choose => told && ANSWERS.contains(&self.texts().len()) && self.right <= self.texts().len(),
            Form::Slide => told,
        }
    }

    /// Gives a step of this scene what it has besides its words.
    pub fn put(&self, step: &mut Step, scene: &Scene) {
        let ask = Some(self.ask.trim().to_owned());
        let reveal = Some(self.reveal.trim().to_owned());
        step.light.clone_from(&self.light);
        step.plots.clone_from(&self.plots);
        step.question = match self.form {
            Form::None => None,
            Form::Choose => {
                let options = Options::Texts(self.texts());
                Some(Question::Choose { options, answer: self.right, ask, reveal })
            }
            Form::Slide => {
                let answer = self.timestep.clamp(1, scene.steps());
                Some(Question::Slide { answer, tolerance: self.tolerance, place: None, ask, reveal })
            }
        };
    }

    /// The answers.
    fn texts(&self) -> Vec<String> {
        self.answers.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// Draws the buttons below which the details are chosen.
    pub fn show(&mut self, ui: &mut Ui, view: &View<'_>) {
        let words = view.words;
        menu(ui, &fl!(words, "record-light", count = self.light.len()), |ui| self.lights(ui, words));
        menu(ui, &fl!(words, "record-plots"), |ui| self.presented(ui, view));
        let label = match self.form {
            Form::None => fl!(words, "record-question"),
            _ if self.is_complete() => fl!(words, "record-question", "asked"),
            _ => fl!(words, "record-question", "incomplete"),
        };
        menu(ui, &label, |ui| self.question(ui, view));
    }

    fn lights(&mut self, ui: &mut Ui, words: &Words) {
        caption(ui, fl!(words, "record-light-about"));
        if ui.add_enabled(!self.light.is_empty(), egui::Button::new(fl!(words, "record-light-all"))).clicked()
        {
            self.light.clear();
        }
        ScrollArea::vertical().max_height(LIST).show(ui, |ui| {
            for quantity in Quantity::ALL {
                let mut lit = self.light.contains(&quantity);
                let (symbol, name) = (quantity.symbol(), quantity.name(words));
                // Some have no symbol but their name.
                let label = if name.starts_with(symbol) { name } else { format!("{symbol}  {name}") };
                if ui.checkbox(&mut lit, label).changed() {
                    self.light.retain(|other| *other != quantity);
                    if lit {
                        self.light.push(quantity);
                    }
                }
            }
        });
    }

    /// What of the canvas a presentation shows.
    fn presented(&mut self, ui: &mut Ui, view: &View<'_>) {
        let words = view.words;
        caption(ui, fl!(words, "record-plots-about"));
        for (label, plots) in [
            (fl!(words, "record-plots-none"), StepPlots::All(false)),
            (fl!(words, "record-plots-all"), StepPlots::All(true)),
        ] {
            if ui.radio(self.plots == plots, label).clicked() {
                self.plots = plots;
            }
        }
        if view.plots.list().is_empty() {
            return;
        }
        caption(ui, fl!(words, "record-plots-these"));
        for plot in view.plots.list() {
            let mut these = self.plots.alone().to_vec();
            let mut shown = these.contains(&plot.id);
            if ui.checkbox(&mut shown, plot.title.as_str()).changed() {
                these.retain(|id| *id != plot.id);
                if shown {
                    these.push(plot.id.clone());
                }
                self.plots = if these.is_empty() { StepPlots::default() } else { StepPlots::These(these) };
            }
        }
    }

    fn question(&mut self, ui: &mut Ui, view: &View<'_>) {
        let words = view.words;
        let forms = [
            (Form::None, fl!(words, "record-question-none"), ""),
            (Form::Choose, fl!(words, "record-question-choose"), ""),
            (Form::Slide, fl!(words, "record-question-slide"), ""),
        ];
        if let Some(form) = segmented(ui, &fl!(words, "record-question"), self.form, &forms) {
            self.form = form;
            self.timestep = view.scene.t;
        }
        if self.form == Form::None {
            caption(ui, fl!(words, "record-question-about"));
            return;
        }
        field(ui, &fl!(words, "record-question-ask"), &mut self.ask, 1);
        if self.form == Form::Choose {
            field(ui, &fl!(words, "record-question-answers"), &mut self.answers, 3);
            let texts = self.texts();
            caption(ui, fl!(words, "record-question-right"));
            for (number, text) in (1..).zip(&texts) {
                ui.radio_value(&mut self.right, number, text.as_str());
            }
            self.right = self.right.clamp(1, texts.len().max(1));
        } else {
            let (steps, most) = (view.scene.steps(), view.scene.steps() / 2);
            let label = fl!(words, "record-question-timestep");
            number(ui, &label, &mut self.timestep, 1..=steps);
            number(ui, &fl!(words, "record-question-tolerance"), &mut self.tolerance, 0..=most);
        }
        field(ui, &fl!(words, "record-question-reveal"), &mut self.reveal, 2);
        if !self.is_complete() {
            caption(ui, fl!(words, "record-question-missing"));
        }
    }
}

/// A button below which something opens that stays until one clicks beside it.
fn menu(ui: &mut Ui, label: &str, contents: impl FnOnce(&mut Ui)) {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    MenuButton::new(label).config(config).ui(ui, |ui| {
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 48.0));
        contents(ui);
    });
}

fn field(ui: &mut Ui, label: &str, text: &mut String, rows: usize) {
    let label = ui.label(RichText::new(label).font(caption_font()));
    let field = if rows == 1 { TextEdit::singleline(text) } else { TextEdit::multiline(text) };
    let field = field.char_limit(MAX_TEXT).desired_rows(rows).desired_width(f32::INFINITY);
    ui.add(field).labelled_by(label.id);
}

fn number(ui: &mut Ui, label: &str, value: &mut usize, range: std::ops::RangeInclusive<usize>) {
    ui.horizontal(|ui| {
        let label = ui.label(label);
        ui.add(DragValue::new(value).range(range)).labelled_by(label.id);
    });
}
