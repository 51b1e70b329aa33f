//! The Reverse chapter's formula: the step at t with its numbers.

use i18n_embed_fl::fl;

use super::state::{Reverse, RunState, part as picture_of};
use super::words::timestep;
use crate::app::chapters::Formula;
use crate::app::formula::{Part, operator, part, space};
use crate::app::view::View;
use crate::app::widgets::fixed;
use crate::diffusion::sampler::SamplerKind;
use crate::quantity::Quantity;
use crate::worker::KeptStep;

/// The formula of the first lane's sampler.
pub fn formula(room: &Reverse, view: &View<'_>) -> Formula {
    let numbers = Numbers::of(room, view);
    Formula {
        parts: parts(room, view, &numbers),
        footnote: footnote(room, view, &numbers),
        pixel: view.probe.pixel(room.run_size(view.scene, view.image)).into(),
    }
}

/// The sampler of the run on show, or else of the next run.
fn sampler(room: &Reverse, view: &View<'_>) -> SamplerKind {
    let made = room.run().and_then(|run| run.spec.lanes.first());
    made.map_or(view.scene.chapters.reverse.lane.sampler, |lane| lane.sampler.kind)
}

fn parts(room: &Reverse, view: &View<'_>, numbers: &Numbers) -> Vec<Part> {
    let mut parts = match sampler(room, view) {
        SamplerKind::Ddpm(_) => ddpm(numbers),
        SamplerKind::Ddim(_) => ddim(numbers),
        _ => clean(numbers),
    };
    if room.slow().is_on() {
        for part in &mut parts {
            part.dimmed = part.quantity.is_none_or(|quantity| !room.slow().lights(quantity));
        }
    }
    parts
}

/// The footnote about the step: its remarks, one after the other.
fn footnote(room: &Reverse, view: &View<'_>, numbers: &Numbers) -> String {
    let (Some(step), Some(run)) = (&numbers.step, room.run()) else { return String::new() };
    let words = view.words;
    let [from, to] = [step.alpha_bar, step.alpha_bar_prev].map(|alpha_bar| format!("{alpha_bar:.5}"));
    let mut said = vec![fl!(words, "reverse-step-levels", from = from, to = to)];
    if numbers.skips {
        said.insert(0, format!("t = {} → s = {}", timestep(step.t), timestep(step.t_prev)));
        if let SamplerKind::Ddpm(_) = sampler(room, view) {
            said.push("αₜ|ₛ = ᾱₜ/ᾱₛ, βₜ|ₛ = 1 − αₜ|ₛ".to_owned());
        }
    }
    if let Some(next) = run.step(0, step.index + 1).filter(|next| next.t != step.t_prev) {
        let (to, next) = (step.t_prev.to_string(), next.t.to_string());
        said.push(fl!(words, "reverse-step-beside", to = to, next = next));
    }
    if numbers.is_clipped() {
        said.push(fl!(words, "reverse-step-clipped"));
    }
    if run.state == RunState::Stopped {
        said.push(fl!(words, "reverse-run-stopped"));
    }
    said.join(" · ")
}

/// The numbers of the step at t, and of the pixel under the pointer.
struct Numbers {
    step: Option<KeptStep>,
    pixel: Option<usize>,
    plane: usize,
    channels: usize,
    /// Whether the step leads over several timesteps, from t to s.
    skips: bool,
}

impl Numbers {
    fn of(room: &Reverse, view: &View<'_>) -> Self {
        let step = room.shown(view.scene, 0).map(|step| (**step).clone());
        let [channels, height, width] = room.run().map_or([1; 3], |run| run.spec.shape);
        let pixel = view.probe.pixel([width, height]).map(|[x, y]| y * width + x);
        Self { step, pixel, plane: height * width, channels, skips: room.skips(view.scene) }
    }

    /// A picture's values at the probed pixel, one per channel; `before` is set before each.
    fn pixel(&self, quantity: Quantity, before: &str) -> Vec<String> {
        self.values(quantity).into_iter().map(|value| format!("{before}{}", fixed(value, 4))).collect()
    }

    fn values(&self, quantity: Quantity) -> Vec<f32> {
        let pictures = self.step.as_ref().and_then(|step| step.pictures.as_ref());
        let (Some(pictures), Some(pixel)) = (pictures, self.pixel) else { return Vec::new() };
        let values = picture_of(pictures, quantity);
        (0..self.channels.min(3)).map(|channel| values[channel * self.plane + pixel].to_f32()).collect()
    }

    /// Whether `x̂_0` at the probed pixel, or in most of the picture, was clipped and is not the one that follows from
    /// ε̂.
    fn is_clipped(&self) -> bool {
        let Some(step) = &self.step else { return false };
        let [x_t, eps, x0] = [Quantity::Xt, Quantity::EpsHat, Quantity::X0Hat].map(|q| self.values(q));
        let (signal, noise) = (step.alpha_bar.sqrt(), (1.0 - step.alpha_bar).sqrt());
        x_t.iter().zip(&eps).zip(&x0).any(|((x, eps), x0)| {
            let implied = (f64::from(*x) - noise * f64::from(*eps)) / signal;
            (implied - f64::from(*x0)).abs() > 0.02 * implied.abs().max(1.0)
        })
    }

    /// A factor times the probed values of a quantity, or times its symbol when no pixel is probed.
    fn times(&self, factor: f64, quantity: Quantity) -> Vec<String> {
        if self.step.is_none() {
            return Vec::new();
        }
        let probed = self.pixel(quantity, &format!("{factor:.4} × "));
        if probed.is_empty() { vec![format!("{factor:.4} × {}", quantity.symbol())] } else { probed }
    }

