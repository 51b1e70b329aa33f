//! The run's numbers over t.

use egui::{Rect, Ui};
use egui_plot::{Line, PlotPoints, PlotUi};
use i18n_embed_fl::fl;

use crate::app::chapters::layout::{columns, inside};
use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::state::{Reverse, Run};
use crate::app::view::View;
use crate::app::widgets::{Horizontal, TimePlot, lane_style};
use crate::diffusion::process::Level;
use crate::quantity::Quantity;
use crate::worker::KeptStep;

const STD: [Quantity; 1] = [Quantity::Xt];
const SIZE: [Quantity; 1] = [Quantity::EpsHat];
const CHANGE: [Quantity; 1] = [Quantity::X0Hat];
/// Errors from which on their axis is logarithmic, and the smallest value on such an axis.
const FAR_OFF: f64 = 10.0;
const SMALLEST: f64 = 1e-6;

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) {
    let [left, middle, right] = columns(rect, [1.0, 1.0, 1.0]);
    inside(ui, left, |ui| spread(ui, view));
    inside(ui, middle, |ui| noise(ui, view));
    inside(ui, right, |ui| change(ui, view));
}

/// Plots the standard deviation of `x_t`, and its theoretical value `√(ᾱ E[x_0²] + 1 − ᾱ)`.
fn spread(ui: &mut Ui, view: &mut ReverseView<'_, '_>) {
    let most = largest(view.room, |step| Some(step.std_x)).max(1.0);
    let room = &*view.room;
    let title = fl!(view.words, "reverse-plot-deviation");
    let plot = TimePlot::new("reverse/spread", &title);
    plot.y_range(0.0, 1.05 * most).legend(&STD).show(ui, view.shared, |plot, view, axis| {
        lines(plot, view, room, axis, Quantity::Xt, 2.0, |step| Some(step.std_x));
        // The theoretical value is that of the run's own schedule; the scene's may have changed since.
        let Some((run, schedule)) = room.run().and_then(|run| Some((run, run.schedule()?))) else {
            return;
        };
        let Some(square) = run.mean_square() else { return };
        let scale = scale(view, run);
        let points: Vec<[f64; 2]> = axis
            .decimate(schedule.steps())
            .map(|i| {
                let alpha_bar = schedule.alpha_bar(i + 1);
                let at = axis.place((i + 1) as f64 * scale, Level::of_alpha_bar(alpha_bar));
                [at, (alpha_bar * square + 1.0 - alpha_bar).sqrt()]
            })
            .collect();
        let line = Line::new("theory", PlotPoints::new(points)).color(view.theme.weak);
        plot.line(line.width(1.0).allow_hover(false));
    });
}

/// Plots the root mean square of ε̂ and, where `x_0` is known, its mean squared error.
fn noise(ui: &mut Ui, view: &mut ReverseView<'_, '_>) {
    let known = view.room.run().is_some_and(|run| run.lanes.iter().flatten().any(|s| s.error.is_some()));
    let title = if known {
        fl!(view.words, "reverse-plot-noise-and-error")
    } else {
        fl!(view.words, "reverse-plot-noise")
    };
    let room = &*view.room;
    let most = largest(room, |step| Some(step.error.unwrap_or(0.0).max(step.rms_eps))).max(1.0);
    // Where a few steps are far off, a logarithmic axis keeps the others apart.
    let log = most > FAR_OFF;
    let scaled = |value: f64| if log { value.max(SMALLEST).log10() } else { value };
    let plot = TimePlot::new("reverse/noise", &title).legend(&SIZE).log_y(log);
    let plot = if log { plot } else { plot.y_range(0.0, 1.05 * most) };
    plot.show(ui, view.shared, |plot, view, axis| {
        lines(plot, view, room, axis, Quantity::EpsHat, 2.0, |step| Some(scaled(step.rms_eps)));
        lines(plot, view, room, axis, Quantity::EpsHat, 1.0, |step| step.error.map(scaled));
    });
}

/// Plots how much the predicted picture changes from call to call.
fn change(ui: &mut Ui, view: &mut ReverseView<'_, '_>) {
    let room = &*view.room;
    let most = largest(room, |step| step.change).max(0.05);
    let title = fl!(view.words, "reverse-plot-change");
    let plot = TimePlot::new("reverse/change", &title).y_range(0.0, 1.05 * most);
    plot.legend(&CHANGE).show(ui, view.shared, |plot, view, axis| {
        lines(plot, view, room, axis, Quantity::X0Hat, 2.0, |step| step.change);
    });
}

/// The largest `value` over all steps of the run.
fn largest(room: &Reverse, value: impl Fn(&KeptStep) -> Option<f64>) -> f64 {
    let steps = room.run().into_iter().flat_map(|run| run.lanes.iter().flatten());
    steps.filter_map(|step| value(step)).fold(0.0, f64::max)
}

/// The number of timesteps of the timeline per timestep of the run.
fn scale(view: &View<'_>, run: &Run) -> f64 {
    view.scene.steps() as f64 / run.spec.schedule.steps as f64
}

/// Draws a line for each lane through the `value` of its steps.
fn lines(
    plot: &mut PlotUi<'_>,
    view: &View<'_>,
    room: &Reverse,
    axis: Horizontal,
    quantity: Quantity,
    width: f32,
    value: impl Fn(&KeptStep) -> Option<f64>,
) {
    let Some(run) = room.run() else { return };
    let scale = scale(view, run);
    for (lane, steps) in run.lanes.iter().enumerate() {
        let color = view.theme.color(quantity);
        // No plot is wide enough to show more points.
        let every = steps.len().div_ceil(400).max(1);
        let points: Vec<[f64; 2]> = steps
            .iter()
            .step_by(every)
            .filter_map(|step| {
                Some([axis.place(step.t * scale, Level::of_alpha_bar(step.alpha_bar)), value(step)?])
            })
            .collect();
        let name = format!("{} {}", quantity.symbol(), lane + 1);
        let line = Line::new(name, PlotPoints::new(points)).color(color).width(width);
        plot.line(line.style(lane_style(lane)).allow_hover(false));
    }
}
