//! Data, marginals over all t, and the slice at t, side by side on one vertical axis.

use egui::{Color32, CursorIcon, Rect, Sense, Stroke, Ui, pos2};
use i18n_embed_fl::fl;

use super::shape;
use crate::analysis::line::{Path, RANGE};
use crate::app::chapters::distributions::DistributionsView;
use crate::app::widgets::{Axis, Chart, Horizontal, captioned, held_at, plate, time_axis_name};
use crate::background::Computed;
use crate::diffusion::Gaussian;
use crate::diffusion::process::Level;
use crate::quantity::Quantity;
use crate::scene::{Action, LineAspect, TimeAxis};

/// Width, in points, of the numbers of the common axis.
const NUMBERS: f32 = 38.0;
/// Space, in points, between the map and the slice.
const GAP: f32 = 12.0;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let side = (0.17 * rect.width()).clamp(90.0, 260.0);
    let [left, right] = [rect.left() + side, rect.right() - side];
    let data = Rect::from_min_max(rect.min, pos2(left, rect.bottom()));
    let map = Rect::from_min_max(pos2(left + NUMBERS, rect.top()), pos2(right - GAP, rect.bottom()));
    let slice = Rect::from_min_max(pos2(right, rect.top()), rect.max);
    let words = view.words;
    let [title, hint] =
        [fl!(words, "distributions-data-plot"), fl!(words, "distributions-data-plot", "hint")];
    let below = captioned(ui, data, &view.with_hint(ui, data.width(), &title, &hint), &[]);
    shape::show(ui, view, below.with_max_y(rect.bottom() - 18.0));
    heat(ui, view, map);
    at_t(ui, view, slice);
}

