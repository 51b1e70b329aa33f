//! Log-SNR and the integrand over t.

use egui::{Color32, Rect, Sense, Stroke, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::{curves, follow_time, handles, now, resting};
use crate::app::theme::caption_font;
use crate::app::widgets::{Axis, Chart, captioned, plate};
use crate::quantity::Quantity;
use crate::scene::ContinuousSchedule;

/// Room above and below the ends, in nats, so that their handles can be dragged.
const MARGIN: f64 = 1.5;
/// The integrand is cut off at this multiple of its mean.
const HIGHEST: f64 = 4.0;

/// Log-SNR over t. Both ends are handles, and so are the points of the curve drawn by hand while it is in front.
pub fn log_snr(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let words = view.words;
    let [title, hint] = [fl!(words, "likelihood-log-snr"), fl!(words, "likelihood-log-snr", "hint")];
    let below = captioned(ui, rect, &view.with_hint(ui, rect.width(), &title, &hint), &[]);
    let [max, min] = view.scene.chapters.likelihood.log_snr;
    let range = resting(ui, "log-snr", [min - MARGIN, max + MARGIN]);
    let chart = Chart::with_axes(below, [0.0, 1.0], range);
    let name = fl!(words, "likelihood-log-snr", "name");
    let response = chart.respond(ui, "log-snr", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/log-snr", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(words, "axis-name-t-share"));
    if let Some(comparison) = view.room.continuous.comparison() {
        let all: Vec<_> = comparison.value.paces.iter().map(|pace| pace.log_snr.clone()).collect();
        curves(ui, view, &chart, Quantity::LogSnr, &all, |i| 0.36 + 0.1 * i as f64);
    }
    chart.vline(ui, now(view), Stroke::new(1.0, theme.ink));
    handles::show(ui, view, &chart, &response);
}

/// `−½ SNR′ mmse` over t: the shapes differ, the areas do not.
pub fn integrand(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let words = view.words;
    let ink = theme.color(Quantity::ContinuousLoss);
    let front = view.room.continuous.in_front(&view.scene.chapters.likelihood);
    let comparison = view.room.continuous.comparison().map(|comparison| &comparison.value);
    let title = match front {
        Some(pace) if !view.asking() => {
            fl!(words, "likelihood-integrand-area", area = format!("{:.6}", pace.loss))
        }
        _ => fl!(words, "likelihood-integrand"),
    };
    let below = captioned(ui, rect, &title, &[]);
    let loss = comparison.map_or(1.0, |comparison| comparison.profile.loss());
    let all: Vec<_> = comparison.map_or_else(Vec::new, |comparison| {
        comparison.paces.iter().map(|pace| pace.integrand.clone()).collect()
    });
    let most = all.iter().flatten().map(|point| point[1]).fold(0.0, f64::max);
    let chart = Chart::with_axes(below, [0.0, 1.0], [0.0, 1.08 * most.min(HIGHEST * loss).max(1e-9)]);
    let name = fl!(words, "likelihood-integrand", "name", area = format!("{loss:.6}"));
    let response = chart.respond(ui, "integrand", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/integrand", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(words, "axis-name-t-share"));
    if let Some(front) = front {
        chart.area(ui, &front.integrand, ink.gamma_multiply(0.25));
    }
    curves(ui, view, &chart, Quantity::ContinuousLoss, &all, |i| {
        // Where the curves are far apart: the formulas near the middle, the drawn one before.
        if i == ContinuousSchedule::Drawn.index() { 0.25 } else { 0.42 + 0.08 * i as f64 }
    });
    peaks(ui, &chart, &all, HIGHEST * loss, [theme.ink, theme.canvas]);
    chart.vline(ui, now(view), Stroke::new(1.0, theme.ink));
    follow_time(ui, view, &chart, &response);
}

/// Says how high the curves go that are cut off: what is not seen belongs to their areas too.
fn peaks(ui: &Ui, chart: &Chart, all: &[Vec<[f64; 2]>], highest: f64, [ink, ground]: [Color32; 2]) {
    let mut row = 0.0;
    for (curve, number) in all.iter().zip(1..) {
        let Some(peak) = curve.iter().copied().max_by(|a, b| a[1].total_cmp(&b[1])) else { continue };
        if peak[1] <= highest {
            continue;
        }
        let text = format!("{number} ↑ {:.3}", peak[1]);
        let text = ui.painter().layout_no_wrap(text, caption_font(), ink);
        let room = chart.frame.shrink(3.0);
        let left = (chart.at(peak).x + 4.0).min(room.right() - text.size().x).max(room.left());
        // Curves go on behind it.
        let place = Rect::from_min_size(pos2(left, room.top() + row), text.size()).expand2(vec2(2.0, 0.0));
        ui.painter().rect_filled(place, 2.0, ground.gamma_multiply(0.85));
        ui.painter().galley(pos2(left, room.top() + row), text, ink);
        row += 13.0;
    }
}
