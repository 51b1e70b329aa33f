//! A run of the reverse process in latents: the state and its channels, the estimate of the end, and what is decoded.

use egui::{Align2, Id, Rect, Ui, vec2};
use i18n_embed_fl::fl;

use super::super::LatentView;
use super::noise::channels_of;
use crate::app::chapters::layout::rows;
use crate::app::drawings::{FilmFrame, film, time};
use crate::app::formula::Symbol;
use crate::app::pictures::Pixels;
use crate::app::theme::{body_font, caption_font};
use crate::app::widgets::{Frame, fitted_line, paragraph, show_picture};
use crate::app::words::missing_text;
use crate::quantity::Quantity;

/// Space between pictures, in points.
const GAP: f32 = 8.0;
/// The columns: state, channels, estimate, decoded.
const COLUMNS: f32 = 4.0;
/// The symbols of the estimated latent, and of what is decoded of it.
const ESTIMATE: Symbol = Symbol { glyph: "z0-hat", text: "ẑ₀" };
const DECODED: Symbol = Symbol { glyph: "decoded-estimate", text: "D(ẑ₀)" };
/// The least height of the canvas that has room for both films, in points.
const TALL: f32 = 300.0;

pub fn show(ui: &mut Ui, view: &mut LatentView<'_, '_>, rect: Rect) {
    let words = view.words;
    if let Some(text) = view.room.run.missing().and_then(|missing| missing_text(words, missing)) {
        let why = fl!(words, "text-nothing-drawn", reason = text);
        return paragraph(ui, rect, &why, body_font(15.0), view.theme.weak);
    }
    let Some((run, frames)) = view.room.frames().filter(|(_, frames)| !frames.is_empty()) else {
        let text = match view.room.run.share() {
            _ if view.room.run.waits() => fl!(words, "latent-run-waits"),
            Some(share) => fl!(words, "text-under-way", percent = format!("{:.0}", 100.0 * share)),
            None => fl!(words, "text-opening"),
        };
        fitted_line(ui, rect, Align2::CENTER_CENTER, &text, caption_font(), view.theme.weak);
        return;
    };
    let drawing = &run.value;
    let now = time(view.scene, drawing);
    let away = |t: f64| (t - now).abs();
    let nearest = frames.iter().min_by(|a, b| away(a.t).total_cmp(&away(b.t)));
    let Some(step) = nearest else { return };
    let [above, below] =
        if rect.height() > TALL { rows(rect, [1.0, 0.62]) } else { [rect, rect.with_min_y(rect.bottom())] };
    let [_, high, wide] = drawing.facts.state;
    let stale = view.room.run.is_stale();
    let drawn = |view: &mut LatentView<'_, '_>, name: &str, values| {
        let key = Id::unique(("latent-run", name));
        view.stored.put_drawn(key, values, [high, wide]);
        Pixels::Stored(key)
    };
    let z_t = drawn(view, "zt", &step.z_t);
    let z0 = drawn(view, "z0", &step.z0_hat);
    let key = Id::unique(("latent-run", "decoded"));
    view.stored.put(key, &step.decoded, drawing.facts.picture);
    let t = format!("t = {:.0}", step.t);
    let share = format!("ᾱ = {:.3}", step.alpha_bar);
    let pictures = [
        (0.0, Frame::new(Quantity::NoisedLatent, t, z_t)),
        (2.0, Frame { symbol: ESTIMATE, ..Frame::new(Quantity::Latent, share, z0) }),
        (3.0, Frame { symbol: DECODED, ..Frame::new(Quantity::Decoded, String::new(), Pixels::Stored(key)) }),
    ];
    let side = ((above.width() - GAP * (COLUMNS - 1.0)) / COLUMNS).min(above.height() - 24.0).max(16.0);
    let left = above.center().x - (COLUMNS * side + GAP * (COLUMNS - 1.0)) / 2.0;
    let cell = |column: f32| {
        let at = vec2(left + column * (side + GAP), above.top());
        Rect::from_min_size(at.to_pos2(), vec2(side, side + 24.0))
    };
    for (column, frame) in pictures {
        if column > 1.0 && column < 3.0 {
            // As one reads: the channels stand between the state and the estimate.
            channels_of(ui, view, cell(1.0), &step.channels, [high, wide]);
        }
        show_picture(ui, view, cell(column), &Frame { stale, ..frame });
    }
    if below.height() < 60.0 {
        return;
    }
    let [states, ends] = rows(below, [1.0, 1.0]);
    let of_states: Vec<FilmFrame<'_>> =
        frames.iter().map(|frame| FilmFrame { t: frame.t, values: &frame.z_t }).collect();
    let of_ends: Vec<FilmFrame<'_>> =
        frames.iter().map(|frame| FilmFrame { t: frame.t, values: &frame.decoded }).collect();
    let shape = drawing.facts.picture;
    film(ui, view, states, ("zt", Quantity::NoisedLatent, drawing), (&of_states, [3, high, wide], true));
    film(ui, view, ends, ("decoded", Quantity::Decoded, drawing), (&of_ends, shape, false));
}
