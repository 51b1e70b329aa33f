//! The chapter Posterior: `q(x_{t−1} | x_t, x_0)`.

mod canvas;
mod formula;
mod gaussians;
mod inspector;

use egui::{Rect, Ui};

use super::{Chapter, Formula, Group};
use crate::app::view::View;
use crate::quantity::Quantity;
use crate::scene::ChapterId;

/// The room.
pub struct Posterior;

impl Chapter for Posterior {
    fn id(&self) -> ChapterId {
        ChapterId::Posterior
    }

    fn group(&self) -> Group {
        Group::Noise
    }

    fn emblem(&self) -> Quantity {
        Quantity::PosteriorMean
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
}
