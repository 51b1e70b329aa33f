//! The chapter Text: pictures of texts, where the pixels of a step look, and what guidance does.

mod canvas;
mod commands;
mod formula;
mod inspector;
mod overlays;
mod second;
mod state;

use std::path::Path;

use egui::{Rect, Ui};

use self::commands::TextCommand;
pub use self::state::Text;
use super::{Chapter, ChapterError, Formula, Group, Host, Input, Order, Panels, RoomView};
use crate::app::entry::Entry;
use crate::app::view::View;
use crate::app::words::Words;
use crate::diffusion::{Raster, ScheduleKind};
use crate::model::{ModelRef, StableDiffusion};
use crate::quantity::Quantity;
use crate::scene::{ChapterId, Scene, TextPart};

/// The data that the views of this room are given.
type TextView<'a, 'b> = RoomView<'a, 'b, Text>;

impl Chapter for Text {
    fn id(&self) -> ChapterId {
        ChapterId::Text
    }

    fn group(&self) -> Group {
        Group::Network
    }

    fn emblem(&self) -> Quantity {
        Quantity::Attention
    }

    fn folds_formula(&self) -> bool {
        true
    }

    fn explanation(&self, scene: &Scene) -> String {
        let name = format!("explain-{}", self.id().name());
        match scene.chapters.text.part {
            TextPart::Words => name,
            part => format!("{name}-{}", part.name()),
        }
    }

    fn panels(&self, _scene: &Scene) -> Panels {
        Panels { noise_mode: false, numbers: false, schedules: false, ..Panels::default() }
    }

    fn runs_back(&self) -> bool {
        true
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

    fn schedule(&self, scene: &Scene) -> ScheduleKind {
        let own = self.runs[0].facts().map(|facts| facts.schedule.spec().kind.clone());
        own.unwrap_or_else(|| scene.schedule(scene.active).kind.clone())
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
        commands::entries(self, scene, words)
    }

    fn execute(&mut self, order: &Order, host: &mut Host<'_>) {
        if let Some(command) = order.command() {
            commands::carry_out(self, command, host);
        }
    }

    fn opens(&self, path: &Path, _here: bool) -> Option<Order> {
        let draws = StableDiffusion::find(path).is_ok_and(|parts| parts.draws());
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        draws.then(|| TextCommand::Take(ModelRef::Folder(path)).order())
    }

    fn poll(&mut self, host: &mut Host<'_>) {
        for missing in self.take_failures() {
            host.fail_for(&missing);
        }
    }

    fn is_busy(&self) -> bool {
        self.is_at_work()
    }

    fn awaited(&mut self, scene: &Scene, _image: &Raster) -> Option<Order> {
        let waits = scene.chapter == self.id() && self.waits();
        waits.then(|| TextCommand::Draw.order())
    }
}
