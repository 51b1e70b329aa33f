//! Maps of numbers over a picture, such as bits or errors, drawn in the colour of their quantity.

use std::sync::Arc;

use egui::{Color32, Id};
use half::f16;

use super::{Pixels, Stored};
use crate::app::theme::Theme;
use crate::quantity::Quantity;

/// The number of colours of a scale.
const COLORS: usize = 256;

/// The drawn maps, by quantity.
#[derive(Default)]
pub struct Maps(Vec<Drawn>);

struct Drawn {
    map: Arc<[f32]>,
    quantity: Quantity,
    dark: bool,
    colors: Arc<[f16]>,
    most: f32,
}

impl Maps {
    /// Stores a map `[height, width]` of values from 0 up, drawn in a quantity's colours, and returns it with the value
    /// from which on all have the last colour of the scale.
    pub fn store(
        &mut self,
        stored: &mut Stored,
        theme: Theme,
        (quantity, map): (Quantity, &Arc<[f32]>),
        size: [usize; 2],
    ) -> (Pixels, f32) {
        if map.len() != size[0] * size[1] {
            return (Pixels::None([size[1], size[0]]), 0.0);
        }
        let place = self.0.iter().position(|drawn| drawn.quantity == quantity);
        let is_drawn = |drawn: &Drawn| Arc::ptr_eq(&drawn.map, map) && drawn.dark == theme.dark;
        let place = match place {
            Some(place) if is_drawn(&self.0[place]) => place,
            Some(place) => {
                self.0[place] = Drawn::new(map, quantity, theme.dark);
                place
            }
            None => {
                self.0.push(Drawn::new(map, quantity, theme.dark));
                self.0.len() - 1
            }
        };
        let key = Id::unique(("map", quantity));
        stored.put_drawn(key, &self.0[place].colors, size);
        (Pixels::Stored(key), self.0[place].most)
    }
}

impl Drawn {
    fn new(map: &Arc<[f32]>, quantity: Quantity, dark: bool) -> Self {
        let most = end(map);
        let scale = scale(quantity, dark);
        let last = (COLORS - 1) as f32;
        let of = |value: &f32| scale[((value / most.max(f32::MIN_POSITIVE)).clamp(0.0, 1.0) * last) as usize];
        let channel = |i: usize| {
            map.iter().map(move |value| f16::from_f32(f32::from(of(value).to_array()[i]) / 127.5 - 1.0))
        };
        let colors = (0..3).flat_map(channel).collect();
        Self { map: Arc::clone(map), quantity, dark, colors, most }
    }
}

/// The value at which a map's scale ends: a hundredth of the pixels, which may be far beyond the others, has more.
fn end(map: &[f32]) -> f32 {
    let mut sorted = map.to_vec();
    let place = (sorted.len() * 99 / 100).min(sorted.len().saturating_sub(1));
    if sorted.is_empty() {
        return 0.0;
    }
    *sorted.select_nth_unstable_by(place, f32::total_cmp).1
}

/// The colours of a map, from nothing to the most: from that of the canvas through that of the quantity to ink.
pub fn scale(quantity: Quantity, dark: bool) -> [Color32; COLORS] {
    let theme = if dark { Theme::DARK } else { Theme::LIGHT };
    let middle = theme.color(quantity);
    std::array::from_fn(|i| {
        let u = 1.6 * i as f32 / (COLORS - 1) as f32;
        if u < 1.0 { theme.canvas.lerp_to_gamma(middle, u) } else { middle.lerp_to_gamma(theme.ink, u - 1.0) }
    })
}
