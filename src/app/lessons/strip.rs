//! The strip of a lesson: its words, its formula, its questions, and the way on and back.

use egui::text::LayoutJob;
use egui::{Align, Context, FontId, Layout, Rect, RichText, Sense, Ui, UiBuilder, Vec2, pos2, vec2};
use i18n_embed_fl::fl;

use super::{Answer, Audience, LessonOrder, Playing, StepWords, title};
use crate::app::command::Command;
use crate::app::formula::{row, row_width};
use crate::app::highlight::Lit;
use crate::app::theme::{Theme, body_font, caption_font, heading_font, title_font};
use crate::app::view::View;
use crate::app::widgets::{append, append_rich, rich, unbroken, unmarked};
use crate::app::words::Words;
use crate::lesson::Question;

/// The least height of a strip, what is above and below its words, and the height of a row of answers, in points.
const HEIGHT: f32 = 76.0;
const AROUND: f32 = 10.0;
const ANSWERS: f32 = 32.0;
/// The largest part of the screen's height that a strip takes.
const MOST: f32 = 0.5;
/// The sizes of letters, in points: where the words are too long for one, the next is taken.
const SIZES: [f32; 4] = [14.5, 13.0, 12.0, 11.0];
/// What a button takes besides its label, with the gap to the next one, in points.
const BUTTON: f32 = 26.0;
/// Room for the number of the step, in points.
const NUMBER: f32 = 64.0;
/// Size of the formula: points per em.
const EM: f32 = 17.0;
/// The height of a formula below the words, in points.
const FORMULA: f32 = 44.0;
/// The least width of the words beside a formula, in points.
const WORDS: f32 = 360.0;

/// The height, in points, of a lesson's strip on a screen of this size. It does not change while a question is answered.
pub fn height(ctx: &Context, words: &Words, playing: &Playing, screen: Vec2) -> f32 {
    Space::of(ctx, words, playing, screen).height
}

/// Draws the strip into `rect`.
pub fn show(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, rect: Rect) {
    strip(ui, view, playing, rect, true);
}

/// Draws the strip without its buttons, for figures.
pub fn show_plain(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, rect: Rect) {
    strip(ui, view, playing, rect, false);
}

/// The room that is taken by the parts of a strip, in points.
struct Space {
    height: f32,
    /// The width of the buttons.
    buttons: f32,
    /// The width of the formula beside the words; 0 if there is none, or no room for it.
    formula: f32,
    /// The height of the formula below the words; 0 if it does not stand there.
    below: f32,
    /// The size of the words' letters, and the most lines.
    font: f32,
    lines: usize,
}

impl Space {
    fn of(ctx: &Context, words: &Words, playing: &Playing, screen: Vec2) -> Self {
        let buttons: f32 =
            labels(words, playing).iter().map(|label| line_width(ctx, label, 13.0) + BUTTON).sum();
        let middle = screen.x - 32.0 - NUMBER - buttons - 16.0;
        let formula = row_width(&playing.step().formula, EM);
        let beside = !playing.step().formula.is_empty() && middle - formula - 24.0 >= WORDS;
        let below = !playing.step().formula.is_empty() && !beside && formula <= screen.x - 32.0;
        let below = if below { FORMULA } else { 0.0 };
        let formula = if beside { formula } else { 0.0 };
        let width = middle - if beside { formula + 24.0 } else { 0.0 };
        let said = playing.words(words);
        let answers = ANSWERS * answer_rows(ctx, words, playing, &said, width) as f32;
        let most = MOST * screen.y - 2.0 * AROUND - answers - below;
        // A reply that stands before what is revealed takes about this much.
        let reply = fl!(words, "lesson-close", t = 1000);
        let heading = heading(playing, words).unwrap_or_default();
        let texts =
            [format!("{heading}{} {}", said.text, said.ask), format!("{heading}{reply} {}", said.reveal)];
        let tall = |font: f32| {
            let height = |text: &String| words_height(ctx, &unbroken(&unmarked(text)), font, width);
            texts.iter().map(height).fold(0.0, f32::max)
        };
        let font = SIZES.into_iter().find(|font| tall(*font) <= most).unwrap_or(SIZES[SIZES.len() - 1]);
        let height = (tall(font).min(most) + answers + 2.0 * AROUND).max(HEIGHT) + below;
        let line = words_height(ctx, "x", font, width);
        Self { height, buttons, formula, below, font, lines: (most / line).floor().max(1.0) as usize }
    }
}

/// The lesson's title, with which its first step begins; a print has it above its pictures.
fn heading(playing: &Playing, words: &Words) -> Option<String> {
    let begins = playing.progress()[0] == 1 && playing.audience != Audience::Readers;
    begins.then(|| format!("{}\u{2003}", title(&playing.lesson, words)))
}

