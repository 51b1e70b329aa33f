//! The errors over iterations and t as a picture: a surface that sinks while the network learns.

use std::sync::Arc;

use egui::{Color32, ColorImage, TextureHandle, TextureId, TextureOptions, Ui};

use crate::app::theme::Theme;
use crate::quantity::Quantity;
use crate::train::live::{Probe, STRATA};

/// Columns of the picture.
const COLUMNS: usize = 160;
/// The range of log₁₀ of the error that colours tell apart: from a network that is nearly always right to one that
/// knows nothing.
pub const RANGE: [f64; 2] = [-2.5, 0.15];

/// The picture, with what it was made from.
#[derive(Default)]
pub struct Heat {
    made: Option<(Key, TextureHandle)>,
}

/// What the picture depends on: the last probe, how many there are, the range of iterations, the theme.
#[derive(Clone, PartialEq)]
struct Key {
    last: u64,
    count: usize,
    end: u64,
    dark: bool,
}

impl Heat {
    /// The picture of one network's errors, with iterations from 0 to `end` from left to right and t from bottom to
    /// top; `None` before the first probe.
    pub fn texture(
        &mut self,
        ui: &Ui,
        probes: &[Arc<Probe>],
        (network, end): (usize, u64),
        dark: bool,
    ) -> Option<TextureId> {
        let last = probes.last()?.iteration;
        let key = Key { last, count: probes.len(), end, dark };
        if let Some((made, handle)) = &self.made
            && *made == key
        {
            return Some(handle.id());
        }
        let image = image(probes, network, end, dark);
        let handle = match self.made.take() {
            Some((_, mut handle)) => {
                handle.set(image, TextureOptions::LINEAR);
                handle
            }
            None => ui.load_texture("training-errors", image, TextureOptions::LINEAR),
        };
        let id = handle.id();
        self.made = Some((key, handle));
        Some(id)
    }
}

fn image(probes: &[Arc<Probe>], network: usize, end: u64, dark: bool) -> ColorImage {
    let mut pixels = vec![Color32::TRANSPARENT; COLUMNS * STRATA];
    let mut place = 0;
    for x in 0..COLUMNS {
        let iteration = (x as f64 + 0.5) / COLUMNS as f64 * end as f64;
        while probes.get(place + 1).is_some_and(|next| next.iteration as f64 <= iteration) {
            place += 1;
        }
        let Some(probe) = probes.get(place) else { continue };
        let known = probes.last().is_some_and(|last| iteration <= last.iteration as f64);
        let Some(errors) = probe.networks.get(network).filter(|_| known).map(|network| &network.errors)
        else {
            continue;
        };
        for (i, error) in errors.iter().enumerate().take(STRATA) {
            pixels[(STRATA - 1 - i) * COLUMNS + x] = shade(error.held_out, dark);
        }
    }
    ColorImage::new([COLUMNS, STRATA], pixels)
}

/// The colour of an error: the canvas where it is smallest, then the colour of noise, then ink.
pub fn shade(error: f64, dark: bool) -> Color32 {
    let theme = if dark { Theme::DARK } else { Theme::LIGHT };
    let share = (error.max(1e-9).log10() - RANGE[0]) / (RANGE[1] - RANGE[0]);
    let u = 1.5 * share.clamp(0.0, 1.0) as f32;
    let stops = [theme.canvas, theme.color(Quantity::EpsHat), theme.ink];
    if u < 1.0 { stops[0].lerp_to_gamma(stops[1], u) } else { stops[1].lerp_to_gamma(stops[2], u - 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::theme::Theme;

    #[test]
    fn small_errors_are_dark_and_large_ones_bright() {
        assert_eq!(shade(1e-9, true), Theme::DARK.canvas);
        let brightness = |error| {
            let c = shade(error, true);
            u32::from(c.r()) + u32::from(c.g()) + u32::from(c.b())
        };
        let found: Vec<u32> = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0].into_iter().map(brightness).collect();
        assert!(found.windows(2).all(|w| w[0] < w[1]), "{found:?}");
    }
}
