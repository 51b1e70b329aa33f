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
        TextPart::Cascade => augmentation(room, view),
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

/// `x_s = √ᾱ_s x̂_0 + √(1−ᾱ_s) ε`: the noise on the small picture (Ho et al. 2022, section 4.2).
fn augmentation(room: &Text, view: &View<'_>) -> Formula {
    let found = room.second.drawn().map(|found| &found.value);
    let numbers = found.map(|found| [found.alpha_bar.sqrt(), (1.0 - found.alpha_bar).sqrt()]);
    let lines = |i: usize, of: &str| -> Vec<String> {
        numbers.map(|numbers| format!("{:.4} × {of}", numbers[i])).into_iter().collect()
    };
    let footnote = found.map(|found| fl!(view.words, "text-level", s = found.noise_level));
    Formula {
        parts: vec![
            part("x-s", Quantity::Xt, Vec::new()),
            operator("equals"),
            part("sqrt-alpha-bar-s-x0-hat", Quantity::X0Hat, lines(0, "x̂₀")),
            operator("plus"),
            part("sqrt-noise-s-eps", Quantity::Epsilon, lines(1, "ε")),
        ],
        footnote: footnote.unwrap_or_default(),
        pixel: Pixel::Never,
    }
}
