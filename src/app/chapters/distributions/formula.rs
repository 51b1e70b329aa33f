//! The Distributions chapter's formulas: on the line the score; on the plane a formula for each subject.

use i18n_embed_fl::fl;

use super::state::Distributions;
use super::words::process_inline;
use crate::analysis::line::Tweedie;
use crate::analysis::plane::ScoreModel;
use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{Part, operator, part};
use crate::app::view::View;
use crate::app::widgets::{fixed, number};
use crate::quantity::Quantity;
use crate::scene::{PlaneSubject, Space};

/// The formula with its present numbers.
pub fn formula(room: &Distributions, view: &View<'_>) -> Formula {
    Formula { parts: parts(room, view), footnote: footnote(room, view), pixel: Pixel::Never }
}

fn parts(room: &Distributions, view: &View<'_>) -> Vec<Part> {
    if view.scene.chapters.distributions.space == Space::Line {
        return line(room, view);
    }
    let Some(score_model) = room.plane.score_model() else { return Vec::new() };
    match view.scene.chapters.distributions.plane.subject {
        PlaneSubject::Particles | PlaneSubject::Race => velocity(room, view, score_model),
        PlaneSubject::Guidance => guidance(room, view),
        PlaneSubject::Learning => learning(room),
        PlaneSubject::Likelihood => likelihood(room),
    }
}

/// The footnote of the formula.
fn footnote(room: &Distributions, view: &View<'_>) -> String {
    let options = &view.scene.chapters.distributions;
    let number = |text: String| text.replace('-', "−");
    match options.space {
        Space::Line => {
            let x = number(format!("{:.3}", options.line.x));
            fl!(view.words, "distributions-at-state", x = x, t = view.scene.t)
        }
        Space::Plane => {
            let [x, y] = options.plane.point.map(|place| number(format!("{place:.2}")));
            let process = process_inline(view.words, options.plane.process);
            let time = number(format!("{:.3}", room.plane.t()));
            fl!(view.words, "distributions-at-point", x = x, y = y, process = process, time = time)
        }
    }
}

fn value(value: f64) -> Vec<String> {
    vec![fixed(value as f32, 4).trim().to_owned()]
}

fn pair([x, y]: [f64; 2]) -> Vec<String> {
    vec![format!("({}, {})", fixed(x as f32, 2).trim(), fixed(y as f32, 2).trim())]
}

/// `∇ log q(x_t) = (√ᾱ_t E[x_0 | x_t] − x_t)/(1 − ᾱ_t)` (Efron 2011).
fn line(room: &Distributions, view: &View<'_>) -> Vec<Part> {
    let step = view.active_step();
    let x = view.scene.chapters.distributions.line.x;
    let Some(data) = room.line.density() else { return Vec::new() };
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
fn velocity(room: &Distributions, view: &View<'_>, score_model: &ScoreModel) -> Vec<Part> {
    let (t, place) = (room.plane.t(), view.scene.chapters.distributions.plane.point);
    let Ok(velocity) = score_model.velocity_at(t, place) else { return Vec::new() };
    vec![
        part("velocity", Quantity::PosteriorMean, pair(velocity.sum())),
        operator("equals"),
        part("drift", Quantity::Xt, pair(velocity.drift)),
        operator("minus"),
        part("half-diffusion-score", Quantity::Score, pair(velocity.pull)),
    ]
}

/// Classifier guidance at the clicked state, with gradients per unit of length in the plane as it is shown.
fn guidance(room: &Distributions, view: &View<'_>) -> Vec<Part> {
    let options = &view.scene.chapters.distributions.plane;
    let arrows = room.plane.arrows(options.class, options.point);
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

fn learning(room: &Distributions) -> Vec<Part> {
    let loss = room.plane.learning.loss();
    vec![
        part("loss", Quantity::EpsHat, loss.map_or_else(Vec::new, value)),
        operator("equals"),
        part("loss-expectation", Quantity::EpsHat, Vec::new()),
    ]
}

fn likelihood(room: &Distributions) -> Vec<Part> {
    let parts = room.plane.likelihood().and_then(|found| found.value.parts());
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
