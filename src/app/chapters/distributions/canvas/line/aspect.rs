//! The plot at the lower right of the line, which shows one of three aspects: merged steps, normalising, or
//! forgetting.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::kernel::{head_room, numbers};
use super::{act, caption};
use crate::analysis::line::RANGE;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::widgets::{Axis, Chart, Horizontal, held_at, plate, time_axis_name};
use crate::diffusion::Gaussian;
use crate::diffusion::process::Level;
use crate::quantity::Quantity;
use crate::scene::{Action, LineAspect, TimeAxis};

/// Divergences smaller than this are drawn at this value, as the axis is logarithmic.
const SMALLEST: f64 = 1e-10;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    match view.scene.chapters.distributions.line.aspect {
        LineAspect::Merging => merging(ui, view, rect),
        LineAspect::Normalising => normalising(ui, view, rect),
        LineAspect::Forgetting => forgetting(ui, view, rect),
    }
}

/// The KL divergence of the exact reverse kernel from Gaussians, over the number of steps that the kernel
/// merges. Dragging sets that number.
fn merging(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [nearest, fixed] = [Quantity::PosteriorMean, Quantity::Beta].map(|q| theme.color(q));
    let words = view.words;
    let below = caption(
        ui,
        rect,
        &fl!(words, "distributions-merging-plot"),
        &[(nearest, &fl!(words, "distributions-gaussian")), (fixed, &fl!(words, "distributions-with-beta"))],
    );
    let Some(curve) = view.room.line.point().map(|point| point.value.merging.clone()) else {
        return;
    };
    let most = curve.last().map_or(1, |last| last.steps).max(2) as f64;
    let logs = |value: f64| value.max(SMALLEST).log10();
    let values = || curve.iter().flat_map(|m| [logs(m.nearest), logs(m.fixed)]);
    let (low, high) = (values().fold(0.0, f64::min).floor(), values().fold(-1.0, f64::max).ceil());
    let chart = Chart::with_axes(below, [0.0, most.log10()], [low, high]);
    let merge = view.scene.chapters.distributions.line.merge.min(most as usize);
    let name = fl!(words, "distributions-merging-plot", "name", merged = merge);
    let response = chart.respond(ui, "merging", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("distributions/merging", &name), rect);
    chart.axes(ui, theme, Axis::Log, Axis::Log);
    chart.name_axis(ui, theme, &fl!(view.words, "axis-name-steps"));
    let place = |steps: usize| (steps as f64).log10();
    chart.line(ui, curve.iter().map(|m| [place(m.steps), logs(m.fixed)]), Stroke::new(2.0, fixed));
    chart.line(ui, curve.iter().map(|m| [place(m.steps), logs(m.nearest)]), Stroke::new(2.0, nearest));
    chart.vline(ui, place(merge), Stroke::new(1.0, theme.ink));
    if let Some(pointer) = held_at(ui, &response) {
        let steps = 10_f64.powf(chart.value(pointer)[0]).round().max(1.0) as usize;
        act(view, |line| line.merge = steps);
    }
}

/// The density of the standardised data beside that of `x_T`, each with its distance from `N(0, 1)`.
fn normalising(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [data, noised] = [Quantity::X0, Quantity::Xt].map(|q| theme.color(q));
    let Some(both) = view.room.line.normalising() else { return };
    let [scaled, left] = both.distances;
    let words = view.words;
    let below = caption(
        ui,
        rect,
        &fl!(words, "distributions-scaling-plot"),
        &[(data, &fl!(words, "distributions-scaled")), (noised, "xₜ, t = T")],
    );
    let highest = both.standardised.iter().map(|p| p[1]).fold(0.42, f64::max).min(1.6);
    let chart = Chart::with_axes(below, RANGE, [0.0, head_room(below, 2) * highest]);
    let [data_is, noised_is] = both.distances.map(|distance| format!("{distance:.3}"));
    let name = fl!(words, "distributions-scaling-plot", "name", scaled = data_is, noised = noised_is);
    let response = chart.respond(ui, "normalising", &name, Sense::hover());
    plate(view.shared, &response, ("distributions/normalising", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(view.words, "axis-name-x"));
    chart.area(ui, &both.standardised, data.gamma_multiply(0.2));
    chart.line(ui, both.standardised.iter().copied(), Stroke::new(2.0, data));
    chart.line(ui, both.noised.iter().copied(), Stroke::new(2.0, noised));
    let normal = both.noised.iter().map(|p| [p[0], Gaussian::STANDARD.pdf(p[0])]);
    chart.dashed(ui, normal, Stroke::new(1.2, theme.weak));
    let line =
        |distance: f64| fl!(words, "distributions-total-variation", distance = format!("{distance:.4}"));
    numbers(ui, &chart, &[(line(scaled), data), (line(left), noised)]);
}

/// The total variation distance between `q(x_t)` and a start distribution that was taken through the reverse
/// kernels, over t.
fn forgetting(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let color = theme.color(Quantity::Inherited);
    let words = view.words;
    let below = caption(
        ui,
        rect,
        &fl!(words, "distributions-forgetting-plot"),
        &[(color, &fl!(words, "distributions-pushed-start-legend"))],
    );
    let axis = Horizontal::from(view.scene.axis);
    let schedule = view.active().schedule.clone();
    let (low, high) = axis.range(&schedule);
    let x = if view.scene.axis == TimeAxis::LogSnr { [high, low] } else { [low, high] };
    let chart = Chart::with_axes(below, x, [0.0, 1.05]);
    let forgetting = view.room.line.forgetting();
    let distances: &[[f64; 2]] = forgetting.map_or(&[], |all| &all.value.distances);
    let levels: &[(f64, Level)] = forgetting.map_or(&[], |all| &all.key.levels);
    let end = distances.last().map_or(f64::NAN, |last| last[1]);
    let name = fl!(words, "distributions-forgetting-plot", "name", distance = format!("{end:.3}"));
    let response = chart.respond(ui, "forgetting", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("distributions/forgetting", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &time_axis_name(view));
    // Each distance is drawn at the noise level that it was computed for, even if the schedule has changed
    // since.
    let level_of = |t: f64| levels.iter().find(|(of, _)| *of == t).map(|(_, level)| *level);
    let points: Vec<[f64; 2]> = distances
        .iter()
        .filter_map(|[t, distance]| Some([axis.place(*t, level_of(*t)?), *distance]))
        .collect();
    chart.area(ui, &points, color.gamma_multiply(0.2));
    chart.line(ui, points, Stroke::new(2.0, color));
    chart.vline(ui, axis.x(&schedule, view.scene.t), Stroke::new(1.0, theme.ink));
    if let Some(pointer) = held_at(ui, &response) {
        view.act(Action::Timestep(axis.timestep(&schedule, chart.value(pointer)[0])));
    }
}
