//! The Distributions chapter's state: what is computed for it in the background. Views only read.

mod data;
mod followed;
mod learning;
mod line;
mod plane;
mod shades;

pub use self::line::Line;
pub use self::plane::{Activity, Plane, paintable};
use crate::app::chapters::Input;
use crate::app::particles::Canvas;
use crate::app::wake::wake;
use crate::background::{Missing, Pending};
use crate::scene::Space;

/// The chapter's state.
#[derive(Default)]
pub struct Distributions {
    /// The canvas on which particles are drawn.
    pub canvas: Canvas,
    /// The line.
    pub line: Line,
    /// The plane.
    pub plane: Plane,
}

impl Distributions {
    /// A copy with what was learned here; all else is computed from the scene.
    pub(super) fn with_what_was_learned(&self) -> Self {
        let mut copy = Self::default();
        copy.plane.learning = self.plane.learning.still();
        copy
    }

    /// Takes in the results of computations that have ended.
    pub(super) fn take_ended(&mut self) {
        self.line.tasks_mut().into_iter().for_each(Pending::poll);
        self.plane.tasks_mut().into_iter().for_each(Pending::poll);
    }

    /// Requests the computations that the scene needs.
    pub(super) fn want(&mut self, input: &Input<'_>) {
        let Input { ctx, scene, derived, image, canvas, .. } = *input;
        self.canvas = canvas;
        let wake = ctx.map(wake);
        let schedule = &derived.side(scene.active).schedule;
        match scene.chapters.distributions.space {
            Space::Line => self.line.prepare(wake.as_ref(), scene, schedule),
            Space::Plane => self.plane.prepare(wake.as_ref(), canvas, scene, schedule, image),
        }
    }

    /// Whether a computation is under way that ends without the user's help.
    pub(super) fn is_at_work(&self) -> bool {
        let busy = |task: &&dyn Pending| task.fraction().is_some();
        let computing = self.line.tasks().iter().any(busy) || self.plane.tasks().iter().any(busy);
        computing || self.plane.learning.is_open()
    }

    /// Takes the failures since the last call: those of the training, and panics of computations.
    pub(super) fn take_failures(&mut self) -> Vec<Missing> {
        let training = self.plane.learning.poll();
        let line = self.line.tasks_mut().into_iter().filter_map(Pending::take_panic);
        let plane = self.plane.tasks_mut().into_iter().filter_map(Pending::take_panic);
        training.into_iter().chain(line.chain(plane).map(Missing::Panicked)).collect()
    }
}
