//! A cloud of particles that diffuses from data into noise, and one that a sampler brings back out of noise,
//! both at the same t.

use egui::{Rect, Stroke, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::square::Square;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::words::solver_caption;
use crate::app::words::noise_label;
use crate::background::Computed;
use crate::diffusion::process::Process;
use crate::quantity::Quantity;

/// Space between the squares, in points.
const BETWEEN: f32 = 20.0;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let [left, right] = side_by_side(rect);
    forward(ui, view, left);
    backward(ui, view, right);
}

/// Two squares of one size beside each other, in the middle.
fn side_by_side(rect: Rect) -> [Rect; 2] {
    let side = Square::outline(rect).width().min((rect.width() - BETWEEN) / 2.0);
    let left = rect.center().x - side - BETWEEN / 2.0;
    [left, left + side + BETWEEN]
        .map(|left| Rect::from_min_size(pos2(left, rect.top()), vec2(side, rect.height())))
}

/// A title with the process before it, where that is not the usual one.
fn of_process(view: &DistributionsView<'_, '_>, title: String) -> String {
    let process = view.scene.chapters.distributions.plane.process;
    if matches!(process, Process::Vp { .. }) {
        return title;
    }
    let (name, _) = crate::app::chapters::distributions::words::process(view.words, process);
    format!("{name} · {title}")
}

fn forward(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [ink, ode, way] = [Quantity::Xt, Quantity::PosteriorMean, Quantity::Epsilon].map(|q| theme.color(q));
    let (words, t) = (view.words, view.scene.t);
    let noise = noise_label(words, view.scene.noise);
    let square = Square::new(
        ui,
        rect,
        &of_process(view, fl!(words, "distributions-forward", noise = noise, t = t)),
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
    let title = of_process(view, title);
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
