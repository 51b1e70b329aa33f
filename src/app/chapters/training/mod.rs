//! The chapter Training: a network learns to take noise away, and all of it can be watched.

mod canvas;
mod commands;
mod formula;
mod inspector;
mod kept;
mod state;
mod words;

use egui::{Rect, Ui};

pub(super) use self::commands::TrainingCommand;
pub(super) use self::kept::kept_trainings;
pub use self::state::Training;
use super::{Chapter, ChapterError, Formula, Group, Host, Input, Order, Panels, RoomView};
use crate::app::entry::Entry;
use crate::app::view::View;
use crate::app::words::Words;
use crate::diffusion::Raster;
use crate::quantity::Quantity;
use crate::scene::{ChapterId, Scene, TrainingSubject};
use crate::worker::LearnSpec;

/// The data that the views of this room are given.
type TrainingView<'a, 'b> = RoomView<'a, 'b, Training>;

impl Chapter for Training {
    fn id(&self) -> ChapterId {
        ChapterId::Training
    }

    fn group(&self) -> Group {
        Group::Network
    }

    fn emblem(&self) -> Quantity {
        Quantity::Loss
    }

    fn folds_formula(&self) -> bool {
        true
    }

    fn panels(&self, _scene: &Scene) -> Panels {
        Panels { noise_mode: false, ..Panels::default() }
    }

    fn prepare(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        if input.scene.chapter != self.id() {
            return Ok(());
        }
        match input.ctx {
            Some(ctx) => self.prepare_window(ctx, input),
            None => self.prepare_figure(input).map_err(|error| ChapterError(error.into()))?,
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
        self.take_news(host);
    }

    fn is_busy(&self) -> bool {
        self.is_at_work()
    }

    fn awaited(&mut self, scene: &Scene, image: &Raster) -> Option<Order> {
        let is_there = self.workshop.training().is_some_and(|training| is_of(&training.spec, scene, image));
        let wanted = scene.chapters.training.subject == TrainingSubject::Live && !is_there;
        wanted.then(|| TrainingCommand::Begin.order())
    }

    fn outdated(&mut self, scene: &Scene, image: &Raster, _presented: bool) -> Option<Order> {
        let training = self.workshop.training()?;
        (!is_of(&training.spec, scene, image)).then(|| TrainingCommand::SetAside.order())
    }

    fn strain(&self, scene: &mut Scene) {
        // Small pictures are learned in the most iterations a second, and the pair has the most to draw.
        let training = &mut scene.chapters.training;
        training.rival = Some(crate::scene::LearnRival::Schedule);
        training.iterations = 1_000_000;
    }

    fn strain_order(&self) -> Option<Order> {
        let idle = self.workshop.training().is_none();
        idle.then(|| TrainingCommand::Begin.order())
    }
}

/// Whether a training is the one that a scene describes.
fn is_of(spec: &LearnSpec, scene: &Scene, image: &Raster) -> bool {
    LearnSpec { keep: None, from: None, ..spec.clone() } == state::plan::training(scene, image)
}
