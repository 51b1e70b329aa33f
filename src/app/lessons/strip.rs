//! The strip of a lesson: its words, its formula, its questions, and the way on and back.

use egui::{Align, Layout, Rect, RichText, Ui, UiBuilder, pos2, vec2};
use i18n_embed_fl::fl;

use super::{LessonOrder, Playing, title};
use crate::app::command::Command;
use crate::app::formula::{row, row_width};
use crate::app::highlight::Lit;
use crate::app::theme::{Theme, body_font, caption_font, title_font};
use crate::app::view::View;
use crate::app::widgets::{button_width, rich, unmarked};
use crate::lesson::{Lesson, Question, shipped};

/// Height of a strip, and what a row of answers adds to it, in points.
const HEIGHT: f32 = 76.0;
const ANSWERS: f32 = 34.0;
/// Room for the number of the step, in points.
const NUMBER: f32 = 64.0;
/// Size of the formula: points per em.
const EM: f32 = 17.0;
/// The least width of the words beside a formula, in points.
const WORDS: f32 = 360.0;

/// The height of a lesson's strip, in points.
pub fn height(playing: &Playing) -> f32 {
    if playing.step().question.is_some() { HEIGHT + ANSWERS } else { HEIGHT }
}

/// Draws the strip into `rect`.
pub fn show(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, rect: Rect) {
    strip(ui, view, playing, rect, true);
}

/// Draws the strip without its buttons, for figures.
pub fn show_plain(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, rect: Rect) {
    strip(ui, view, playing, rect, false);
}

fn strip(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, rect: Rect, live: bool) {
    let theme = view.theme;
    let stripe = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
    ui.painter().rect_filled(stripe, 0.0, theme.accent);
    let inner = rect.shrink2(vec2(16.0, 10.0));
    number(ui, view, playing, inner);
    let buttons = if live { buttons_width(ui, view, playing) } else { 0.0 };
    let mut middle = Rect::from_min_max(
        pos2(inner.left() + NUMBER, inner.top()),
        pos2(inner.right() - buttons - 16.0, inner.bottom()),
    );
    let formula = &playing.step().formula;
    let width = row_width(formula, EM);
    if !formula.is_empty() && middle.width() - width - 24.0 >= WORDS {
        let left = middle.right() - width;
        let lit = Theme { lit: Lit::ALL, ..theme };
        row(ui, lit, formula, EM, pos2(left, middle.top() + (HEIGHT - 20.0) / 2.0));
        middle.max.x = left - 24.0;
    }
    let mut child = ui.new_child(UiBuilder::new().max_rect(middle).layout(Layout::top_down(Align::LEFT)));
    words(&mut child, view, playing);
    if live {
        self::buttons(ui, view, playing, inner.with_min_x(inner.right() - buttons));
    }
}

/// The number of the step.
fn number(ui: &Ui, view: &View<'_>, playing: &Playing, rect: Rect) {
    let [step, steps] = playing.progress();
    let text = fl!(view.words, "lesson-progress", step = step, steps = steps);
    let painter = ui.painter();
    painter.text(rect.left_top(), egui::Align2::LEFT_TOP, text, title_font(), view.theme.ink);
}