    /// The noise that was added at the probed pixel, or its σ when no pixel is probed.
    fn noise(&self) -> Vec<String> {
        let Some(step) = &self.step else { return Vec::new() };
        let (next, mean) = (self.values(Quantity::XPrev), self.values(Quantity::MuTheta));
        if next.is_empty() {
            return vec![format!("{:.4} × z", step.sigma)];
        }
        next.iter().zip(mean).map(|(next, mean)| fixed(next - mean, 4)).collect()
    }

    /// The term of a step to t − 1, or the one that says the same of a step from t to s.
    fn term(&self, to_prev: &'static str, to_s: &'static str) -> &'static str {
        if self.skips { to_s } else { to_prev }
    }

    /// The state to which the step leads, with its values at the probed pixel.
    fn next(&self) -> Part {
        part(self.term("x-prev", "x-s"), Quantity::XPrev, self.pixel(Quantity::XPrev, ""))
    }

    fn value(&self, value: impl Fn(&KeptStep) -> f64) -> Vec<String> {
        self.step.iter().map(|step| format!("{:.4}", value(step))).collect()
    }

    fn number(&self, value: impl Fn(&KeptStep) -> f64) -> f64 {
        self.step.as_ref().map_or(0.0, value)
    }
}

/// `α_t` of the step, which may cover several steps of the schedule.
fn alpha(step: &KeptStep) -> f64 {
    step.alpha_bar / step.alpha_bar_prev
}

/// `μ_θ = (x_t − β_t/√(1−ᾱ_t) ε̂)/√α_t` and `x_{t−1} = μ_θ + σ_t z` (Ho et al. 2020, algorithm 2); of a step from t
/// to s, the same with `α_{t|s} = ᾱ_t/ᾱ_s` and `β_{t|s} = 1 − α_{t|s}`.
fn ddpm(numbers: &Numbers) -> Vec<Part> {
    let noise = numbers.number(|step| (1.0 - alpha(step)) / (1.0 - step.alpha_bar).sqrt());
    vec![
        part("mu-theta", Quantity::MuTheta, numbers.pixel(Quantity::MuTheta, "")),
        operator("equals"),
        part(
            numbers.term("one-over-sqrt-alpha-open", "one-over-sqrt-alpha-ts-open"),
            Quantity::MuTheta,
            numbers.value(|step| 1.0 / alpha(step).sqrt()),
        ),
        part("xt", Quantity::Xt, numbers.pixel(Quantity::Xt, "")),
        operator("minus"),
        part(
            numbers.term("beta-over-eps-hat", "beta-ts-over-eps-hat"),
            Quantity::EpsHat,
            numbers.times(noise, Quantity::EpsHat),
        ),
        part("close", Quantity::MuTheta, Vec::new()),
        space(),
        numbers.next(),
        operator("equals"),
        part("mu-theta", Quantity::MuTheta, Vec::new()),
        operator("plus"),
        part("sigma-z", Quantity::XPrev, numbers.noise()),
    ]
}

/// `x_{t−1} = √ᾱ_{t−1} x̂_0 + √(1−ᾱ_{t−1}−σ_t²) ε̂ + σ_t z` (Song et al. 2021, eq. 12); of a step from t to s, the same
/// with s for t − 1.
fn ddim(numbers: &Numbers) -> Vec<Part> {
    let signal = numbers.number(|step| step.alpha_bar_prev.sqrt());
    let direction = numbers.number(|step| {
        let variance = 1.0 - step.alpha_bar_prev - step.sigma * step.sigma;
        variance.max(0.0).sqrt()
    });
    vec![
        numbers.next(),
        operator("equals"),
        part(
            numbers.term("sqrt-alpha-bar-prev-x0-hat", "sqrt-alpha-bar-s-x0-hat"),
            Quantity::X0Hat,
            numbers.times(signal, Quantity::X0Hat),
        ),
        operator("plus"),
        part(
            numbers.term("direction-eps-hat", "direction-s-eps-hat"),
            Quantity::EpsHat,
            numbers.times(direction, Quantity::EpsHat),
        ),
        operator("plus"),
        part("sigma-z", Quantity::XPrev, numbers.noise()),
    ]
}

/// `x̂_0 = (x_t − √(1−ᾱ_t) ε̂)/√ᾱ_t`, which every sampler uses.
fn clean(numbers: &Numbers) -> Vec<Part> {
    let noise = numbers.number(|step| (1.0 - step.alpha_bar).sqrt());
    vec![
        part("x0-hat", Quantity::X0Hat, numbers.pixel(Quantity::X0Hat, "")),
        operator("equals"),
        part(
            "one-over-sqrt-alpha-bar-open",
            Quantity::X0Hat,
            numbers.value(|step| 1.0 / step.alpha_bar.sqrt()),
        ),
        part("xt", Quantity::Xt, numbers.pixel(Quantity::Xt, "")),
        operator("minus"),
        part("sqrt-one-minus-alpha-bar-eps-hat", Quantity::EpsHat, numbers.times(noise, Quantity::EpsHat)),
        part("close", Quantity::X0Hat, Vec::new()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::formula::{Set, Term};

    #[test]
    fn steps_over_several_timesteps_are_not_said_to_lead_to_the_one_before() {
        for skips in [false, true] {
            let numbers = Numbers { step: None, pixel: None, plane: 1, channels: 1, skips };
            for part in [ddpm(&numbers), ddim(&numbers), clean(&numbers)].into_iter().flatten() {
                let term = part.term.as_ref();
                assert!(term.is_empty() || Term::find(Set::Tall, term).is_some(), "{term}");
                assert!(!skips || !term.contains("prev"), "{term}");
            }
            let next = numbers.next().term;
            assert_eq!(next, if skips { "x-s" } else { "x-prev" });
        }
    }
}
