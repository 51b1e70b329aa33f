//! The numbers of the pixel under the pointer.

use crate::app::view::View;
use crate::diffusion::Step;
use crate::diffusion::noise::{Coefficients, PixelParts};

/// The terms of the probed pixel in a transition, for each channel; `None` when no pixel is probed.
pub fn pixel_parts(view: &View<'_>, step: &Step) -> Option<Vec<PixelParts>> {
    let [x, y] = view.probed()?;
    let image = view.image;
    let coefficients = Coefficients::of(step);
    let pixel = (y * image.width + x) as u32;
    let parts = (0..image.channels).map(|channel| {
        let x0 = image.at(channel, y, x);
        PixelParts::at(view.scene.seed, view.scene.noise, pixel, channel as u32, &coefficients, x0)
    });
    Some(parts.collect())
}

/// One line of text for each channel.
pub fn lines(pixel: &[PixelParts], line: impl Fn(&PixelParts) -> String) -> Vec<String> {
    pixel.iter().map(line).collect()
}
