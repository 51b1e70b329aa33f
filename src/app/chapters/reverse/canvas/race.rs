//! Two to four lanes side by side, all from the same noise.

use egui::{Align2, Rect, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::plots;
use crate::app::chapters::layout::{columns, pictures_above};
use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::state::Run;
use crate::app::chapters::reverse::words::{predictor_label, sampler_caption, timestep};
use crate::app::theme::{caption_font, figures, heading_font};
use crate::app::widgets::{Frame, fitted_line, lane_sample, show_picture};
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

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) {
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

/// Draws one lane: a large picture of `x̂_0`, a smaller one of `x_t` beside it, and the lane's numbers.
fn lane(
    ui: &mut Ui,
    view: &mut ReverseView<'_, '_>,
    rect: Rect,
    lane: usize,
    options: &LaneOptions,
    distance: Option<f64>,
) {
    // The lane is named after the settings that it was made with; those of the scene may have changed since.
    let made = view.room.run().and_then(|run| run.spec.lanes.get(lane));
    let (predictor, sampler, steps) = match made {
        Some(made) => (made.predictor, made.sampler.kind, made.sampler.num_inference_steps),
        None => (options.predictor, options.sampler, options.steps),
    };
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
