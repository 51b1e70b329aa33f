//! How pixels attend to words, and how guidance puts two predictions together.

use i18n_embed_fl::fl;

use super::state::Text;
use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{operator, part};
use crate::app::view::View;
use crate::app::widgets::number;
use crate::quantity::Quantity;
use crate::scene::TextPart;

/// The formula with its present numbers.
pub fn formula(room: &Text, view: &View<'_>) -> Formula {
    match view.scene.chapters.text.part {
        TextPart::Words => attention(room, view),
        TextPart::Guidance | TextPart::Swap => guidance(view),
    }
}

/// `A = softmax(Q Kᵀ / √d)` (Vaswani et al. 2017, eq. 1).
fn attention(room: &Text, view: &View<'_>) -> Formula {
    let options = &view.scene.chapters.text;
    let layers = room.looked().map_or(0, |looked| looked.value.layers.len());
    // People count from 1.
    let footnote = match (options.layer.map(|layer| layer + 1), options.head.map(|head| head + 1)) {
        (Some(layer), Some(head)) => fl!(view.words, "text-of-head", layer = layer, head = head),
        (Some(layer), None) => fl!(view.words, "text-of-layer", layer = layer),
        (None, _) => fl!(view.words, "text-of-all-layers", count = layers),
    };
    Formula {
        parts: vec![
            part("attention", Quantity::Attention, Vec::new()),
            operator("equals"),
            part("attention-def", Quantity::Attention, Vec::new()),
        ],
        footnote,
        pixel: Pixel::Never,
    }
}

/// `ε̃ = ε̂_∅ + w (ε̂_c − ε̂_∅)` (Ho & Salimans 2022, eq. 6, whose w is smaller by 1).
fn guidance(view: &View<'_>) -> Formula {
    let scale = view.scene.chapters.text.guidance_scale;
    Formula {
        parts: vec![
            part("eps-tilde", Quantity::GuidedScore, Vec::new()),
            operator("equals"),
            part("eps-plain", Quantity::EpsHat, Vec::new()),
            operator("plus"),
            part("guidance-scale", Quantity::Attention, vec![number(scale).trim().to_owned()]),
            part("guidance-difference", Quantity::Attention, Vec::new()),
        ],
        footnote: String::new(),
        pixel: Pixel::Never,
    }
}
