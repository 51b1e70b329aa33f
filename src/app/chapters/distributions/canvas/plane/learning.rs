//! A network that learns the score: a map of its error, its loss over iterations, its error over time.

use egui::{Button, Rect, Response, Sense, Stroke, Ui, vec2};
use i18n_embed_fl::fl;

use super::square::Square;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::commands::DistributionsCommand;
use crate::app::chapters::layout::{columns, rows};
use crate::app::widgets::{Axis, Chart, button_width, captioned, plate, primary};
use crate::quantity::Quantity;

/// Errors smaller than this are drawn at this value, as the axis is logarithmic.
const SMALLEST: f64 = 1e-4;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let [left, right] = columns(rect, [1.0, 1.0]);
    map(ui, view, left);
    let [loss, error] = rows(right, [1.0, 1.0]);
    loss_curve(ui, view, loss);
    error_curve(ui, view, error);
}

/// The error of ε̂ over the plane, at t.
fn map(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let ink = theme.color(Quantity::New);
    let error = view.room.plane.error();
    let words = view.words;
    let title = error.map_or_else(
        || fl!(words, "distributions-no-network"),
        |error| {
            let rms = format!("{:.3}", error.value.here);
            fl!(words, "distributions-error", t = error.key.t, rms = rms)
        },
    );
    let density = fl!(words, "distributions-density-legend");
    let square = Square::new(ui, rect, &title, &[(ink, "0 … 1"), (theme.color(Quantity::X0), &density)]);
    let response = square.respond(ui, view, "error", &fl!(words, "distributions-square", title = title));
    square.field(ui, view, 0.6);
    if let Some(texture) = view.room.plane.error_texture(ui, theme.dark) {
        square.image(ui, texture);
        if let Some(field) = view.room.plane.field() {
            square.contours(ui, &field.value.contours, theme.color(Quantity::X0));
        }
    } else if wants_training(view) {
        let button = train(ui, view, response.rect);
        if button.hovered() || button.is_pointer_button_down_on() {
            // A press on the button is no choice of a place in the plane.
            return;
        }
    }
    square.take(ui, view, &response, false);
}

/// Whether there is no network to show yet, none is being trained, and the canvas is one that can be used.
fn wants_training(view: &DistributionsView<'_, '_>) -> bool {
    let (plane, learning) = (&view.room.plane, &view.room.plane.learning);
    let there = plane.score_model().is_some_and(|score_model| learning.network(score_model).is_some());
    !there && !learning.is_open() && view.hints
}

/// A button in the middle of the square that trains a network.
fn train(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, square: Rect) -> Response {
    let label = fl!(view.words, "distributions-train-here");
    let room = (square.width() - 16.0).max(0.0);
    let width = (button_width(ui, &label) + 24.0).min(room);
    let button = Button::new(primary(view.theme, label)).fill(view.theme.accent).truncate();
    let place = Rect::from_center_size(square.center(), vec2(width, 32.0));
    let response = ui.put(place, button).on_hover_text(fl!(view.words, "distributions-train", "about"));
    if response.clicked() {
        view.order(DistributionsCommand::Train.order());
    }
    response
}

fn loss_curve(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let ink = theme.color(Quantity::EpsHat);
    let learning = &view.room.plane.learning;
    let words = view.words;
    let others = view.room.plane.score_model().is_some_and(|score_model| !learning.is_of(score_model));
    let data = if others { "other" } else { "own" };
    let title = match learning.loss() {
        Some(loss) => fl!(words, "distributions-loss-now", data = data, loss = format!("{loss:.4}")),
        None => fl!(words, "distributions-loss", data = data),
    };
    let below = captioned(ui, rect, &title, &[(ink, &fl!(words, "distributions-squared-error"))]);
    let points: Vec<[f64; 2]> = learning.curve().iter().map(|[x, loss]| [*x, loss.log10()]).collect();
    let last = learning.progress()[1].max(100) as f64;
    let [low, high] = extent(&points, [-1.0, 0.5]);
    let chart = Chart::with_axes(below, [0.0, last], [low, high]);
    let name = fl!(words, "distributions-loss", "name", iteration = learning.progress()[0]);
    let response = chart.respond(ui, "loss", &name, Sense::hover());
    plate(view.shared, &response, ("distributions/loss", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Log);
    chart.name_axis(ui, theme, &fl!(view.words, "axis-name-iteration"));
    chart.line(ui, points, Stroke::new(1.5, ink));
}

/// The error of ε̂ over t, in the same direction as the timeline, with the data at the left.
fn error_curve(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let ink = theme.color(Quantity::New);
    let words = view.words;
    let below = captioned(
        ui,
        rect,
        &fl!(words, "distributions-error-plot"),
        &[(ink, &fl!(words, "distributions-error-legend"))],
    );
    let plane = &view.room.plane;
    let of = plane.error().map(|error| &error.key.score_model).or(plane.score_model());
    let Some(process) = of.map(|score_model| score_model.process) else { return };
    let place = |t: f64| process.level(t).log_snr();
    let points: Vec<[f64; 2]> = plane
        .error()
        .map(|error| {
            error.value.over_time.iter().map(|[t, e]| [place(*t), e.max(SMALLEST).log10()]).collect()
        })
        .unwrap_or_default();
    let [low, high] = extent(&points, [-2.0, 0.0]);
    let chart = Chart::with_axes(below, [place(process.cut_off()), place(1.0)], [low, high]);
    let name = fl!(words, "distributions-error-plot", "name");
    let response = chart.respond(ui, "error-over-time", &name, Sense::hover());
    plate(view.shared, &response, ("distributions/error-over-time", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Log);
    chart.name_axis(ui, theme, &fl!(view.words, "axis-name-t"));
    chart.line(ui, points, Stroke::new(2.0, ink));
    chart.vline(ui, place(plane.t()), Stroke::new(1.0, theme.ink));
}

/// The whole powers of ten that enclose the values and the range `least`.
fn extent(points: &[[f64; 2]], least: [f64; 2]) -> [f64; 2] {
    let values = || points.iter().map(|point| point[1]).filter(|value| value.is_finite());
    [values().fold(least[0], f64::min).floor(), values().fold(least[1], f64::max).ceil()]
}
