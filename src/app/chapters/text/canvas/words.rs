//! A step of the run: its state, its estimate of the end, and where its pixels look; below, all words and the film.

use std::sync::Arc;

use egui::{Id, Rect, Ui, vec2};
use i18n_embed_fl::fl;

use super::super::TextView;
use super::super::state::{Looked, choice};
use super::{run_film, tiles, waiting};
use crate::analysis::text::{Guided, GuidedSpec, TokenizedText};
use crate::app::chapters::layout::pictures_above;
use crate::app::drawings::{Drawn, time};
use crate::app::highlight::Lit;
use crate::app::pictures::Pixels;
use crate::app::widgets::{Frame, Item, picture_row, picture_row_height};
use crate::background::Computed;
use crate::quantity::Quantity;

/// Height of the tiles and of the film, in points, and the most of the canvas that tiles take, which have less room where
/// all letters are large.
const TILES: f32 = 150.0;
const FILM: f32 = 84.0;
const MOST_TILES: f32 = 0.36;
/// The least height at which a film is worth its room, in points.
const LEAST_FILM: f32 = 40.0;
/// The most that pictures take of the canvas.
const MOST: f32 = 0.62;

/// What is on show: a run, one of its steps once more, and that step with the scale of guidance.
struct Shown {
    run: Drawn,
    looked: Option<Looked>,
    guided: Option<Arc<Computed<GuidedSpec, Guided>>>,
    stale: bool,
}

impl Shown {
    fn of(view: &TextView<'_, '_>) -> Option<Self> {
        let run = view.room.runs[0].drawn()?.clone();
        let (looked, guided) = (view.room.looked().cloned(), view.room.guided().cloned());
        Some(Self { run, looked, guided, stale: view.room.runs[0].is_stale() })
    }

    /// What the maps are drawn over.
    fn step(&self) -> Option<(&Looked, &Guided, [usize; 3])> {
        let shape = self.run.value.facts.picture;
        Some((self.looked.as_ref()?, &self.guided.as_ref()?.value, shape))
    }
}

pub fn show(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect) {
    let Some(shown) = Shown::of(view) else { return waiting(ui, view, rect) };
    let drawing = &shown.run.value;
    let text = Arc::clone(&drawing.texts[0]);
    let frames = [state(view, &shown), estimate(view, &shown), attention(view, &shown, &text)];
    // A presented lesson shows what it speaks of.
    let spoken = frames.into_iter().filter(|frame| view.spoken.contains(frame.quantity));
    let items: Vec<Item> = spoken.map(|frame| Frame { stale: shown.stale, ..frame }.into()).collect();
    // A presentation without a lesson has its screen for the pictures.
    let with_tiles =
        !(view.presenting && view.spoken == Lit::ALL) && view.spoken.contains(Quantity::Attention);
    let with_film = view.with_plots() || view.hints;
    let tiles = if with_tiles { TILES.min(MOST_TILES * rect.height()) } else { 0.0 };
    let below = tiles + if with_film { FILM } else { 0.0 };
    let natural = picture_row_height(view, rect.width(), &items);
    let left = 1.0 - below / rect.height();
    let [above, rest] = pictures_above(rect, natural, left.clamp(0.3, MOST.max(left)));
    picture_row(ui, view, above, &items);
    let split = (rest.top() + tiles).min(rest.bottom());
    if with_tiles {
        tiles::show(ui, view, rest.with_max_y(split), &text, shown.step());
    }
    let film = rest.with_min_y(split);
    if film.height() > LEAST_FILM && (with_film || !view.presenting) {
        run_film(ui, view, film, ("prompt", drawing));
    }
    if let Some(share) = view.room.share().filter(|_| !drawing.is_whole()) {
        let bar = Rect::from_min_size(above.left_bottom(), vec2(above.width() * share, 2.0));
        ui.painter().rect_filled(bar, 1.0, view.theme.accent);
    }
}

/// The state that the network saw.
fn state(view: &mut TextView<'_, '_>, shown: &Shown) -> Frame {
    let facts = &shown.run.value.facts;
    let quantity = if facts.in_latents { Quantity::NoisedLatent } else { Quantity::Xt };
    let [_, height, width] = facts.state;
    let Some(looked) = &shown.looked else {
        return Frame::new(quantity, String::new(), Pixels::None([width, height]));
    };
    let (key, values) = (Id::unique("text-xt"), &looked.value.x_t);
    if facts.in_latents {
        view.stored.put_drawn(key, values, [height, width]);
    } else {
        view.stored.put(key, values, facts.state);
    }
    let t = format!("t = {:.0}", looked.value.t);
    let wanted = time(view.scene, &shown.run.value).round();
    if (looked.value.t - wanted).abs() < 0.5 {
        return Frame::new(quantity, t, Pixels::Stored(key));
    }
    // A run has some of the timesteps only.
    let step = fl!(view.words, "text-nearest-step", t = t.as_str(), wanted = wanted);
    Frame { brief: Some(t), ..Frame::new(quantity, step, Pixels::Stored(key)) }
}

/// What the network takes the end to be at this step, or the picture so far.
fn estimate(view: &mut TextView<'_, '_>, shown: &Shown) -> Frame {
    let drawing = &shown.run.value;
    let so_far = || drawing.steps.iter().rev().find_map(|step| step.shown.as_ref());
    let of_step = shown.guided.as_ref().map(|guided| &guided.value.x0);
    let shape = drawing.facts.picture;
    let pixels = match of_step.or(drawing.picture.as_ref()).or_else(so_far) {
        Some(values) => {
            let key = Id::unique("text-x0");
            view.stored.put(key, values, shape);
            Pixels::Stored(key)
        }
        None => Pixels::None([shape[2], shape[1]]),
    };
    // What the picture was drawn with, while one with the scene's scale is under way.
    let scale =
        shown.guided.as_ref().map_or(shown.run.key.guidance_scale, |guided| guided.key.guidance_scale);
    Frame::new(Quantity::X0Hat, fl!(view.words, "text-scale", w = format!("{scale:.1}")), pixels)
}

/// Where the pixels look for the word that is looked at.
fn attention(view: &mut TextView<'_, '_>, shown: &Shown, text: &TokenizedText) -> Frame {
    let options = &view.scene.chapters.text;
    let word = text.words.get(view.room.word(options, &text.words));
    let [_, height, width] = shown.run.value.facts.picture;
    let overlay = word.zip(shown.step()).and_then(|(word, (looked, guided, shape))| {
        let of = ([word.tokens.start, word.tokens.end], choice(options));
        let theme = view.theme;
        view.room.overlays.store(view.shared.stored, theme, (looked, guided), of, (shape, usize::MAX))
    });
    let (pixels, detail, name_on_it) = match (overlay, word) {
        (Some(overlay), Some(word)) => {
            let [most, mean] = overlay.shares.map(|share| format!("{:.0}", 100.0 * share));
            let word = word.text.as_str();
            // Where a lesson asks about the shares, they are the answer.
            let on_it = if view.asking() {
                word.to_owned()
            } else {
                fl!(view.words, "text-mean-share", word = word, mean = mean)
            };
            (overlay.pixels, fl!(view.words, "text-most-share", most = most), Some(on_it))
        }
        (_, None) => (Pixels::None([width, height]), fl!(view.words, "text-no-word"), None),
        (None, Some(_)) => (Pixels::None([width, height]), String::new(), None),
    };
    Frame { name_on_it, ..Frame::new(Quantity::Attention, detail, pixels) }
}
