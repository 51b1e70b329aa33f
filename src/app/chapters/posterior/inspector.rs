//! The Posterior chapter's controls.

use egui::{DragValue, Ui};
use i18n_embed_fl::fl;

use crate::app::view::View;
use crate::app::widgets::{section, segmented};
use crate::scene::{Action, PosteriorOptions};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut View<'_>) {
    let words = view.words;
    section(ui, &fl!(words, "posterior-options"));
    let mut options: PosteriorOptions = view.scene.chapters.posterior.clone();
    let own = view.active_step().beta;
    ui.horizontal_wrapped(|ui| {
        let mut beta = options.beta.unwrap_or(own);
        let label = ui.label(fl!(words, "posterior-beta"));
        let drag = DragValue::new(&mut beta).range(1e-9..=0.999_999).speed(own * 0.02).max_decimals(7);
        if ui.add(drag).labelled_by(label.id).changed() {
            options.beta = Some(beta);
        }
        let reset = ui.add_enabled(options.beta.is_some(), egui::Button::new(fl!(words, "posterior-reset")));
        if reset.on_hover_text(fl!(words, "posterior-reset", "about")).clicked() {
            options.beta = None;
        }
    });
    if view.image.channels == 3 {
        let channels = [
            (0, fl!(words, "posterior-red"), ""),
            (1, fl!(words, "posterior-green"), ""),
            (2, fl!(words, "posterior-blue"), ""),
        ];
        if let Some(channel) = segmented(ui, &fl!(words, "posterior-channel"), options.channel, &channels) {
            options.channel = channel;
        }
    }
    if options != view.scene.chapters.posterior {
        view.act(Action::options(options));
    }
}
