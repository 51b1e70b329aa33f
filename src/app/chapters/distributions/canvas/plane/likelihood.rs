//! `ln p(x)` along the probability-flow ODE, beside the exact value.

use egui::{Align2, Color32, Rect, Sense, Stroke, Ui, pos2};
use i18n_embed_fl::fl;

use super::square::Square;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::layout::columns;
use crate::app::theme::figures;
use crate::app::widgets::{Axis, Chart, captioned, fitted_line, plate};
use crate::background::Computed;
use crate::quantity::Quantity;

/// Height, in points, of the read-out.
const READ_OUT: f32 = 106.0;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let [left, right] = columns(rect, [1.0, 1.0]);
    plane(ui, view, left);
    read_out(ui, view, right.with_max_y(right.top() + READ_OUT));
    agreement(ui, view, right.with_min_y(right.top() + READ_OUT));
}

/// The density, the clicked point, and the path of the ODE from that point to its code, the end of the path
/// in the noise.
fn plane(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [data, code, way] =
        [Quantity::X0, Quantity::Epsilon, Quantity::PosteriorMean].map(|q| theme.color(q));
    let words = view.words;
    let [title, hint] = [
        fl!(words, "distributions-likelihood-square"),
        fl!(words, "distributions-likelihood-square", "hint"),
    ];
    let title = view.with_hint(ui, rect.width(), &title, &hint);
    let square = Square::new(
        ui,
        rect,
        &title,
        &[
            (data, "x"),
            (way, &fl!(words, "distributions-ode")),
            (code, &fl!(words, "distributions-code-legend")),
        ],
    );
    let name = fl!(words, "distributions-likelihood-square", "name");
    let response = square.respond(ui, view, "likelihood", &name);
    square.field(ui, view, 0.45);
    if let Some(Computed { key: (_, point, _), value: found }) = view.room.plane.likelihood() {
        for (x, z) in found.points.iter().zip(&found.codes).skip(1) {
            square.dot(ui, theme, *x, 2.5, data.gamma_multiply(0.8));
            square.dot(ui, theme, *z, 2.5, code.gamma_multiply(0.8));
        }
        if let (Some(x), Some(z)) = (found.points.first(), found.codes.first()) {
            // The path is drawn only if it starts from the point whose likelihood is shown.
            if let Some(field) = view.room.plane.field().filter(|field| field.key.point == *point) {
                square.path(ui, &field.value.paths[1], Stroke::new(2.0, way));
            }
            square.dot(ui, theme, *z, 5.0, code);
            square.dot(ui, theme, *x, 5.0, data);
        }
    }
    square.take(ui, view, &response, false);
}

/// The terms of the likelihood of the clicked point, as numbers.
fn read_out(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let words = view.words;
    let below = captioned(ui, rect, &fl!(words, "distributions-likelihood"), &[]);
    let Some(parts) = view.room.plane.likelihood().and_then(|found| found.value.parts()) else {
        return;
    };
    let rows: [(String, f64, Color32); 4] = [
        (fl!(words, "distributions-likelihood-prior"), parts.prior, theme.color(Quantity::Epsilon)),
        (
            fl!(words, "distributions-likelihood-integral"),
            parts.integral,
            theme.color(Quantity::PosteriorMean),
        ),
        (fl!(words, "distributions-likelihood-sum"), parts.sum, theme.ink),
        (fl!(words, "distributions-likelihood-exact"), parts.exact, theme.color(Quantity::X0)),
    ];
    // The numbers stand in a column to the right of the longest name.
    let of = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), figures(12.0), theme.ink).size().x;
    let width = rows.iter().map(|row| of(&row.0)).fold(220.0, f32::max) + 80.0;
    for (i, (name, value, color)) in rows.into_iter().enumerate() {
        let y = below.top() + 2.0 + 17.0 * i as f32;
        let text = format!("{value:>10.4}").replace('-', "−");
        let at = pos2((below.left() + width).min(below.right()), y);
        let row = Rect::from_min_max(pos2(below.left(), y), pos2(at.x - of(&text), below.bottom()));
        fitted_line(ui, row, Align2::LEFT_TOP, &name, figures(12.0), color);
        ui.painter().text(at, Align2::RIGHT_TOP, text, figures(12.0), color);
    }
}

/// The log-likelihood from the ODE against the exact one, for fresh data and for the clicked point.
fn agreement(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [fresh, own] = [Quantity::PosteriorMean, Quantity::X0].map(|q| theme.color(q));
    let found = view.room.plane.likelihood().map(|found| &found.value);
    let calls = found.map_or(0, |found| found.calls);
    let words = view.words;
    let below = captioned(
        ui,
        rect,
        &fl!(words, "distributions-agreement-plot", calls = calls),
        &[
            (fresh, &fl!(words, "distributions-fresh-data")),
            (own, &fl!(words, "distributions-clicked-legend")),
        ],
    );
    let Some(found) = found else { return };
    let all = || found.values.as_flattened().iter().copied().filter(|value| value.is_finite());
    let (low, high) = (all().fold(0.0, f64::min), all().fold(0.5, f64::max));
    let margin = 0.06 * (high - low);
    let range = [low - margin, high + margin];
    let chart = Chart::with_axes(below, range, range);
    let name = fl!(words, "distributions-agreement-plot", "name");
    let response = chart.respond(ui, "agreement", &name, Sense::hover());
    plate(view.shared, &response, ("distributions/agreement", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(view.words, "axis-name-exact"));
    chart.line(ui, [[range[0]; 2], [range[1]; 2]], Stroke::new(1.0, theme.weak));
    for values in found.values.iter().skip(1) {
        chart.dot(ui, *values, 3.0, fresh, theme.canvas);
    }
    if let Some(values) = found.values.first() {
        chart.dot(ui, *values, 5.0, own, theme.canvas);
    }
}
