//! The inspector's part for the Likelihood chapter: what is shown, and the controls of that.

pub mod bound;
mod continuous;
pub mod learned;

use egui::Ui;
use i18n_embed_fl::fl;

use super::LikelihoodView;
use crate::app::widgets::segmented;
use crate::scene::{Action, LikelihoodPart};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>) {
    let words = view.words;
    let mut options = view.scene.chapters.likelihood.clone();
    let choices = LikelihoodPart::ALL.map(|part| {
        let message = format!("likelihood-part-{}", part.name());
        (part, words.get(&message), words.get_attr(&message, "about"))
    });
    ui.add_space(6.0);
    if let Some(part) = segmented(ui, &fl!(words, "likelihood-part"), options.part, &choices) {
        options.part = part;
    }
    match options.part {
        LikelihoodPart::Bound => bound::show(ui, view, &mut options.bound),
        LikelihoodPart::Continuous => continuous::show(ui, view, &mut options),
        LikelihoodPart::Learned => learned::show(ui, view),
    }
    if options != view.scene.chapters.likelihood {
        view.act(Action::options(options));
    }
}
