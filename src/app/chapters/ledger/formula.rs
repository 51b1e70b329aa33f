//! The formula of signal, inherited noise and new noise at t, with the numbers of a pixel, or with variances.

use super::chain::Chain;
use crate::app::chapters::Formula;
use crate::app::formula::{Part, operator, part};
use crate::app::view::View;
use crate::app::widgets::{fixed, lines, number, pixel_parts};
use crate::diffusion::Step;
use crate::diffusion::noise::PixelParts;
use crate::quantity::Quantity;

/// The formula.
pub fn formula(view: &View<'_>) -> Formula {
    let chain = Chain::of(view);
    let step = chain.step();
    let pixel = pixel_parts(view, &step);
    Formula {
        parts: parts(&step, pixel.as_deref()),
        footnote: chain.describe(view.words),
        pixel: view.probed().into(),
    }
}

fn parts(step: &Step, pixel: Option<&[PixelParts]>) -> Vec<Part> {
    if let Some(pixel) = pixel {
        return vec![
            part("xt", Quantity::Xt, lines(pixel, |p| fixed(p.xt, 4))),
            operator("equals"),
            part("sqrt-alpha-bar-x0", Quantity::Signal, lines(pixel, |p| fixed(p.signal, 4))),
            operator("plus"),
            part("inherited-eps", Quantity::Inherited, lines(pixel, |p| fixed(p.inherited, 4))),
            operator("plus"),
            part("new-eps", Quantity::New, lines(pixel, |p| fixed(p.new, 4))),
        ];
    }
    let value = |v: f64| vec![number(v).trim().to_owned()];
    vec![
        part("one-minus-alpha-bar", Quantity::NoiseVariance, value(step.noise_variance())),
        operator("equals"),
        part("inherited-variance", Quantity::Inherited, value(step.inherited_variance())),
        operator("plus"),
        part("new-variance", Quantity::New, value(step.new_variance())),
    ]
}
