//! The loss of T steps, which falls to the continuous one as T grows.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::curves;
use crate::analysis::vdm::STEPS;
use crate::app::widgets::{Axis, Chart, captioned, plate};
use crate::quantity::Quantity;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let words = view.words;
    let below = captioned(ui, rect, &fl!(words, "likelihood-steps"), &[]);
    let comparison = view.room.continuous.comparison().map(|comparison| &comparison.value);
    let logs = |[steps, loss]: [f64; 2]| [steps.log10(), loss.max(f64::MIN_POSITIVE).log10()];
    let all: Vec<Vec<[f64; 2]>> = comparison.map_or_else(Vec::new, |comparison| {
        comparison.paces.iter().map(|pace| pace.discrete.iter().map(|point| logs(*point)).collect()).collect()
    });
    let limit = comparison.map_or(0.0, |comparison| logs([1.0, comparison.profile.loss()])[1]);
    let most = all.iter().flatten().map(|point| point[1]).fold(limit + 0.3, f64::max);
    let range = [limit - 0.08 * (most - limit), most + 0.06 * (most - limit)];
    let last = (STEPS[STEPS.len() - 1] as f64).log10();
    let chart = Chart::with_axes(below, [0.0, last], range);
    let here = view.room.continuous.loss_of_steps();
    let steps = here.map_or(view.scene.steps(), |here| here.key.steps);
    let value = here.map_or_else(String::new, |here| format!("{:.4}", here.value));
    let name = fl!(words, "likelihood-steps", "name", steps = steps, loss = value.as_str());
    let response = chart.respond(ui, "steps", &name, Sense::hover());
    plate(view.shared, &response, ("likelihood/steps", &name), rect);
    chart.axes(ui, theme, Axis::Log, Axis::Log);
    chart.name_axis(ui, theme, "T");
    chart.dashed(ui, [[0.0, limit], [last, limit]], Stroke::new(1.2, theme.weak));
    curves(ui, view, &chart, Quantity::ContinuousLoss, &all, |i| 0.1 + 0.12 * i as f64);
    let place = (steps as f64).log10();
    if place <= last {
        chart.vline(ui, place, Stroke::new(1.0, theme.ink));
    }
    response.on_hover_text(fl!(words, "likelihood-steps", "hint", steps = steps, loss = value));
}
