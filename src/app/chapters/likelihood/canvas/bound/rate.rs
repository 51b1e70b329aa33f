//! Rate against distortion (Ho et al. 2020, figure 5): how far the prediction is from the picture once so many bits of it
//! are known. The cursor is the timeline's t.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::{Found, go_to, now};
use crate::app::widgets::{Axis, Chart, captioned, fitting, held_at, plate};
use crate::diffusion::nll::RatePoint;
use crate::quantity::Quantity;

/// The largest distortion that is shown, in levels: that of white taken for black. Networks that have learned nothing
/// are off by more.
const MOST: f64 = 255.0;
/// Points of the curve.
const POINTS: usize = 300;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let theme = view.theme;
    let words = view.words;
    let all = &found.value.curves.rate;
    let t = now(view, found);
    let here = all.iter().find(|point| point.t == t);
    let [rate, distortion] = here.map_or([f64::NAN; 2], |point| [point.rate, point.distortion]);
    let short = fl!(words, "likelihood-rate");
    let title = match here {
        Some(_) => fl!(
            words,
            "likelihood-rate-at",
            rate = format!("{rate:.3}"),
            distortion = format!("{distortion:.1}")
        ),
        None => short.clone(),
    };
    let below = captioned(ui, rect, fitting(ui, rect.width(), &title, &short), &[]);
    let ink = theme.color(Quantity::X0Hat);
    let most = all.iter().map(|point| point.distortion).fold(1.0, f64::max).min(MOST);
    let last = all.last().map_or(1.0, |point| point.rate.max(1e-6));
    let chart = Chart::with_axes(below, [0.0, 1.03 * last], [0.0, 1.1 * most]);
    let name = fl!(words, "likelihood-rate", "name");
    let response = chart.respond(ui, "rate", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("likelihood/rate", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(words, "likelihood-axis-rate"));
    let points = thinned(all, last);
    chart.area(ui, &points, ink.gamma_multiply(0.15));
    chart.line(ui, points, Stroke::new(2.0, ink));
    if here.is_some() {
        chart.vline(ui, rate, Stroke::new(1.0, theme.ink));
        chart.dot(ui, [rate, distortion], 4.0, ink, theme.canvas);
    }
    if let Some(pointer) = held_at(ui, &response) {
        let wanted = chart.value(pointer)[0];
        let off = |point: &&RatePoint| (point.rate - wanted).abs();
        let nearest = all.iter().filter(|point| point.t > 0).min_by(|a, b| off(a).total_cmp(&off(b)));
        if let Some(t) = nearest.map(|point| point.t) {
            go_to(view, found, t);
        }
    }
}

/// The points of the curve that are told apart on a screen.
fn thinned(all: &[RatePoint], last: f64) -> Vec<[f64; 2]> {
    let mut points: Vec<[f64; 2]> = Vec::new();
    for (i, point) in all.iter().enumerate() {
        let is_end = i == 0 || i + 1 == all.len();
        let far = |before: &[f64; 2]| point.rate - before[0] >= last / POINTS as f64;
        if is_end || points.last().is_none_or(far) {
            points.push([point.rate, point.distortion]);
        }
    }
    points
}
