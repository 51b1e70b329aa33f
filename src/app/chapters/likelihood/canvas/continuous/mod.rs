//! Schedules with the same ends: log-SNR and the integrand over t, the area over log-SNR, the loss of T steps, and
//! estimates by chance.

mod area;
mod estimates;
mod handles;
mod paces;
mod steps;

use egui::{Pos2, Rect, Stroke, Ui};

use super::super::LikelihoodView;
use super::{follow_time, now, set_time};
use crate::app::chapters::layout::{alone, columns, rows};
use crate::app::widgets::{Chart, lane_line};
use crate::quantity::Quantity;
use crate::scene::{Action, LikelihoodOptions};

/// Radius, in points, of the disc with a schedule's number. Colours mean quantities, so schedules have numbers and styles
/// of lines.
const MARK: f32 = 7.5;
/// How much of a curve's colour is left where it stands behind the one in front.
const BEHIND: f32 = 0.6;

/// The plots that can be shown alone.
const PLOTS: [&str; 5] = [
    "likelihood/log-snr",
    "likelihood/integrand",
    "likelihood/area",
    "likelihood/steps",
    "likelihood/estimates",
];

/// The range of an axis whose end may be dragged along it: it rests while the pointer is down, so that what is dragged
/// stays below the pointer.
fn resting(ui: &Ui, axis: &str, range: [f64; 2]) -> [f64; 2] {
    let id = ui.scope_id().with(("range", axis));
    let held = ui.input(|input| input.pointer.any_down());
    let before = ui.data(|data| data.get_temp::<[f64; 2]>(id));
    let range = before.filter(|_| held).unwrap_or(range);
    ui.data_mut(|data| data.insert_temp(id, range));
    range
}

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    if let Some(places) = alone(view, rect, PLOTS) {
        let draw = [paces::log_snr, paces::integrand, area::show, steps::show, estimates::show];
        for (place, draw) in places.into_iter().zip(draw) {
            if let Some(place) = place {
                draw(ui, view, place);
            }
        }
        return;
    }
    let [upper, lower] = rows(rect, [1.1, 1.0]);
    let [left, right] = columns(upper, [1.0, 1.0]);
    paces::log_snr(ui, view, left);
    paces::integrand(ui, view, right);
    if view.presenting {
        let [left, right] = columns(lower, [1.0, 1.0]);
        area::show(ui, view, left);
        steps::show(ui, view, right);
        return;
    }
    let [left, middle, right] = columns(lower, [1.1, 0.9, 1.0]);
    area::show(ui, view, left);
    steps::show(ui, view, middle);
    estimates::show(ui, view, right);
}

/// Requests a change of the options.
fn act(view: &mut LikelihoodView<'_, '_>, change: impl FnOnce(&mut LikelihoodOptions)) {
    let mut options = view.scene.chapters.likelihood.clone();
    change(&mut options);
    if options != view.scene.chapters.likelihood {
        view.act(Action::options(options));
    }
}

/// Draws a curve of each schedule in its style, the one in front last and strongest, each with its number. `at` says where
/// on its curve the number of a schedule stands, as a fraction of the points.
fn curves(
    ui: &Ui,
    view: &LikelihoodView<'_, '_>,
    chart: &Chart,
    quantity: Quantity,
    curves: &[Vec<[f64; 2]>],
    at: impl Fn(usize) -> f64,
) {
    let theme = view.theme;
    let front = view.scene.chapters.likelihood.schedule.index();
    let behind = (0..curves.len()).filter(|i| *i != front);
    let order: Vec<usize> = behind.chain((front < curves.len()).then_some(front)).collect();
    let look = |i: usize| {
        let (width, strength) = if i == front { (2.4, 1.0) } else { (1.5, BEHIND) };
        Stroke::new(width, theme.color(quantity).gamma_multiply(strength))
    };
    for &i in &order {
        let line: Vec<Pos2> = curves[i].iter().map(|point| chart.at(*point)).collect();
        chart.painter(ui).extend(lane_line(&line, i, look(i)));
    }
    for &i in &order {
        let color = look(i).color;
        let marked = (at(i) * curves[i].len() as f64) as usize;
        if let Some(point) = curves[i].get(marked).filter(|point| chart.frame.contains(chart.at(**point))) {
            chart.mark(ui, *point, MARK, &(i + 1).to_string(), [color, theme.canvas]);
        }
    }
}
