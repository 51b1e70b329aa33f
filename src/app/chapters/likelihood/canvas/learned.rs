//! A schedule while it is learned, beside two with the same ends that are not: log-SNR and the loss over t, and the
//! variance of the loss over iterations.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::LikelihoodView;
use super::super::inspector::learned::ways;
use super::{follow_time, now};
use crate::app::chapters::layout::{columns, rows};
use crate::app::theme::body_font;
use crate::app::widgets::{Axis, Chart, captioned, lane_line, paragraph, plate};
use crate::app::words::schedule_label;
use crate::diffusion::Step;
use crate::quantity::Quantity;
use crate::scene::Side;
use crate::train::live::GammaSeen;

/// Radius, in points, of the disc with a schedule's number, and how much of the colour is left of those that are not
/// learned.
const MARK: f32 = 7.5;
const BEHIND: f32 = 0.6;
/// Room above and below the ends, in nats.
const MARGIN: f64 = 1.0;
/// The integrand is cut off at this multiple of the loss.
const HIGHEST: f64 = 4.0;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let words = view.words;
    let Some(seen) = view.room.learned.seen() else {
        let learns = view.room.learned.training().map(|training| training.spec.settings.gamma_rate.is_some());
        let text = match learns {
            Some(true) => fl!(words, "training-preparing"),
            Some(false) => fl!(words, "likelihood-learned-other"),
            None => fl!(words, "likelihood-learned-scene"),
        };
        return nothing_learned(ui, view, rect, &text);
    };
    let [upper, lower] = rows(rect, [1.25, 1.0]);
    let [left, right] = columns(upper, [1.0, 1.0]);
    log_snr(ui, view, left, &seen);
    integrand(ui, view, right, &seen);
    variance(ui, view, lower);
}

