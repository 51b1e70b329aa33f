//! Where the pixels of a picture on show come from.

use egui::Id;

use super::PictureRequest;

/// Where a picture's pixels come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Pixels {
    /// Computed for this place, of the size of the scene's picture.
    Computed(PictureRequest),
    /// In the store of pictures, under this key.
    Stored(Id),
    /// Nothing yet, of this width and height.
    None([usize; 2]),
}
