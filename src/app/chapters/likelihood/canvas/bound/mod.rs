//! The bound of a network for the picture: its pictures and its parts, and below them its terms over t, or rate against
//! distortion.

mod batch;
mod chain;
mod decoding;
mod estimate;
mod levels;
mod pictures;
mod rate;
mod terms;
mod weights;

use std::sync::Arc;

use egui::{Rect, Ui, vec2};
use i18n_embed_fl::fl;

use super::super::LikelihoodView;
use super::super::state::{chain_t, scene_t};
use crate::analysis::bound::{Evaluation, EvaluationSpec};
use crate::app::chapters::layout::{alone, columns};
use crate::app::theme::body_font;
use crate::app::widgets::paragraph;
use crate::app::words::missing_text;
use crate::background::Computed;
use crate::quantity::Quantity;
use crate::scene::{Action, BoundAspect};

/// Height of the drawing of the chain, and of a row of decoded pictures, in points.
const CHAIN: f32 = 92.0;
const DECODED: f32 = 84.0;
/// The least height of the plots, in points, and the space between the rows.
const PLOTS: f32 = 128.0;
const GAP: f32 = 10.0;

/// The plots that can be shown alone.
const ALONE: [&str; 6] = [
    "likelihood/terms",
    "likelihood/weights",
    "likelihood/rate",
    "likelihood/estimate",
    "likelihood/levels",
    "likelihood/batch",
];

/// The bound on show.
type Found = Arc<Computed<EvaluationSpec, Evaluation>>;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let words = view.words;
    if let Some(text) = view.room.bound.missing().and_then(|missing| missing_text(words, missing)) {
        let why = fl!(words, "likelihood-no-bound", reason = text);
        return paragraph(ui, rect, &why, body_font(15.0), view.theme.weak);
    }
    let Some(found) = view.room.bound.evaluation().cloned() else {
        let text = fl!(words, "likelihood-opening");
        return paragraph(ui, rect, &text, body_font(15.0), view.theme.weak);
    };
    if let Some(places) = alone(view, rect, ALONE) {
        let [.., of_batch] = places;
        let draw = [terms::show, weights::show, rate::show, estimate::show, levels::show];
        for (place, draw) in places.into_iter().zip(draw) {
            if let Some(place) = place {
                draw(ui, view, place, &found);
            }
        }
        if let Some(place) = of_batch {
            batch::chart(ui, view, place);
        }
        return;
    }
    let items = pictures::items(view, &found);
    let aspect = view.scene.chapters.likelihood.bound.aspect;
    let middle = match aspect {
        // A lesson that does not speak of the chain leaves its room to the pictures.
        BoundAspect::Terms if !view.spoken.contains(Quantity::Bound) => 0.0,
        BoundAspect::Terms => CHAIN,
        // Beside plots, a presentation has no other pictures.
        BoundAspect::Rate | BoundAspect::Batch if view.with_plots() && view.presenting => 0.4 * rect.height(),
        BoundAspect::Rate | BoundAspect::Batch if view.with_plots() => DECODED,
        // Where there are no plots, these pictures have their room.
        BoundAspect::Rate | BoundAspect::Batch => {
            let natural = pictures::rows(view, &items, [rect.width(), rect.height() - DECODED - GAP]).1;
            (rect.height() - natural - GAP).clamp(DECODED, 2.0 * DECODED)
        }
    };
    let plots = if view.with_plots() { PLOTS + GAP } else { 0.0 };
    let most = (rect.height() - middle - GAP - plots).max(60.0);
    // Beside plots, a presentation would have room for stamps only.
    let pictured = !(view.presenting && view.with_plots());
    let (rows, height) = pictures::rows(view, &items, [rect.width(), most]);
    let [row, below] = if pictured { split(rect, height) } else { [Rect::NOTHING, rect] };
    let [band, plots] = split(below, middle);
    if pictured {
        pictures::show(ui, view, row, &rows, &found);
    }
    match aspect {
        BoundAspect::Terms if middle > 0.0 => chain::show(ui, view, band, &found),
        BoundAspect::Terms => {}
        BoundAspect::Rate => decoding::show(ui, view, band, &found),
        BoundAspect::Batch => batch::pictures(ui, view, band),
    }
    if !view.with_plots() {
        return;
    }
    match aspect {
        BoundAspect::Terms => {
            let [left, right] = columns(plots, [1.2, 1.0]);
            terms::show(ui, view, left, &found);
            weights::show(ui, view, right, &found);
        }
        // A presented lesson shows what it speaks of.
        BoundAspect::Rate if view.presenting && !view.spoken.contains(Quantity::DecoderTerm) => {
            rate::show(ui, view, plots, &found);
        }
        BoundAspect::Rate => {
            let [left, middle, right] = columns(plots, [1.1, 0.9, 1.0]);
            rate::show(ui, view, left, &found);
            estimate::show(ui, view, middle, &found);
            levels::show(ui, view, right, &found);
        }
        BoundAspect::Batch => batch::chart(ui, view, plots),
    }
}

/// Splits a rectangle below `height` points.
fn split(rect: Rect, height: f32) -> [Rect; 2] {
    let above = Rect::from_min_size(rect.min, vec2(rect.width(), height));
    [above, rect.with_min_y((above.bottom() + GAP).min(rect.bottom()))]
}

/// The timestep of the network's chain that the timeline stands at.
fn now(view: &LikelihoodView<'_, '_>, found: &Found) -> usize {
    chain_t(view.scene, found.value.setting.steps())
}

/// Moves the timeline to a timestep of the network's chain.
fn go_to(view: &mut LikelihoodView<'_, '_>, found: &Found, t: usize) {
    let t = scene_t(view.scene, found.value.setting.steps(), t);
    view.act(Action::Timestep(t));
}