/// The heat map of `q(x_t)` over all t, with the paths from the clicked state.
fn heat(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [forward, sde, ode] = path_colors(view);
    let words = view.words;
    let [title, hint] =
        [fl!(words, "distributions-marginals-plot"), fl!(words, "distributions-marginals-plot", "hint")];
    let title = view.with_hint(ui, rect.width(), &title, &hint);
    let below = captioned(
        ui,
        rect,
        &title,
        &[
            (forward, &fl!(words, "distributions-forward-sde")),
            (sde, &fl!(words, "distributions-reverse-sde")),
            (ode, &fl!(words, "distributions-ode")),
        ],
    );
    let axis = Horizontal::from(view.scene.axis);
    let schedule = view.active().schedule.clone();
    let (low, high) = axis.range(&schedule);
    let x = if view.scene.axis == TimeAxis::LogSnr { [high, low] } else { [low, high] };
    let chart = Chart::new(below.with_max_y(rect.bottom() - 18.0), x, RANGE);
    let (t, point) = (view.scene.t, view.scene.chapters.distributions.line.x);
    let name = fl!(words, "distributions-marginals-plot", "name", t = t, x = format!("{point:.2}"));
    let response = chart.respond(ui, "marginals", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("distributions/marginals", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &time_axis_name(view));
    // Map and paths are drawn at the noise levels that they were computed for, even if the schedule has
    // changed since.
    let time_axis = view.scene.axis;
    if let Some((texture, of)) = view.room.line.heat(ui, theme.dark)
        && of.axis == time_axis
    {
        chart.image_between(ui, texture, of.ends);
    }
    if let Some(Computed { key, value: paths }) = view.room.line.paths() {
        let place = |path: &Path, nodes: &[(f64, Level)]| -> Vec<[f64; 2]> {
            path.iter().zip(nodes).map(|([_, x], (t, level))| [axis.place(*t, *level), *x]).collect()
        };
        for path in &paths.forward {
            let stroke = Stroke::new(1.0, forward.gamma_multiply(0.75));
            chart.line(ui, place(path, &key.onwards), stroke);
        }
        for path in &paths.sde {
            let stroke = Stroke::new(1.0, sde.gamma_multiply(0.75));
            chart.line(ui, place(path, &key.backwards), stroke);
        }
        chart.line(ui, place(&paths.ode, &key.backwards), Stroke::new(2.0, ode));
    }
    let cursor = axis.x(&schedule, t);
    chart.vline(ui, cursor, Stroke::new(1.0, theme.ink));
    chart.dot(ui, [cursor, point], 5.0, theme.color(Quantity::Xt), theme.canvas);
    if response.hovered() {
        ui.set_cursor_icon(CursorIcon::Crosshair);
    }
    if let Some(pointer) = held_at(ui, &response) {
        let [place, x] = chart.value(pointer);
        click(view, x, axis.timestep(&schedule, place));
    }
}

/// The colours of the paths of the forward SDE, the reverse SDE and the ODE.
fn path_colors(view: &DistributionsView<'_, '_>) -> [Color32; 3] {
    [Quantity::Epsilon, Quantity::Sample, Quantity::PosteriorMean].map(|q| view.theme.color(q))
}

/// Selects the state `x` at timestep `t`: it is shown, and paths start from it.
fn click(view: &mut DistributionsView<'_, '_>, x: f64, t: usize) {
    let mut options = view.scene.chapters.distributions.clone();
    (options.line.x, options.line.from) = (x, t);
    if options != view.scene.chapters.distributions || t != view.scene.t {
        view.act(Action::click(options, t));
    }
}

/// `q(x_t)` at t, turned on its side, beside `N(0, 1)` or what has become of a start distribution that was
/// taken through the reverse kernels.
fn at_t(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let here = view.room.line.point();
    let t = here.map_or(view.scene.t, |point| point.key.t);
    let point = view.scene.chapters.distributions.line.x;
    let [ink, pushed] = [Quantity::Xt, Quantity::Inherited].map(|q| theme.color(q));
    let forgets = view.scene.chapters.distributions.line.aspect == LineAspect::Forgetting;
    let pushed_name = fl!(view.words, "distributions-pushed");
    let other = if forgets { (pushed, pushed_name.as_str()) } else { (theme.weak, "N(0, 1)") };
    let below = captioned(ui, rect, "", &[(ink, "q(xₜ)"), other]);
    let forgetting = view.room.line.forgetting().filter(|_| forgets);
    let start = forgetting.zip(here).and_then(|(all, here)| {
        // The curve with the nearest noise level is drawn. The curves may have been computed for other
        // timesteps, or for an earlier schedule.
        let log_snr = here.key.spec.level.log_snr();
        let of = |t: f64| all.key.levels.iter().find(|node| node.0 == t).map(|node| node.1.log_snr());
        let far = |curve: &&(f64, Vec<f64>)| of(curve.0).map_or(f64::INFINITY, |own| (own - log_snr).abs());
        let all = &all.value;
        let curve = all.curves.iter().min_by(|a, b| far(a).total_cmp(&far(b)))?;
        Some(all.grid.iter().copied().zip(curve.1.iter().copied()).map(|(x, q)| [q, x]).collect::<Vec<_>>())
    });
    let marginal: Vec<[f64; 2]> =
        here.map(|point| point.value.marginal.iter().map(|&[x, q]| [q, x]).collect()).unwrap_or_default();
    let largest = marginal.iter().map(|point| point[0]).fold(0.42, f64::max);
    let chart = Chart::new(below.with_max_y(rect.bottom() - 18.0), [0.0, 1.08 * largest], RANGE);
    let name = fl!(view.words, "distributions-slice-plot", t = t);
    let response = chart.respond(ui, "slice", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("distributions/slice", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Bare);
    chart.band(ui, marginal.iter().map(|&[q, x]| [[0.0, x], [q, x]]), ink.gamma_multiply(0.14));
    let normal = (0..=80).map(|i| {
        let x = RANGE[0] + (RANGE[1] - RANGE[0]) * f64::from(i) / 80.0;
        [Gaussian::STANDARD.pdf(x), x]
    });
    chart.dashed(ui, normal, Stroke::new(1.2, theme.weak));
    chart.line(ui, start.unwrap_or_default(), Stroke::new(1.5, pushed));
    chart.line(ui, marginal, Stroke::new(2.0, ink));
    chart.hline(ui, point, Stroke::new(1.0, theme.ink));
    if let Some(pointer) = held_at(ui, &response) {
        click(view, chart.value(pointer)[1], view.scene.t);
    }
}
