//! The chapter Likelihood: the loss of variational diffusion models in continuous time, to which the ends of a schedule
//! matter, and its shape does not.

mod canvas;
mod formula;
mod inspector;
mod state;

use egui::{Rect, Ui};

pub use self::state::Likelihood;
use super::{Chapter, ChapterError, Formula, Group, Host, Input, Panels, RoomView};
use crate::app::view::View;
use crate::quantity::Quantity;
use crate::scene::{ChapterId, Scene};

/// The data that the views of this room are given.
type LikelihoodView<'a, 'b> = RoomView<'a, 'b, Likelihood>;

impl Chapter for Likelihood {
    fn id(&self) -> ChapterId {
        ChapterId::Likelihood
    }

    fn group(&self) -> Group {
        Group::Theory
    }

    fn emblem(&self) -> Quantity {
        Quantity::ContinuousLoss
    }

    fn panels(&self, _scene: &Scene) -> Panels {
        Panels { noise_mode: false, pictures: false, ..Panels::default() }
    }

    fn prepare(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        // Computations that were requested before another chapter was chosen are still taken in when they end.
        self.take_ended();
        if input.scene.chapter == self.id() {
            self.want(input);
        }
        Ok(())
    }

    fn canvas(&mut self, ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
        canvas::show(ui, &mut RoomView::new(view, self), rect);
    }

    fn inspector(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        inspector::show(ui, &mut RoomView::new(view, self));
    }

    fn formula(&self, view: &View<'_>) -> Formula {
        formula::formula(self, view)
    }

    fn poll(&mut self, host: &mut Host<'_>) {
        for missing in self.take_failures() {
            host.fail_for(&missing);
        }
    }

    fn is_busy(&self) -> bool {
        self.is_at_work()
    }
}
