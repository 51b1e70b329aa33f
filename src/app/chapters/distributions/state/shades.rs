//! Maps of brightness as textures in the theme's colours.

use egui::{Color32, ColorImage, TextureHandle, TextureId, TextureOptions, Ui};

use crate::app::theme::Theme;
use crate::quantity::Quantity;

/// A map of brightness that is shown as a texture.
#[derive(Clone, PartialEq)]
pub struct Shades {
    size: [usize; 2],
    values: Vec<u8>,
    dark: bool,
    /// The colour of middle brightness, and how far full brightness reaches: at 1 it has that colour, at 2 it
    /// is ink.
    middle: (Quantity, f32),
}

impl Shades {
    /// A map of values from 0 (none) to 255 (full), row by row.
    pub fn new(size: [usize; 2], shades: &[u8], dark: bool) -> Self {
        Self { size, values: shades.to_vec(), dark, middle: (Quantity::X0, 1.6) }
    }

    /// A map with fainter colours, to lie behind particles.
    pub fn faint(size: [usize; 2], shades: &[u8], dark: bool) -> Self {
        Self { middle: (Quantity::X0, 0.65), ..Self::new(size, shades, dark) }
    }

    /// A map in the colour of errors.
    pub fn warm(size: [usize; 2], shades: &[u8], dark: bool) -> Self {
        Self { middle: (Quantity::New, 1.4), ..Self::new(size, shades, dark) }
    }

    /// The map as a picture. Its colours go from that of the canvas through the middle colour to ink.
    fn image(&self) -> ColorImage {
        let theme = if self.dark { Theme::DARK } else { Theme::LIGHT };
        let (middle, reach) = self.middle;
        let stops = [theme.canvas, theme.color(middle), theme.ink];
        let ramp: Vec<Color32> = (0..=255u8)
            .map(|shade| {
                let u = reach * f32::from(shade) / 255.0;
                if u < 1.0 {
                    stops[0].lerp_to_gamma(stops[1], u)
                } else {
                    stops[1].lerp_to_gamma(stops[2], u - 1.0)
                }
            })
            .collect();
        ColorImage::new(self.size, self.values.iter().map(|shade| ramp[usize::from(*shade)]).collect())
    }
}

/// The texture in this slot, showing this map. It is made or changed only if the slot does not show the map
/// already.
pub fn texture(
    ui: &Ui,
    place: &mut Option<(Shades, TextureHandle)>,
    name: &str,
    shades: Shades,
) -> TextureId {
    if let Some((shown, handle)) = place {
        if *shown != shades {
            handle.set(shades.image(), TextureOptions::LINEAR);
            *shown = shades;
        }
        return handle.id();
    }
    let handle = ui.load_texture(name, shades.image(), TextureOptions::LINEAR);
    let id = handle.id();
    *place = Some((shades, handle));
    id
}
