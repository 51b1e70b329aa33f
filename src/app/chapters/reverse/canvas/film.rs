//! The film strip of a run: evenly spaced states of a lane. A click on one moves t there.

use egui::{Align2, Color32, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::state::Place;
use crate::app::chapters::reverse::words::timestep;
use crate::app::highlight::Lit;
use crate::app::theme::caption_font;
use crate::app::widgets::chip::Chip;
use crate::app::words::Words;
use crate::quantity::Quantity;
use crate::scene::Action;

const FRAMES: usize = 12;
const GAP: f32 = 8.0;
const LABEL: f32 = 18.0;
/// Space between two rows, in points.
const BETWEEN: f32 = 4.0;
/// The least height of two rows, as a multiple of that of one row that fills the width.
const TWO_ROWS: f32 = 1.5;
/// Space between two large frames, in points.
const LARGE_GAP: f32 = 4.0;

/// The height, in points, of a strip that fills the width.
pub fn height(view: &ReverseView<'_, '_>, width: f32) -> f32 {
    let [w, h] = view.room.run_size(view.scene, view.image);
    let n = FRAMES as f32;
    LABEL + (width - GAP * (n - 1.0)) / n * h as f32 / w as f32
}

/// A frame of the strip.
struct Shot {
    index: usize,
    quantity: Quantity,
    t: f64,
    /// The timestep to which a click moves t: the timestep of the network call.
    target: f64,
}

/// At most so many frames of a lane: the states of evenly spaced calls, and the state after the last call.
fn shots(view: &ReverseView<'_, '_>, lane: usize, most: usize) -> Vec<Option<Shot>> {
    let Some(run) = view.room.run() else { return Vec::new() };
    let Some(calls) = run.calls.get(lane).copied().filter(|calls| *calls > 0) else { return Vec::new() };
    let n = most.min(calls + 1);
    let shot = |i: usize| {
        let last = i + 1 == n;
        let index = if last { calls - 1 } else { i * calls / (n - 1).max(1) };
        let step = run.step(lane, index)?;
        // Not every step of a long run is kept with its pictures.
        let step = if step.pictures.is_some() { step } else { run.nearest(lane, step.t)? };
        let quantity = if last { Quantity::XPrev } else { Quantity::Xt };
        let t = if last { step.t_prev } else { step.t };
        Some(Shot { index: step.index, quantity, t, target: step.t })
    };
    (0..n).map(shot).collect()
}

/// Draws the strip of a lane, as large as fits into `rect`; with a second row, of what each call predicts as the clean
/// picture, where there is room. Nothing is drawn if `rect` is empty.
pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect, lane: usize) {
    if rect.height() <= LABEL {
        return;
    }
    let shots = shots(view, lane, FRAMES);
    let n = if shots.is_empty() { FRAMES } else { shots.len() };
    let [w, h] = view.room.run_size(view.scene, view.image);
    let aspect = w as f32 / h as f32;
    let gaps = GAP * (n - 1) as f32;
    let natural = (rect.width() - gaps) / n as f32 / aspect;
    let room = rect.height() - LABEL;
    let rows = if room - BETWEEN >= TWO_ROWS * natural { 2 } else { 1 };
    // One row shows what the words are about: in a lesson, perhaps the predictions.
    let predicted = rows == 1 && view.spoken != Lit::ALL && view.spoken.contains(Quantity::X0Hat);
    let height = ((room - BETWEEN * (rows - 1) as f32) / rows as f32).min(natural).max(8.0);
    let size = vec2(height * aspect, height);
    let spacing = ((rect.width() - n as f32 * size.x) / (n - 1).max(1) as f32).max(2.0);
    let now = view.room.shown(view.scene, lane).map(|step| step.t);
    for i in 0..n {
        let left = rect.left() + i as f32 * (size.x + spacing);
        for row in 0..rows {
            let area = Rect::from_min_size(pos2(left, rect.top() + row as f32 * (height + BETWEEN)), size);
            match shots.get(i) {
                Some(Some(shot)) if row == 0 && !predicted => frame(ui, view, area, (lane, i), shot, now),
                Some(Some(shot)) => estimate(ui, view, area, (lane, i), shot),
                _ => empty(ui, view, area),
            }
        }
        if let Some(Some(shot)) = shots.get(i) {
            let here = now == Some(shot.target) && shot.quantity == Quantity::Xt;
            let color = if here { view.theme.ink } else { view.theme.weak };
            let bottom = rect.top() + rows as f32 * (height + BETWEEN) - BETWEEN;
            let text = label(view.words, shot);
            let below = pos2(left + size.x / 2.0, bottom + 3.0);
            ui.painter().text(below, Align2::CENTER_TOP, text, caption_font(), color);
        }
    }
}

