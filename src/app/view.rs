//! The data that every view of the scene is given, and the list in which it leaves its requests.

use std::borrow::Cow;
use std::path::PathBuf;

use egui::Ui;

use super::chapters::Order;
use super::command::{Command, Intent};
use super::formula::sentence_width;
use super::highlight::{Lit, Pointed};
use super::pictures::{Pictures, Stored};
use super::plots::Plots;
use super::settings::Sections;
use super::theme::Theme;
use super::viewport::{Probe, Viewport};
use super::words::Words;
use crate::diffusion::{Raster, Step};
use crate::lesson::StepPlots;
use crate::scene::{Action, Derived, Scene, Side, SideCurves};

/// What a lesson does with what is on show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Teaching {
    /// No lesson is played.
    #[default]
    Nothing,
    /// A step of a lesson speaks of it.
    Telling,
    /// A question waits for its answer.
    Asking,
}

/// Everything a view may look at.
pub struct View<'a> {
    /// What the user chose.
    pub scene: &'a Scene,
    /// The schedules and curves that follow from the scene.
    pub derived: &'a Derived,
    /// Colours.
    pub theme: Theme,
    /// The words of the window.
    pub words: &'a Words,
    /// The picture at its working size.
    pub image: &'a Raster,
    /// Name of the picture, for captions.
    pub image_name: Cow<'a, str>,
    /// Renders pictures.
    pub pictures: &'a mut Pictures,
    /// Pictures that are not computed by the engine, such as those of networks.
    pub stored: &'a mut Stored,
    /// Folders of networks that were opened lately, the newest first.
    pub models: &'a [PathBuf],
    /// Whether the scene is presented: with large pictures and letters.
    pub presenting: bool,
    /// Which plots are shown: all beside the pictures, none, or some alone. A presentation shows those that a lesson
    /// speaks of.
    pub shown_plots: &'a StepPlots,
    /// Whether titles say what the pointer can do, and there are buttons. Figures and presentations have neither.
    pub hints: bool,
    /// What the lesson's step that is presented is about, whether or not all else is dimmed; everything without one.
    pub spoken: Lit,
    /// Whether a lesson is played.
    pub teaching: Teaching,
    /// Which sections of the inspector are open.
    pub sections: Sections,
    /// Zoom and pan.
    pub viewport: &'a mut Viewport,
    /// The pixel under the pointer.
    pub probe: &'a mut Probe,
    /// The quantity under the pointer.
    pub pointed: &'a mut Pointed,
    /// The plots that have been drawn in this frame.
    pub plots: &'a mut Plots,
    /// The requests of the views in this frame.
    pub intents: &'a mut Vec<Intent>,
}

impl View<'_> {
    /// Whether a lesson's question waits for its answer, which nothing is to show.
    pub fn asking(&self) -> bool {
        self.teaching == Teaching::Asking
    }

    /// Whether a lesson is played, which may ask later for what it does not ask yet.
    pub fn taught(&self) -> bool {
        self.teaching != Teaching::Nothing
    }

    /// Asks for a change of the scene. Setting t to its present value, as a slider does that is held still, is ignored.
    pub fn act(&mut self, action: Action) {
        if matches!(action, Action::Timestep(t) if t == self.scene.t) {
            return;
        }
        self.intents.push(Intent::Act(action));
    }

    /// Whether plots are shown beside pictures.
    pub fn with_plots(&self) -> bool {
        self.shown_plots.any()
    }

    /// The plots that are drawn alone, over the whole canvas, by their identifiers; all if there are none. A canvas asks
    /// [`alone`](crate::app::chapters::layout::alone).
    pub fn plots_alone(&self) -> &[String] {
        self.shown_plots.alone()
    }

    /// A title with a hint at what the pointer can do there; the title alone where there are no hints, or no room for one
    /// in `width` points.
    pub fn with_hint(&self, ui: &Ui, width: f32, title: &str, hint: &str) -> String {
        let both = format!("{title} — {hint}");
        if self.hints && sentence_width(ui, &both) <= width { both } else { title.to_owned() }
    }

    /// Asks the program to carry out a command.
    pub fn command(&mut self, command: Command) {
        self.intents.push(Intent::Do(command));
    }

    /// Asks a chapter to carry out an order.
    pub fn order(&mut self, order: Order) {
        self.command(Command::Order(order));
    }

    /// The pixel `[x, y]` of the scene's picture under the pointer, if any.
    pub fn probed(&self) -> Option<[usize; 2]> {
        self.probe.pixel([self.image.width, self.image.height])
    }

    /// The side, if both are on show, so that what belongs to one of them has to bear its letter.
    pub fn told_apart(&self, side: Side) -> Option<Side> {
        self.scene.compare.then_some(side)
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
