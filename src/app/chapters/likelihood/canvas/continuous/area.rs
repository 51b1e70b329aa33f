//! The loss as an area over log-SNR, between the ends: no schedule is in it.

use egui::{CursorIcon, Pos2, Rect, Response, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::handles::move_end;
use super::{act, now, resting, set_time};
use crate::app::widgets::{Axis, Chart, captioned, held_at, plate, taken};
use crate::quantity::Quantity;

/// `½ SNR mmse` is at most ½, as for data of which the noise alone tells.
const HIGHEST: f64 = 0.55;
/// The range of log-SNR grows in steps of this many nats, so that it rests while an end is dragged.
const STEP: f64 = 4.0;
/// The largest distance, in points, from which the pointer takes an end.
const NEAR: f32 = 10.0;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let words = view.words;
    let ink = theme.color(Quantity::Mmse);
    let comparison = view.room.continuous.comparison().map(|comparison| &comparison.value);
    let loss = comparison.map(|comparison| format!("{:.6}", comparison.profile.loss()));
    let title = match &loss {
        Some(area) if !view.asking() => fl!(words, "likelihood-area-is", area = area.as_str()),
        _ => fl!(words, "likelihood-area"),
    };
    let below = captioned(ui, rect, &title, &[]);
    let [max, min] = view.scene.chapters.likelihood.log_snr;
    let range = [((min - 0.5) / STEP).floor() * STEP, ((max + 0.5) / STEP).ceil() * STEP];
    let range = resting(ui, "area", range);
    let chart = Chart::with_axes(below, range, [0.0, HIGHEST]);
    let name = fl!(words, "likelihood-area", "name", area = loss.unwrap_or_default());
    let response = chart.respond(ui, "area", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/area", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(words, "axis-name-log-snr"));
    if let Some(comparison) = comparison {
        chart.area(ui, &comparison.over_log_snr, ink.gamma_multiply(0.25));
        chart.line(ui, comparison.over_log_snr.iter().copied(), Stroke::new(2.4, ink));
        if let Some(pace) = view.room.continuous.in_front(&view.scene.chapters.likelihood) {
            chart.vline(ui, pace.schedule.log_snr(now(view)), Stroke::new(1.0, theme.ink));
        }
    }
    for end in [max, min] {
        chart.vline(ui, end, Stroke::new(2.0, theme.accent));
    }
    drag(ui, view, &chart, &response);
}

/// Moves the end that is dragged; elsewhere t goes to where the schedule in front has the pointer's log-SNR.
fn drag(ui: &Ui, view: &mut LikelihoodView<'_, '_>, chart: &Chart, response: &Response) {
    let Some(pointer) = response.interact_pointer_pos().or(response.hover_pos()) else { return };
    let ends = view.scene.chapters.likelihood.log_snr;
    let nearest = |to: Pos2| {
        let far = |end: usize| (chart.at([ends[end], 0.0]).x - to.x).abs();
        [0, 1].into_iter().min_by(|a, b| far(*a).total_cmp(&far(*b))).filter(|end| far(*end) < NEAR)
    };
    let at = chart.value(pointer)[0];
    match taken(ui, response, pointer, CursorIcon::ResizeHorizontal, nearest) {
        Some(end) => act(view, |options| move_end(&mut options.log_snr, end, at)),
        None if held_at(ui, response).is_some() => {
            let pace = view.room.continuous.in_front(&view.scene.chapters.likelihood);
            if let Some(share) = pace.map(|pace| pace.schedule.time_of_log_snr(at)) {
                set_time(view, share);
            }
        }
        None => {}
    }
}
