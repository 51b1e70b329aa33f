//! Pictures of a run, step by step.

use std::sync::Arc;

use egui::{Align2, Id, Rect, TextStyle, Ui, pos2, vec2};
use half::f16;

use super::{time, timeline};
use crate::analysis::text::{Drawing, FILM};
use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::app::widgets::{Thumbnail, fitted_line, text_width};
use crate::quantity::Quantity;
use crate::scene::Action;

/// Height of the line below the pictures, and the space between them, in points.
const LINE: f32 = 16.0;
const GAP: f32 = 4.0;

/// A picture of a film.
pub struct FilmFrame<'a> {
    /// The timestep of the run's schedule.
    pub t: f64,
    /// The picture.
    pub values: &'a Arc<[f16]>,
}

/// Draws the film of a run in `rect`, with pictures of this shape, whose colours are those of the settings unless they are
/// `drawn` ones; a click on one leads to its t. `name` tells films on one canvas apart.
pub fn film(
    ui: &mut Ui,
    view: &mut View<'_>,
    rect: Rect,
    (name, quantity, drawing): (&str, Quantity, &Drawing),
    (frames, shape, drawn): (&[FilmFrame<'_>], [usize; 3], bool),
) {
    let n = FILM.min(drawing.calls).max(1) as f32;
    let [_, height, width] = shape;
    let aspect = width as f32 / height as f32;
    let side = ((rect.width() - GAP * (n - 1.0)) / n / aspect).min(rect.height() - LINE).max(8.0);
    let wide = n * side * aspect + GAP * (n - 1.0);
    let left = rect.center().x - wide / 2.0;
    let now = time(view.scene, drawing);
    // A film shows some of the steps: where the one at the timeline's t is none of them, a line between pictures says where
    // it is.
    let now = drawing.nearest(now).map_or(now, |index| drawing.steps[index].t);
    // Where whole labels would touch each other, the numbers stand alone.
    let whole = |frame: &FilmFrame<'_>| text_width(ui, &format!("t = {:.0}", frame.t), &TextStyle::Small);
    let roomy = frames.iter().all(|frame| whole(frame) <= side * aspect);
    for (i, FilmFrame { t, values }) in frames.iter().enumerate() {
        let at = pos2(left + i as f32 * (side * aspect + GAP), rect.top());
        let area = Rect::from_min_size(at, vec2(side * aspect, side));
        let key = Id::unique(("text-film", name, i));
        if drawn {
            view.stored.put_drawn(key, values, [height, width]);
        } else {
            view.stored.put(key, values, shape);
        }
        let here = (t - now).abs() < 0.5;
        let next = frames.get(i + 1).map(|next| next.t);
        if next.is_some_and(|next| (t - now) * (next - now) < 0.0) && !here && next != Some(now) {
            let mark = vec2(GAP / 2.0, side);
            let mark = Rect::from_center_size(pos2(area.right() + GAP / 2.0, area.center().y), mark);
            ui.painter().rect_filled(mark, 1.0, view.theme.ink);
        }
        let label = format!("t = {t:.0}");
        let thumbnail = Thumbnail { key, name: &label, quantity, chosen: here };
        if thumbnail.show(ui, view, area, ("text-film", name, i)).clicked() {
            let t = timeline(view.scene, drawing, *t);
            view.act(Action::Timestep(t));
        }
        let below = pos2(at.x - GAP, area.bottom() + 2.0);
        let line = Rect::from_min_size(below, vec2(area.width() + 2.0 * GAP, LINE - 2.0));
        let ink = if here { view.theme.ink } else { view.theme.weak };
        let label = if roomy { label } else { format!("{t:.0}") };
        fitted_line(ui, line, Align2::CENTER_CENTER, &label, caption_font(), ink);
    }
}