fn line_width(ctx: &Context, text: &str, font: f32) -> f32 {
    let layout = |fonts: &mut epaint::text::FontsView<'_>| {
        fonts.layout_no_wrap(text.to_owned(), body_font(font), egui::Color32::WHITE).size().x
    };
    ctx.fonts_mut(layout)
}

fn words_height(ctx: &Context, text: &str, font: f32, width: f32) -> f32 {
    let layout = |fonts: &mut epaint::text::FontsView<'_>| {
        fonts.layout(text.to_owned(), body_font(font), egui::Color32::WHITE, width.max(1.0)).size().y
    };
    ctx.fonts_mut(layout)
}

/// The number of rows that the answers take.
fn answer_rows(ctx: &Context, words: &Words, playing: &Playing, said: &StepWords, width: f32) -> usize {
    let labels = match &playing.step().question {
        None => return 0,
        Some(Question::Choose { .. }) => said.options.iter().map(|option| unmarked(option)).collect(),
        Some(Question::Slide { .. }) => vec![fl!(words, "lesson-check", t = 1000)],
    };
    let (mut rows, mut used) = (1, 0.0);
    for label in &labels {
        let needed = line_width(ctx, label, 13.0) + BUTTON;
        if used > 0.0 && used + needed > width {
            (rows, used) = (rows + 1, 0.0);
        }
        used += needed;
    }
    rows
}

fn strip(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, rect: Rect, live: bool) {
    let theme = view.theme;
    let stripe = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
    ui.painter().rect_filled(stripe, 0.0, theme.accent);
    let inner = rect.shrink2(vec2(16.0, AROUND));
    number(ui, view, playing, inner);
    let screen = vec2(rect.width(), ui.ctx().content_rect().height());
    let space = Space::of(ui.ctx(), view.words, playing, screen);
    let mut middle = Rect::from_min_max(
        pos2(inner.left() + NUMBER, inner.top()),
        pos2(inner.right() - space.buttons - 16.0, inner.bottom()),
    );
    if space.formula > 0.0 {
        let left = middle.right() - space.formula;
        let lit = Theme { lit: Lit::ALL, ..theme };
        row(ui, lit, &playing.step().formula, EM, pos2(left, middle.top() + (HEIGHT - 20.0) / 2.0));
        middle.max.x = left - 24.0;
    }
    if space.below > 0.0 {
        let lit = Theme { lit: Lit::ALL, ..theme };
        let width = row_width(&playing.step().formula, EM);
        let left = rect.center().x - width / 2.0;
        row(ui, lit, &playing.step().formula, EM, pos2(left, inner.bottom() - space.below / 2.0));
        middle.max.y -= space.below;
    }
    let mut child = ui.new_child(UiBuilder::new().max_rect(middle).layout(Layout::top_down(Align::LEFT)));
    words(&mut child, view, playing, &space, live);
    if live {
        buttons(ui, view, playing, inner.with_min_x(inner.right() - space.buttons));
    }
}

/// The number of the step; where the pointer rests on it, the lesson's title.
fn number(ui: &Ui, view: &View<'_>, playing: &Playing, rect: Rect) {
    let [step, steps] = playing.progress();
    let text = fl!(view.words, "lesson-progress", step = step, steps = steps);
    let painter = ui.painter();
    let place = painter.text(rect.left_top(), egui::Align2::LEFT_TOP, text, title_font(), view.theme.ink);
    let response = ui.interact(place, ui.scope_id().with("step"), Sense::hover());
    response.on_hover_text(title(&playing.lesson, view.words));
}

