//! The bounds of several pictures beside that of the loaded one.

use egui::{Align2, Color32, Id, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::super::super::inspector::bound::mean_text;
use crate::app::theme::{body_font, caption_font};
use crate::app::widgets::{Axis, Chart, captioned, fitted_line, paragraph, plate};
use crate::app::words::missing_text;
use crate::quantity::Quantity;

/// Height of a label, and the least space between two pictures, in points.
const LABEL: f32 = 18.0;
const GAP: f32 = 8.0;

/// The pictures, each with its bits per dimension below it.
pub fn pictures(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let words = view.words;
    if let Some(text) = view.room.bound.batch_missing().and_then(|missing| missing_text(words, missing)) {
        let why = fl!(words, "likelihood-no-bound", reason = text);
        return paragraph(ui, rect, &why, body_font(15.0), view.theme.weak);
    }
    let Some(batch) = view.room.bound.batch().cloned() else {
        let text = fl!(words, "likelihood-batch-begins");
        return paragraph(ui, rect, &text, body_font(15.0), view.theme.weak);
    };
    let batch = &batch.value;
    let n = batch.count as f32;
    let aspect = batch.shape[2] as f32 / batch.shape[1].max(1) as f32;
    let cell = (rect.width() - GAP * (n - 1.0)) / n;
    let height = (rect.height() - LABEL).min(cell / aspect).max(8.0);
    for (i, member) in batch.members.iter().enumerate() {
        let center = rect.left() + i as f32 * (cell + GAP) + cell / 2.0;
        let corner = pos2(center - height * aspect / 2.0, rect.top());
        let area = Rect::from_min_size(corner, vec2(height * aspect, height));
        let key = Id::unique(("batch", i));
        view.stored.put(key, &member.x0, batch.shape);
        let scene = view.scene;
        if let Some(texture) = view.stored.texture(ui, key, scene) {
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture, area, whole, Color32::WHITE);
        }
        let (ink, width) =
            if i == 0 { (view.theme.color(Quantity::X0), 2.0) } else { (view.theme.line, 1.0) };
        ui.painter().rect_stroke(area, 2.0, Stroke::new(width, ink), StrokeKind::Outside);
        let bits = format!("{:.2}", member.parts.total);
        let label = if i == 0 { fl!(words, "likelihood-batch-yours", bits = bits) } else { bits };
        let below =
            Rect::from_min_size(pos2(center - cell / 2.0, area.bottom() + 3.0), vec2(cell, LABEL - 4.0));
        fitted_line(ui, below, Align2::CENTER_CENTER, &label, caption_font(), view.theme.weak);
    }
}

/// The bounds as points with their standard errors, and the mean of the others.
pub fn chart(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let (words, theme) = (view.words, view.theme);
    let Some(batch) = view.room.bound.batch().cloned() else { return };
    let batch = &batch.value;
    let mean = mean_text(batch);
    let title = fl!(words, "likelihood-batch", mean = mean.as_str());
    let below = captioned(ui, rect, &title, &[]);
    let of = |i: usize| {
        let parts = batch.members[i].parts;
        (i as f64 + 1.0, parts.total, parts.standard_error.unwrap_or(0.0))
    };
    let points: Vec<(f64, f64, f64)> = (0..batch.members.len()).map(of).collect();
    let low = points.iter().map(|(_, total, error)| total - error).fold(f64::INFINITY, f64::min);
    let high = points.iter().map(|(_, total, error)| total + error).fold(f64::NEG_INFINITY, f64::max);
    let margin = 0.1 * (high - low).max(0.1);
    let chart = Chart::with_axes(below, [0.5, batch.count as f64 + 0.5], [low - margin, high + margin]);
    let name = fl!(words, "likelihood-batch", "name", mean = mean);
    let response = chart.respond(ui, "batch", &name, Sense::hover());
    plate(view.shared, &response, ("likelihood/batch", &name), rect);
    chart.axes(ui, theme, Axis::Whole, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(words, "likelihood-axis-picture"));
    let ink = theme.color(Quantity::Bound);
    if let Some(mean) = batch.mean() {
        let ends = [1.5, batch.count as f64 + 0.5];
        if let Some(error) = mean.standard_error {
            let band = ends.map(|x| [[x, mean.sum - error], [x, mean.sum + error]]);
            chart.band(ui, band, ink.gamma_multiply(0.2));
        }
        chart.dashed(ui, ends.map(|x| [x, mean.sum]), Stroke::new(1.5, ink));
    }
    for (i, (x, total, error)) in points.into_iter().enumerate() {
        let ink = if i == 0 { theme.color(Quantity::X0) } else { ink };
        chart.line(ui, [[x, total - error], [x, total + error]], Stroke::new(1.5, ink));
        chart.dot(ui, [x, total], 4.5, ink, theme.canvas);
    }
}
