//! The Distributions chapter's formulas: the score on the line; in the plane what each subject is about.

use super::formula_strip::{Part, operator, part};
use crate::app::view::View;
use crate::app::widgets::{fixed, number};
use crate::diffusion::process::Level;
use crate::distributions::plane::{Knower, unit};
use crate::quantity::Quantity;
use crate::scene::{PlaneSubject, Space};

/// The formula with its numbers.
pub fn parts(view: &View<'_>) -> Vec<Part> {
    if view.scene.distributions.space == Space::Line {
        return line(view);
    }
    let Some(knower) = view.distributions.plane.knower() else { return Vec::new() };
    match view.scene.distributions.plane.subject {
        PlaneSubject::Particles | PlaneSubject::Race => velocity(view, knower),
        PlaneSubject::Guidance => guidance(view),
        PlaneSubject::Learning => learning(view),
        PlaneSubject::Likelihood => likelihood(view),
    }
}

/// What the footnote says.
pub fn footnote(view: &View<'_>) -> String {
    let options = &view.scene.distributions;
    let text = match options.space {
        Space::Line => format!("at xₜ = {:.3}, t = {}", options.line.x, view.scene.t),
        Space::Plane => {
            let [x, y] = options.plane.point;
            let time = view.distributions.plane.t();
            format!("at ({x:.2}, {y:.2}) · {} at time {time:.3}", options.plane.process.name())
        }
    };
    text.replace('-', "−")
}

fn value(value: f64) -> Vec<String> {
    vec![fixed(value as f32, 4).trim().to_owned()]
}

fn pair([x, y]: [f64; 2]) -> Vec<String> {
    vec![format!("({}, {})", fixed(x as f32, 2).trim(), fixed(y as f32, 2).trim())]
}

/// `∇ log q(x_t) = (√ᾱ_t E[x_0 | x_t] − x_t)/(1 − ᾱ_t)` (Efron 2011).
fn line(view: &View<'_>) -> Vec<Part> {
    let step = view.active_step();
    let x = view.scene.distributions.line.x;
    // Without any signal the mean is that of all data.
    let level = Level::of_alpha_bar(step.alpha_bar.max(1e-9));
    let Some(mean) = view.distributions.line.density().map(|data| data.given(x, level).mean) else {
        return Vec::new();
    };
    let score = (level.scale * mean - x) / level.variance;
    vec![
        part("score", Quantity::Score, value(score)),
        operator("equals"),
        part(
            "one-over-noise-variance-open",
            Quantity::Score,
            vec![number(level.variance.recip()).trim().to_owned()],
        ),
        part(
            "sqrt-alpha-bar-clean-mean",
            Quantity::CleanMean,
            vec![format!("{:.4} × {}", level.scale, fixed(mean as f32, 4).trim())],
        ),
        operator("minus"),
        part("xt", Quantity::Xt, value(x)),
        part("close", Quantity::Score, Vec::new()),
    ]
}

/// The probability-flow ODE at the clicked state, in the process's own units.
fn velocity(view: &View<'_>, knower: &Knower) -> Vec<Part> {
    let (process, t) = (knower.process, view.distributions.plane.t());
    let x = view.scene.distributions.plane.point.map(|v| v / unit(process.level(t)));
    let Ok(score) = knower.score_at(t, x) else { return Vec::new() };
    let drift = x.map(|v| process.drift(t) * v);
    let pull = score.map(|s| 0.5 * process.diffusion(t) * s);
    vec![
        part("velocity", Quantity::PosteriorMean, pair([drift[0] - pull[0], drift[1] - pull[1]])),
        operator("equals"),
        part("drift", Quantity::Xt, pair(drift)),
        operator("minus"),
        part("half-diffusion-score", Quantity::Score, pair(pull)),
    ]
}

/// Classifier guidance at the clicked state, per unit of what is on show.
fn guidance(view: &View<'_>) -> Vec<Part> {
    let options = &view.scene.distributions.plane;
    let arrows = view.distributions.plane.arrows(options.class, options.point);
    let [sum, score, gradient] = arrows.map_or([const { Vec::new() }; 3], |arrows| {
        let added = arrows.classifier.map(|v| options.scale * v);
        [pair(arrows.by_classifier(options.scale)), pair(arrows.score), pair(added)]
    });
    vec![
        part("guided-score", Quantity::GuidedScore, sum),
        operator("equals"),
        part("score", Quantity::Score, score),
        operator("plus"),
        part("scaled-classifier-gradient", Quantity::ClassifierGradient, gradient),
    ]
}

fn learning(view: &View<'_>) -> Vec<Part> {
    let loss = view.distributions.plane.learning.loss();
    vec![
        part("loss", Quantity::EpsHat, loss.map_or_else(Vec::new, value)),
        operator("equals"),
        part("loss-expectation", Quantity::EpsHat, Vec::new()),
    ]
}

fn likelihood(view: &View<'_>) -> Vec<Part> {
    let found = view.distributions.plane.likelihood();
    let numbers = found.and_then(|found| Some((found.values.first()?[1], *found.log_priors.first()?)));
    let [all, prior, integral] = numbers
        .map_or([const { Vec::new() }; 3], |(all, prior)| [value(all), value(prior), value(all - prior)]);
    vec![
        part("log-likelihood", Quantity::X0, all),
        operator("equals"),
        part("log-prior", Quantity::Epsilon, prior),
        operator("plus"),
        part("divergence-integral", Quantity::PosteriorMean, integral),
    ]
}
