//! The way from one picture to another: above the means of pixels, below the decoded means of latents.

use egui::{Align2, Id, Rect, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::LatentView;
use crate::app::pictures::Pixels;
use crate::app::theme::{body_font, caption_font};
use crate::app::widgets::{Frame, fitted_line, paragraph, show_bare_picture, tag_of};
use crate::app::words::missing_text;
use crate::quantity::Quantity;

/// Space between pictures and the height of the labels below them, in points.
const GAP: f32 = 8.0;
const LABEL: f32 = 18.0;

pub fn show(ui: &mut Ui, view: &mut LatentView<'_, '_>, rect: Rect) {
    let words = view.words;
    if let Some(text) = view.room.between_missing().and_then(|missing| missing_text(words, missing)) {
        let why = fl!(words, "latent-no-latent", reason = text);
        return paragraph(ui, rect, &why, body_font(15.0), view.theme.weak);
    }
    let Some(found) = view.room.between().cloned() else {
        let percent = format!("{:.0}", 100.0 * view.room.between_progress().unwrap_or(0.0));
        let text = fl!(words, "latent-between-under-way", percent = percent);
        fitted_line(ui, rect, Align2::CENTER_CENTER, &text, caption_font(), view.theme.weak);
        return;
    };
    let way = &found.value;
    let n = way.pixels.len().max(1);
    let by_width = (rect.width() - GAP * (n - 1) as f32) / n as f32;
    let side = by_width.min((rect.height() - LABEL - GAP) / 2.0).max(16.0);
    let wide = n as f32 * side + GAP * (n - 1) as f32;
    let high = 2.0 * side + GAP + LABEL;
    let origin = pos2(rect.center().x - wide / 2.0, rect.top() + (rect.height() - high).max(0.0) / 2.0);
    let stale = view.room.is_stale();
    let rows = [
        (Quantity::X0, &way.pixels, fl!(words, "latent-between-pixels")),
        (Quantity::Decoded, &way.latents, fl!(words, "latent-between-latents")),
    ];
    for (row, (quantity, pictures, name)) in rows.into_iter().enumerate() {
        for (i, values) in pictures.iter().enumerate() {
            let at = origin + vec2(i as f32 * (side + GAP), row as f32 * (side + GAP));
            let area = Rect::from_min_size(at, vec2(side, side));
            let key = Id::unique(("latent-between", row, i));
            view.stored.put(key, values, way.shape);
            let frame = Frame { stale, ..Frame::new(quantity, String::new(), Pixels::Stored(key)) };
            ui.push_id((row, i), |ui| show_bare_picture(ui, view, area, &frame));
            if i == 0 {
                tag_of(ui, area, std::slice::from_ref(&name));
            }
        }
    }
    for i in 0..n {
        let share = i as f64 / (n - 1).max(1) as f64;
        let at = origin + vec2(i as f32 * (side + GAP), 2.0 * side + GAP + 2.0);
        let label = Rect::from_min_size(at, vec2(side, LABEL - 2.0));
        let text = format!("w = {share:.2}");
        fitted_line(ui, label, Align2::CENTER_CENTER, &text, caption_font(), view.theme.weak);
    }
}
