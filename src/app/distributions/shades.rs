//! Maps of brightness as textures in the theme's colours.

use egui::{Color32, ColorImage, TextureHandle, TextureId, TextureOptions, Ui};

use crate::app::theme::Theme;
use crate::quantity::Quantity;

/// A map that a texture shows.
#[derive(Clone, PartialEq)]
pub struct Shades {
    size: [usize; 2],
    shades: Vec<u8>,
    dark: bool,
    /// The colour between none and full.
    middle: Quantity,
}

impl Shades {
    /// A map of brightness from 0 (none) to 255, row by row.
    pub fn new(size: [usize; 2], shades: &[u8], dark: bool) -> Self {
        Self { size, shades: shades.to_vec(), dark, middle: Quantity::X0 }
    }

    /// The same in the colour of what is wrong.
    pub fn warm(size: [usize; 2], shades: &[u8], dark: bool) -> Self {
        Self { middle: Quantity::New, ..Self::new(size, shades, dark) }
    }

    /// From the canvas by way of a quantity's colour to ink.
    fn image(&self) -> ColorImage {
        let theme = if self.dark { Theme::DARK } else { Theme::LIGHT };
        let stops = [theme.canvas, theme.color(self.middle), theme.ink];
        let ramp: Vec<Color32> = (0..=255u8)
            .map(|shade| {
                let u = 1.6 * f32::from(shade) / 255.0;
                if u < 1.0 { stops[0].lerp_to_gamma(stops[1], u) } else { stops[1].lerp_to_gamma(stops[2], u - 1.0) }
            })
            .collect();
        ColorImage::new(self.size, self.shades.iter().map(|shade| ramp[usize::from(*shade)]).collect())
    }
}

/// The texture of a place, with this map.
pub fn texture(
    ui: &Ui,
    place: &mut Option<(Shades, TextureHandle)>,
    name: &str,
    shades: Shades,
) -> TextureId {
    match place {
        Some((shown, handle)) => {
            if *shown != shades {
                handle.set(shades.image(), TextureOptions::LINEAR);
                *shown = shades;
            }
            handle.id()
        }
        None => {
            let handle = ui.load_texture(name, shades.image(), TextureOptions::LINEAR);
            let id = handle.id();
            *place = Some((shades, handle));
            id
        }
    }
}
