//! The signal-to-noise ratio of pixels and of the latent over t, with the variances that they have.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::LatentView;
use super::super::state::{Encoded, alpha_bars, timestep_of};
use crate::analysis::encoding::snr_of;
use crate::app::widgets::{Axis, Chart, captioned, held_at, plate, time_axis_name};
use crate::quantity::Quantity;
use crate::scene::Action;

/// The smallest ratio that is drawn, as a power of ten, and the largest.
const RANGE: [f64; 2] = [-6.0, 5.0];

pub fn show(ui: &mut Ui, view: &mut LatentView<'_, '_>, rect: Rect, found: &Encoded) {
    let (theme, words) = (view.theme, view.words);
    let title = fl!(words, "latent-snr");
    let inks = [Quantity::X0, Quantity::Latent].map(|quantity| theme.color(quantity));
    let names = [fl!(words, "latent-snr-pixels"), fl!(words, "latent-snr-latent")];
    let legend = [(inks[0], names[0].as_str()), (inks[1], names[1].as_str())];
    let below = captioned(ui, rect, &title, &legend);
    let schedule = view.active().schedule.clone();
    let steps = schedule.steps();
    let chart = Chart::with_axes(below, [0.0, steps as f64], RANGE);
    let name = fl!(words, "latent-snr", "name");
    let response = chart.respond(ui, "latent-snr", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("latent/snr", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Log);
    chart.name_axis(ui, theme, &time_axis_name(view));
    let ratio = |alpha_bar: f64, variance: f64| {
        snr_of(alpha_bar, variance).log10().clamp(RANGE[0] - 1.0, RANGE[1] + 1.0)
    };
    let variances = found.value.variances;
    for (variance, ink) in variances.into_iter().zip(inks) {
        let points = (1..=steps).map(|t| [t as f64, ratio(schedule.alpha_bar(t), variance)]);
        chart.line(ui, points, Stroke::new(2.0, ink));
    }
    chart.vline(ui, view.scene.t as f64, Stroke::new(1.0, theme.ink));
    let alpha_bars = alpha_bars(view.scene, &schedule, &found.value);
    let times = alpha_bars.map(|alpha_bar| timestep_of(&schedule, alpha_bar) as f64);
    for ((t, ink), (alpha_bar, variance)) in
        times.into_iter().zip(inks).zip(alpha_bars.into_iter().zip(variances))
    {
        chart.dot(ui, [t, ratio(alpha_bar, variance)], 4.5, ink, theme.ink);
    }
    if let Some(pointer) = held_at(ui, &response) {
        let t = chart.value(pointer)[0].round().max(1.0) as usize;
        view.act(Action::Timestep(t));
    }
}
