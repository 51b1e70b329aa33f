//! Two texts from the same noise: their pictures, and how they came to be.

use egui::{Id, Rect, Ui};
use i18n_embed_fl::fl;

use super::super::TextView;
use super::{run_film, waiting};
use crate::app::chapters::layout::{columns, rows};
use crate::app::drawings::Drawn;
use crate::app::pictures::Pixels;
use crate::app::widgets::{Frame, show_picture};
use crate::quantity::Quantity;

/// The least height of the canvas that has room for films, in points.
const TALL: f32 = 260.0;

pub fn show(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect) {
    let runs = [0, 1].map(|i: usize| view.room.runs[i].drawn().cloned());
    let options = view.scene.chapters.text.clone();
    let texts = [&options.prompt, &options.other_prompt];
    if runs.iter().all(Option::is_none) {
        return waiting(ui, view, rect);
    }
    // A presentation has room for what it is about.
    let with_films = rect.height() > TALL && !view.presenting;
    let [above, below] =
        if with_films { rows(rect, [1.0, 0.42]) } else { [rect, rect.with_min_y(rect.bottom())] };
    for (i, (run, place)) in runs.iter().zip(columns(above, [1.0, 1.0])).enumerate() {
        let Some(run) = run else {
            waiting(ui, view, place);
            continue;
        };
        ui.push_id(i, |ui| picture(ui, view, place, (i, texts[i]), run));
    }
    if !with_films {
        return;
    }
    let places = rows(below, [1.0, 1.0]);
    for ((run, place), name) in runs.iter().zip(places).zip(["prompt", "other"]) {
        if let Some(run) = run {
            run_film(ui, view, place, (name, &run.value));
        }
    }
}

/// Draws the picture of a run, or what it is taken to be so far.
fn picture(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect, (i, text): (usize, &str), run: &Drawn) {
    let drawing = &run.value;
    let shape = drawing.facts.picture;
    let so_far = drawing.steps.iter().rev().find_map(|step| step.shown.as_ref());
    let pixels = match drawing.picture.as_ref().or(so_far) {
        Some(values) => {
            let key = Id::unique(("text-swap", i));
            view.stored.put(key, values, shape);
            Pixels::Stored(key)
        }
        None => Pixels::None([shape[2], shape[1]]),
    };
    // A picture is called what it was drawn from.
    let stale = run.key.prompt != text;
    let detail = fl!(view.words, "text-quoted", text = run.key.prompt.as_str());
    let frame = Frame { stale, ..Frame::new(Quantity::X0Hat, detail, pixels) };
    let side = rect.width().min((rect.height() - 24.0) * shape[2] as f32 / shape[1] as f32).max(16.0);
    let place = Rect::from_center_size(rect.center(), egui::vec2(side, rect.height()));
    show_picture(ui, view, place, &frame);
}
