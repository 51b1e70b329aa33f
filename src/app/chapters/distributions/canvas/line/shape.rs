//! The data's density on its side, changed by hand: handles to drag, a curve to draw.

use egui::{CursorIcon, Pos2, Rect, Response, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::act;
use crate::analysis::line::RANGE;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::widgets::{Axis, Chart, plate, taken};
use crate::diffusion::data::LineShape;
use crate::quantity::Quantity;

/// The largest height that is drawn.
const HIGHEST: f64 = 1.2;
/// The largest distance, in points, from which the pointer takes a handle.
const NEAR: f32 = 18.0;
/// The number of points of the drawn curve.
const POINTS: usize = 300;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let color = theme.color(Quantity::X0);
    let shape = view.scene.chapters.distributions.line.shape.clone();
    // Heights grow to the left, away from the marginals.
    let chart = Chart::new(rect, [HIGHEST, 0.0], RANGE);
    let name = fl!(view.words, "distributions-data-plot", "name");
    let response = chart.respond(ui, "shape", &name, Sense::click_and_drag());
    plate(view.shared, &response, ("distributions/shape", &name), rect);
    chart.axes(ui, theme, Axis::Bare, Axis::Bare);
    chart.vline(ui, 0.0, Stroke::new(1.0, theme.line));
    let curve: Vec<[f64; 2]> = (0..=POINTS)
        .map(|i| {
            let x = RANGE[0] + (RANGE[1] - RANGE[0]) * i as f64 / POINTS as f64;
            [shape.height(x), x]
        })
        .collect();
    if matches!(shape, LineShape::Spikes(_)) {
        for [x, height] in shape.handles() {
            chart.line(ui, [[0.0, x], [height, x]], Stroke::new(2.5, color));
        }
    } else {
        chart.band(ui, curve.iter().map(|&[q, x]| [[0.0, x], [q, x]]), color.gamma_multiply(0.2));
        chart.line(ui, curve, Stroke::new(2.0, color));
    }
    for [x, height] in shape.handles() {
        chart.dot(ui, [height, x], 4.5, color, theme.canvas);
    }
    let Some(pointer) = response.interact_pointer_pos().or(response.hover_pos()) else { return };
    if matches!(shape, LineShape::Drawn(_)) {
        ui.set_cursor_icon(CursorIcon::Crosshair);
        draw(ui, view, &chart, &response, pointer);
    } else {
        edit(ui, view, &chart, &response, pointer, &shape);
    }
}

/// The position `[x, height]` at a point of the screen.
fn place(chart: &Chart, pointer: Pos2) -> [f64; 2] {
    let [height, x] = chart.value(pointer);
    [x, height]
}

/// Draws a stroke of the curve from the pointer's previous position to its present one.
fn draw(ui: &Ui, view: &mut DistributionsView<'_, '_>, chart: &Chart, response: &Response, pointer: Pos2) {
    let id = response.id.with("stroke");
    if !(response.dragged() || response.clicked()) {
        ui.data_mut(|data| data.remove::<[f64; 2]>(id));
        return;
    }
    let to = place(chart, pointer);
    let from = ui.data(|data| data.get_temp(id)).unwrap_or(to);
    ui.data_mut(|data| data.insert_temp(id, to));
    act(view, |line| line.shape = line.shape.stroked(from, to));
}

/// Moves the handle that was taken; a double click adds a part, a right click takes one away.
fn edit(
    ui: &Ui,
    view: &mut DistributionsView<'_, '_>,
    chart: &Chart,
    response: &Response,
    pointer: Pos2,
    shape: &LineShape,
) {
    let distance = |[x, height]: [f64; 2], to: Pos2| chart.at([height, x]).distance(to);
    let nearest = |to: Pos2| {
        let handles = shape.handles().into_iter().enumerate();
        let near = handles.map(|(i, handle)| (i, distance(handle, to)));
        near.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|near| near.1 < NEAR).map(|near| near.0)
    };
    if let Some(handle) = taken(ui, response, pointer, CursorIcon::Grab, nearest) {
        act(view, |line| line.shape = line.shape.moved(handle, place(chart, pointer)));
    } else if response.double_clicked() {
        act(view, |line| line.shape = line.shape.with_part(place(chart, pointer)));
    } else if response.secondary_clicked()
        && let Some(handle) = nearest(pointer)
    {
        act(view, |line| line.shape = line.shape.without_part(handle));
    }
}