/// The words, or when the question has been answered what is said then; and the answers.
fn words(ui: &mut Ui, view: &mut View<'_>, playing: &Playing) {
    let theme = view.theme;
    let said = playing.words(view.words);
    let lit = Theme { lit: Lit::ALL, ..theme };
    let text = match playing.is_right() {
        None if playing.asks() => format!("{} {}", said.text, said.ask),
        None if playing.step().question.is_some() => said.reveal.clone(),
        None => said.text.clone(),
        Some(true) => format!("{} {}", fl!(view.words, "lesson-right"), said.reveal),
        Some(false) => format!("{} {}", fl!(view.words, "lesson-wrong"), said.reveal),
    };
    let job = rich(&text, lit, &body_font(14.5), theme.ink);
    let label = ui.add(egui::Label::new(job).wrap());
    label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, unmarked(&text)));
    let Some(question) = &playing.step().question else { return };
    ui.add_space(2.0);
    ui.horizontal_wrapped(|ui| match question {
        Question::Choose { answer, .. } => {
            for (option, number) in said.options.iter().zip(1..) {
                let mut button = egui::Button::new(rich(option, lit, &body_font(13.0), theme.ink));
                if !playing.asks() && number == *answer {
                    button = button.stroke(egui::Stroke::new(1.5, theme.accent));
                }
                if ui.add_enabled(playing.asks(), button).clicked() {
                    view.command(Command::Lesson(LessonOrder::Answer(number)));
                }
            }
        }
        Question::Slide { .. } => {
            let text = fl!(view.words, "lesson-check", t = view.scene.t);
            if ui.add_enabled(playing.asks(), egui::Button::new(text)).clicked() {
                view.command(Command::Lesson(LessonOrder::Check));
            }
        }
    });
}

/// Whether the present step is the last one.
fn is_last(playing: &Playing) -> bool {
    let [step, steps] = playing.progress();
    step == steps
}

/// The labels of the buttons that lead back and on.
fn labels(view: &View<'_>, playing: &Playing) -> [String; 2] {
    let last = is_last(playing);
    let on = if last { fl!(view.words, "lesson-end") } else { fl!(view.words, "lesson-next") };
    [fl!(view.words, "lesson-back"), on]
}

/// The width of the buttons, in points.
fn buttons_width(ui: &Ui, view: &View<'_>, playing: &Playing) -> f32 {
    labels(view, playing).iter().map(|label| button_width(ui, label)).sum()
}

/// The way back and on, and out of the lesson.
fn buttons(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, area: Rect) {
    let [back, on] = labels(view, playing);
    let upper = area.with_max_y(area.top() + 26.0);
    let layout = Layout::left_to_right(Align::Center);
    let mut row = ui.new_child(UiBuilder::new().max_rect(upper).layout(layout));
    if row.add_enabled(playing.progress()[0] > 1, egui::Button::new(back)).clicked() {
        view.command(Command::Lesson(LessonOrder::Back));
    }
    let on = egui::Button::new(RichText::new(on).color(view.theme.canvas)).fill(view.theme.accent);
    if row.add(on).clicked() {
        view.command(Command::Lesson(LessonOrder::Next));
    }
    let lower = area.with_min_y(upper.bottom() + 4.0);
    let mut row = ui.new_child(UiBuilder::new().max_rect(lower).layout(Layout::right_to_left(Align::Min)));
    let leave = RichText::new(fl!(view.words, "lesson-leave")).font(caption_font()).color(view.theme.weak);
    let about =
        format!("{}\n{}", title(&playing.lesson, view.words), fl!(view.words, "lesson-leave", "about"));
    if row.add(egui::Button::new(leave).frame(false)).on_hover_text(about).clicked() {
        view.command(Command::Lesson(LessonOrder::Leave));
    }
    if let Some(next) = next_lesson(playing).filter(|_| is_last(playing)) {
        let under = area.with_min_y(upper.bottom() + 26.0);
        let mut row =
            ui.new_child(UiBuilder::new().max_rect(under).layout(Layout::right_to_left(Align::Min)));
        let label = egui::Button::new(fl!(view.words, "lesson-next-lesson"));
        if row.add(label).on_hover_text(title(next, view.words)).clicked() {
            view.command(Command::Lesson(LessonOrder::Start(next.name.clone())));
        }
    }
}

/// The lesson that comes after this one, if it comes with the program and is not the last.
fn next_lesson(playing: &Playing) -> Option<&'static Lesson> {
    let at = shipped().iter().position(|lesson| lesson.name == playing.lesson.name)?;
    shipped().get(at + 1)
}
