//! The data that views need besides the scene: curves, pictures, zoom and the probed pixel.

use super::chapters::Input;
use super::command::Intent;
use super::highlight::{Lit, Pointed};
use super::images::Images;
use super::particles::Canvas;
use super::pictures::{Pictures, Stored};
use super::plots::Plots;
use super::settings::Sections;
use super::theme::Theme;
use super::view::{Teaching, View};
use super::viewport::{Probe, Viewport};
use super::words::{Words, picture_label};
use crate::lesson::StepPlots;
use crate::scene::{Derived, Scene};

/// Everything that a [`View`] looks at besides the scene.
pub struct Stage {
    /// Schedules and curves.
    pub derived: Derived,
    /// Renders pictures.
    pub pictures: Pictures,
    /// Pictures that are not computed by the engine, such as those of networks.
    pub stored: Stored,
    /// The scene's picture.
    pub images: Images,
    /// The canvas on which particles are drawn.
    pub canvas: Canvas,
    /// Zoom and pan.
    pub viewport: Viewport,
    /// The pixel under the pointer.
    pub probe: Probe,
    /// The quantity under the pointer.
    pub pointed: Pointed,
    /// The plots on show.
    pub plots: Plots,
}

impl Stage {
    /// The data that the views of `scene` are given.
    pub fn view<'a>(
        &'a mut self,
        scene: &'a Scene,
        (theme, words): (Theme, &'a Words),
        intents: &'a mut Vec<Intent>,
    ) -> View<'a> {
        let shown = self.images.shown();
        self.plots.clear();
        View {
            scene,
            derived: &self.derived,
            theme,
            words,
            image: &shown.raster,
            image_name: picture_label(words, &shown.reference, &shown.loaded.name),
            pictures: &mut self.pictures,
            stored: &mut self.stored,
            models: &[],
            presenting: false,
            shown_plots: &StepPlots::All(true),
            hints: true,
            spoken: Lit::ALL,
            teaching: Teaching::default(),
            sections: Sections::default(),
            viewport: &mut self.viewport,
            probe: &mut self.probe,
            pointed: &mut self.pointed,
            plots: &mut self.plots,
            intents,
        }
    }

    /// Brings the curves up to date with the scene. It is called at every change of the scene, so that nothing ever
    /// sees a scene with the curves of another.
    pub fn update(&mut self, scene: &Scene) {
        if let Err(error) = self.derived.update(scene) {
            // Scenes change through `Scene::apply`, which refuses impossible schedules.
            log::error!("{error}");
        }
    }

    /// The data from which chapters are prepared; `ctx` is that of the window, `None` for a figure.
    pub fn input<'a>(&'a self, ctx: Option<&'a egui::Context>, scene: &'a Scene) -> Input<'a> {
        let shown = self.images.shown();
        let (image, original) = (&shown.raster, &shown.loaded.pixels);
        Input {
            ctx,
            scene,
            derived: &self.derived,
            image,
            original,
            canvas: self.canvas,
            teaching: Teaching::Nothing,
        }
    }
}