/// Draws frames of a lane, as many as take the most of `rect` side by side, with their timesteps on them.
pub fn large(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect, lane: usize) {
    let [w, h] = view.room.run_size(view.scene, view.image);
    let aspect = w as f32 / h as f32;
    let height = |n: usize| {
        let width = (rect.width() - LARGE_GAP * (n as f32 - 1.0)) / n as f32;
        rect.height().min(width / aspect)
    };
    let area = |n: usize| n as f32 * height(n).powi(2);
    let most = (1..=FRAMES).max_by(|a, b| area(*a).total_cmp(&area(*b))).unwrap_or(1);
    let shots = shots(view, lane, most);
    let n = if shots.is_empty() { most } else { shots.len() };
    let size = vec2(height(n) * aspect, height(n));
    let now = view.room.shown(view.scene, lane).map(|step| step.t);
    for i in 0..n {
        let left = rect.left() + i as f32 * (size.x + LARGE_GAP);
        let area = Rect::from_min_size(pos2(left, rect.top()), size);
        let Some(Some(shot)) = shots.get(i) else {
            empty(ui, view, area);
            continue;
        };
        frame(ui, view, area, (lane, i), shot, now);
        let text = ui.painter().layout_no_wrap(label(view.words, shot), caption_font(), Color32::WHITE);
        Chip::SMALL.text(ui, area, Align2::LEFT_BOTTOM, text, Color32::WHITE);
    }
}

/// Which state a frame shows.
fn label(words: &Words, shot: &Shot) -> String {
    if shot.t < 0.5 { fl!(words, "reverse-film-end") } else { timestep(shot.t) }
}

/// The place of a frame that there is not yet.
fn empty(ui: &Ui, view: &ReverseView<'_, '_>, area: Rect) {
    ui.painter().rect_stroke(area, 2.0, Stroke::new(1.0, view.theme.line), StrokeKind::Inside);
}

/// Draws the clean picture that a call of the strip predicts.
fn estimate(ui: &Ui, view: &mut ReverseView<'_, '_>, area: Rect, (lane, i): (usize, usize), shot: &Shot) {
    let response = ui.interact(area, ui.scope_id().with(("run-estimate", lane, i)), Sense::hover());
    let name = fl!(view.words, "reverse-film-estimate", t = timestep(shot.target));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    response.on_hover_text(&name);
    let made = (lane, shot.index, Quantity::X0Hat);
    let kept = view.room.store(view.shared.stored, Place::Estimate(lane, i), made);
    let scene = view.scene;
    if let Some(texture) = kept.and_then(|key| view.stored.texture(ui, key, scene)) {
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture, area, uv, Color32::WHITE);
    }
    let color = view.theme.color(Quantity::X0Hat).gamma_multiply(0.6);
    ui.painter().rect_stroke(area, 2.0, Stroke::new(1.0, color), StrokeKind::Outside);
}

fn frame(
    ui: &Ui,
    view: &mut ReverseView<'_, '_>,
    area: Rect,
    (lane, i): (usize, usize),
    shot: &Shot,
    now: Option<f64>,
) {
    let response = ui.interact(area, ui.scope_id().with(("run-film", lane, i)), Sense::click());
    let words = view.words;
    let name = if shot.t < 0.5 {
        fl!(words, "reverse-film-end", "name")
    } else {
        fl!(words, "reverse-film-frame", t = timestep(shot.t))
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let kept = view.room.store(view.shared.stored, Place::Film(lane, i), (lane, shot.index, shot.quantity));
    let scene = view.scene;
    if let Some(texture) = kept.and_then(|key| view.stored.texture(ui, key, scene)) {
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture, area, uv, Color32::WHITE);
    }
    let here = now == Some(shot.target) && shot.quantity == Quantity::Xt;
    let ink = if here { view.theme.color(Quantity::Xt) } else { view.theme.line };
    let width = if here || response.hovered() || response.has_focus() { 2.0 } else { 1.0 };
    let color = if response.has_focus() { view.theme.accent } else { ink };
    ui.painter().rect_stroke(area, 2.0, Stroke::new(width, color), StrokeKind::Outside);
    if response.clicked()
        && let Some(t) = view.room.run().map(|run| run.timestep(shot.target, scene.steps()))
    {
        view.act(Action::Timestep(t));
    }
}
