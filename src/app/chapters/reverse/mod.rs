//! The chapter Reverse: from noise to a picture, network call by network call.

mod canvas;
mod commands;
mod formula;
mod inspector;
mod state;
mod words;

use std::path::Path;

use egui::{Rect, Ui};

use self::commands::ReverseCommand;
pub use self::state::Reverse;
use super::{Chapter, ChapterError, Formula, Group, Host, Input, Order, Panels, RoomView};
use crate::app::entry::Entry;
use crate::app::view::{Teaching, View};
use crate::app::words::Words;
use crate::diffusion::Raster;
use crate::diffusion::sampler::{Ddpm, VarianceType};
use crate::model::{ModelRef, PartName, StableDiffusion};
use crate::quantity::Quantity;
use crate::scene::{ChapterId, LaneOptions, Scene};

/// The data that the views of this room are given.
type ReverseView<'a, 'b> = RoomView<'a, 'b, Reverse>;

impl Chapter for Reverse {
    fn id(&self) -> ChapterId {
        ChapterId::Reverse
    }

    fn group(&self) -> Group {
        Group::Network
    }

    fn emblem(&self) -> Quantity {
        Quantity::EpsHat
    }

    fn panels(&self, _scene: &Scene) -> Panels {
        Panels { noise_mode: false, ..Panels::default() }
    }

    fn prepare(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        if input.scene.chapter != self.id() {
            return Ok(());
        }
        if let Some(ctx) = input.ctx {
            self.prepare_window(ctx, input.scene);
        } else if self.run().is_none() && input.teaching != Teaching::Asking {
            // A run would answer a lesson's question.
            let made = self.prepare_figure(input.scene, input.image);
            made.map_err(|error| ChapterError(error.into()))?;
        }
        Ok(())
    }

    fn still(&self) -> Option<Box<dyn Chapter + Send>> {
        Some(Box::new(self.with_the_run()?))
    }

    fn runs_back(&self) -> bool {
        true
    }

    fn timestep(&self, scene: &Scene) -> usize {
        self.shown_timestep(scene).unwrap_or(scene.t)
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

    fn opens(&self, path: &Path, _here: bool) -> Option<Order> {
        // A folder or a file of weights can only be meant as a network. One with an autoencoder is that of another chapter.
        let has_latents = StableDiffusion::find(path).is_ok_and(|parts| parts.has(PartName::Vae));
        let is_model = path.is_dir() || path.extension().is_some_and(|extension| extension == "safetensors");
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        (is_model && !has_latents).then(|| ReverseCommand::ShowModel(ModelRef::Folder(path)).order())
    }

    fn poll(&mut self, host: &mut Host<'_>) {
        self.take_news(host);
    }

    fn is_busy(&self) -> bool {
        self.is_at_work()
    }

    fn awaited(&mut self, scene: &Scene, image: &Raster) -> Option<Order> {
        (!self.is_of(scene, image)).then(|| ReverseCommand::Run.order())
    }

    fn outdated(&mut self, scene: &Scene, image: &Raster, presented: bool) -> Option<Order> {
        // Elsewhere an earlier run stays, and says that it is one.
        let other = presented && self.run().is_some() && !self.is_of(scene, image);
        other.then(|| ReverseCommand::Forget.order())
    }

    fn leads_time(&self) -> bool {
        self.is_following()
    }

    fn let_time_go(&mut self) {
        self.unfollow();
    }

    fn strain(&self, scene: &mut Scene) {
        // The run makes as many network calls as there are timesteps.
        let sampler = Ddpm { variance_type: VarianceType::FixedSmall }.into();
        scene.chapters.reverse.lane = LaneOptions { sampler, steps: scene.steps(), ..LaneOptions::default() };
    }

    fn strain_order(&self) -> Option<Order> {
        let idle = self.card().is_some() && !self.run().is_some_and(state::Run::is_open);
        idle.then(|| ReverseCommand::Run.order())
    }
}
