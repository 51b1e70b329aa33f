//! The plots of a training over its iterations: the loss, the errors over t as a surface, and learned against held-out
//! pictures. A click or a drag looks at an iteration.

use std::sync::Arc;

use egui::{Align2, Rect, Sense, Stroke, Ui, pos2};
use i18n_embed_fl::fl;

use crate::app::chapters::layout::{columns, rows};
use crate::app::chapters::training::TrainingView;
use crate::app::chapters::training::words::network_names;
use crate::app::theme::caption_font;
use crate::app::widgets::{Axis, Chart, captioned, held_at, lane_line, plate};
use crate::app::workshop::Training;
use crate::quantity::Quantity;
use crate::train::live::Probe;

/// The plots, each of which can be shown alone.
pub const ALL: [&str; 3] = ["training/loss", "training/surface", "training/errors"];
/// The least number of iterations on the axis.
const LEAST: u64 = 100;
/// Losses and errors below this are drawn at it, as the axis is logarithmic.
const SMALLEST: f64 = 1e-6;

pub fn show(
    ui: &mut Ui,
    view: &mut TrainingView<'_, '_>,
    rect: Rect,
    training: Option<&Training>,
    shown: Option<&Probe>,
) {
    alone(ui, view, columns(rect, [1.0; 3]).map(Some), training, shown);
}

/// Draws those of the plots that have a place.
pub fn alone(
    ui: &mut Ui,
    view: &mut TrainingView<'_, '_>,
    [left, middle, right]: [Option<Rect>; 3],
    training: Option<&Training>,
    shown: Option<&Probe>,
) {
    if let Some(rect) = left {
        loss(ui, view, rect, training, shown);
    }
    if let Some(rect) = middle {
        surface(ui, view, rect, training, shown);
    }
    if let Some(rect) = right {
        errors(ui, view, rect, training, shown);
    }
}

/// The last iteration on the axis: that at which the training ends.
fn end(training: Option<&Training>) -> u64 {
    training.map_or(0, |training| training.total.max(training.iteration())).max(LEAST)
}

/// Lets the pointer choose the iteration that is looked at, and marks it.
fn scrub(
    ui: &Ui,
    view: &mut TrainingView<'_, '_>,
    chart: &Chart,
    response: &egui::Response,
    (training, shown): (Option<&Training>, Option<&Probe>),
) {
    if let (Some(pointer), Some(training)) = (held_at(ui, response), training) {
        let iteration = chart.value(pointer)[0].round().max(0.0) as u64;
        view.room.shown = (iteration < training.iteration()).then_some(iteration);
        ui.ctx().request_repaint();
    }
    if let Some(probe) = shown.filter(|_| view.room.shown.is_some()) {
        chart.vline(ui, probe.iteration as f64, Stroke::new(1.0, view.theme.ink));
    }
}

fn points(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    points.iter().map(|[x, y]| [*x, y.max(SMALLEST).log10()]).collect()
}

/// The whole powers of ten that enclose the values and the range `least`.
fn extent(points: &[Vec<[f64; 2]>], least: [f64; 2]) -> [f64; 2] {
    let values = || points.iter().flatten().map(|point| point[1]).filter(|value| value.is_finite());
    [values().fold(least[0], f64::min).floor(), values().fold(least[1], f64::max).ceil()]
}

