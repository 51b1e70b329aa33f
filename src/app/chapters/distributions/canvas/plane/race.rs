//! A race of samplers from the same start noise: their states at t, and the quality of their samples over the
//! number of network calls.

use egui::{Color32, Rect, Sense, Stroke, Ui, vec2};
use i18n_embed_fl::fl;

use super::square::Square;
use crate::analysis::plane::BUDGETS;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::words::solver_caption;
use crate::app::chapters::layout::pictures_above;
use crate::app::formula::sentence_width;
use crate::app::widgets::{Axis, Chart, captioned, lane_line, plate};
use crate::quantity::Quantity;

/// Space, in points, between squares.
const GAP: f32 = 14.0;
/// Radius, in points, of the disc with a racer's number. Colours mean quantities, so racers have numbers.
const MARK: f32 = 7.5;
/// Distances smaller than this are drawn at this value, as the axis is logarithmic.
const SMALLEST: f64 = 1e-4;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let count = view.scene.chapters.distributions.plane.racers.len();
    // From afar, curves that differ in their dashes need more room.
    let most = if view.presenting { 0.5 } else { 0.62 };
    let side = ((rect.width() + GAP) / count as f32 - GAP).min(most * rect.height());
    let [squares, plot] = pictures_above(rect, side + 20.0, 0.7);
    for i in 0..count {
        let left = squares.left() + (side + GAP) * i as f32;
        racer(
            ui,
            view,
            Rect::from_min_size(egui::pos2(left, squares.top()), vec2(side, squares.height())),
            i,
        );
    }
    quality(ui, view, plot);
}

fn racer(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect, i: usize) {
    let ink = view.theme.color(Quantity::Sample);
    // The caption names the sampler that made this run. If the user has just chosen another one, its run is
    // still to come.
    let run = view.room.plane.racer(i);
    let calls = run.map_or(0, |run| run.value.nearest(view.room.plane.t()).calls);
    let asked = view.scene.chapters.distributions.plane.racers[i];
    let (solver, total) = run.map_or((asked.solver, asked.calls), |run| (run.key.solver, run.key.calls));
    let words = view.words;
    let name = format!("{} · {}", i + 1, solver_caption(words, solver));
    let title = fl!(words, "distributions-racer-call", solver = name.as_str(), call = calls, total = total);
    let counted = format!("{name} · {calls}");
    let shown = [&title, &counted, &name].into_iter().find(|text| sentence_width(ui, text) <= rect.width());
    let square = Square::new(ui, rect, shown.unwrap_or(&name), &[]);
    let response = square.respond(
        ui,
        view,
        &format!("racer-{}", i + 1),
        &fl!(words, "distributions-square", title = title.as_str()),
    );
    square.field(ui, view, 0.0);
    let plane = &view.room.plane;
    if let Some(run) = plane.racer(i) {
        let swarm = run.value.nearest(plane.t()).swarm();
        square.cloud(ui, view, &format!("racer-{i}-cloud"), swarm, ink.gamma_multiply(0.8));
    }
    response.on_hover_text(title);
}

/// The energy distance between each sampler's samples and fresh data, over the number of network calls.
fn quality(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let words = view.words;
    let racers = view.scene.chapters.distributions.plane.racers.clone();
    // Each curve bears the name of the sampler that was measured, which may not be the one chosen last.
    let measured = |i: usize| view.room.plane.quality(i).map(|quality| quality.key.1);
    let names: Vec<String> = racers
        .iter()
        .enumerate()
        .map(|(i, racer)| {
            let name = solver_caption(words, measured(i).unwrap_or(racer.solver));
            format!("{} {name}", i + 1)
        })
        .collect();
    // Racers have one colour, and are told apart by their numbers.
    let mut legend: Vec<(Color32, &str)> =
        names.iter().map(|name| (Color32::TRANSPARENT, name.as_str())).collect();
    let fresh = fl!(words, "distributions-fresh-data");
    legend.push((theme.weak, &fresh));
    let below = captioned(ui, rect, &fl!(words, "distributions-quality-plot"), &legend);
    let plane = &view.room.plane;
    let all = (0..racers.len()).filter_map(|i| Some(&plane.quality(i)?.value));
    let values = || all.clone().flat_map(|quality| quality.points.iter().map(|point| point.1));
    let logs = |value: f64| value.max(SMALLEST).log10();
    let floor = all.clone().map(|quality| quality.floor).fold(f64::NAN, f64::max);
    let low = logs(values().fold(0.01, f64::min).min(floor)).floor();
    let high = logs(values().fold(0.1, f64::max)).ceil();
    let ends = [BUDGETS[0] as f64 * 0.9, BUDGETS[BUDGETS.len() - 1] as f64 * 1.1];
    let chart = Chart::with_axes(below, ends.map(f64::log10), [low, high]);
    let name = fl!(words, "distributions-quality-plot", "name");
    let response = chart.respond(ui, "quality", &name, Sense::hover());
    plate(view.shared, &response, ("distributions/quality", &name), rect);
    chart.axes(ui, theme, Axis::Log, Axis::Log);
    chart.name_axis(ui, theme, &fl!(view.words, "axis-name-calls"));
    if floor.is_finite() {
        let line = [[ends[0].log10(), logs(floor)], [ends[1].log10(), logs(floor)]];
        chart.dashed(ui, line, Stroke::new(1.2, theme.weak));
    }
    let mut marks = Vec::new();
    for (i, racer) in racers.iter().enumerate() {
        let Some(quality) = plane.quality(i).map(|quality| &quality.value) else { continue };
        let ink = theme.color(Quantity::Sample);
        let places: Vec<[f64; 2]> =
            quality.points.iter().map(|(calls, d)| [(*calls as f64).log10(), logs(*d)]).collect();
        let line: Vec<_> = places.iter().map(|place| chart.at(*place)).collect();
        chart.painter(ui).extend(lane_line(&line, i, Stroke::new(2.0, ink)));
        for place in &places {
            chart.dot(ui, *place, 3.0, ink, theme.canvas);
        }
        // Each number stands at another budget, so that none covers another.
        marks.extend(places.get(i.min(places.len().saturating_sub(1))).map(|place| (*place, i + 1, ink)));
        let at = (racer.calls as f64).log10();
        let foot = [[at, low], [at, low + 0.06 * (high - low)]];
        chart.line(ui, foot, Stroke::new(3.0, ink));
    }
    // Above all lines and dots, so that none hides a number.
    for (place, number, ink) in marks {
        chart.mark(ui, place, MARK, &number.to_string(), [ink, theme.canvas]);
    }
}
