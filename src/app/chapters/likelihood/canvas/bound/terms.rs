//! The terms over t: as an area, which is what they add up to, or on an axis of powers of ten.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::{Found, go_to, now};
use crate::app::widgets::{Axis, Chart, captioned, held_at, number, plate};
use crate::quantity::Quantity;

/// The most dots of single terms; more would be a line.
const DOTS: usize = 120;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let theme = view.theme;
    let words = view.words;
    let evaluation = &found.value;
    let log = view.scene.chapters.likelihood.bound.log;
    let sum =
        evaluation.parts().map_or_else(|| "–".to_owned(), |parts| number(parts.denoiser).trim().to_owned());
    let title = if log {
        fl!(words, "likelihood-terms-log", sum = sum.as_str())
    } else {
        fl!(words, "likelihood-terms", sum = sum.as_str())
    };
    let below = captioned(ui, rect, &title, &[]);
    let ink = theme.color(Quantity::DenoiserTerm);
    let curve = if log { &evaluation.curves.terms } else { &evaluation.curves.per_decade };
    let at = |&[t, bits]: &[f64; 2]| [t.log10(), if log { bits.max(1e-12).log10() } else { bits }];
    // A lesson may ask where the bits are.
    let shown: &[[f64; 2]] = if view.asking() { &[] } else { curve };
    let points: Vec<[f64; 2]> = shown.iter().map(at).collect();
    let values = || points.iter().map(|point| point[1]).filter(|value| value.is_finite());
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let range = match (log, low <= high) {
        (_, false) => [0.0, 1.0],
        (true, true) => [low - 0.3, high + 0.3],
        (false, true) => [0.0, 1.1 * high.max(1e-9)],
    };
    let last = (evaluation.terms.len() as f64).log10().max(0.1);
    let chart = Chart::with_axes(below, [0.0, last], range);
    let name = fl!(words, "likelihood-terms", "name", sum = sum.as_str());
    let response = chart.respond(ui, "terms", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/terms", &name), rect);
    chart.axes(ui, theme, Axis::Log, if log { Axis::Log } else { Axis::Plain });
    chart.name_axis(ui, theme, "t");
    if log {
        let floor = range[0];
        chart.band(ui, points.iter().map(|&[t, bits]| [[t, floor], [t, bits]]), ink.gamma_multiply(0.2));
    } else {
        chart.area(ui, &points, ink.gamma_multiply(0.3));
    }
    chart.line(ui, points.iter().copied(), Stroke::new(2.0, ink));
    let scale = |t: f64| if log { 1.0 } else { t * std::f64::consts::LN_10 };
    let asked = &evaluation.curves.asked;
    if asked.len() <= DOTS && !view.asking() {
        for &[t, bits] in asked {
            chart.dot(ui, at(&[t, bits * scale(t)]), 2.5, ink, theme.canvas);
        }
    }
    if log {
        // The first and the last part are single numbers, at both ends of the chain.
        let decoder = evaluation.term(1).map(|term| (1.0, term.bits, Quantity::DecoderTerm));
        let prior = evaluation.setting.prior.bits.first();
        let prior = prior.map(|bits| (evaluation.terms.len() as f64, *bits, Quantity::PriorTerm));
        for (t, bits, quantity) in decoder.into_iter().chain(prior) {
            chart.dot(ui, at(&[t, bits]), 4.0, theme.color(quantity), theme.canvas);
        }
    }
    chart.vline(ui, (now(view, found) as f64).log10(), Stroke::new(1.0, theme.ink));
    if let Some(pointer) = held_at(ui, &response) {
        go_to(view, found, 10.0_f64.powf(chart.value(pointer)[0]).round() as usize);
    }
}
