//! The inspector's part for the Distributions chapter.

mod line;
mod plane;

use egui::Ui;

use crate::app::chapters::distributions::DistributionsView;
use crate::scene::{Action, Space};

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>) {
    let mut options = view.scene.chapters.distributions.clone();
    match options.space {
        Space::Line => line::show(ui, view, &mut options.line),
        Space::Plane => plane::show(ui, view, &mut options.plane),
    }
    if options != view.scene.chapters.distributions {
        view.act(Action::options(options));
    }
}
