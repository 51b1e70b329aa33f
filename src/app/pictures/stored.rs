//! Pictures that are not computed by the kernels of the forward process, but by a network, or come from data.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{ColorImage, Id, TextureHandle, TextureId, TextureOptions, Ui};
use half::f16;

use crate::gpu::{Display, Filter, Mapping, ViewRect, render};
use crate::scene::{Interpolation, Scene, ShowAs};

/// Frames after which a picture that no view has shown is freed.
pub(super) const FRAMES_KEPT: u64 = 600;

/// How values are turned into a texture.
type Look = (ShowAs, Interpolation);

/// The store of such pictures. A chapter puts its pictures here under keys of its own choice; by these keys they are
/// shown, zoomed and exported.
#[derive(Default)]
pub struct Stored {
    list: HashMap<Id, Entry>,
    frame: u64,
}

struct Entry {
    /// The values, channel by channel, row by row.
    values: Arc<[f16]>,
    /// Channels, height and width.
    shape: [usize; 3],
    /// The texture, and how it was made from the values. `None` in place of how it was made: it still shows earlier
    /// values.
    texture: Option<(Option<Look>, TextureHandle)>,
    /// Whether the values are colours already, to which the scene's settings do not apply.
    drawn: bool,
    /// The number of the frame in which the picture was put here last.
    used: u64,
}

impl Stored {
    /// Stores a picture `[channels, height, width]` under a key, in place of an earlier one. Storing the same values
    /// again costs nothing.
    pub fn put(&mut self, key: Id, values: &Arc<[f16]>, shape: [usize; 3]) {
        self.put_as(key, values, shape, false);
    }

    /// Stores a map that is drawn in colours, red, green and blue from −1 to 1, in the same way. How pictures are shown
    /// does not change it.
    pub fn put_drawn(&mut self, key: Id, values: &Arc<[f16]>, [height, width]: [usize; 2]) {
        self.put_as(key, values, [3, height, width], true);
    }

    fn put_as(&mut self, key: Id, values: &Arc<[f16]>, shape: [usize; 3], drawn: bool) {
        let used = self.frame;
        let same = |entry: &&mut Entry| Arc::ptr_eq(&entry.values, values) && entry.shape == shape;
        if let Some(entry) = self.list.get_mut(&key).filter(same) {
            entry.used = used;
            return;
        }
        // The earlier texture is reused for the new pixels.
        let before = self.list.remove(&key).and_then(|entry| entry.texture);
        let texture = before.map(|(_, handle)| (None, handle));
        self.list.insert(key, Entry { values: Arc::clone(values), shape, texture, drawn, used });
    }

    /// Width and height of a picture; `None` if the store has none under this key.
    pub fn size(&self, key: Id) -> Option<[usize; 2]> {
        self.list.get(&key).map(|entry| [entry.shape[2], entry.shape[1]])
    }

    /// The texture of a picture, drawn as the scene's settings say; `None` if the store has none under this key.
    pub fn texture(&mut self, ui: &Ui, key: Id, scene: &Scene) -> Option<TextureId> {
        let entry = self.list.get_mut(&key)?;
        let look = (scene.show_as, scene.zoom);
        match &entry.texture {
            Some((Some(made), handle)) if *made == look => return Some(handle.id()),
            _ => {}
        }
        let [_, height, width] = entry.shape;
        let image = ColorImage::from_rgba_unmultiplied([width, height], &entry.rgba(scene.show_as));
        let options = match scene.zoom {
            Interpolation::Sharp => TextureOptions::NEAREST,
            Interpolation::Smooth => TextureOptions::LINEAR,
        };
        let handle = match entry.texture.take() {
            Some((_, mut handle)) => {
                handle.set(image, options);
                handle
            }
            None => ui.load_texture(format!("{key:?}"), image, options),
        };
        let id = handle.id();
        entry.texture = Some((Some(look), handle));
        Some(id)
    }

    /// A picture as RGBA bytes with its width and height; `None` if the store has none under this key.
    pub fn rendered(&self, key: Id, scene: &Scene) -> Option<(Vec<u8>, usize, usize)> {
        let entry = self.list.get(&key)?;
        let [_, height, width] = entry.shape;
        Some((entry.rgba(scene.show_as), width, height))
    }

    /// Begins a frame: frees pictures that nobody has stored again for a while.
    pub fn advance(&mut self) {
        self.frame += 1;
        let frame = self.frame;
        self.list.retain(|_, entry| frame - entry.used <= FRAMES_KEPT);
    }
}

impl Entry {
    /// RGBA bytes, pixel by pixel.
    fn rgba(&self, show_as: ShowAs) -> Vec<u8> {
        let [channels, height, width] = self.shape;
        let values: Vec<f32> = self.values.iter().map(|value| value.to_f32()).collect();
        let squares: f64 = values.iter().map(|&v| f64::from(v) * f64::from(v)).sum();
        let show_as = if self.drawn { ShowAs::Clip } else { show_as };
        let std = (squares / values.len().max(1) as f64).sqrt().max(1e-6) as f32;
        let display = Display {
            mapping: mapping(show_as, std, 1.0),
            filter: Filter::Nearest,
            view: ViewRect::whole(width, height),
            size: (width, height),
        };
        // Of more than three channels only the first three are shown.
        let shown = if channels < 3 { 1 } else { 3 };
        let planes: Vec<&[f32]> = values.chunks(height * width).take(shown).collect();
        render(&planes, width, height, &display)
    }
}

/// The mapping to colours of values with this standard deviation; `gain` is the amplification of a mapping that clips.
pub fn mapping(show_as: ShowAs, std: f32, gain: f32) -> Mapping {
    match show_as {
        ShowAs::Clip => Mapping::Clip { gain },
        ShowAs::Rescale => Mapping::Rescale { std },
        ShowAs::Signed => Mapping::Signed { scale: 2.5 * std },
    }
}