/// What there is before anything is learned: the schedules of the scene, and how one is learned.
fn nothing_learned(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, text: &str) {
    let words = view.words;
    let [upper, lower] = rows(rect, [2.2, 1.0]);
    paragraph(ui, lower, text, body_font(15.0), view.theme.weak);
    let sides = [view.scene.active, view.scene.active.other()];
    let sides = &sides[..if view.scene.compare { 2 } else { 1 }];
    let curve = |side: &Side| -> Vec<[f64; 2]> {
        let schedule = &view.derived.side(*side).schedule;
        let point = |step: Step| [step.t as f64 / schedule.steps() as f64, step.log_snr()];
        schedule.iter().map(point).filter(|point| point[1].is_finite()).collect()
    };
    let curves: Vec<Vec<[f64; 2]>> = sides.iter().map(curve).collect();
    let name_of = |side: &Side| {
        format!("{} {}", side.letter(), schedule_label(words, &view.scene.schedule(*side).kind))
    };
    let names = sides.iter().map(name_of).collect::<Vec<_>>().join(", ");
    let below = captioned(ui, upper, &fl!(words, "likelihood-learned-scene-log-snr", names = names), &[]);
    let values = || curves.iter().flatten().map(|point| point[1]);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let range = if low < high { [low - MARGIN, high + MARGIN] } else { [-MARGIN, MARGIN] };
    let chart = Chart::with_axes(below, [0.0, 1.0], range);
    let name = fl!(words, "likelihood-log-snr", "name");
    let response = chart.respond(ui, "learned-log-snr", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/learned-log-snr", &name), upper);
    chart.axes(ui, view.theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, view.theme, &fl!(words, "axis-name-t-share"));
    let color = view.theme.color(Quantity::LogSnr);
    for (i, (side, points)) in sides.iter().zip(&curves).enumerate() {
        let (width, strength) = if i == 0 { (2.4, 1.0) } else { (1.5, BEHIND) };
        let color = color.gamma_multiply(strength);
        let line: Vec<_> = points.iter().map(|point| chart.at(*point)).collect();
        chart.painter(ui).extend(lane_line(&line, i, Stroke::new(width, color)));
        if let Some(point) = points.get(points.len() / (i + 3)) {
            chart.mark(ui, *point, MARK, side.letter(), [color, view.theme.canvas]);
        }
    }
    chart.vline(ui, now(view), Stroke::new(1.0, view.theme.ink));
    follow_time(ui, view, &chart, &response);
}

/// Log-SNR over t.
fn log_snr(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, seen: &GammaSeen) {
    let words = view.words;
    let title = fl!(words, "likelihood-learned-log-snr", names = ways(view).join(", "));
    let below = captioned(ui, rect, &title, &[]);
    let [max, min] = seen.ends;
    let chart = Chart::with_axes(below, [0.0, 1.0], [min - MARGIN, max + MARGIN]);
    let name = fl!(words, "likelihood-log-snr", "name");
    let response = chart.respond(ui, "learned-log-snr", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/learned-log-snr", &name), rect);
    chart.axes(ui, view.theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, view.theme, &fl!(words, "axis-name-t-share"));
    let all = seen.ways.each_ref().map(|way| way.log_snr.as_slice());
    curves(ui, view, &chart, Quantity::LogSnr, all, [0.3, 0.5, 0.7]);
    chart.vline(ui, now(view), Stroke::new(1.0, view.theme.ink));
    follow_time(ui, view, &chart, &response);
}

/// `½ γ′ m_1` over t: flat where the schedule has learned.
fn integrand(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, seen: &GammaSeen) {
    let words = view.words;
    let below = captioned(ui, rect, &fl!(words, "likelihood-learned-integrand"), &[]);
    let loss = seen.ways[0].moments.map_or(1.0, |[mean, _]| mean).max(1e-9);
    let all = seen.ways.each_ref().map(|way| way.integrand.as_slice());
    let most = all.iter().copied().flatten().map(|point| point[1]).fold(loss, f64::max);
    let chart = Chart::with_axes(below, [0.0, 1.0], [0.0, 1.08 * most.min(HIGHEST * loss)]);
    let name = fl!(words, "likelihood-integrand", "name", area = format!("{loss:.4}"));
    let response = chart.respond(ui, "learned-integrand", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/learned-integrand", &name), rect);
    chart.axes(ui, view.theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, view.theme, &fl!(words, "axis-name-t-share"));
    chart.area(ui, all[0], view.theme.color(Quantity::ContinuousLoss).gamma_multiply(0.25));
    chart.dashed(ui, [[0.0, loss], [1.0, loss]], Stroke::new(1.0, view.theme.weak));
    curves(ui, view, &chart, Quantity::ContinuousLoss, all, [0.25, 0.45, 0.65]);
    chart.vline(ui, now(view), Stroke::new(1.0, view.theme.ink));
    follow_time(ui, view, &chart, &response);
}

/// The variance of the loss over iterations.
fn variance(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let words = view.words;
    let below = captioned(ui, rect, &fl!(words, "likelihood-learned-variance"), &[]);
    let Some(training) = view.room.learned.training() else { return };
    let logs = |[iteration, variance]: [f64; 2]| [iteration, variance.max(1e-12).log10()];
    let all = training.variances().map(|points| points.iter().copied().map(logs).collect::<Vec<[f64; 2]>>());
    // The least that is possible for the network as it is.
    let least = view.room.learned.seen().and_then(|seen| seen.least).map(|least| least.max(1e-12).log10());
    let values = || all.iter().flatten().map(|point| point[1]).chain(least);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let range = if low < high { [low - 0.1, high + 0.1] } else { [-2.0, 2.0] };
    let last = (training.total.max(training.iteration()) as f64).max(1.0);
    let chart = Chart::with_axes(below, [0.0, last], range);
    let name = fl!(words, "likelihood-learned-variance", "name");
    let response = chart.respond(ui, "learned-variance", &name, Sense::hover());
    plate(view.shared, &response, ("likelihood/learned-variance", &name), rect);
    chart.axes(ui, view.theme, Axis::Plain, Axis::Log);
    chart.name_axis(ui, view.theme, &fl!(words, "likelihood-learned-axis-iteration"));
    if let Some(least) = least {
        chart.dashed(ui, [[0.0, least], [last, least]], Stroke::new(1.0, view.theme.weak));
    }
    curves(ui, view, &chart, Quantity::ContinuousLoss, all.each_ref().map(Vec::as_slice), [0.95, 0.85, 0.75]);
}

/// Draws a curve of each schedule in its style and with its number, the learned one last and strongest. `at` says where on
/// its curve a number stands, as a share of its points.
fn curves(
    ui: &Ui,
    view: &LikelihoodView<'_, '_>,
    chart: &Chart,
    quantity: Quantity,
    curves: [&[[f64; 2]]; 3],
    at: [f64; 3],
) {
    let theme = view.theme;
    for i in [2, 1, 0] {
        let (width, strength) = if i == 0 { (2.4, 1.0) } else { (1.5, BEHIND) };
        let color = theme.color(quantity).gamma_multiply(strength);
        let line: Vec<_> = curves[i].iter().map(|point| chart.at(*point)).collect();
        chart.painter(ui).extend(lane_line(&line, i, Stroke::new(width, color)));
        let marked = (at[i] * curves[i].len() as f64) as usize;
        if let Some(point) = curves[i].get(marked).filter(|point| chart.frame.contains(chart.at(**point))) {
            chart.mark(ui, *point, MARK, &(i + 1).to_string(), [color, theme.canvas]);
        }
    }
}
