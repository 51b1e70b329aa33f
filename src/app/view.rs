//! What every view of the scene is given, and what it gives back.

use std::path::PathBuf;

use super::chapters::Order;
use super::commands::Command;
use super::pictures::{Pictures, Stored};
use super::theme::Theme;
use super::words::Words;
use crate::diffusion::{Raster, Step};
use crate::scene::{Action, Derived, Scene, Side, SideCurves};

/// What a view asks for. Views only read; one place carries intents out after the frame.
#[derive(Clone, Debug)]
pub enum Intent {
    /// Change the scene.
    Act(Action),
    /// Do something with the program.
    Do(Command),
}

/// The picture region that all pictures of a chapter show: zoom and pan are linked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// 1 shows the whole picture.
    pub zoom: f32,
    /// The middle of the region, in units of the picture's size.
    pub center: [f32; 2],
}

impl Default for Viewport {
    fn default() -> Self {
        Self { zoom: 1.0, center: [0.5, 0.5] }
    }
}

impl Viewport {
    /// The region `[x, y, width, height]` in pixels of a picture.
    pub fn region(&self, width: usize, height: usize) -> [f32; 4] {
        let (w, h) = (width as f32 / self.zoom, height as f32 / self.zoom);
        [self.center[0] * width as f32 - w / 2.0, self.center[1] * height as f32 - h / 2.0, w, h]
    }

    /// Enlarges by `factor` while the point at `anchor` (in units of the shown region) stays put.
    pub fn zoom_at(&mut self, factor: f32, anchor: [f32; 2]) {
        let zoom = (self.zoom * factor).clamp(1.0, 64.0);
        for (center, a) in self.center.iter_mut().zip(anchor) {
            let point = *center + (a - 0.5) / self.zoom;
            *center = point - (a - 0.5) / zoom;
        }
        self.zoom = zoom;
        self.clamp();
    }

    /// Moves by `delta`, in units of the shown region.
    pub fn pan(&mut self, delta: [f32; 2]) {
        for (center, d) in self.center.iter_mut().zip(delta) {
            *center -= d / self.zoom;
        }
        self.clamp();
    }

    fn clamp(&mut self) {
        let half = 0.5 / self.zoom;
        for center in &mut self.center {
            *center = center.clamp(half, 1.0 - half);
        }
    }
}

/// The pixel under the pointer, shared by all pictures and the formula strip.
///
/// It is one of pictures of a size: when they have become others since, there is no such pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Probe {
    /// Found in the last frame.
    found: Option<Found>,
    /// Found so far in this frame.
    next: Option<Found>,
}

/// A pixel `[x, y]` of pictures of `[width, height]`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    pixel: [usize; 2],
    size: [usize; 2],
}

impl Probe {
    /// The pixel `[x, y]` that is probed in pictures of `[width, height]`.
    pub fn pixel(&self, size: [usize; 2]) -> Option<[usize; 2]> {
        self.found.filter(|found| found.size == size).map(|found| found.pixel)
    }

    /// The pointer is over a pixel of a picture of that size.
    pub fn find(&mut self, pixel: [usize; 2], size: [usize; 2]) {
        self.next = Some(Found { pixel, size });
    }

    /// A frame begins: what was found in the one before is probed.
    pub fn advance(&mut self) {
        self.found = self.next.take();
    }

    /// Whether the next frame probes another pixel than this one.
    pub fn moves(&self) -> bool {
        self.next != self.found
    }
}

/// Everything a view may look at.
pub struct View<'a> {
    /// What the user chose.
    pub scene: &'a Scene,
    /// What follows from it.
    pub derived: &'a Derived,
    /// Colours.
    pub theme: Theme,
    /// The words of the window.
    pub words: &'a Words,
    /// The picture at its working size.
    pub image: &'a Raster,
    /// Name of the picture, for captions.
    pub image_name: &'a str,
    /// Renders pictures.
    pub pictures: &'a mut Pictures,
    /// Pictures that were made elsewhere.
    pub stored: &'a mut Stored,
    /// Folders of networks that were opened lately.
    pub models: &'a [PathBuf],
    /// Zoom and pan.
    pub viewport: &'a mut Viewport,
    /// The pixel under the pointer.
    pub probe: &'a mut Probe,
    /// What views ask for.
    pub intents: &'a mut Vec<Intent>,
}

impl View<'_> {
    /// Asks for a change of the scene. A slider that is held without moving asks for nothing.
    pub fn act(&mut self, action: Action) {
        if matches!(action, Action::Timestep(t) if t == self.scene.t) {
            return;
        }
        self.intents.push(Intent::Act(action));
    }

    /// Asks the program to do something.
    pub fn command(&mut self, command: Command) {
        self.intents.push(Intent::Do(command));
    }

    /// Tells a chapter to do something.
    pub fn order(&mut self, order: Order) {
        self.command(Command::Order(order));
    }

    /// The pixel of the scene's picture that is probed.
    pub fn probed(&self) -> Option<[usize; 2]> {
        self.probe.pixel([self.image.width, self.image.height])
    }

    /// The active side's schedule and curves.
    pub fn active(&self) -> &SideCurves {
        self.derived.side(self.scene.active)
    }

    /// The transition that a side shows.
    pub fn step(&self, side: Side) -> Step {
        self.derived.step(self.scene, side)
    }

    /// The active side's transition.
    pub fn active_step(&self) -> Step {
        self.step(self.scene.active)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_anchor_and_stays_inside() {
        let mut viewport = Viewport::default();
        viewport.zoom_at(4.0, [0.25, 0.75]);
        // The anchor was at (0.25, 0.75) of the picture and still is a quarter into the region.
        let [x, y, w, h] = viewport.region(100, 100);
        assert!((x + 0.25 * w - 25.0).abs() < 1e-3 && (y + 0.75 * h - 75.0).abs() < 1e-3);
        viewport.pan([10.0, -10.0]);
        let [x, y, w, h] = viewport.region(100, 100);
        assert!(x >= -1e-3 && y >= -1e-3 && x + w <= 100.001 && y + h <= 100.001);
        viewport.zoom_at(1e-9, [0.5, 0.5]);
        assert_eq!(viewport, Viewport::default());
    }
}
