//! The data from which rooms are prepared.

use crate::app::particles::Canvas;
use crate::app::view::Teaching;
use crate::diffusion::Raster;
use crate::scene::{Derived, Scene};

/// The data from which a chapter is prepared.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The context of the window, which is woken by work in the background; `None` for a figure, where nothing is
    /// computed in the background.
    pub ctx: Option<&'a egui::Context>,
    /// What the user chose.
    pub scene: &'a Scene,
    /// The schedules and curves that follow from the scene.
    pub derived: &'a Derived,
    /// The picture at the size at which the program works on it.
    pub image: &'a Raster,
    /// The picture as it was decoded.
    pub original: &'a Raster,
    /// The canvas on which particles are drawn.
    pub canvas: Canvas,
    /// What the lesson does whose step is drawn as a figure.
    pub teaching: Teaching,
}
