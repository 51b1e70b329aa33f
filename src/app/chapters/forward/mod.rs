//! The chapter Forward: `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε` as pictures. The room to copy for a new chapter.

mod canvas;
mod formula;
mod inspector;

use egui::{Rect, Ui};

use super::{Chapter, Formula, Group};
use crate::app::view::View;
use crate::quantity::Quantity;
use crate::scene::ChapterId;

/// The room.
pub struct Forward;

impl Chapter for Forward {
    fn id(&self) -> ChapterId {
        ChapterId::Forward
    }

    fn group(&self) -> Group {
        Group::Noise
    }

    fn emblem(&self) -> Quantity {
        Quantity::Xt
    }

    fn folds_formula(&self) -> bool {
        true
    }

    fn canvas(&mut self, ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
        canvas::show(ui, view, rect);
    }

    fn measurements(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        inspector::measurements(ui, view);
    }

    fn formula(&self, view: &View<'_>) -> Formula {
        formula::formula(view)
    }
}
