//! The chapter Likelihood: where every bit of `−log p` of the picture goes under a network, and the loss of variational
//! diffusion models in continuous time, to which the ends of a schedule matter, and its shape does not.

mod canvas;
mod commands;
mod formula;
mod inspector;
mod state;

use egui::{Rect, Ui};

pub use self::state::Likelihood;
use super::{Chapter, ChapterError, Formula, Group, Host, Input, Order, Panels, RoomView};
use crate::app::entry::Entry;
use crate::app::view::View;
use crate::app::words::Words;
use crate::quantity::Quantity;
use crate::scene::{BoundAspect, ChapterId, LikelihoodPart, Scene};

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

    fn explanation(&self, scene: &Scene) -> String {
        let name = format!("explain-{}", self.id().name());
        match scene.chapters.likelihood.part {
            LikelihoodPart::Bound => match scene.chapters.likelihood.bound.aspect {
                BoundAspect::Terms => name,
                aspect @ (BoundAspect::Rate | BoundAspect::Batch) => format!("{name}-{}", aspect.name()),
            },
            part @ (LikelihoodPart::Continuous | LikelihoodPart::Learned) => {
                format!("{name}-{}", part.name())
            }
        }
    }

    fn panels(&self, scene: &Scene) -> Panels {
        // The other parts have schedules of their own, of which the numbers of the scene's would tell something else.
        let pictures = scene.chapters.likelihood.part == LikelihoodPart::Bound;
        Panels { noise_mode: false, pictures, numbers: pictures, ..Panels::default() }
    }

    fn prepare(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        // Computations that were requested before another chapter was chosen are still taken in when they end.
        self.take_ended();
        if input.scene.chapter == self.id() {
            self.learned.workshop().lock().look_for_kept();
            self.want(input)?;
        } else {
            self.rest();
        }
        Ok(())
    }

    fn still(&self) -> Option<Box<dyn Chapter + Send>> {
        Some(Box::new(self.copy()))
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

    fn commands(&self, scene: &Scene, words: &Words) -> Vec<Entry> {
        commands::entries(scene, words)
    }

    fn execute(&mut self, order: &Order, host: &mut Host<'_>) {
        if let Some(command) = order.command() {
            self.carry_out(command, host);
        }
    }

    fn poll(&mut self, host: &mut Host<'_>) {
        for missing in self.take_failures() {
            host.fail_for(&missing);
        }
    }

    fn is_busy(&self) -> bool {
        self.is_at_work()
    }

    fn strain(&self, scene: &mut Scene) {
        // The network is asked at every t all the while.
        scene.chapters.likelihood.bound.times = None;
    }
}
