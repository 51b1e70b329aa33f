//! The plane: one file for each subject that it shows.

mod guidance;
mod learning;
mod likelihood;
mod particles;
mod race;
mod square;

use egui::{Rect, Ui};

use crate::app::chapters::distributions::DistributionsView;
use crate::scene::{PlaneOptions, PlaneSubject};

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    if view.room.plane.score_model().is_none() {
        return square::blank(ui, view, rect);
    }
    match view.scene.chapters.distributions.plane.subject {
        PlaneSubject::Particles => particles::show(ui, view, rect),
        PlaneSubject::Race => race::show(ui, view, rect),
        PlaneSubject::Guidance => guidance::show(ui, view, rect),
        PlaneSubject::Learning => learning::show(ui, view, rect),
        PlaneSubject::Likelihood => likelihood::show(ui, view, rect),
    }
}

/// Requests a change of the plane's options.
fn act(view: &mut DistributionsView<'_, '_>, change: impl FnOnce(&mut PlaneOptions)) {
    super::act(view, |options| change(&mut options.plane));
}
