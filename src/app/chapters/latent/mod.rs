//! The chapter Latent: a picture in the latent of an autoencoder, and what noise destroys there and in pixels.

mod canvas;
mod commands;
mod formula;
mod inspector;
mod state;

use std::path::Path;

use egui::{Rect, Ui};

use self::commands::LatentCommand;
pub use self::state::Latent;
use super::{Chapter, ChapterError, Formula, Group, Host, Input, Order, Panels, RoomView};
use crate::app::entry::Entry;
use crate::app::view::View;
use crate::app::words::Words;
use crate::model::{ModelRef, PartName, StableDiffusion};
use crate::quantity::Quantity;
use crate::scene::{ChapterId, LatentPart, Scene};

/// The data that the views of this room are given.
type LatentView<'a, 'b> = RoomView<'a, 'b, Latent>;

impl Chapter for Latent {
    fn id(&self) -> ChapterId {
        ChapterId::Latent
    }

    fn group(&self) -> Group {
        Group::Network
    }

    fn emblem(&self) -> Quantity {
        Quantity::Latent
    }

    fn explanation(&self, scene: &Scene) -> String {
        let name = format!("explain-{}", self.id().name());
        match scene.chapters.latent.part {
            LatentPart::Noise => name,
            part => format!("{name}-{}", part.name()),
        }
    }

    fn panels(&self, scene: &Scene) -> Panels {
        let numbers = scene.chapters.latent.part == LatentPart::Noise;
        Panels { noise_mode: false, numbers, ..Panels::default() }
    }

    fn prepare(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        // Computations that were requested before another chapter was chosen are still taken in when they end.
        self.take_ended();
        if input.scene.chapter == self.id() {
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
            commands::carry_out(self, command, host);
        }
    }

    fn opens(&self, path: &Path, here: bool) -> Option<Order> {
        let is_shown = |parts: StableDiffusion| parts.has(PartName::Vae) && (here || !parts.draws());
        let has_latents = StableDiffusion::find(path).is_ok_and(is_shown);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        has_latents.then(|| LatentCommand::Take(ModelRef::Folder(path)).order())
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
