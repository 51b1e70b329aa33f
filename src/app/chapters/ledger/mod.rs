//! The chapter Noise ledger: signal + inherited + new = `x_t`.

mod canvas;
mod chain;
mod formula;
mod inspector;

use egui::{Rect, Ui};

use super::{Chapter, Formula, Group};
use crate::app::view::View;
use crate::quantity::Quantity;
use crate::scene::{ChapterId, Scene};

/// The number of steps of the chain that a tour shows.
const TOUR_STEPS: usize = 20;

/// The room.
pub struct Ledger;

impl Chapter for Ledger {
    fn id(&self) -> ChapterId {
        ChapterId::Ledger
    }

    fn group(&self) -> Group {
        Group::Noise
    }

    fn emblem(&self) -> Quantity {
        Quantity::NewShare
    }

    fn folds_formula(&self) -> bool {
        true
    }

    fn canvas(&mut self, ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
        canvas::show(ui, view, rect);
    }

    fn inspector(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        inspector::show(ui, view);
    }

    fn formula(&self, view: &View<'_>) -> Formula {
        formula::formula(view)
    }

    fn tour(&self, scene: &mut Scene) {
        // With few steps, inherited and new noise can both be seen.
        if scene.chapters.ledger.few_steps.is_none() && scene.steps() > TOUR_STEPS {
            scene.chapters.ledger.few_steps = Some(TOUR_STEPS);
        }
    }
}