/// The words, or when the question has been answered what is said then; and the answers to choose from. Only where the
/// strip is `live` is there something to answer with t.
fn words(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, space: &Space, live: bool) {
    let theme = view.theme;
    let said = playing.words(view.words);
    let lit = Theme { lit: Lit::ALL, ..theme };
    let text = match playing.reply(view.words) {
        None if playing.asks() => format!("{} {}", said.text, said.ask),
        None if playing.step().question.is_some() => said.reveal.clone(),
        None => said.text.clone(),
        Some(reply) => format!("{reply} {}", said.reveal),
    };
    let mut job = LayoutJob::default();
    if let Some(heading) = heading(playing, view.words) {
        let font = FontId { size: space.font, ..heading_font() };
        append(&mut job, &unbroken(&heading), font, theme.accent);
    }
    append_rich(&mut job, &text, lit, &body_font(space.font), theme.ink);
    job.wrap.max_width = ui.available_width();
    job.wrap.max_rows = space.lines;
    let galley = ui.painter().layout_job(job);
    let (place, label) = ui.allocate_exact_size(galley.size(), Sense::hover());
    label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, unmarked(&text)));
    if galley.elided {
        label.on_hover_text(unmarked(&text));
    }
    ui.painter().galley(place.min, galley, theme.ink);
    let Some(question) = &playing.step().question else { return };
    ui.add_space(2.0);
    ui.horizontal_wrapped(|ui| match question {
        Question::Choose { answer, .. } => {
            for (option, number) in said.options.iter().zip(1..) {
                let font = body_font(13.0);
                let button = |ink| egui::Button::new(rich(option, lit, &font, ink));
                if playing.asks() {
                    if ui.add(button(theme.ink)).clicked() {
                        view.command(Command::Lesson(LessonOrder::Answer(number)));
                    }
                } else if number == *answer {
                    let right = unmarked(option);
                    let right = RichText::new(right).font(font.clone()).color(theme.canvas);
                    ui.add(egui::Button::new(right).fill(theme.accent).sense(Sense::hover()));
                } else {
                    let chosen = playing.answer == Some(Answer::Chosen(number));
                    let wrong = button(theme.weak).sense(Sense::hover());
                    let edge = if chosen { theme.warn } else { theme.line };
                    ui.add(wrong.stroke(egui::Stroke::new(1.5, edge)));
                }
            }
        }
        Question::Slide { .. } => {
            let text = fl!(view.words, "lesson-check", t = view.scene.t);
            if live && playing.asks() && ui.button(text).clicked() {
                view.command(Command::Lesson(LessonOrder::Check));
            }
        }
    });
}

/// The labels of the buttons that lead back and on. From the last step, the way on is the next lesson, if there is one.
fn labels(words: &Words, playing: &Playing) -> [String; 2] {
    let on = match (playing.is_last(), playing.next_lesson()) {
        (false, _) => fl!(words, "lesson-next"),
        (true, Some(_)) => fl!(words, "lesson-next-lesson"),
        (true, None) => fl!(words, "lesson-end"),
    };
    [fl!(words, "lesson-back"), on]
}

/// The way out of the lesson, and below it the way back and on, at the lower edge, which stays where it is while strips
/// differ in height: so one can press on without looking, and never comes to press what leads out.
fn buttons(ui: &mut Ui, view: &mut View<'_>, playing: &Playing, area: Rect) {
    let lower = area.with_min_y(area.bottom() - 26.0);
    let upper =
        Rect::from_min_max(pos2(area.left(), lower.top() - 26.0), pos2(area.right(), lower.top() - 4.0));
    let right = Layout::right_to_left(Align::Center);
    out(&mut ui.new_child(UiBuilder::new().max_rect(upper).layout(right)), view, playing);
    let left = Layout::left_to_right(Align::Center);
    on(&mut ui.new_child(UiBuilder::new().max_rect(lower).layout(left)), view, playing);
}

/// The way back and on.
fn on(row: &mut Ui, view: &mut View<'_>, playing: &Playing) {
    let [back, on] = labels(view.words, playing);
    if row.add_enabled(playing.progress()[0] > 1, egui::Button::new(back)).clicked() {
        view.command(Command::Lesson(LessonOrder::Back));
    }
    let on = egui::Button::new(RichText::new(on).color(view.theme.canvas)).fill(view.theme.accent);
    let on = row.add(on);
    let on = match playing.next_lesson().filter(|_| playing.is_last()) {
        Some(next) => on.on_hover_text(title(next, view.words)),
        None => on,
    };
    if on.clicked() {
        view.command(Command::Lesson(LessonOrder::Next));
    }
}

/// The way out, and to the first step.
fn out(row: &mut Ui, view: &mut View<'_>, playing: &Playing) {
    let leave = if playing.is_done() && playing.next_lesson().is_some() {
        fl!(view.words, "lesson-end")
    } else {
        fl!(view.words, "lesson-leave")
    };
    let leave = RichText::new(leave).font(caption_font()).color(view.theme.weak);
    let about =
        format!("{}\n{}", title(&playing.lesson, view.words), fl!(view.words, "lesson-leave", "about"));
    if row.add(egui::Button::new(leave).frame(false)).on_hover_text(about).clicked() {
        view.command(Command::Lesson(LessonOrder::Leave));
    }
    if playing.progress()[0] > 1 {
        let text = fl!(view.words, "lesson-restart");
        let restart = RichText::new(text).font(caption_font()).color(view.theme.weak);
        let about = fl!(view.words, "lesson-restart", "about");
        if row.add(egui::Button::new(restart).frame(false)).on_hover_text(about).clicked() {
            view.command(Command::Lesson(LessonOrder::Restart));
        }
    }
}
