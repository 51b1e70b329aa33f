//! The Posterior chapter's controls.

use egui::{DragValue, Ui};

use crate::app::view::View;
use crate::app::widgets::{section, segmented};
use crate::scene::{Action, PosteriorOptions};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Posterior");
    let mut options: PosteriorOptions = view.scene.chapters.posterior.clone();
    let own = view.active_step().beta;
    ui.horizontal(|ui| {
        let mut beta = options.beta.unwrap_or(own);
        let label = ui.label("β of step");
        let drag = DragValue::new(&mut beta).range(1e-9..=0.999_999).speed(own * 0.02).max_decimals(7);
        if ui.add(drag).labelled_by(label.id).changed() {
            options.beta = Some(beta);
        }
        let reset = ui.add_enabled(options.beta.is_some(), egui::Button::new("Reset"));
        if reset.on_hover_text("The schedule's own β").clicked() {
            options.beta = None;
        }
    });
    if view.image.channels == 3 {
        let channels = [(0, "Red", ""), (1, "Green", ""), (2, "Blue", "")];
        if let Some(channel) = segmented(ui, "Channel", options.channel, &channels) {
            options.channel = channel;
        }
    }
    if options != view.scene.chapters.posterior {
        view.act(Action::options(options));
    }
}
