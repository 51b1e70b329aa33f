//! How the bound weighs the squared error of ε̂ at each t, beside the simple loss, which weighs all t alike.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::{Found, go_to, now};
use crate::app::widgets::{Axis, Chart, captioned, held_at, plate};
use crate::quantity::Quantity;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let theme = view.theme;
    let words = view.words;
    let [more, less] = [theme.color(Quantity::VlbWeight), theme.weak];
    let legend = [(more, fl!(words, "likelihood-weight-more")), (less, fl!(words, "likelihood-weight-less"))];
    let legend = legend.each_ref().map(|(color, text)| (*color, text.as_str()));
    let below = captioned(ui, rect, &fl!(words, "likelihood-weight"), &legend);
    let sound = |point: &&[f64; 2]| point[1].is_finite() && point[1] > 0.0;
    let points: Vec<[f64; 2]> =
        found.value.curves.weights.iter().filter(sound).map(|point| point.map(f64::log10)).collect();
    let values = || points.iter().map(|point| point[1]);
    let range = [values().fold(-0.2, f64::min) - 0.1, values().fold(0.2, f64::max) + 0.1];
    let last = (found.value.terms.len() as f64).log10().max(0.1);
    let chart = Chart::with_axes(below, [0.0, last], range);
    let name = fl!(words, "likelihood-weight", "name");
    let response = chart.respond(ui, "weights", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/weights", &name), rect);
    chart.axes(ui, theme, Axis::Log, Axis::Log);
    chart.name_axis(ui, theme, "t");
    let above = points.iter().map(|&[t, weight]| [[t, 0.0], [t, weight.max(0.0)]]);
    chart.band(ui, above, more.gamma_multiply(0.3));
    let under = points.iter().map(|&[t, weight]| [[t, weight.min(0.0)], [t, 0.0]]);
    chart.band(ui, under, less.gamma_multiply(0.3));
    chart.hline(ui, 0.0, Stroke::new(1.2, less));
    chart.line(ui, points.iter().copied(), Stroke::new(2.0, more));
    chart.vline(ui, (now(view, found) as f64).log10(), Stroke::new(1.0, theme.ink));
    if let Some(pointer) = held_at(ui, &response) {
        go_to(view, found, 10.0_f64.powf(chart.value(pointer)[0]).round() as usize);
    }
}
