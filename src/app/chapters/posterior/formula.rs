//! The formula of the posterior mean, a weighted sum of what `x_0` and `x_t` each say.

use super::canvas::step;
use crate::app::chapters::Formula;
use crate::app::formula::{Part, operator, part};
use crate::app::view::View;
use crate::app::widgets::{fixed, lines, pixel_parts};
use crate::diffusion::Step;
use crate::diffusion::noise::PixelParts;
use crate::quantity::Quantity;

/// The formula.
pub fn formula(view: &View<'_>) -> Formula {
    let step = step(view);
    let pixel = pixel_parts(view, &step);
    Formula { parts: parts(&step, pixel.as_deref()), footnote: String::new(), pixel: view.probed().into() }
}

fn parts(step: &Step, pixel: Option<&[PixelParts]>) -> Vec<Part> {
    let (from_x0, from_xt) = (step.alpha_bar_prev.sqrt(), 1.0 / step.alpha.sqrt());
    let (l, k) = (step.convex_x0(), step.convex_xt());
    let (mean, x0, xt) = match pixel {
        Some(pixel) => (
            lines(pixel, |p| fixed(p.posterior_mean, 4)),
            lines(pixel, |p| format!("{l:.4} × {}", fixed((from_x0 * f64::from(p.x0)) as f32, 4))),
            lines(pixel, |p| format!("{k:.4} × {}", fixed((from_xt * f64::from(p.xt)) as f32, 4))),
        ),
        None => {
            (vec![], vec![format!("{l:.5} × {from_x0:.4} x₀")], vec![format!("{k:.5} × {from_xt:.4} xₜ")])
        }
    };
    vec![
        part("mu-tilde", Quantity::PosteriorMean, mean),
        operator("equals"),
        part("lambda-sqrt-alpha-bar-prev-x0", Quantity::X0, x0),
        operator("plus"),
        part("one-minus-lambda-xt-over-sqrt-alpha", Quantity::Xt, xt),
    ]
}
