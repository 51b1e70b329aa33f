//! The inspector's part for the Reverse chapter: model, run, race, training.

mod lane;
mod model;
mod own;
mod race;
mod run;

use egui::Ui;

use crate::app::chapters::reverse::ReverseView;
use crate::scene::Action;

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>) {
    let mut options = view.scene.chapters.reverse.clone();
    model::show(ui, view, &mut options);
    run::show(ui, view, &mut options);
    race::show(ui, view, &mut options);
    own::show(ui, view, &mut options);
    if options != view.scene.chapters.reverse {
        view.act(Action::options(options));
    }
}
