//! The two stages of a cascade side by side: the small picture, what the second stage is given of it, the large picture, and
//! what the small one becomes without a network. Below, how each came to be.

use std::sync::Arc;

use egui::{Align2, Button, Id, Rect, Ui, pos2, vec2};
use half::f16;
use i18n_embed_fl::fl;

use super::super::TextView;
use super::super::commands::TextCommand;
use super::super::second::Enlarged;
use super::{run_film, waiting};
use crate::analysis::text::Drawing;
use crate::app::chapters::layout::{inside, pictures_above};
use crate::app::drawings::{Drawn, time};
use crate::app::formula::Symbol;
use crate::app::pictures::Pixels;
use crate::app::theme::{body_font, caption_font};
use crate::app::widgets::{Frame, Item, fitted_line, paragraph, picture_row, picture_row_height};
use crate::model::{ModelRef, shipped_parts};
use crate::quantity::Quantity;

/// The symbol of a small picture with noise of level s.
const NOISED: Symbol = Symbol { glyph: "x-s", text: "x_s" };
/// Height of a film with the line above it, and the least height at which both films are worth their room, in points.
const FILM: f32 = 96.0;
const LINE: f32 = 16.0;
const LEAST_FILMS: f32 = 112.0;
/// The most that pictures take of the canvas.
const MOST: f32 = 0.66;

pub fn show(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect) {
    if view.room.runs[0].facts().is_some_and(|facts| facts.second.is_none()) {
        return one_stage(ui, view, rect);
    }
    let first = view.room.runs[0].drawn().filter(|run| run.value.facts.second.is_some());
    let Some(run) = first.cloned() else { return waiting(ui, view, rect) };
    let enlarged = view.room.second.drawn().filter(|found| found.key.drawing.model == run.key.model).cloned();
    let of_first = view.room.runs[0].is_stale();
    let of_second = of_first || view.room.second.is_stale();
    let small = Frame { stale: of_first, ..small(view, &run) };
    let after = after(view, &run, enlarged.as_ref()).map(|frame| Frame { stale: of_second, ..frame });
    // A presented lesson shows what it speaks of.
    let frames = std::iter::once(small).chain(after).filter(|frame| view.spoken.contains(frame.quantity));
    let items: Vec<Item> = frames.map(Item::from).collect();
    let with_films = view.with_plots() || view.hints;
    let natural = picture_row_height(view, rect.width(), &items);
    let left = 1.0 - if with_films { 2.0 * FILM } else { 0.0 } / rect.height();
    let [above, below] = pictures_above(rect, natural, left.clamp(0.3, MOST.max(left)));
    picture_row(ui, view, above, &items);
    if with_films && below.height() > LEAST_FILMS {
        films(ui, view, below, (&run.value, enlarged.as_ref().map(|found| &found.value.run)));
    }
    if let Some(share) = view.room.share() {
        let bar = Rect::from_min_size(above.left_bottom(), vec2(above.width() * share, 2.0));
        ui.painter().rect_filled(bar, 1.0, view.theme.accent);
    }
}

/// Says that the pipeline has no second stage, with a way to one that has.
fn one_stage(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect) {
    let name = view.scene.chapters.text.pipeline.title();
    let text = fl!(view.words, "text-one-stage", name = name);
    paragraph(ui, rect, &text, body_font(15.0), view.theme.weak);
    let Some(other) = shipped_parts().iter().find(|parts| parts.is_cascade()).filter(|_| view.hints) else {
        return;
    };
    let label = fl!(view.words, "text-use-cascade", name = other.title);
    let place = Rect::from_center_size(rect.center() + vec2(0.0, 48.0), vec2(rect.width().min(320.0), 30.0));
    if inside(ui, place, |ui| ui.add_sized(place.size(), Button::new(label))).clicked() {
        view.order(TextCommand::Take(ModelRef::Shipped(other.name.to_owned())).order());
    }
}

