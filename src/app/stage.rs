//! What stands between a scene and its views: curves, pictures, zoom and the probed pixel.

use super::distributions::Distributions;
use super::images::Images;
use super::pictures::Pictures;
use super::reverse::Reverse;
use super::theme::Theme;
use super::view::{Intent, Probe, View, Viewport};
use crate::scene::{Derived, Scene};

/// Everything that a [`View`] looks at besides the scene.
pub struct Stage {
    /// Schedules and curves.
    pub derived: Derived,
    /// Renders pictures.
    pub pictures: Pictures,
    /// The Reverse chapter's worker, network and run.
    pub reverse: Reverse,
    /// What the Distributions chapter computes.
    pub distributions: Distributions,
    /// The scene's picture.
    pub images: Images,
    /// Zoom and pan.
    pub viewport: Viewport,
    /// The pixel under the pointer.
    pub probe: Probe,
}

impl Stage {
    /// A view of `scene`.
    pub fn view<'a>(&'a mut self, scene: &'a Scene, theme: Theme, intents: &'a mut Vec<Intent>) -> View<'a> {
        let shown = self.images.shown();
        View {
            scene,
            derived: &self.derived,
            theme,
            image: &shown.raster,
            image_name: &shown.loaded.name,
            pictures: &mut self.pictures,
            reverse: &mut self.reverse,
            distributions: &mut self.distributions,
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

    /// Has computed in the background what the scene shows, or, without a context, here and now.
    pub fn prepare(&mut self, ctx: Option<&egui::Context>, scene: &Scene) {
        self.distributions.prepare(ctx, scene, &self.derived, &self.images.shown().raster);
    }
}
