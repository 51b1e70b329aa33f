//! The chapter Distributions: the line and the plane, where everything about diffusion is known exactly.

mod canvas;
mod commands;
mod formula;
mod inspector;
mod state;
mod words;

use egui::{Rect, Ui};

pub use self::state::Distributions;
use super::{Chapter, ChapterError, Formula, Group, Host, Input, Order, Panels, RoomView};
use crate::app::entry::Entry;
use crate::app::view::View;
use crate::app::words::Words;
use crate::quantity::Quantity;
use crate::scene::{ChapterId, PlaneSubject, Scene, Space};

/// The data that the views of this room are given.
type DistributionsView<'a, 'b> = RoomView<'a, 'b, Distributions>;

impl Chapter for Distributions {
    fn id(&self) -> ChapterId {
        ChapterId::Distributions
    }

    fn group(&self) -> Group {
        Group::Theory
    }

    fn emblem(&self) -> Quantity {
        Quantity::Score
    }

    fn panels(&self, scene: &Scene) -> Panels {
        let options = &scene.chapters.distributions;
        let moves = options.space == Space::Plane && options.plane.subject == PlaneSubject::Particles;
        Panels { noise_mode: moves, pictures: false, ..Panels::default() }
    }

    fn prepare(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        // Computations that were requested for another chapter or subject are still taken in when they end.
        self.take_ended();
        if input.scene.chapter == self.id() {
            self.want(input);
        }
        Ok(())
    }

    fn still(&self) -> Option<Box<dyn Chapter + Send>> {
        Some(Box::new(self.with_what_was_learned()))
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
        // Moving two clouds of particles takes the most time.
        scene.chapters.distributions.space = Space::Plane;
    }
}
