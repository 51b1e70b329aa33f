//! The bound as it was estimated from more and more timesteps, with its standard error, until it is exact.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::Found;
use crate::app::widgets::{Axis, Chart, captioned, number, plate};
use crate::quantity::Quantity;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let theme = view.theme;
    let words = view.words;
    let evaluation = &found.value;
    let (count, steps) = (evaluation.count, evaluation.terms.len());
    let below = captioned(ui, rect, &fl!(words, "likelihood-estimate", count = count, steps = steps), &[]);
    let known: Vec<[f64; 3]> = evaluation
        .history
        .iter()
        .filter_map(|(count, total)| Some([(*count as f64).log10(), total.sum, total.standard_error?]))
        .collect();
    let ends = known.iter().flat_map(|[_, sum, error]| [sum - error, sum + error]);
    let (low, high) =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    let spread = (high - low).max(1e-6);
    let range = if low <= high { [low - 0.1 * spread, high + 0.1 * spread] } else { [0.0, 1.0] };
    let first = known.first().map_or(0.0, |point| point[0]);
    let chart = Chart::with_axes(below, [first, (steps as f64).log10().max(first + 0.1)], range);
    let total =
        evaluation.parts().map_or_else(|| "–".to_owned(), |parts| number(parts.total).trim().to_owned());
    let name = fl!(words, "likelihood-estimate", "name", total = total);
    let response = chart.respond(ui, "estimate", &name, Sense::hover());
    plate(view.shared, &response, ("likelihood/estimate", &name), rect);
    chart.axes(ui, theme, Axis::Log, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(words, "likelihood-axis-times"));
    let ink = theme.color(Quantity::Bound);
    let band = known.iter().map(|&[x, sum, error]| [[x, sum - error], [x, sum + error]]);
    chart.band(ui, band, ink.gamma_multiply(0.2));
    chart.line(ui, known.iter().map(|&[x, sum, _]| [x, sum]), Stroke::new(2.0, ink));
    if let Some(total) = evaluation.total {
        let dash = Stroke::new(1.0, theme.weak);
        chart.dashed(ui, [[first, total.sum], [(steps as f64).log10(), total.sum]], dash);
    }
}
