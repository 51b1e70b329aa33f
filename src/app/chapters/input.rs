//! What rooms are prepared from.

use crate::diffusion::Raster;
use crate::scene::{Derived, Scene};

/// What a chapter is prepared from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The window that is to be woken by what is computed in the background; nothing for a figure.
    pub ctx: Option<&'a egui::Context>,
    /// What the user chose.
    pub scene: &'a Scene,
    /// What follows from it.
    pub derived: &'a Derived,
    /// The picture at its working size.
    pub image: &'a Raster,
}
