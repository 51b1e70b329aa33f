//! A step with and without the text, and what guidance makes of both.

use std::sync::Arc;

use egui::{Id, Rect, Ui};
use half::f16;
use i18n_embed_fl::fl;

use super::super::TextView;
use super::waiting;
use crate::analysis::text::{Look, TextFacts};
use crate::app::chapters::layout::rows;
use crate::app::formula::Symbol;
use crate::app::pictures::Pixels;
use crate::app::widgets::{Frame, Item, picture_row};
use crate::quantity::Quantity;

/// The symbols of the noise that is predicted without the text and with it, and of their difference.
const PLAIN: Symbol = Symbol { glyph: "eps-plain", text: "ε̂_∅" };
const TOLD: Symbol = Symbol { glyph: "eps-told", text: "ε̂_c" };
const DIFFERENCE: Symbol = Symbol { glyph: "guidance-difference", text: "ε̂_c − ε̂_∅" };

pub fn show(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect) {
    let (Some(run), Some(looked)) = (view.room.runs[0].drawn().cloned(), view.room.looked().cloned()) else {
        return waiting(ui, view, rect);
    };
    let (facts, stale) = (&run.value.facts, view.room.runs[0].is_stale());
    let noise = noise(view, facts, &looked.value).map(|frame| Item::from(Frame { stale, ..frame }));
    let ends = ends(view, facts, &looked.value).map(|frame| Item::from(Frame { stale, ..frame }));
    // A presented lesson shows what it speaks of.
    let spoken = [Quantity::EpsHat, Quantity::X0Hat].map(|quantity| view.spoken.contains(quantity));
    match spoken {
        [true, false] => drop(picture_row(ui, view, rect, &noise)),
        [false, true] => drop(picture_row(ui, view, rect, &ends)),
        _ => {
            let [above, below] = rows(rect, [1.0, 1.0]);
            picture_row(ui, view, above, &noise);
            picture_row(ui, view, below, &ends);
        }
    }
}

/// The noise that is predicted without the text and with it, and how far both are apart.
fn noise(view: &mut TextView<'_, '_>, facts: &TextFacts, look: &Look) -> [Frame; 3] {
    let words = view.words;
    let [_, height, width] = facts.state;
    let mut shown = |name: &str, values: &Arc<[f16]>| {
        let key = Id::unique(("text-guidance", name));
        if facts.in_latents {
            view.shared.stored.put_drawn(key, values, [height, width]);
        } else {
            view.shared.stored.put(key, values, facts.state);
        }
        Pixels::Stored(key)
    };
    let [plain, told] = &look.eps_shown;
    let [plain, told] = [shown("plain", plain), shown("told", told)];
    let (theme, map) = (view.theme, (Quantity::Attention, &look.difference));
    let (difference, most) = view.room.maps.store(view.shared.stored, theme, map, [height, width]);
    let t = format!("t = {:.0}", look.t);
    let without = format!("{} · {t}", fl!(words, "text-without"));
    let most = fl!(words, "text-difference-up-to", most = format!("{most:.2}"));
    [
        Frame { symbol: PLAIN, brief: Some(t), ..Frame::new(Quantity::EpsHat, without, plain) },
        Frame { symbol: TOLD, ..Frame::new(Quantity::EpsHat, fl!(words, "text-with"), told) },
        Frame { symbol: DIFFERENCE, ..Frame::new(Quantity::Attention, most, difference) },
    ]
}

/// The pictures that follow from each, and from both with guidance.
fn ends(view: &mut TextView<'_, '_>, facts: &TextFacts, look: &Look) -> [Frame; 3] {
    let words = view.words;
    let [_, height, width] = facts.picture;
    let guided = view.room.guided().cloned();
    // What the picture was made with, while one with the scene's scale is under way.
    let scale =
        guided.as_ref().map_or(view.scene.chapters.text.guidance_scale, |guided| guided.key.guidance_scale);
    let mut shown = |name: &str, values: Option<&Arc<[f16]>>| {
        let Some(values) = values else { return Pixels::None([width, height]) };
        let key = Id::unique(("text-guidance", name));
        view.shared.stored.put(key, values, facts.picture);
        Pixels::Stored(key)
    };
    let [without, with] = &look.x0;
    let pixels = [
        shown("without", Some(without)),
        shown("with", Some(with)),
        shown("guided", guided.as_ref().map(|guided| &guided.value.x0)),
    ];
    let details = [
        fl!(words, "text-without"),
        fl!(words, "text-with"),
        fl!(words, "text-scale", w = format!("{scale:.1}")),
    ];
    [0, 1, 2].map(|i: usize| Frame::new(Quantity::X0Hat, details[i].clone(), pixels[i].clone()))
}
