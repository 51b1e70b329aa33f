//! The formula of the forward process at t, with the numbers of a pixel.

use i18n_embed_fl::fl;

use crate::app::chapters::Formula;
use crate::app::formula::{Part, operator, part};
use crate::app::view::View;
use crate::app::widgets::{fixed, lines, pixel_parts};
use crate::diffusion::noise::PixelParts;
use crate::quantity::Quantity;

/// The formula.
pub fn formula(view: &View<'_>) -> Formula {
    let pixel = pixel_parts(view, &view.active_step());
    let footnote = match view.told_apart(view.scene.active) {
        Some(side) if pixel.is_some() => fl!(view.words, "forward-numbers-of", side = side.letter()),
        _ => String::new(),
    };
    Formula { parts: parts(view, pixel.as_deref()), footnote, pixel: view.probed().into() }
}

/// `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε`.
fn parts(view: &View<'_>, pixel: Option<&[PixelParts]>) -> Vec<Part> {
    let step = view.active_step();
    let (a, b) = (step.sqrt_alpha_bar(), step.sqrt_one_minus_alpha_bar());
    let (xt, x0, eps) = match pixel {
        Some(pixel) => (
            lines(pixel, |p| fixed(p.xt, 3)),
            lines(pixel, |p| format!("{a:.4} × {}", fixed(p.x0, 3))),
            lines(pixel, |p| format!("{b:.4} × {}", fixed(p.eps, 3))),
        ),
        // Where schedules are compared, the coefficients of both stand on the pictures.
        None if view.scene.compare => (vec![], vec![], vec![]),
        None => (vec![], vec![format!("{a:.4} × x₀")], vec![format!("{b:.4} × ε")]),
    };
    vec![
        part("xt", Quantity::Xt, xt),
        operator("equals"),
        part("sqrt-alpha-bar-x0", Quantity::X0, x0),
        operator("plus"),
        part("sqrt-one-minus-alpha-bar-eps", Quantity::Epsilon, eps),
    ]
}
