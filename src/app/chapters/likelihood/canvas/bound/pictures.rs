//! The pictures at t: the picture, its noised state, what the network makes of it, and where the bits are.

use egui::{Id, Rect, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::{Found, GAP, now};
use crate::app::pictures::{Pixels, scale};
use crate::app::widgets::{Frame, Item, picture_row, picture_row_height};
use crate::quantity::Quantity;
use crate::scene::{Action, BoundOptions};

/// The least number of pictures that are shown by themselves when a lesson speaks of them.
const LEAST_SPOKEN_OF: usize = 2;
/// Height of a scale of colours, in points.
const SCALE: f32 = 5.0;

/// The rows of the pictures in a place of this width that may have this height, and the height that they take, with their
/// scales below. Where there are no plots, and two rows make the pictures larger, there are two.
pub fn rows<'a>(
    view: &LikelihoodView<'_, '_>,
    items: &'a [Item],
    [width, most]: [f32; 2],
) -> (Vec<&'a [Item]>, f32) {
    let height = |items: &[Item]| picture_row_height(view, width, items) + 2.0 * SCALE;
    let one = height(items).min(most);
    let [first, second] = items.split_at(items.len().div_ceil(2)).into();
    let two = height(first).min((most - GAP) / 2.0);
    if view.with_plots() || two < 1.1 * one {
        (vec![items], one)
    } else {
        (vec![first, second], 2.0 * two + GAP)
    }
}

/// The pictures.
pub fn items(view: &mut LikelihoodView<'_, '_>, found: &Found) -> Vec<Item> {
    let words = view.words;
    let evaluation = &found.value;
    let [_, height, width] = evaluation.setting.network.shape;
    let nothing = || Pixels::None([width, height]);
    let look =
        view.room.bound.look().filter(|look| look.value.shape == evaluation.setting.network.shape).cloned();
    let t = look.as_ref().map_or_else(|| now(view, found), |look| look.key.t);
    let mut pixels = [nothing(), nothing(), nothing()];
    if let Some(look) = &look {
        let look = &look.value;
        for (i, (pixels, values)) in pixels.iter_mut().zip([&look.x0, &look.x_t, &look.x0_hat]).enumerate() {
            let key = Id::unique(("bound", i));
            view.stored.put(key, values, look.shape);
            *pixels = Pixels::Stored(key);
        }
    }
    let [x0, x_t, x0_hat] = pixels;
    let levels = look.as_ref().map(|look| crate::diffusion::nll::rate::distortion(look.value.x0_mse));
    let error = levels
        .map_or_else(String::new, |levels| fl!(words, "likelihood-off-by", levels = format!("{levels:.1}")));
    let off = levels.map(|levels| format!("±{levels:.0}"));
    let of_t = if t == 1 { Quantity::DecoderTerm } else { Quantity::DenoiserTerm };
    let size = [height, width];
    let (map, most) = look.as_ref().map_or((nothing(), 0.0), |look| {
        let theme = view.theme;
        view.room.bound.maps.store(view.shared.stored, theme, (of_t, &look.value.map), size)
    });
    let theme = view.theme;
    let whole = view.room.bound.maps.store(
        view.shared.stored,
        theme,
        (Quantity::Bound, &evaluation.curves.map),
        size,
    );
    // At the chain's end stands what is left of the picture there, in bits.
    let last = now(view, found) == evaluation.setting.steps();
    let prior = last.then(|| {
        let map = (Quantity::PriorTerm, &evaluation.setting.prior_map);
        view.room.bound.maps.store(view.shared.stored, theme, map, size)
    });
    let bits = |most: f32| fl!(words, "likelihood-up-to", bits = short(f64::from(most)));
    let known = if evaluation.is_exact() { bits(whole.1) } else { format!("≈ {}", bits(whole.1)) };
    let stale = view.room.bound.is_stale();
    let brief = |most: f32| Some(fl!(words, "map-most", most = short(f64::from(most))));
    let mut frames = vec![
        (Quantity::X0, fl!(words, "likelihood-x0"), None, x0),
        (Quantity::Xt, format!("t = {t}"), None, x_t),
        (Quantity::X0Hat, error, off, x0_hat),
        (of_t, bits(most), brief(most), map),
        (Quantity::Bound, known, brief(whole.1), whole.0),
    ];
    if let Some((pixels, most)) = prior {
        frames.insert(4, (Quantity::PriorTerm, bits(most), brief(most), pixels));
    }
    // What a lesson does not speak of leaves its room to the rest.
    let said = |frame: &&(Quantity, String, Option<String>, Pixels)| view.spoken.contains(frame.0);
    if frames.iter().filter(said).count() >= LEAST_SPOKEN_OF {
        frames.retain(|frame| said(&frame));
    }
    let item = |(quantity, detail, brief, pixels)| {
        let mut frame = Frame::new(quantity, detail, pixels);
        (frame.stale, frame.brief) = (stale, brief);
        Item::from(frame)
    };
    frames.into_iter().map(item).collect()
}

/// A number in as few letters as will do.
fn short(value: f64) -> String {
    let text = if (0.01..1000.0).contains(&value) { format!("{value:.2}") } else { format!("{value:.1e}") };
    text.replace('-', "−")
}

/// Draws the rows of pictures.
pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, rows: &[&[Item]], found: &Found) {
    let height = (rect.height() - GAP * (rows.len() - 1) as f32) / rows.len() as f32;
    for (items, row) in rows.iter().zip(0_u8..) {
        let top = rect.top() + f32::from(row) * (height + GAP);
        show_row(
            ui,
            view,
            Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), height)),
            items,
            found,
        );
    }
}

/// Draws a row. A click on one of its pictures takes a pixel.
fn show_row(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, items: &[Item], found: &Found) {
    let rect = rect.with_max_y(rect.bottom() - 2.0 * SCALE);
    let clicked = picture_row(ui, view.shared, rect, items).into_iter().find_map(|response| response.clicked);
    if let Some(pixel) = clicked {
        let mut options = view.scene.chapters.likelihood.clone();
        options.bound = BoundOptions { pixel: Some(pixel), ..options.bound };
        view.act(Action::options(options));
    }
    scales(ui, view, rect, items, found);
}

/// Draws the scales of the maps along the lower edges of the maps.
fn scales(ui: &Ui, view: &LikelihoodView<'_, '_>, rect: Rect, items: &[Item], found: &Found) {
    let [_, height, width] = found.value.setting.network.shape;
    let (n, aspect) = (items.len() as f32, width as f32 / height as f32);
    // As the row lays them out.
    let gaps = 6.0 * (n - 1.0);
    let tall = (rect.height() - 24.0).min((rect.width() - gaps) / n / aspect).max(16.0);
    let wide = tall * aspect;
    let left = rect.center().x - (n * wide + gaps) / 2.0;
    for (i, item) in items.iter().enumerate() {
        let Item::Picture(frame) = item else { continue };
        if matches!(frame.quantity, Quantity::X0 | Quantity::Xt | Quantity::X0Hat) {
            continue;
        }
        let bottom = rect.top() + 24.0 + tall + 4.0;
        let start = pos2(left + i as f32 * (wide + 6.0), bottom);
        let colors = scale(frame.quantity, view.theme.dark);
        let steps = 64;
        for step in 0..steps {
            let part = Rect::from_min_size(
                pos2(start.x + wide * step as f32 / steps as f32, start.y),
                vec2(wide / steps as f32 + 0.5, SCALE),
            );
            ui.painter().rect_filled(part, 0.0, colors[(step * 255) / (steps - 1)]);
        }
    }
}
