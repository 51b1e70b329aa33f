//! A cloud forward into noise, and back out of noise by a sampler, at the same t.

use egui::{Rect, Stroke, Ui};

use super::super::super::columns;
use super::square::Square;
use crate::app::distributions::solver_label;
use crate::app::view::View;
use crate::diffusion::solvers::Solver;
use crate::distributions::plane::Recording;
use crate::quantity::Quantity;

/// Half the size of a particle where there are few.
const SIZE: f32 = 1.3;

pub fn show(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let [left, right] = columns(rect, [1.0, 1.0]);
    forward(ui, view, left);
    backward(ui, view, right);
}

/// Smaller where there are many.
pub fn size(count: usize) -> f32 {
    SIZE * (4000.0 / count.max(1) as f32).powf(0.2).clamp(0.5, 1.4)
}

fn forward(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let theme = view.theme;
    let [ink, ode] = [Quantity::Xt, Quantity::PosteriorMean].map(|q| theme.color(q));
    let title = format!("forward, t = {}", view.scene.t);
    let square = Square::new(ui, rect, &title, &[(ink, "data with noise"), (ode, "ODE from a click")]);
    let name = format!("square: forward particles, t = {}", view.scene.t);
    let response = square.respond(ui, "forward", &name);
    square.field(ui, view, 0.6);
    let plane = &view.distributions.plane;
    if let (Some(cloud), Some(knower)) = (plane.cloud(), plane.knower()) {
        let points = cloud.at(knower.process.level(plane.t()));
        let size = size(points.len());
        square.cloud(ui, points, size, ink.gamma_multiply(0.55));
    }
    if let Some(field) = plane.field() {
        for path in &field.paths {
            square.path(ui, path, Stroke::new(2.0, ode));
        }
        for end in field.paths.iter().filter_map(|path| path.last()) {
            square.dot(ui, theme, *end, 3.0, ode);
        }
    }
    square.dot(ui, theme, view.scene.distributions.plane.point, 5.0, ode);
    square.take(ui, view, &response, true);
}

fn backward(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let theme = view.theme;
    let [ink, path] = [Quantity::Sample, Quantity::Epsilon].map(|q| theme.color(q));
    let options = &view.scene.distributions.plane;
    let (solver, point) = (options.sampler.solver, options.point);
    let frame = view.distributions.plane.backward().map(|run| run.nearest(view.distributions.plane.t()));
    let calls = frame.map_or(0, |frame| frame.calls);
    let title = format!("backward, {} · call {calls} of {}", label(solver), options.sampler.calls);
    let square = Square::new(ui, rect, &title, &[(path, "a sample's path")]);
    let name = format!("square: backward particles, call {calls}");
    let response = square.respond(ui, "backward", &name);
    square.field(ui, view, 0.6);
    let plane = &view.distributions.plane;
    if let Some(run) = plane.backward() {
        let frame = run.nearest(plane.t());
        let points = frame.points.iter().copied();
        let size = size(points.len());
        square.cloud(ui, points, size, ink.gamma_multiply(0.55));
        let places = run.path(nearest(run, plane.t(), point));
        square.path(ui, &places, Stroke::new(1.2, path.gamma_multiply(0.8)));
        if let Some(end) = places.last() {
            square.dot(ui, theme, *end, 3.5, path);
        }
    }
    square.take(ui, view, &response, false);
}

/// The particle nearest to a place at a time.
fn nearest(run: &Recording, t: f64, place: [f64; 2]) -> usize {
    let distance = |x: &[f32; 2]| (f64::from(x[0]) - place[0]).hypot(f64::from(x[1]) - place[1]);
    let points = run.nearest(t).points.iter().enumerate();
    points.min_by(|a, b| distance(a.1).total_cmp(&distance(b.1))).map_or(0, |(i, _)| i)
}

/// A sampler's name in captions, with its noise.
pub fn label(solver: Solver) -> String {
    match solver {
        Solver::Ddim { eta } if eta > 0.0 => format!("{} η {eta:.2}", solver_label(&solver)),
        _ => solver_label(&solver).to_owned(),
    }
}
