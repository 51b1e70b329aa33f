//! A cloud of particles that diffuses from data into noise, and one that a sampler brings back out of noise,
//! both at the same t.

use egui::{Rect, Stroke, Ui};
use i18n_embed_fl::fl;

use super::square::Square;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::words::solver_caption;
use crate::app::chapters::layout::columns;
use crate::app::words::noise_label;
use crate::background::Computed;
use crate::quantity::Quantity;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let [left, right] = columns(rect, [1.0, 1.0]);
    forward(ui, view, left);
    backward(ui, view, right);
}

fn forward(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [ink, ode, way] = [Quantity::Xt, Quantity::PosteriorMean, Quantity::Epsilon].map(|q| theme.color(q));
    let (words, t) = (view.words, view.scene.t);
    let noise = noise_label(words, view.scene.noise);
    let square = Square::new(
        ui,
        rect,
        &fl!(words, "distributions-forward", noise = noise, t = t),
        &[
            (ink, "xₜ"),
            (way, &fl!(words, "distributions-path-legend")),
            (ode, &fl!(words, "distributions-ode")),
        ],
    );
    let name = fl!(words, "distributions-forward", "name", t = t);
    let response = square.respond(ui, view, "forward", &name);
    square.field(ui, view, 0.6);
    let plane = &view.room.plane;
    if let Some(Computed { key: (score_model, ..), value: cloud }) = plane.cloud() {
        let swarm = cloud.at(score_model.process.level(plane.t()), view.scene.noise);
        square.cloud(ui, view, "forward-cloud", swarm, ink.gamma_multiply(0.55));
    }
    let film = plane.film();
    square.path(ui, &film, Stroke::new(1.6, way));
    if let Some(now) = film.last() {
        square.dot(ui, theme, *now, 3.5, way);
    }
    if let Some(field) = plane.field().map(|field| &field.value) {
        for path in &field.paths {
            square.path(ui, path, Stroke::new(2.0, ode));
        }
        for end in field.paths.iter().filter_map(|path| path.last()) {
            square.dot(ui, theme, *end, 3.0, ode);
        }
    }
    square.dot(ui, theme, view.scene.chapters.distributions.plane.point, 5.0, ode);
    square.take(ui, view, &response, true);
}

fn backward(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [ink, path] = [Quantity::Sample, Quantity::Epsilon].map(|q| theme.color(q));
    let options = &view.scene.chapters.distributions.plane;
    let run = view.room.plane.backward();
    let calls = run.map_or(0, |run| run.value.nearest(view.room.plane.t()).calls);
    let asked = (options.sampler.solver, options.sampler.calls);
    let (solver, total) = run.map_or(asked, |run| (run.key.solver, run.key.calls));
    let words = view.words;
    let solver = solver_caption(words, solver);
    let title = fl!(words, "distributions-backward", solver = solver, call = calls, total = total);
    let square = Square::new(ui, rect, &title, &[(path, &fl!(words, "distributions-path-legend"))]);
    let name = fl!(words, "distributions-backward", "name", call = calls);
    let response = square.respond(ui, view, "backward", &name);
    square.field(ui, view, 0.6);
    let plane = &view.room.plane;
    if let Some(run) = plane.backward() {
        let swarm = run.value.nearest(plane.t()).swarm();
        square.cloud(ui, view, "backward-cloud", swarm, ink.gamma_multiply(0.55));
        square.path(ui, plane.followed(), Stroke::new(1.6, path));
        if let Some(end) = plane.followed().last() {
            square.dot(ui, theme, *end, 3.5, path);
        }
    }
    square.take(ui, view, &response, false);
}
