//! Where the pixels of a picture on show come from.

use egui::Id;

use super::PictureRequest;

/// Where a picture's pixels come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Pixels {
    /// The engine computes them for this request; they have the size of the scene's picture.
    Computed(PictureRequest),
    /// The store of pictures has them under this key.
    Stored(Id),
    /// There are none yet; they will have this width and height.
    None([usize; 2]),
}
