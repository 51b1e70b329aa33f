//! What stands between a scene and its views: curves, pictures, zoom and the probed pixel.

use super::chapters::Input;
use super::command::Intent;
use super::images::Images;
use super::pictures::{Pictures, Stored};
use super::theme::Theme;
use super::view::View;
use super::viewport::{Probe, Viewport};
use super::words::Words;
use crate::scene::{Derived, Scene};

/// Everything that a [`View`] looks at besides the scene.
pub struct Stage {
    /// Schedules and curves.
    pub derived: Derived,
    /// Renders pictures.
    pub pictures: Pictures,
    /// Pictures that were made elsewhere.
    pub stored: Stored,
    /// The scene's picture.
    pub images: Images,
    /// Zoom and pan.
    pub viewport: Viewport,
    /// The pixel under the pointer.
    pub probe: Probe,
}

impl Stage {
    /// A view of `scene`.
    pub fn view<'a>(
        &'a mut self,
        scene: &'a Scene,
        (theme, words): (Theme, &'a Words),
        intents: &'a mut Vec<Intent>,
    ) -> View<'a> {
        let shown = self.images.shown();
        View {
            scene,
            derived: &self.derived,
            theme,
            words,
            image: &shown.raster,
            image_name: &shown.loaded.name,
            pictures: &mut self.pictures,
            stored: &mut self.stored,
            models: &[],
            viewport: &mut self.viewport,
            probe: &mut self.probe,
            intents,
        }
    }

    /// Brings the curves up to date with the scene: at every change of it, so that nothing ever sees the one
    /// beside the other's curves.
    pub fn update(&mut self, scene: &Scene) {
        if let Err(error) = self.derived.update(scene) {
            // Scenes change through `Scene::apply`, which refuses impossible schedules.
            log::error!("{error}");
        }
    }

    /// What chapters are prepared from; `ctx` is the window's, where there is one.
    pub fn input<'a>(&'a self, ctx: Option<&'a egui::Context>, scene: &'a Scene) -> Input<'a> {
        Input { ctx, scene, derived: &self.derived, image: &self.images.shown().raster }
    }
}
