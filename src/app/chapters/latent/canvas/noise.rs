//! Noise in pixels above noise in the latent: the clean codes, the noised ones, and what is decoded.

use std::sync::Arc;

use egui::{Align2, Color32, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use half::f16;
use i18n_embed_fl::fl;

use super::super::LatentView;
use super::super::state::{Encoded, alpha_bars, timestep_of};
use super::{cost, snr};
use crate::app::chapters::layout::{alone, columns};
use crate::app::formula::Symbol;
use crate::app::highlight::Lit;
use crate::app::pictures::Pixels;
use crate::app::theme::caption_font;
use crate::app::widgets::{Frame, Item, fitted_line, picture_row, show_picture};
use crate::quantity::Quantity;
use crate::scene::EqualNoise;

/// The least height of the plots, in points.
const PLOTS: f32 = 128.0;
/// Space between pictures, in points, and the height of a caption.
const GAP: f32 = 8.0;
const CAPTION: f32 = 24.0;
/// The columns: clean, noised, details, decoded.
const COLUMNS: usize = 4;
/// The plots that can be shown alone.
const ALONE: [&str; 2] = ["latent/snr", "latent/cost"];
/// The symbols of the decoded latent without noise, and of its error.
const CLEAN: Symbol = Symbol { glyph: "decoded-clean", text: "D(z₀)" };
const ERROR: Symbol = Symbol { glyph: "decoding-error", text: "|x₀ − D(z₀)|" };

pub fn show(ui: &mut Ui, view: &mut LatentView<'_, '_>, rect: Rect, found: &Encoded) {
    if let Some([left, right]) = alone(view, rect, ALONE) {
        if let Some(rect) = left {
            snr::show(ui, view, rect, found);
        }
        if let Some(rect) = right {
            cost::show(ui, view, rect, found);
        }
        return;
    }
    let all = frames(view, found);
    let spoken = spoken(view, &all);
    if !spoken.is_empty() {
        let mut row: Vec<_> = all.into_iter().zip(spoken).filter(|(_, spoken)| *spoken).collect();
        // As they are made: picture, latent, decoded picture.
        row.sort_by_key(|((column, row, _), _)| (*column, *row));
        let items: Vec<Item> = row.into_iter().map(|((_, _, frame), _)| frame.into()).collect();
        picture_row(ui, view, rect, &items);
        return;
    }
    let plots = if view.with_plots() { PLOTS + GAP } else { 0.0 };
    let room = vec2(rect.width(), (rect.height() - plots).max(80.0));
    let by_width = (room.x - GAP * (COLUMNS - 1) as f32) / COLUMNS as f32;
    let side = by_width.min((room.y - GAP) / 2.0 - CAPTION).max(16.0);
    let wide = COLUMNS as f32 * side + GAP * (COLUMNS - 1) as f32;
    let left = rect.left() + (rect.width() - wide) / 2.0;
    let cell = |column: usize, row: usize| {
        let place = vec2(column as f32 * (side + GAP), row as f32 * (side + CAPTION + GAP));
        Rect::from_min_size(pos2(left, rect.top()) + place, vec2(side, side + CAPTION))
    };
    for (column, row, frame) in all {
        if (column, row) == (3, 1) {
            // As one reads, and as the Tab key goes: what is decoded comes after the channels.
            channels(ui, view, cell(2, 1), found);
        }
        // Both decoded pictures are of one quantity, and told apart by their place.
        ui.push_id((column, row), |ui| show_picture(ui, view, cell(column, row), &frame));
    }
    if view.with_plots() {
        let below = rect.with_min_y(cell(0, 1).bottom() + GAP + 4.0);
        let [left, right] = columns(below, [1.2, 1.0]);
        snr::show(ui, view, left, found);
        cost::show(ui, view, right, found);
    }
}

/// Which pictures stand alone in a row: those that a presented lesson speaks of, and in a presentation without one the
/// noised ones. Of the two decoded ones it is that of the latent that is spoken of. Empty where all are shown.
fn spoken(view: &LatentView<'_, '_>, all: &[(usize, usize, Frame)]) -> Vec<bool> {
    if !view.presenting {
        return Vec::new();
    }
    let usual = Lit::exactly(&[Quantity::Xt, Quantity::NoisedLatent, Quantity::Decoded]);
    let lit = if view.spoken == Lit::ALL { usual } else { view.spoken };
    let noised = lit.contains(Quantity::NoisedLatent);
    let is_spoken = |(_, row, frame): &(usize, usize, Frame)| {
        let other = frame.quantity == Quantity::Decoded && (*row == 1) != noised;
        lit.contains(frame.quantity) && !other
    };
    let spoken: Vec<bool> = all.iter().map(is_spoken).collect();
    if spoken.iter().filter(|spoken| **spoken).count() < 2 { Vec::new() } else { spoken }
}

/// The pictures with their columns and rows.
fn frames(view: &mut LatentView<'_, '_>, found: &Encoded) -> Vec<(usize, usize, Frame)> {
    let words = view.words;
    let encoding = &found.value;
    let [_, height, width] = encoding.shape;
    let [_, high, wide] = encoding.latent_shape;
    let size = |shape: [usize; 3]| shape.map(|n| n.to_string()).join("×");
    let stale = view.room.is_stale();
    let put = |view: &mut LatentView<'_, '_>, name: &str, values, shape| {
        let key = Id::unique(("latent", name));
        view.stored.put(key, values, shape);
        Pixels::Stored(key)
    };
    let drawn = |view: &mut LatentView<'_, '_>, name: &str, values| {
        let key = Id::unique(("latent", name));
        view.stored.put_drawn(key, values, [high, wide]);
        Pixels::Stored(key)
    };
    let shown = view.room.shown(found);
    let x0 = put(view, "x0", &shown.x0, encoding.shape);
    let z0 = drawn(view, "z0", &shown.z0);
    let decoded = put(view, "decoded-clean", &encoding.decoded, encoding.shape);
    let (theme, map) = (view.theme, (Quantity::Residual, &encoding.error));
    let (error, most) = view.room.maps.store(view.shared.stored, theme, map, [height, width]);
    let noised = view.room.noised(&found.key).cloned();
    let mut pixels =
        [Pixels::None([width, height]), Pixels::None([wide, high]), Pixels::None([width, height])];
    if let Some(noised) = &noised {
        let noised = &noised.value;
        pixels = [
            put(view, "xt", &noised.x_t, encoding.shape),
            drawn(view, "zt", &noised.z_t),
            put(view, "decoded", &noised.decoded, encoding.shape),
        ];
    }
    let [x_t, z_t, back] = pixels;
    let t = format!("t = {}", view.scene.t);
    let of_latent = latent_time(view, found);
    let decibels = format!("{:.1} dB", encoding.psnr());
    let most = format!("{:.0}", 127.5 * most);
    let brief = Some(fl!(words, "map-most", most = most.as_str()));
    let most = fl!(words, "latent-error-up-to", error = most);
    let mut all = vec![
        (0, 0, Frame::new(Quantity::X0, size(encoding.shape), x0)),
        (1, 0, Frame::new(Quantity::Xt, t, x_t)),
        (2, 0, Frame { symbol: ERROR, brief, ..Frame::new(Quantity::Residual, most, error) }),
        (3, 0, Frame { symbol: CLEAN, ..Frame::new(Quantity::Decoded, decibels, decoded) }),
        (0, 1, Frame::new(Quantity::Latent, size(encoding.latent_shape), z0)),
        (1, 1, Frame::new(Quantity::NoisedLatent, of_latent.clone(), z_t)),
        (3, 1, Frame::new(Quantity::Decoded, of_latent, back)),
    ];
    for (_, _, frame) in &mut all {
        frame.stale = stale;
    }
    all
}

/// The time of the latent's noise: the timeline's t, or the one at which the signal-to-noise ratio is that of the
/// pixels.
fn latent_time(view: &LatentView<'_, '_>, found: &Encoded) -> String {
    let schedule = &view.active().schedule;
    match view.scene.chapters.latent.equal {
        EqualNoise::Timestep => format!("t = {}", view.scene.t),
        EqualNoise::Snr => {
            let [_, alpha_bar] = alpha_bars(view.scene, schedule, &found.value);
            format!("t ≈ {}", timestep_of(schedule, alpha_bar))
        }
    }
}

/// The channels of the noised latent, each as a small grey picture.
fn channels(ui: &mut Ui, view: &mut LatentView<'_, '_>, cell: Rect, found: &Encoded) {
    let Some(noised) = view.room.noised(&found.key).cloned() else { return };
    let [_, high, wide] = found.value.latent_shape;
    channels_of(ui, view, cell, &noised.value.channels, [high, wide]);
}

/// The channels of a latent, each as a small grey picture.
pub fn channels_of(
    ui: &mut Ui,
    view: &mut LatentView<'_, '_>,
    cell: Rect,
    channels: &[Arc<[f16]>],
    [high, wide]: [usize; 2],
) {
    let count = channels.len();
    let across = (1..=count).find(|across| across * across >= count).unwrap_or(1);
    let below = cell.with_min_y(cell.top() + CAPTION);
    let gap = 4.0;
    let small = (below.width() - gap * (across - 1) as f32) / across as f32;
    let caption = Rect::from_min_size(cell.min, vec2(cell.width(), CAPTION));
    let title = fl!(view.words, "latent-channels", count = count);
    let place = caption.with_max_y(caption.bottom() - 4.0);
    fitted_line(ui, place, Align2::LEFT_CENTER, &title, caption_font(), view.theme.weak);
    for (i, values) in channels.iter().enumerate() {
        let place = vec2((i % across) as f32, (i / across) as f32) * (small + gap);
        let area = Rect::from_min_size(below.min + place, vec2(small, small));
        let key = Id::unique(("latent-channel", i));
        view.stored.put(key, values, [1, high, wide]);
        let number = i + 1;
        let name = fl!(view.words, "latent-channel", n = number);
        let response = ui.interact(area, ui.scope_id().with(("latent-channel", i)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
        let scene = view.scene;
        if let Some(texture) = view.stored.texture(ui, key, scene) {
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture, area, whole, Color32::WHITE);
        }
        let line = Stroke::new(1.0, view.theme.color(Quantity::NoisedLatent));
        ui.painter().rect_stroke(area, 1.0, line, StrokeKind::Outside);
        response.on_hover_text(name);
    }
}
