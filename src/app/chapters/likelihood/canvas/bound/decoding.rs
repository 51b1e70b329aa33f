//! Progressive decoding: what is known of the picture when more and more of its bits have arrived.

use egui::{Align2, Color32, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::{Found, go_to, now};
use crate::app::theme::caption_font;
use crate::app::widgets::fitted_line;
use crate::quantity::Quantity;

/// Height of a label, and the least space between two pictures, in points.
const LABEL: f32 = 18.0;
const GAP: f32 = 8.0;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let Some(decoded) = view.room.bound.decoded().cloned() else { return };
    let shape = found.value.setting.network.shape;
    let times = &decoded.key.times;
    if times.len() != decoded.value.len() || times.is_empty() {
        return;
    }
    let n = times.len() as f32;
    let aspect = shape[2] as f32 / shape[1] as f32;
    let cell = (rect.width() - GAP * (n - 1.0)) / n;
    let height = (rect.height() - LABEL).min(cell / aspect).max(8.0);
    let rate_at =
        |t: usize| found.value.curves.rate.iter().find(|point| point.t == t).map_or(0.0, |point| point.rate);
    let here = rate_at(now(view, found));
    // The picture of which as many bits are known as at the timeline's t.
    let away = |time: &&usize| (rate_at(**time) - here).abs();
    let nearest = times.iter().min_by(|a, b| away(a).total_cmp(&away(b))).copied();
    for (i, (&time, values)) in times.iter().zip(&decoded.value).enumerate() {
        let center = rect.left() + i as f32 * (cell + GAP) + cell / 2.0;
        let area = Rect::from_min_size(
            pos2(center - height * aspect / 2.0, rect.top()),
            vec2(height * aspect, height),
        );
        let rate = rate_at(time);
        let label = fl!(view.words, "likelihood-decoded", rate = format!("{rate:.2}"));
        let name = fl!(view.words, "likelihood-decoded", "name", rate = format!("{rate:.2}"));
        let response = ui.interact(area, ui.scope_id().with(("decoded", i)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let key = Id::unique(("decoded", i));
        view.stored.put(key, values, shape);
        let scene = view.scene;
        if let Some(texture) = view.stored.texture(ui, key, scene) {
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture, area, whole, Color32::WHITE);
        }
        let here = nearest == Some(time);
        let ink = if here { view.theme.color(Quantity::X0Hat) } else { view.theme.line };
        let width = if here || response.hovered() { 2.0 } else { 1.0 };
        ui.painter().rect_stroke(area, 2.0, Stroke::new(width, ink), StrokeKind::Outside);
        let below =
            Rect::from_min_size(pos2(center - cell / 2.0, area.bottom() + 3.0), vec2(cell, LABEL - 4.0));
        fitted_line(ui, below, Align2::CENTER_CENTER, &label, caption_font(), view.theme.weak);
        if response.clicked() {
            go_to(view, found, time);
        }
    }
}
