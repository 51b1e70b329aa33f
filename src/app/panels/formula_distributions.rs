//! The Distributions chapter's formulas: the score on the line; in the plane what each subject is about.

use super::formula_strip::{Part, operator, part};
use crate::app::view::View;
use crate::app::widgets::{fixed, number};
use crate::distributions::line::Tweedie;
use crate::distributions::plane::ScoreModel;
use crate::quantity::Quantity;
use crate::scene::{PlaneSubject, Space};

/// The formula with its numbers.
pub fn parts(view: &View<'_>) -> Vec<Part> {
    if view.scene.distributions.space == Space::Line {
        return line(view);
    }
    let Some(score_model) = view.distributions.plane.score_model() else { return Vec::new() };
    match view.scene.distributions.plane.subject {
        PlaneSubject::Particles | PlaneSubject::Race => velocity(view, score_model),
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
    let Some(data) = view.distributions.line.density() else { return Vec::new() };
    let Tweedie { level, mean, score } = Tweedie::at(data, step.alpha_bar, x);
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
fn velocity(view: &View<'_>, score_model: &ScoreModel) -> Vec<Part> {
    let (t, place) = (view.distributions.plane.t(), view.scene.distributions.plane.point);
    let Ok(velocity) = score_model.velocity_at(t, place) else { return Vec::new() };
    vec![
        part("velocity", Quantity::PosteriorMean, pair(velocity.sum())),
        operator("equals"),
        part("drift", Quantity::Xt, pair(velocity.drift)),
        operator("minus"),
        part("half-diffusion-score", Quantity::Score, pair(velocity.pull)),
    ]
}

/// Classifier guidance at the clicked state, per unit of what is on show.
fn guidance(view: &View<'_>) -> Vec<Part> {
    let options = &view.scene.distributions.plane;
    let arrows = view.distributions.plane.arrows(options.class, options.point);
    let [sum, score, gradient] = arrows.map_or([const { Vec::new() }; 3], |arrows| {
        let w = options.scale;
        [pair(arrows.by_classifier(w)), pair(arrows.score), pair(arrows.added(w))]
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
    let parts = view.distributions.plane.likelihood().and_then(|found| found.value.parts());
    let [all, prior, integral] = parts.map_or([const { Vec::new() }; 3], |parts| {
        [value(parts.sum), value(parts.prior), value(parts.integral)]
    });
    vec![
        part("log-likelihood", Quantity::X0, all),
        operator("equals"),
        part("log-prior", Quantity::Epsilon, prior),
        operator("plus"),
        part("divergence-integral", Quantity::PosteriorMean, integral),
    ]
}
