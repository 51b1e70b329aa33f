//! Two to four lanes side by side, all from the same noise.

use egui::{Align2, Rect, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::{film, plots};
use crate::app::chapters::layout::{columns, pictures_above};
use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::state::Run;
use crate::app::chapters::reverse::words::{predictor_label, sampler_caption, timestep};
use crate::app::theme::{caption_font, figures, heading_font};
use crate::app::widgets::{Frame, fitted_line, lane_sample, show_bare_picture, show_picture, tag_of};
use crate::app::words::Words;
use crate::diffusion::sampler::SamplerKind;
use crate::quantity::Quantity;
use crate::scene::LaneOptions;
use crate::worker::PredictorKind;

/// Height of a lane's name, and of the numbers under its pictures, in points.
const NAME: f32 = 22.0;
const NUMBERS: f32 = 42.0;
/// Length of the sample of a lane's line, in points.
const SAMPLE: f32 = 26.0;
/// The fraction of a lane's width that `x̂_0` takes.
const LARGE: f32 = 0.64;
/// Height of the caption above each picture, in points.
const CAPTION: f32 = 26.0;

/// Width of the names beside rows of pictures, and space between rows, in points.
const NAMES: f32 = 92.0;
const BETWEEN: f32 = 5.0;

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) {
    if view.presenting && !view.with_plots() {
        return films(ui, view, rect);
    }
    let lanes: Vec<LaneOptions> = view.scene.chapters.reverse.lanes().copied().collect();
    let [w, h] = view.room.run_size(view.scene, view.image);
    let gaps = 24.0 * (lanes.len() - 1) as f32;
    let width = (rect.width() - gaps) / lanes.len() as f32 * LARGE;
    let natural = NAME + CAPTION + width * h as f32 / w as f32 + NUMBERS;
    let [upper, lower] = pictures_above(rect, natural, 0.68);
    let distances = view
        .room
        .run()
        .map(|run| run.distances(run.t_of(view.scene.t, view.scene.steps())))
        .unwrap_or_default();
    for (lane, options) in lanes.iter().enumerate() {
        let column = match lanes.len() {
            2 => columns(upper, [1.0; 2])[lane],
            3 => columns(upper, [1.0; 3])[lane],
            _ => columns(upper, [1.0; 4])[lane],
        };
        let distance = distances.get(lane).copied().flatten();
        self::lane(ui, view, column, lane, options, distance);
    }
    plots::show(ui, view, lower);
}

/// Draws the lanes as rows for a presentation: the name, `x̂_0` at t and a film of `x_t`, as large as there is room.
fn films(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) {
    let lanes: Vec<LaneOptions> = view.scene.chapters.reverse.lanes().copied().collect();
    let [w, h] = view.room.run_size(view.scene, view.image);
    let n = lanes.len() as f32;
    let height = (rect.height() - BETWEEN * (n - 1.0)) / n;
    // At least two pictures find room in a row.
    let height = height.min((rect.width() - NAMES) / 2.2 * h as f32 / w as f32).max(16.0);
    let size = vec2(height * w as f32 / h as f32, height);
    for (lane, options) in lanes.iter().enumerate() {
        let top = rect.top() + lane as f32 * (height + BETWEEN);
        let row = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), height));
        name(ui, view, row.with_max_x(row.left() + NAMES - 8.0), lane, options);
        let area = Rect::from_min_size(pos2(row.left() + NAMES, top), size);
        let call = view.room.shown(view.scene, lane).map(|step| step.index);
        let pixels = view.room.pixels(view.shared, lane, call, Quantity::X0Hat);
        let frame = Frame { lane: Some(lane), ..Frame::new(Quantity::X0Hat, String::new(), pixels) };
        show_bare_picture(ui, view, area, &frame);
        tag_of(ui, area, &[Quantity::X0Hat.symbol().to_owned()]);
        film::large(ui, view, row.with_min_x(area.right() + 10.0), lane);
    }
}

/// Writes the name of a lane and its number of calls beside its pictures.
fn name(ui: &Ui, view: &ReverseView<'_, '_>, rect: Rect, lane: usize, options: &LaneOptions) {
    let (_, sampler, steps) = made_with(view, lane, options);
    lane_sample(ui, pos2(rect.left(), rect.top() + 6.0), SAMPLE, lane, view.theme.ink);
    let number = pos2(rect.left() + SAMPLE + 6.0, rect.top() + 6.0);
    let ink = view.theme.ink;
    ui.painter().text(number, Align2::LEFT_CENTER, (lane + 1).to_string(), heading_font(), ink);
    let mut below = rect.with_min_y(rect.top() + 14.0);
    let [calls, _] = numbers(view.words, view.room.run(), lane, None);
    for (text, font) in [
        (sampler_caption(view.words, sampler), heading_font()),
        (fl!(view.words, "reverse-lane-of-steps", steps = steps), heading_font()),
        (calls, caption_font()),
    ] {
        let place = fitted_line(ui, below, Align2::LEFT_TOP, &text, font, ink);
        below.min.y = place.bottom();
    }
}

