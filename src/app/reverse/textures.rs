//! Kept pictures as textures, at their own resolution.

use std::collections::HashMap;

use egui::{ColorImage, TextureHandle, TextureId, TextureOptions, Ui};
use half::f16;

use crate::gpu::{Display, Filter, Mapping, ViewRect, render};
use crate::quantity::Quantity;
use crate::scene::{ShowAs, Zoom};
use crate::worker::{KeptPictures, RunId};

/// A picture of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeptRef {
    /// Its lane.
    pub lane: usize,
    /// Number of the network call.
    pub index: usize,
    /// Which of the call's pictures.
    pub quantity: Quantity,
}

/// Where on the canvas a picture is shown; each place has one texture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Among a lane's large pictures.
    Large(usize, Quantity),
    /// In a lane's film strip.
    Film(usize, usize),
    /// The state that the next run will start from.
    Start,
}

/// What a texture holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Version {
    /// Of which run.
    pub run: RunId,
    /// Which picture; a number of its own for the start.
    pub index: usize,
    /// Which of the call's pictures.
    pub quantity: Quantity,
    /// Values to colours.
    pub show_as: ShowAs,
    /// Sharp or smooth.
    pub zoom: Zoom,
}

/// All textures.
#[derive(Default)]
pub struct Textures {
    list: HashMap<Place, (Version, TextureHandle)>,
}

impl std::fmt::Debug for Textures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} textures", self.list.len())
    }
}

impl Textures {
    /// The texture of a place, with these pixels.
    pub fn show(
        &mut self,
        ui: &Ui,
        place: Place,
        version: Version,
        values: &[f16],
        shape: [usize; 3],
    ) -> TextureId {
        let options = match version.zoom {
            Zoom::Sharp => TextureOptions::NEAREST,
            Zoom::Smooth => TextureOptions::LINEAR,
        };
        let image = || {
            let rgba = pixels(values, shape, version.show_as);
            ColorImage::from_rgba_unmultiplied([shape[2], shape[1]], &rgba)
        };
        let (shown, handle) = self
            .list
            .entry(place)
            .or_insert_with(|| (version, ui.load_texture(format!("{place:?}"), image(), options)));
        if *shown != version {
            *shown = version;
            handle.set(image(), options);
        }
        handle.id()
    }
}

/// One of a step's pictures.
pub fn part(pictures: &KeptPictures, quantity: Quantity) -> &[f16] {
    match quantity {
        Quantity::EpsHat => &pictures.eps_hat,
        Quantity::X0Hat => &pictures.x0_hat,
        Quantity::MuTheta => &pictures.mean,
        Quantity::XPrev => &pictures.x_prev,
        _ => &pictures.x_t,
    }
}

/// Values as RGBA bytes, pixel by pixel.
pub fn pixels(values: &[f16], [channels, height, width]: [usize; 3], show_as: ShowAs) -> Vec<u8> {
    let values: Vec<f32> = values.iter().map(|value| value.to_f32()).collect();
    let squares: f64 = values.iter().map(|&v| f64::from(v) * f64::from(v)).sum();
    let std = (squares / values.len().max(1) as f64).sqrt().max(1e-6) as f32;
    let display = Display {
        mapping: match show_as {
            ShowAs::Clip => Mapping::Clip { gain: 1.0 },
            ShowAs::Rescale => Mapping::Rescale { std },
            ShowAs::Signed => Mapping::Signed { scale: 2.5 * std },
        },
        filter: Filter::Nearest,
        view: ViewRect::whole(width, height),
        size: (width, height),
    };
    // Of more than three channels the first ones.
    let planes: Vec<&[f32]> = values.chunks(height * width).take(if channels < 3 { 1 } else { 3 }).collect();
    render(&planes, width, height, &display)
}