/// The loss of each network: thin as it is, thick its moving average.
fn loss(
    ui: &mut Ui,
    view: &mut TrainingView<'_, '_>,
    rect: Rect,
    training: Option<&Training>,
    shown: Option<&Probe>,
) {
    let (theme, words) = (view.theme, view.words);
    let ink = theme.color(Quantity::EpsHat);
    let now: Vec<String> = training
        .into_iter()
        .flat_map(Training::curves)
        .filter_map(|c| Some(format!("{:.4}", c.now?)))
        .collect();
    let title = if now.is_empty() {
        fl!(words, "training-loss")
    } else {
        fl!(words, "training-loss-now", loss = now.join(" / "))
    };
    let curves = training.map(Training::curves).unwrap_or_default();
    let raw: Vec<Vec<[f64; 2]>> = curves.iter().map(|curves| points(curves.raw.points())).collect();
    let smooth: Vec<Vec<[f64; 2]>> = curves.iter().map(|curves| points(curves.smooth.points())).collect();
    let below = captioned(ui, rect, &title, &[]);
    let all = [raw.as_slice(), &smooth].concat();
    let chart = Chart::with_axes(below, [0.0, end(training) as f64], extent(&all, [-2.0, 0.1]));
    let name = fl!(words, "training-loss-plot");
    let response = chart.respond(ui, "training-loss", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("training/loss", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Log);
    chart.name_axis(ui, theme, &fl!(words, "axis-name-iteration"));
    for (lane, points) in raw.into_iter().enumerate() {
        let faint = ink.gamma_multiply(if lane == 0 { 0.4 } else { 0.25 });
        chart.line(ui, points, Stroke::new(1.0, faint));
    }
    for (lane, points) in smooth.iter().enumerate() {
        lines(ui, &chart, points, lane, Stroke::new(2.0, ink));
    }
    scrub(ui, view, &chart, &response, (training, shown));
}

/// A lane's line through points of a chart.
fn lines(ui: &Ui, chart: &Chart, points: &[[f64; 2]], lane: usize, stroke: Stroke) {
    let points: Vec<_> = points.iter().map(|point| chart.at(*point)).collect();
    if points.len() > 1 {
        chart.painter(ui).extend(lane_line(&points, lane, stroke));
    }
}

/// The errors over iterations and t, as brightness: a surface that sinks.
fn surface(
    ui: &mut Ui,
    view: &mut TrainingView<'_, '_>,
    rect: Rect,
    training: Option<&Training>,
    shown: Option<&Probe>,
) {
    let (theme, words) = (view.theme, view.words);
    let title = fl!(words, "training-surface");
    let below = captioned(ui, rect, &title, &[]);
    let networks = training.map_or(1, Training::networks);
    let probes: Vec<Arc<Probe>> = training.map(Training::probes).unwrap_or_default().to_vec();
    let end = end(training);
    let begun = training.and_then(Training::begun);
    let names = begun.map(|begun| network_names(words, &begun.settings)).unwrap_or_default();
    let steps =
        begun.and_then(|begun| begun.settings.first()).map_or(view.scene.steps(), |s| s.schedule.steps);
    let places = if networks > 1 { rows(below, [1.0, 1.0]).to_vec() } else { vec![below] };
    for (network, place) in places.into_iter().enumerate().take(2) {
        let last = network + 1 == networks;
        // Only the lowest has numbers below it.
        let place = if last { place } else { place.with_max_y(place.bottom() + 8.0) };
        let chart = Chart::with_axes(place, [0.0, end as f64], [0.0, steps as f64]);
        let name = match names.get(network) {
            Some(name) if networks > 1 => fl!(words, "training-surface-of", network = name.as_str()),
            _ => title.clone(),
        };
        let response =
            chart.respond(ui, &format!("training-surface-{network}"), &name, Sense::click_and_drag());
        if network == 0 {
            plate(view.shared, &response, ("training/surface", &title), rect);
        }
        let texture = view.room.heat[network].texture(ui, &probes, (network, end), theme.dark);
        if let Some(texture) = texture {
            chart.image(ui, texture);
        }
        chart.axes(ui, theme, if last { Axis::Plain } else { Axis::Bare }, Axis::Plain);
        if last {
            chart.name_axis(ui, theme, &fl!(words, "axis-name-iteration"));
        }
        if networks > 1
            && let Some(name) = names.get(network)
        {
            let at = chart.frame.right_top() + egui::vec2(-4.0, 3.0);
            ui.painter().text(at, Align2::RIGHT_TOP, name, caption_font(), theme.ink);
        }
        scrub(ui, view, &chart, &response, (training, shown));
    }
}

/// The mean errors on learned and on held-out pictures.
fn errors(
    ui: &mut Ui,
    view: &mut TrainingView<'_, '_>,
    rect: Rect,
    training: Option<&Training>,
    shown: Option<&Probe>,
) {
    let (theme, words) = (view.theme, view.words);
    let inks = [theme.color(Quantity::X0), theme.color(Quantity::New)];
    let legend = [fl!(words, "training-learned"), fl!(words, "training-held-out-short")];
    let title = match training.and_then(Training::begun) {
        Some(begun) => fl!(words, "training-errors", "of", pictures = begun.measured),
        None => fl!(words, "training-errors"),
    };
    let below = captioned(ui, rect, &title, &[(inks[0], &legend[0]), (inks[1], &legend[1])]);
    let probes = training.map(Training::probes).unwrap_or_default();
    let networks = training.map_or(1, Training::networks);
    let curve = |network: usize, part: usize| -> Vec<[f64; 2]> {
        let of = |probe: &Arc<Probe>| {
            let error = probe.networks.get(network)?.mean_errors()[part];
            Some([probe.iteration as f64, error.max(SMALLEST).log10()])
        };
        probes.iter().filter_map(of).collect()
    };
    let all: Vec<Vec<[f64; 2]>> =
        (0..networks).flat_map(|network| [curve(network, 0), curve(network, 1)]).collect();
    let chart = Chart::with_axes(below, [0.0, end(training) as f64], extent(&all, [-1.5, 0.1]));
    let name = fl!(words, "training-errors-plot");
    let response = chart.respond(ui, "training-errors", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("training/errors", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Log);
    chart.name_axis(ui, theme, &fl!(words, "axis-name-iteration"));
    for (i, points) in all.iter().enumerate() {
        lines(ui, &chart, points, i / 2, Stroke::new(2.0, inks[i % 2]));
    }
    // Far more pictures are learned than are shown in a name: what differs between lines is said in a corner.
    if networks > 1 {
        let begun = training.and_then(Training::begun);
        let names = begun.map(|begun| network_names(words, &begun.settings)).unwrap_or_default();
        for (lane, name) in names.iter().enumerate() {
            let right = chart.frame.right() - 4.0;
            let y = chart.frame.top() + 9.0 + 14.0 * lane as f32;
            let text =
                ui.painter().text(pos2(right, y), Align2::RIGHT_CENTER, name, caption_font(), theme.weak);
            let ends = [pos2(text.left() - 26.0, y), pos2(text.left() - 5.0, y)];
            ui.painter().extend(lane_line(&ends, lane, Stroke::new(2.0, theme.weak)));
        }
    }
    scrub(ui, view, &chart, &response, (training, shown));
}