/// What the first stage takes the end to be at the timeline's t.
fn small(view: &mut TextView<'_, '_>, run: &Drawn) -> Frame {
    let name = fl!(view.words, "text-first-stage");
    estimate(view, &run.value, ("text-cascade-small", name))
}

/// What the second stage is given, what it makes of it, and what the small picture becomes without it.
fn after(view: &mut TextView<'_, '_>, run: &Drawn, enlarged: Option<&Enlarged>) -> [Frame; 3] {
    let words = view.words;
    let second = run.value.facts.second.as_ref();
    let shape = second.map_or(run.value.facts.picture, |second| second.facts.picture);
    let found = enlarged.map(|found| &found.value);
    let mut stored = |name: &str, values: Option<&Arc<[f16]>>| {
        let Some(values) = values else { return Pixels::None([shape[2], shape[1]]) };
        let key = Id::unique(("text-cascade", name));
        view.shared.stored.put(key, values, shape);
        Pixels::Stored(key)
    };
    let beside = stored("beside", found.map(|found| &found.beside));
    let plain = stored("plain", found.map(|found| &found.plain));
    let level = found.map_or_else(String::new, |found| format!("s = {}", found.noise_level));
    let large = if let Some(found) = found {
        estimate(view, &found.run, ("text-cascade-large", fl!(words, "text-second-stage")))
    } else {
        let name_on_it = Some(fl!(words, "text-second-stage"));
        let nothing = Pixels::None([shape[2], shape[1]]);
        Frame { name_on_it, ..Frame::new(Quantity::X0Hat, String::new(), nothing) }
    };
    let [given, without] = ["text-given", "text-without-network"].map(|message| Some(words.get(message)));
    [
        Frame { symbol: NOISED, name_on_it: given, ..Frame::new(Quantity::Xt, level, beside) },
        large,
        Frame { name_on_it: without, ..Frame::new(Quantity::X0Hat, fl!(words, "text-bicubic"), plain) },
    ]
}

/// What a stage takes the end to be at the timeline's t, with the stage's name.
fn estimate(view: &mut TextView<'_, '_>, drawing: &Drawing, (key, name): (&str, String)) -> Frame {
    let shape = drawing.facts.picture;
    let [_, high, wide] = shape;
    let size = format!("{wide} × {high}");
    let step = drawing.nearest(time(view.scene, drawing)).map(|index| &drawing.steps[index]);
    let Some((t, values)) = step.and_then(|step| Some((step.t, step.shown.as_ref()?))) else {
        let nothing = Frame::new(Quantity::X0Hat, size, Pixels::None([wide, high]));
        return Frame { name_on_it: Some(name), ..nothing };
    };
    let key = Id::unique(key);
    view.shared.stored.put(key, values, shape);
    let detail = format!("{size} · t = {t:.0}");
    let frame = Frame::new(Quantity::X0Hat, detail, Pixels::Stored(key));
    Frame { brief: Some(size), name_on_it: Some(name), ..frame }
}

/// Draws the films of both stages, each with its name above it.
fn films(
    ui: &mut Ui,
    view: &mut TextView<'_, '_>,
    rect: Rect,
    (first, second): (&Drawing, Option<&Drawing>),
) {
    let height = rect.height() / 2.0;
    let stages = [("first", "text-first-stage", Some(first)), ("second", "text-second-stage", second)];
    for (i, (key, message, drawing)) in stages.into_iter().enumerate() {
        let top = rect.top() + i as f32 * height;
        let line = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), LINE));
        let name = view.words.get(message);
        fitted_line(ui, line, Align2::CENTER_CENTER, &name, caption_font(), view.theme.weak);
        let place = Rect::from_min_max(line.left_bottom(), pos2(rect.right(), top + height));
        if let Some(drawing) = drawing {
            run_film(ui, view, place, (key, drawing));
        }
    }
}
