//! Where pixels look, drawn over the picture: dark where they do not, in the colour of attention where they do.

use std::sync::Arc;

use egui::{Color32, Id};
use half::f16;

use super::state::Looked;
use crate::analysis::text::{AttentionChoice, Guided, WordMap, word_map};
use crate::app::pictures::{Pixels, Stored};
use crate::app::theme::Theme;
use crate::quantity::Quantity;

/// How much of the picture is left where no pixel looks, and how much of the colour there is where all do.
const LEFT: f32 = 0.3;
const INK: f32 = 0.62;

/// What a map is made from.
#[derive(Clone, PartialEq)]
struct Key {
    place: [usize; 2],
    /// Every how many pixels of the picture one is drawn, along both sides.
    every: usize,
    choice: AttentionChoice,
    dark: bool,
}

/// A map over a picture.
#[derive(Clone)]
pub struct Overlay {
    /// The picture with the map.
    pub pixels: Pixels,
    /// The largest and the mean share of attention.
    pub shares: [f32; 2],
}

/// The maps over the picture of a step, by word.
#[derive(Default)]
pub struct Overlays {
    of: Option<(Looked, Arc<[f16]>)>,
    made: Vec<(Key, Arc<[f16]>, [f32; 2])>,
}

impl Overlays {
    /// Stores the map of the tokens from `place[0]` to before `place[1]`, drawn over the picture of a step with at most so
    /// many pixels a side, and returns it; `None` if no layer attends to the text.
    pub fn store(
        &mut self,
        stored: &mut Stored,
        theme: Theme,
        (looked, guided): (&Looked, &Guided),
        (place, choice): ([usize; 2], AttentionChoice),
        (shape, most): ([usize; 3], usize),
    ) -> Option<Overlay> {
        let same = self
            .of
            .as_ref()
            .is_some_and(|(of, base)| Arc::ptr_eq(of, looked) && Arc::ptr_eq(base, &guided.x0));
        if !same {
            self.made.clear();
            self.of = Some((Arc::clone(looked), Arc::clone(&guided.x0)));
        }
        let every = shape[1].max(shape[2]).div_ceil(most.max(1)).max(1);
        let key = Key { place, every, choice, dark: theme.dark };
        let known = self.made.iter().position(|(made, ..)| *made == key);
        let found = if let Some(found) = known {
            found
        } else {
            let map = word_map(&looked.value.layers, place[0]..place[1], choice)?;
            let (colors, shares) = drawn(&map, (&guided.x0, every), shape, theme.dark);
            self.made.push((key, colors, shares));
            self.made.len() - 1
        };
        let (_, colors, shares) = &self.made[found];
        let id = Id::unique(("attention", place, every));
        stored.put_drawn(id, colors, [shape[1].div_ceil(every), shape[2].div_ceil(every)]);
        Some(Overlay { pixels: Pixels::Stored(id), shares: *shares })
    }
}

/// The picture, with the map in the colour of attention.
fn drawn(
    map: &WordMap,
    (picture, every): (&[f16], usize),
    [channels, height, width]: [usize; 3],
    dark: bool,
) -> (Arc<[f16]>, [f32; 2]) {
    let most = map.shares.iter().copied().fold(0.0_f32, f32::max);
    let mean = map.shares.iter().sum::<f32>() / map.shares.len().max(1) as f32;
    let least = map.shares.iter().copied().fold(most, f32::min);
    let range = (most - least).max(f32::MIN_POSITIVE);
    let theme = if dark { Theme::DARK } else { Theme::LIGHT };
    let ink = theme.color(Quantity::Attention);
    let pixel = |[row, column]: [usize; 2]| {
        let i = row * width + column;
        let grey = (0..channels).map(|channel| picture[channel * height * width + i].to_f32()).sum::<f32>();
        let grey = ((grey / channels as f32 + 1.0) / 2.0).clamp(0.0, 1.0);
        let share = (at(map, row as f32 / height as f32, column as f32 / width as f32, [height, width])
            - least)
            / range;
        let level = (255.0 * grey) as u8;
        let plain = theme.canvas.lerp_to_gamma(Color32::from_gray(level), LEFT);
        let lit = Color32::from_gray(level).lerp_to_gamma(ink, INK);
        plain.lerp_to_gamma(lit, share.clamp(0.0, 1.0)).to_array()
    };
    let places =
        (0..height).step_by(every).flat_map(|row| (0..width).step_by(every).map(move |column| [row, column]));
    let pixels: Vec<[u8; 4]> = places.map(pixel).collect();
    let value = |byte: u8| f16::from_f32(f32::from(byte) / 127.5 - 1.0);
    let colors = (0..3).flat_map(|channel| pixels.iter().map(move |pixel| value(pixel[channel])));
    (colors.collect(), [most, mean])
}

/// The map at a place, from 0 to 1 downwards and to the right, between the centres of its own pixels.
fn at(map: &WordMap, down: f32, right: f32, [height, width]: [usize; 2]) -> f32 {
    let axis = |place: f32, pixels: usize, side: usize| {
        let own = ((place + 0.5 / pixels as f32) * side as f32 - 0.5).max(0.0);
        let first = (own as usize).min(side - 1);
        (first, (first + 1).min(side - 1), own - first as f32)
    };
    let [rows, columns] = map.size;
    let (top, bottom, y) = axis(down, height, rows);
    let (left, next, x) = axis(right, width, columns);
    let share = |row: usize, column: usize| map.shares[row * columns + column];
    let between = |a: f32, b: f32, by: f32| a + by * (b - a);
    between(
        between(share(top, left), share(top, next), x),
        between(share(bottom, left), share(bottom, next), x),
        y,
    )
}