/// What a lane is named after: the settings that it was made with, as those of the scene may have changed since.
fn made_with(
    view: &ReverseView<'_, '_>,
    lane: usize,
    options: &LaneOptions,
) -> (PredictorKind, SamplerKind, usize) {
    match view.room.run().and_then(|run| run.spec.lanes.get(lane)) {
        Some(made) => (made.predictor, made.sampler.kind, made.sampler.num_inference_steps),
        None => (options.predictor, options.sampler, options.steps),
    }
}

/// Draws one lane: a large picture of `x̂_0`, a smaller one of `x_t` beside it, and the lane's numbers.
fn lane(
    ui: &mut Ui,
    view: &mut ReverseView<'_, '_>,
    rect: Rect,
    lane: usize,
    options: &LaneOptions,
    distance: Option<f64>,
) {
    let (predictor, sampler, steps) = made_with(view, lane, options);
    let ink = view.theme.ink;
    lane_sample(ui, pos2(rect.left(), rect.top() + 9.0), SAMPLE, lane, ink);
    let beside = rect.with_min_x(rect.left() + SAMPLE + 8.0);
    let whole = format!("{} · {}", lane + 1, describe(view.words, predictor, sampler, steps));
    let width = ui.painter().layout_no_wrap(whole.clone(), heading_font(), ink).size().x;
    // Where there is little room, sampler and steps tell lanes apart.
    let title = if width <= beside.width() {
        whole
    } else {
        format!("{} · {} · {steps}", lane + 1, sampler_caption(view.words, sampler))
    };
    fitted_line(ui, beside, Align2::LEFT_TOP, &title, heading_font(), ink);
    let [w, h] = view.room.run_size(view.scene, view.image);
    let aspect = w as f32 / h as f32;
    let room = rect.height() - NAME - NUMBERS - CAPTION;
    let large = vec2((room * aspect).min(rect.width() * LARGE), 0.0);
    let large = vec2(large.x, large.x / aspect);
    let small = vec2((rect.width() - large.x - 12.0).min(large.x), 0.0);
    let small = vec2(small.x, small.x / aspect);
    let step = view.room.shown(view.scene, lane).cloned();
    let top = rect.top() + NAME;
    let places = [(Quantity::X0Hat, rect.left(), large), (Quantity::Xt, rect.left() + large.x + 12.0, small)];
    for (quantity, left, size) in places {
        let pixels = view.room.pixels(view.shared, lane, step.as_ref().map(|step| step.index), quantity);
        let detail = match &step {
            Some(step) if quantity == Quantity::Xt => format!("t = {}", timestep(step.t)),
            _ => String::new(),
        };
        let frame = Frame { lane: Some(lane), ..Frame::new(quantity, detail, pixels) };
        let outer = Rect::from_min_size(pos2(left, top), size + vec2(0.0, CAPTION));
        show_picture(ui, view, outer, &frame);
    }
    let below = rect.with_min_y(top + CAPTION + large.y + 8.0);
    let [calls, far] = numbers(view.words, view.room.run(), lane, distance);
    fitted_line(ui, below, Align2::LEFT_TOP, &calls, figures(12.0), view.theme.ink);
    let below = below.with_min_y(below.top() + 16.0);
    fitted_line(ui, below, Align2::LEFT_TOP, &far, caption_font(), view.theme.weak);
}

/// The number of calls made, and the distance of the lane's `x̂_0` from the end of the lane with the most calls.
fn numbers(words: &Words, run: Option<&Run>, lane: usize, distance: Option<f64>) -> [String; 2] {
    let Some(run) = run.filter(|run| lane < run.lanes.len()) else {
        return [fl!(words, "reverse-lane-not-run"), String::new()];
    };
    let calls = run.calls.get(lane).copied().unwrap_or(0);
    let made = run.lanes[lane].len();
    let longest = made == calls && run.calls.iter().all(|other| *other <= calls);
    let far = match distance {
        Some(distance) => fl!(words, "reverse-lane-distance", rms = format!("{distance:.3}")),
        None if longest => fl!(words, "reverse-lane-longest"),
        None => String::new(),
    };
    [fl!(words, "reverse-lane-calls", made = made, calls = calls), far]
}

/// The predictor, the sampler and the number of steps of a lane, in a few words.
fn describe(words: &Words, predictor: PredictorKind, sampler: SamplerKind, steps: usize) -> String {
    let (predictor, sampler) = (predictor_label(words, predictor), sampler_caption(words, sampler));
    format!("{predictor} · {sampler} · {steps}")
}
