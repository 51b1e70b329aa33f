//! The forward process of a latent, or the ways from one picture to another.

use i18n_embed_fl::fl;

use super::state::{Latent, alpha_bars};
use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{operator, part};
use crate::app::view::View;
use crate::app::widgets::number;
use crate::quantity::Quantity;
use crate::scene::LatentPart;

/// The formula with its present numbers.
pub fn formula(room: &Latent, view: &View<'_>) -> Formula {
    match view.scene.chapters.latent.part {
        LatentPart::Noise => noise(room, view),
        LatentPart::Run => run(),
        LatentPart::Between => between(view),
    }
}

/// `z_t = √ᾱ z_0 + √(1 − ᾱ) ε` (Rombach et al. 2022, section 3.2).
fn noise(room: &Latent, view: &View<'_>) -> Formula {
    let found = room.encoding();
    let schedule = &view.active().schedule;
    let of_latent = found.map(|found| alpha_bars(view.scene, schedule, &found.value)[1]);
    let of_latent = of_latent.unwrap_or_else(|| schedule.alpha_bar(view.scene.t));
    let value = |value: f64| vec![number(value).trim().to_owned()];
    let scale = found.map(|found| number(found.value.facts.scaling_factor).trim().to_owned());
    Formula {
        parts: vec![
            part("zt", Quantity::NoisedLatent, Vec::new()),
            operator("equals"),
            part("sqrt-alpha-bar-z0", Quantity::Latent, value(of_latent.sqrt())),
            operator("plus"),
            part("sqrt-one-minus-alpha-bar-eps", Quantity::Epsilon, value((1.0 - of_latent).sqrt())),
        ],
        footnote: scale.map_or_else(String::new, |scale| fl!(view.words, "latent-footnote", scale = scale)),
        pixel: Pixel::Never,
    }
}

fn between(view: &View<'_>) -> Formula {
    Formula {
        parts: vec![
            part("between-pixels", Quantity::X0, Vec::new()),
            operator("not-equals"),
            part("between-latents", Quantity::Decoded, Vec::new()),
        ],
        footnote: fl!(view.words, "latent-between-footnote"),
        pixel: Pixel::Never,
    }
}

/// The end that is estimated is decoded: `x̂_0 = D(ẑ_0)`.
fn run() -> Formula {
    Formula {
        parts: vec![
            part("x0-hat", Quantity::X0Hat, Vec::new()),
            operator("equals"),
            part("decoded-estimate", Quantity::Decoded, Vec::new()),
        ],
        footnote: String::new(),
        pixel: Pixel::Never,
    }
}
