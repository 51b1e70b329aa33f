//! The layout of the parts of a canvas.

use egui::emath::GuiRounding as _;
use egui::{Rect, Ui, UiBuilder};

use crate::app::view::View;

/// Space around and between the parts of a chapter, in points.
const GAP: f32 = 12.0;

/// The part of the window's central area into which a chapter draws.
pub fn canvas(rect: Rect) -> Rect {
    let mut rect = rect.shrink2(egui::vec2(6.0, 6.0));
    // The last number of an axis extends beyond the right edge of its plot.
    rect.max.x -= 8.0;
    rect
}

/// Splits a rectangle into rows of the given relative heights, `GAP` apart.
pub fn rows<const N: usize>(rect: Rect, weights: [f32; N]) -> [Rect; N] {
    let room = rect.height() - GAP * (N - 1) as f32;
    let total: f32 = weights.iter().sum();
    let mut top = rect.top();
    weights.map(|weight| {
        let height = room * weight / total;
        let row = Rect::from_min_size(egui::pos2(rect.left(), top), egui::vec2(rect.width(), height));
        top += height + GAP;
        row
    })
}

/// Splits a rectangle into a part above for pictures and the rest below. The upper part has the height `natural`, at
/// which the pictures fill the width, but at most the fraction `most` of the whole height.
pub fn pictures_above(rect: Rect, natural: f32, most: f32) -> [Rect; 2] {
    let height = natural.min(rect.height() * most);
    let split = rect.top() + height;
    let above = Rect::from_min_max(rect.min, egui::pos2(rect.right(), split));
    [above, Rect::from_min_max(egui::pos2(rect.left(), split + GAP), rect.max)]
}

/// The least height of plots below pictures, and of a row of a film strip that is worth its room, in points.
const PLOTS: f32 = 136.0;
const FILM: f32 = 62.0;
/// The same for each of several rows, and for each row where there are no plots: labels stand on frames there.
const ROW: f32 = 48.0;
const LARGE_ROW: f32 = 40.0;

/// Splits a rectangle into pictures, a film strip of so many rows below them and plots below both. Pictures and strip have
/// the heights at which they fill the width, `pictures` and `film`, if that leaves enough for the plots; else first the strip is
/// smaller, then it is left out (its rectangle is empty), then the pictures are smaller.
pub fn pictures_film_plots(
    rect: Rect,
    (pictures, film, rows): (f32, f32, usize),
    with_plots: bool,
) -> [Rect; 3] {
    let room = rect.height() - if with_plots { PLOTS + GAP } else { 0.0 };
    let upper = pictures.min(room.max(rect.height() * 0.3));
    let left = room - upper - GAP;
    let least = match rows {
        _ if !with_plots => LARGE_ROW * rows as f32,
        1 => FILM,
        _ => ROW * rows as f32,
    };
    let strip = if left >= least.min(film) { film.min(left) } else { 0.0 };
    let at = |top: f32, height: f32| {
        Rect::from_min_size(egui::pos2(rect.left(), top), egui::vec2(rect.width(), height))
    };
    let above = at(rect.top(), upper);
    let middle = at(above.bottom() + if strip > 0.0 { GAP } else { 0.0 }, strip);
    let below = Rect::from_min_max(egui::pos2(rect.left(), middle.bottom() + GAP), rect.max);
    [above, middle, below]
}

/// The places of those among a canvas' plots that are drawn alone, side by side in `rect`, in the order of `plots`;
/// `None` if the canvas is drawn as a whole.
pub fn alone<const N: usize>(view: &View<'_>, rect: Rect, plots: [&str; N]) -> Option<[Option<Rect>; N]> {
    let wanted = plots.map(|plot| view.plots_alone().iter().any(|only| only == plot));
    let count = wanted.iter().filter(|wanted| **wanted).count();
    if count == 0 {
        return None;
    }
    let width = (rect.width() - 2.0 * GAP * (count - 1) as f32) / count as f32;
    let mut left = rect.left();
    Some(wanted.map(|wanted| {
        wanted.then(|| {
            let place = Rect::from_min_size(egui::pos2(left, rect.top()), egui::vec2(width, rect.height()));
            left += width + 2.0 * GAP;
            place
        })
    }))
}

/// Splits a rectangle into columns of the given relative widths, one and a half `GAP` apart.
pub fn columns<const N: usize>(rect: Rect, weights: [f32; N]) -> [Rect; N] {
    let gap = 2.0 * GAP;
    let room = rect.width() - gap * (N - 1) as f32;
    let total: f32 = weights.iter().sum();
    let mut left = rect.left();
    weights.map(|weight| {
        let width = room * weight / total;
        let column = Rect::from_min_size(egui::pos2(left, rect.top()), egui::vec2(width, rect.height()));
        left += width + gap;
        column
    })
}

/// A child `Ui` that fills `rect`.
pub fn inside<R>(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    let rect = rect.round_ui();
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    child.set_clip_rect(rect.expand2(egui::vec2(16.0, 4.0)).intersect(ui.clip_rect()));
    add(&mut child)
}
